"""What a tier brings, phrase by phrase: for the sentence of the tier, and for the member who has it."""

from __future__ import annotations

from jifen.programme.amounts import Language, in_language, show_money, show_number
from jifen.programme.model import Benefit, Programme, Tier

_EACH = {
    "month": ("a month", "每月"),
    "quarter": ("a quarter", "每季度"),
    "year": ("a year", "每年"),
    "birthday": ("for the birthday", "生日"),
}


def brings(programme: Programme, tier: Tier, language: Language) -> list[str]:
    """The multiplier, the discount on rewards, and every benefit."""
    found = []
    if tier.multiplies is not None:
        from jifen.programme.saying import (  # heavy, and most tiers bring none
            wording_en,
            wording_zh,
        )

        wording = wording_zh if language == "zh" else wording_en
        said = wording.multiplied(programme, tier.multiplies, None)
        found.append(said if language == "zh" else f"earns {said}")
    if percent := tier.reward_discount_percent:
        tenths = show_number(100 - percent, 1)
        found.append(
            f"兑换礼品享 {tenths} 折" if language == "zh" else f"rewards cost {percent}% less"
        )
    return found + [benefit_words(programme, benefit, language) for benefit in tier.benefits]


def benefit_words(programme: Programme, benefit: Benefit, language: Language) -> str:
    """`monthly coupon: 20 yuan off from 100 yuan, 2 a month, worth 20 yuan each`."""
    parts = [in_language(benefit.name, language)]
    if benefit.each is not None and (benefit.times > 1 or not benefit.says_how_often):
        en, zh = _EACH[benefit.each]
        parts.append(f"{zh} {benefit.times} 次" if language == "zh" else f"{benefit.times} {en}")
    if benefit.worth is not None:
        worth = show_money(programme, benefit.worth, language)
        several = " each" if benefit.times > 1 else ""
        parts.append(f"每次值 {worth}" if language == "zh" else f"worth {worth}{several}")
    return ("，" if language == "zh" else ", ").join(parts)
