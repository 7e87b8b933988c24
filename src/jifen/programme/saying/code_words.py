"""What a pool of codes is, in words."""

from __future__ import annotations

from jifen.programme.amounts import Language, in_language
from jifen.programme.code_pools import CodePool
from jifen.programme.saying.between_words import day_en, day_zh


def code_pool_sentence(pool: CodePool, language: Language) -> str:
    """`Codes “cinema code”: usable until 30 June 2027 unless a code says otherwise; low at 200.`"""
    name = in_language(pool.name, language)
    if language == "zh":
        said = [f"可用至 {day_zh(pool.last_day)}，券码另有期限的除外" if pool.last_day else ""]
        said += [f"剩 {pool.low} 个或更少时发出通知" if pool.low else ""]
        ends = "；".join(part for part in said if part) or "不会过期，券码另有期限的除外"
        return f"券码“{name}”：{ends}。"
    until = f"usable until {day_en(pool.last_day)}" if pool.last_day else "never expiring"
    said = [f"{until} unless a code says otherwise"]
    said += [f"others are told when {pool.low} or fewer are left"] if pool.low else []
    return f"Codes “{name}”: {'; '.join(said)}."
