"""The bounds of a way to use points in words, in both languages; empty where there are none."""

from __future__ import annotations

from collections.abc import Iterable

from jifen.programme.amounts import Language, how_often, say_points
from jifen.programme.model import Currency, Programme
from jifen.programme.saying.conditions_en import phrase_all as phrase_all_en
from jifen.programme.saying.conditions_zh import phrase_all as phrase_all_zh
from jifen.programme.ways_out import Limit, Period, WayOut

_PERIODS_EN: dict[Period, str] = {
    "day": "a day",
    "week": "a week",
    "month": "a month",
    "quarter": "a quarter",
    "year": "a year",
    "lifetime": "in all",
}
_PERIODS_ZH: dict[Period, str] = {
    "day": "每天",
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "year": "每年",
    "lifetime": "总共",
}


def bounds_en(programme: Programme, currency: Currency, way: WayOut, used: str = "") -> list[str]:
    """`from 100 points on`, `in steps of 100 points`, `at most 3 times a day`, `for a fee of 5 points`.

    `used` may stand before the first two, and before a condition."""
    said = []
    if way.least > way.step:
        said.append(f"{used}from {say_points(currency, way.least, 'en')} on")
    if way.step > 1:
        said.append(f"{used}in steps of {say_points(currency, way.step, 'en')}")
    if way.most is not None:
        said.append(f"at most {say_points(currency, way.most, 'en')} at a time")
    said += [f"at most {_limit_en(currency, limit)}" for limit in way.limits]
    if way.fee:
        said.append(f"for a fee of {say_points(currency, way.fee, 'en')}")
    if way.when:
        said.append(f"{used}if {phrase_all_en(programme, way.when, None)}")
    return said


def bounds_zh(
    programme: Programme, currency: Currency, way: WayOut, verb: str, whole: str = ""
) -> list[str]:
    """`满 100 积分起用`, `按 100 积分的整数倍使用`, `每天最多用 3 次`, `每次手续费 5 积分`, by the verb of the way.

    `whole` may stand behind the second, and before a condition."""
    said = []
    if way.least > way.step:
        said.append(f"满 {say_points(currency, way.least, 'zh')}起{verb}")
    if way.step > 1:
        said.append(f"按 {say_points(currency, way.step, 'zh')}的整数倍{whole}")
    if way.most is not None:
        said.append(f"每次最多{verb} {say_points(currency, way.most, 'zh')}")
    said += [_limit_zh(currency, limit, verb) for limit in way.limits]
    if way.fee:
        said.append(f"每次手续费 {say_points(currency, way.fee, 'zh')}")
    if way.when:
        said.append(f"{whole}条件是{phrase_all_zh(programme, way.when, None)}")
    return said


def taken_from_others(currency: Currency, limit: Limit, language: Language) -> str:
    """`at most 500 points a month`, `每月最多从家人处取用 500 积分`."""
    if language == "zh":
        return _limit_zh(currency, limit, "从家人处取用")
    return f"at most {_limit_en(currency, limit)}"


def together_en(currency: Currency, limits: Iterable[Limit]) -> list[str]:
    """`at most 100 coffees a day for all members together`."""
    return [f"at most {_limit_en(currency, limit)} for all members together" for limit in limits]


def together_zh(currency: Currency, limits: Iterable[Limit]) -> list[str]:
    """`全体会员合计每天最多兑换 100 份咖啡`."""
    return [f"全体会员合计{_limit_zh(currency, limit, '兑换')}" for limit in limits]


def _limit_en(currency: Currency, limit: Limit) -> str:
    if limit.what == "times":
        return f"{how_often(limit.value)} {_PERIODS_EN[limit.period]}"
    return f"{say_points(currency, limit.value, 'en')} {_PERIODS_EN[limit.period]}"


def _limit_zh(currency: Currency, limit: Limit, verb: str) -> str:
    if limit.what == "times":
        return f"{_PERIODS_ZH[limit.period]}最多{verb} {limit.value} 次"
    return f"{_PERIODS_ZH[limit.period]}最多{verb} {say_points(currency, limit.value, 'zh')}"
