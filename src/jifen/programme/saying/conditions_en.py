"""Conditions in English, as what must be true: `the amount is at least 50 yuan`."""

from __future__ import annotations

from jifen.programme.amounts import in_language, ordinal
from jifen.programme.condition import (
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Calendar,
    Compare,
    Condition,
    EventField,
    Fact,
    LineField,
    Lookup,
    Missing,
    Number,
    OneOf,
    Operand,
    Operator,
    Past,
    Summed,
    TierRank,
    Word,
    is_about_lines,
)
from jifen.programme.conditions.comparing import MIRRORED
from jifen.programme.model import Programme
from jifen.programme.reading.vocabulary import field_name, truth, value_name
from jifen.programme.saying.day_hours import hours_together
from jifen.programme.saying.operand_values import (
    currency_named,
    event_named,
    is_boolean,
    is_date,
    is_of_birthday,
    value_text,
)
from jifen.programme.saying.weekdays import weekdays_meant
from jifen.programme.saying.words import (
    MONTHS_EN,
    WEEKDAYS_EN,
    listed,
    streak_unit,
    window_words,
)

_SIGNS: dict[Operator, str] = {
    "==": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}

_CHOSEN = ("goods of ", "goods not of ")
_DATE_SIGNS: dict[Operator, str] = {
    "==": "is",
    "!=": "is not",
    "<": "is before",
    "<=": "is not after",
    ">": "is after",
    ">=": "is not before",
}


def phrase(programme: Programme, condition: Condition, on: str | None = None) -> str:
    """What must be true. `on` is the event type of the rule, if it is known."""
    if isinstance(condition, AllOf):
        return phrase_all(programme, condition.parts, on)
    if isinstance(condition, AnyOf) and condition.lookup is not None:
        return _looked_up(programme, condition.lookup)
    if isinstance(condition, AnyOf):
        return " or ".join(_part(programme, part, on) for part in condition.parts)
    if days := weekdays_meant(condition):
        return f"it is {_weekdays(days)}"
    if isinstance(condition, OneOf):
        return _one_of(programme, condition)
    if isinstance(condition, Missing):
        return _missing(programme, condition)
    return _comparison(programme, condition, on)


def phrase_all(programme: Programme, parts: tuple[Condition, ...], on: str | None) -> str:
    """All of what must be true."""
    if len(parts) == 1:
        return phrase(programme, parts[0], on)
    said = [
        f"it is between {part[0]}:00 and {part[1]}:00"
        if isinstance(part, tuple)
        else _part(programme, part, on)
        for part in hours_together(parts)
    ]
    return (" and " if len(said) == 2 else ", and ").join(said)


def _part(programme: Programme, part: Condition, on: str | None) -> str:
    said = phrase(programme, part, on)
    single = isinstance(part, AnyOf) and part.lookup is not None
    return f"({said})" if isinstance(part, AllOf | AnyOf) and not single else said


def _looked_up(programme: Programme, lookup: Lookup) -> str:
    """`what table “share” says is at least 1`, `the amount is at least what table “threshold” says`."""
    held = f"what table {value_name(programme, lookup.table, 'en')} says"
    if lookup.other is None:
        return f"{held} {_SIGNS[lookup.operator]} {lookup.number}"
    return f"{noun(programme, lookup.other)} {_SIGNS[MIRRORED[lookup.operator]]} {held}"


def _one_of(programme: Programme, condition: OneOf) -> str:
    values = [value_text(programme, condition.operand, value, "en") for value in condition.values]
    negation = "not " if condition.negated else ""
    if condition.operand == Calendar("month"):
        months = [MONTHS_EN[int(value) - 1] for value in values]
        return f"it is {negation}{listed(months, 'en', 'or')}"
    return f"{noun(programme, condition.operand)} is {negation}{listed(values, 'en', 'or')}"


def _comparison(programme: Programme, condition: Compare, on: str | None) -> str:
    left, operator, right = condition.left, condition.operator, condition.right
    if isinstance(left, Arithmetic) or isinstance(right, Arithmetic):
        return f"{condition.source} holds"
    if not isinstance(right, Number | Word):
        return (
            f"{noun(programme, left)} {_signs(programme, left)[operator]} {noun(programme, right)}"
        )
    if isinstance(right, Number) and is_boolean(programme, left):
        return _truth(programme, left, (right.value == 1) == (operator == "=="))
    if isinstance(right, Number) and isinstance(left, Calendar):
        return _calendar(programme, left, operator, right.value)
    if isinstance(right, Number) and isinstance(left, Past):
        return _past(programme, left, operator, right, on)
    value = value_text(programme, left, right, "en")
    if isinstance(left, TierRank):
        ways = {
            ">=": "{} or higher",
            ">": "higher than {}",
            "<=": "{} or lower",
            "<": "lower than {}",
            "!=": "not {}",
        }
        return f"the tier is {ways.get(operator, '{}').format(value)}"
    return f"{noun(programme, left)} {_signs(programme, left)[operator]} {value}"


def _missing(programme: Programme, condition: Missing) -> str:
    """`the channel is missing`, `the member's birthday is known`, `it is not known whether it is a first order`."""
    operand, known = condition.operand, condition.negated
    if is_of_birthday(operand):
        return f"the member's birthday is {'known' if known else 'not known'}"
    if is_boolean(programme, operand):
        so = truth(programme, operand.name, True, "en")
        return f"it is {'known' if known else 'not known'} whether {so}"
    unknown = "not known" if isinstance(operand, Fact) else "missing"
    return f"{noun(programme, operand)} is {'known' if known else unknown}"


def goods(programme: Programme, lines: Condition) -> str:
    """What lines are meant: `goods of category “coffee” or “tea”`, else `goods for which …`."""
    match lines:
        case Compare(left=LineField(name=name), operator="==" | "!=" as sign, right=Word() as word):
            values, negated = (word,), sign == "!="
        case OneOf(operand=LineField(name=name), values=values, negated=negated) if isinstance(
            values[0], Word
        ):
            pass
        case Missing(operand=LineField(name=name) as field, negated=known) if not is_boolean(
            programme, field
        ):
            return f"goods of {'known' if known else 'unknown'} {field_name(programme, name, 'en')}"
        case AnyOf(
            parts=(
                Compare(left=LineField() as asked) | OneOf(operand=LineField() as asked) as some,
                Missing(operand=LineField(name=name) as field, negated=False),
            )
        ) if asked == field and (said := goods(programme, some)).startswith(_CHOSEN):
            return f"{said}, or of unknown {field_name(programme, name, 'en')}"
        case _:
            return f"goods for which {phrase(programme, lines)}"
    names = listed(
        [value_text(programme, LineField(name), value, "en") for value in values], "en", "or"
    )
    of = "not of" if negated else "of"
    return f"goods {of} {field_name(programme, name, 'en')} {names}"


def _signs(programme: Programme, operand: Operand) -> dict[Operator, str]:
    return _DATE_SIGNS if is_date(programme, operand) else _SIGNS


def _truth(programme: Programme, operand: Operand, holds: bool) -> str:
    if isinstance(operand, Past):
        name = event_named(programme, operand.of).name.en
        return f"it is {'the' if holds else 'not the'} first {name}{_chosen(programme, operand)}"
    if isinstance(operand, EventField | LineField | Fact):
        return truth(programme, operand.name, holds, "en")
    if isinstance(operand, Among):
        held = "is" if holds else "is not"
        of = field_name(programme, operand.fact, "en")
        return f"{value_name(programme, operand.text, 'en')} {held} among the {of}"
    return str(holds)


def _past(
    programme: Programme, past: Past, operator: Operator, number: Number, on: str | None
) -> str:
    if past.kind == "earned":
        value = value_text(programme, past, number, "en")
        window = window_words(past.window, past.size, "en")
        return f"{_value_phrase(operator, value)} earned {window}"
    name = event_named(programme, past.of).name.en
    if past.kind == "count" and operator == "==" and past.of == on and past.where is None:
        window = (
            "" if past.window == "lifetime" else f" {window_words(past.window, past.size, 'en')}"
        )
        return f"it is the {ordinal(number.value)} {name}{window}"
    if past.kind == "streak" and operator == "==":
        unit = streak_unit(past.window, "en")
        return f"it is {unit} {number.value} in a row with a {name}{_chosen(programme, past)}"
    return f"{noun(programme, past)} {_SIGNS[operator]} {value_text(programme, past, number, 'en')}"


def _value_phrase(operator: Operator, value: str) -> str:
    """`at least 100 points were`."""
    ways = {
        "==": "exactly",
        "!=": "not exactly",
        "<": "less than",
        "<=": "at most",
        ">": "more than",
    }
    return f"{ways.get(operator, 'at least')} {value} were"


def _calendar(programme: Programme, part: Calendar, operator: Operator, number: int) -> str:
    said = value_text(programme, part, Number(number), "en")
    negation = "not " if operator == "!=" else ""
    match part.part, operator:
        case "hour", _:
            return _hour(operator, number)
        case "date", _:
            return f"the date {_DATE_SIGNS[operator]} {said}"
        case "month", "==" | "!=":
            return f"it is {negation}{MONTHS_EN[number - 1]}"
        case "day_of_month", "==" | "!=":
            return f"it is {negation}the {ordinal(number)} of the month"
        case "year", "==" | "!=":
            return f"it is {negation}the year {number}"
        case _:
            return f"{noun(programme, part)} {_SIGNS[operator]} {said.removesuffix(' days').removesuffix(' day')}"


def _hour(operator: Operator, hour: int) -> str:
    match operator:
        case "==":
            return f"it is between {hour}:00 and {hour + 1}:00"
        case "!=":
            return f"it is not between {hour}:00 and {hour + 1}:00"
        case "<" | "<=":
            return f"it is before {hour + (operator == '<=')}:00"
        case _:
            return f"it is {hour + (operator == '>')}:00 or later"


def _weekdays(days: tuple[int, ...]) -> str:
    names = [WEEKDAYS_EN[day - 1] for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]} to {names[-1]}"
    return listed(names, "en", "or")


def noun(programme: Programme, operand: Operand) -> str:
    """`the amount`, `the number of purchases this week`."""
    match operand:
        case EventField(name=name) | LineField(name=name) | Fact(name=name):
            return f"the {field_name(programme, name, 'en')}"
        case Calendar(part=part):
            return f"the {field_name(programme, part, 'en')}"
        case Past(kind="earned", of=id):
            name = in_language(currency_named(programme, id).name, "en")
            return f"the {name} earned {window_words(operand.window, operand.size, 'en')}"
        case Past():
            return _past_noun(programme, operand)
        case _:
            return "the tier"


def _past_noun(programme: Programme, past: Past) -> str:
    name, chosen = event_named(programme, past.of).name.en, _chosen(programme, past)
    window, one, several = (
        window_words(past.window, past.size, "en"), f"{name}{chosen}", f"{plural(name)}{chosen}",
    )  # fmt: skip
    match past.kind:
        case "days":
            return (
                f"the number of days {window} with a {one}"
                if chosen
                else (f"the number of days with a {one} {window}")
            )
        case "total" if past.summed is not None:
            return _summed_noun(programme, past.summed, several, window)
        case "total":
            return _over("the total", several, window, chosen)
        case "streak":
            return f"the number of {streak_unit(past.window, 'en')}s in a row with a {one}"
        case "days_since":
            return f"the time since the {name} before{chosen}"
        case _:
            return _over("the number", several, window, chosen)


def _over(what: str, of: str, window: str, chosen: str) -> str:
    """`the number of purchases this week`; the window in front of what chooses events, no part of it."""
    return f"{what} {window} of {of}" if chosen else f"{what} of {of} {window}"


def _chosen(programme: Programme, past: Past) -> str:
    """Which events count: ` for which the amount is at least 50 yuan`, ` with goods of category “coffee”`."""
    if past.where is None:
        return ""
    if is_about_lines(past.where):
        return f" with {goods(programme, past.where)}"
    return f" for which {phrase(programme, past.where)}"


def _summed_noun(programme: Programme, summed: Summed, events: str, window: str) -> str:
    """`the number of nights of stays`, `the quantity of goods of category “coffee” in purchases`."""
    field = field_name(programme, summed.field, "en")
    if summed.where is None:
        return f"the {field} of {events} {window}"
    return f"the {field} of {goods(programme, summed.where)} in {events} {window}"


def plural(name: str) -> str:
    """`purchases`, `check-ins`, `entries`, `completed profiles`."""
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"
