"""Milestones, rates of what was done before, and chances in words, in both languages."""

from __future__ import annotations

from decimal import Decimal

from jifen.programme.amounts import english_one
from jifen.programme.condition import Number, Past
from jifen.programme.model import Programme
from jifen.programme.rules import Milestone
from jifen.programme.saying import conditions_en, conditions_zh
from jifen.programme.saying.operand_values import currency_named, value_text
from jifen.programme.saying.words import listed
from jifen.programme.ways import DRAWS, Prizes, Rate


def percent(draws: int) -> str:
    """`10%`, `0.5%`."""
    return f"{(Decimal(draws * 100) / DRAWS).normalize():f}%"


def chances_of(prizes: Prizes) -> list[int]:
    """The chance of each prize."""
    return [
        bound - before for before, bound in zip((0, *prizes.bounds), prizes.bounds, strict=False)
    ]


def milestone_zh(programme: Programme, milestone: Milestone) -> str:
    """`消费次数累计每达 10 次`, `本年消费金额达到 1000 元、5000 元`."""
    noun = conditions_zh.noun(programme, milestone.of)
    if milestone.every:
        said = f"{noun}每满 {value_text(programme, milestone.of, Number(milestone.every), 'zh')}"
    else:
        values = [value_text(programme, milestone.of, Number(at), "zh") for at in milestone.at]
        said = f"{noun}达到 {listed(values, 'zh', '或')}"
    return f"{said}（一次跨过多个只算一个）" if milestone.together else said


def milestone_en(programme: Programme, milestone: Milestone) -> str:
    """`each time the number of purchases so far passes another 10`."""
    noun, several = conditions_en.noun(programme, milestone.of), _are_several(programme, milestone)
    if milestone.every:
        step = value_text(programme, milestone.of, Number(milestone.every), "en")
        said = f"each time {noun} {'pass' if several else 'passes'} another {step}"
    else:
        values = [value_text(programme, milestone.of, Number(at), "en") for at in milestone.at]
        said = f"when {noun} {'reach' if several else 'reaches'} {listed(values, 'en', 'or')}"
    return f"{said} (once, however many it passes)" if milestone.together else said


def _are_several(programme: Programme, milestone: Milestone) -> bool:
    """Whether English speaks of what is counted as of several: of points, but not of growth."""
    if milestone.of.kind != "earned":
        return False
    name = currency_named(programme, milestone.of.of).name
    return english_one(name) != name.en


def per_past_zh(programme: Programme, rate: Rate, past: Past) -> str:
    """`本月消费金额每满 100 元`."""
    full = "" if rate.proportional or rate.per == 1 else "满"
    value = value_text(programme, past, Number(rate.per), "zh")
    return f"{conditions_zh.noun(programme, past)}每{full} {value}"


def per_past_en(programme: Programme, rate: Rate, past: Past) -> str:
    """`full 100 yuan of the total of purchases this month`."""
    full = "" if rate.proportional or rate.per == 1 else "full "
    value = value_text(programme, past, Number(rate.per), "en")
    return f"{full}{value} of {conditions_en.noun(programme, past)}"


def chance_zh(draws: int) -> str:
    """`有 10% 的机会`."""
    return f"有 {percent(draws)} 的机会"


def chance_en(draws: int) -> str:
    """`with a chance of 10%`."""
    return f"with a chance of {percent(draws)}"
