"""Sets in words: what they consist of, and what of the price is for each part."""

from __future__ import annotations

from jifen.programme.amounts import Language, in_language, say_points
from jifen.programme.model import Currency, Programme
from jifen.programme.rewards import Reward
from jifen.programme.saying.operand_values import currency_named
from jifen.programme.saying.words import listed, spaced


def set_en(programme: Programme, reward: Reward, price: str) -> str:
    """`redeemed for 300 points: coffee (60 points) and mug (240 points), all or nothing`"""
    parts = _parts(programme, reward, "en")
    return f"redeemed for {price}: {listed(parts, 'en', 'and')}, all or nothing"


def set_zh(programme: Programme, reward: Reward, price: str) -> str:
    """`300 积分兑换一套：咖啡（60 积分）和马克杯（240 积分），缺一不可`"""
    parts = _parts(programme, reward, "zh")
    return spaced(f"{price}兑换一套：{listed(parts, 'zh', '和')}，缺一不可")


def is_part(programme: Programme, currency: Currency) -> bool:
    """Whether a reward is a part of some set."""
    return any(
        part.reward == currency.id
        for one in programme.rewards
        if one.reward
        for part in one.reward.cost.parts
    )


def _parts(programme: Programme, reward: Reward, language: Language) -> list[str]:
    paid_in = currency_named(programme, reward.cost.prices[0].currency)
    said = []
    for part in reward.cost.parts:
        name = in_language(currency_named(programme, part.reward).name, language)
        points = say_points(paid_in, part.points, language).rstrip()
        said.append(f"{name}（{points}）" if language == "zh" else f"{name} ({points})")
    return said
