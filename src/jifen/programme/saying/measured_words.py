"""So much of what a ladder counts, as people read it: `5000 元`, `20 purchases`, `10 nights`."""

from __future__ import annotations

from jifen.programme.amounts import (
    Language,
    counted,
    in_language,
    said_with,
    say_points,
    show_money,
    show_number,
)
from jifen.programme.event_types import EventType
from jifen.programme.model import Programme, TierPeriod, Tiers
from jifen.programme.reading.vocabulary import field_name, unit_of
from jifen.programme.requirement import PURCHASE, AllReached, AtLeast, Measure, Requirement
from jifen.programme.saying.operand_values import currency_named, event_named
from jifen.programme.saying.words import listed


def quantity(programme: Programme, measure: Measure, value: int, language: Language) -> str:
    """So much of a measure."""
    if measure.kind == "earned":
        return say_points(currency_named(programme, measure.of), value, language)
    if measure.kind == "balance":
        currency = currency_named(programme, measure.of)
        points = say_points(currency, value * int(10**currency.scale), language)
        return f"余额 {points}" if language == "zh" else f"a balance of {points}"
    event = event_named(programme, measure.of)
    name = in_language(event.name, language)
    match measure.kind, language:
        case "amount", _:
            return _money(programme, event, value, language)
        case "count", "zh":
            return f"{value} 次{name}"
        case "count", _:
            return counted(value, f"{name}s")
        case "months", "zh":
            return f"{value} 个达标月"
        case "months", _:
            return counted(value, "such months")
        case "days", "zh":
            return f"{value} 天有{name}"
        case "days", _:
            return f"{counted(value, 'days')} with {_a(name)}"
        case _:
            return _of_field(programme, measure, show_number(value, measure.scale), name, language)


def _money(programme: Programme, event: EventType, value: int, language: Language) -> str:
    money = show_money(programme, value, language)
    if event.id == PURCHASE:
        return money
    return f"{event.name.zh} {money}" if language == "zh" else f"{money} of {event.name.en}s"


def _of_field(
    programme: Programme, measure: Measure, number: str, event: str, language: Language
) -> str:
    if unit := unit_of(programme, measure.field):
        return said_with(number, unit, language)
    field = field_name(programme, measure.field, language)
    return f"{event}{field} {number}" if language == "zh" else f"{number} of {field}"


def required(programme: Programme, requirement: Requirement, language: Language) -> str:
    """What it takes: `5000 元或 20 次消费`."""
    if isinstance(requirement, AtLeast):
        return quantity(programme, requirement.measure, requirement.value, language)
    if not requirement.parts:
        return ""
    parts = []
    for part in requirement.parts:
        words = required(programme, part, language)
        single = isinstance(part, AtLeast) or len(part.parts) < 2
        parts.append(words if single else in_brackets(words, language))
    return joined(parts, isinstance(requirement, AllReached), language)


def joined(parts: list[str], every: bool, language: Language) -> str:
    """All of it, or any of it."""
    words = ("且", "或") if language == "zh" else ("and", "or")
    return listed(parts, language, words[0 if every else 1])


def in_brackets(words: str, language: Language) -> str:
    return f"（{words}）" if language == "zh" else f"({words})"


def measure_words(programme: Programme, measure: Measure, language: Language) -> str:
    """What is counted: `消费金额`, `the number of purchases`."""
    if measure.kind == "earned":
        name = in_language(currency_named(programme, measure.of).name, language)
        return name if language == "zh" else f"the {name} earned"
    if measure.kind == "balance":
        name = in_language(currency_named(programme, measure.of).name, language)
        return f"期末的{name}余额" if language == "zh" else f"the last balance of {name}"
    event = in_language(event_named(programme, measure.of).name, language)
    if measure.kind == "months":
        least = show_money(programme, measure.least, language)
        if language == "zh":
            return f"单月{event}满 {least}的月数"
        spent = "spent" if measure.of == PURCHASE else f"of {event}s"
        return f"the number of months with {least} {spent}"
    if language == "zh":
        what = {"amount": "金额", "count": "次数", "days": "天数"}
        return f"{event}{what.get(measure.kind) or field_name(programme, measure.field, 'zh')}"
    match measure.kind:
        case "amount":
            return "the amount spent" if measure.of == PURCHASE else f"the amount of {event}s"
        case "count":
            return f"the number of {event}s"
        case "days":
            return f"the number of days with {_a(event)}"
        case _:
            return f"the {field_name(programme, measure.field, 'en')} of {event}s"


def has_own_period(tiers: Tiers) -> bool:
    """Whether the period is worth a word, because it is not that of the window."""
    window, period = tiers.window, tiers.period
    usual = {
        "rolling": TierPeriod("tier", window.months, window.days),
        "previous": TierPeriod("tier", 0, window.days)
        if window.days
        else TierPeriod("calendar", window.months),
        "period": period,
        "lifetime": None,
    }
    return period != usual[window.kind]


def _a(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
