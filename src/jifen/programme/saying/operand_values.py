"""Numbers of a condition as people read them, in the unit of what they are compared with."""

from __future__ import annotations

from jifen.instants import date_of
from jifen.programme.amounts import (
    Language,
    counted,
    in_language,
    say_points,
    show_money,
    show_number,
)
from jifen.programme.condition import (
    Among,
    Calendar,
    EventField,
    Fact,
    LineField,
    Number,
    Operand,
    Past,
    Summed,
    TierRank,
    Word,
)
from jifen.programme.event_types import EventType, Field, numbers
from jifen.programme.events import CURRENCY_FIELDS, REWARD_FIELD, TIER_FIELDS
from jifen.programme.model import Currency, Programme
from jifen.programme.reading.vocabulary import unit_of, value_name
from jifen.programme.saying.words import streak_unit

_BILL = ("amount", "gross")
_OF_BIRTHDAYS = ("birthday_month", "birthday_week", "birthday")


def field_of(programme: Programme, operand: EventField | LineField | Fact) -> Field | None:
    """The declaration of a field; None for built-in facts, which are all booleans."""
    if isinstance(operand, EventField) and operand.name in _BILL:
        return Field(operand.name, "money", programme.money_scale)
    if isinstance(operand, Fact):
        known = programme.facts
    elif isinstance(operand, LineField):
        known = tuple(field for type in programme.events for field in type.line_fields)
    else:
        known = tuple(field for type in programme.events for field in type.fields)
    return next((field for field in known if field.name == operand.name), None)


def is_boolean(programme: Programme, operand: Operand) -> bool:
    """Whether the operand is true or false rather than a number."""
    if isinstance(operand, Past):
        return operand.kind == "first"
    if isinstance(operand, Among):
        return True
    if not isinstance(operand, EventField | LineField | Fact):
        return False
    field = field_of(programme, operand)
    return field is None or field.kind == "boolean"


def is_of_birthday(operand: Operand) -> bool:
    """Whether the operand follows from the member's birthday."""
    return isinstance(operand, Fact) and operand.name in _OF_BIRTHDAYS


def is_date(programme: Programme, operand: Operand) -> bool:
    """Whether the operand is a date, which is before or after another rather than less or more."""
    if isinstance(operand, EventField | LineField | Fact):
        field = field_of(programme, operand)
        return field is not None and field.kind == "date"
    return operand == Calendar("date")


def value_text(
    programme: Programme, operand: Operand, value: Number | Word, language: Language
) -> str:
    """A literal in the unit of `operand`: `50 元`, `“app”`, `银卡`, `3 次`, `2026-07-01`."""
    if isinstance(value, Word):
        if isinstance(operand, EventField) and operand.name in TIER_FIELDS and programme.tiers:
            names = {tier.id: tier.name for tier in programme.tiers.ladder}
            return in_language(names[value.value], language)
        if isinstance(operand, EventField) and operand.name in (*CURRENCY_FIELDS, REWARD_FIELD):
            called = {currency.id: currency.name for currency in programme.currencies}
            if value.value in called:
                return in_language(called[value.value], language)
        return value_name(programme, value.value, language)
    number = value.value
    match operand:
        case EventField() | LineField() | Fact():
            return _field_value(programme, field_of(programme, operand), number, language)
        case TierRank() if programme.tiers:
            return in_language(programme.tiers.ladder[number].name, language)
        case Past(kind="total", summed=None):
            return show_money(programme, number, language)
        case Past(kind="total", summed=Summed() as summed):
            return _summed_value(programme, operand, summed, number, language)
        case Past(kind="earned", of=id):
            return say_points(currency_named(programme, id), number, language)
        case Past(kind="count"):
            return f"{number} 次" if language == "zh" else str(number)
        case Past(kind="days" | "streak") if language == "en":
            return str(number)
        case Past(kind="streak", window=window):
            return f"{number} {streak_unit(window, language)}"
        case Past() | Calendar(part="days_since_joining"):
            return f"{number} 天" if language == "zh" else counted(number, "days")
        case Calendar(part="date"):
            return date_of(number).isoformat()
        case _:
            return str(number)


def _summed_value(
    programme: Programme, past: Past, summed: Summed, number: int, language: Language
) -> str:
    event = event_named(programme, past.of)
    known = numbers(event.line_fields if summed.of_lines else event.fields)
    said = _field_value(programme, known[summed.field], number, language)
    unit = unit_of(programme, summed.field)
    if unit is None or known[summed.field].kind == "money" or language == "en":
        return said  # in English its noun says what is counted
    return f"{said} {unit.zh}"


def _field_value(programme: Programme, field: Field | None, number: int, language: Language) -> str:
    if field is None:
        return str(number)
    if field.kind == "money":
        return show_money(programme, number, language)
    if field.kind == "date":
        return date_of(number).isoformat()
    return show_number(number, field.scale)


def currency_named(programme: Programme, id: str) -> Currency:
    """The currency of this id."""
    return next(currency for currency in programme.currencies if currency.id == id)


def event_named(programme: Programme, id: str) -> EventType:
    """The event type of this id."""
    return next(type for type in programme.events if type.id == id)
