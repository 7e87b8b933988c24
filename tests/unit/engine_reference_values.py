"""Conditions and the past, looked up in plain lists: the reference's half that reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    Missing,
    Number,
    OneOf,
    Operand,
    Past,
    Summed,
    TierRank,
    Word,
    is_about_lines,
)

_NONE: Mapping[str, Any] = {}


@dataclass
class Asked:
    """What a condition may look at."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    day: int = 0
    hour: int = 0
    rank: int = 0
    history: Sequence[Any] = ()
    deed: Any = None
    line: Mapping[str, Any] = field(default_factory=dict)
    since: int | None = None  # days since joining
    week_starts: int = 1


def date_of(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def membership_year(joined: dt.date, day: int) -> int:
    """Anniversaries that have passed; 29 February is kept on the 28th."""
    date, years = date_of(day), 0
    while _anniversary(joined, years + 1) <= date:
        years += 1
    return years


def _anniversary(joined: dt.date, years: int) -> dt.date:
    try:
        return joined.replace(year=joined.year + years)
    except ValueError:
        return dt.date(joined.year + years, 2, 28)


def week_of(day: int, week_starts: int) -> dt.date:
    """The day with which the week of a day began."""
    date = date_of(day)
    while date.isoweekday() != week_starts:
        date -= dt.timedelta(days=1)
    return date


def in_window(
    window: str, size: int, then: int, now: int, since: int | None, week_starts: int
) -> bool:
    """Whether an earlier day is in the window that ends now; `since`: the days since joining."""
    a, b = date_of(then), date_of(now)
    months = (b.year - a.year) * 12 + b.month - a.month
    match window:
        case "day":
            return a == b
        case "week":
            return week_of(then, week_starts) == week_of(now, week_starts)
        case "month":
            return months == 0
        case "quarter":
            return a.year == b.year and (a.month - 1) // 3 == (b.month - 1) // 3
        case "year":
            return a.year == b.year
        case "membership_year":
            if since is None:
                return True
            joined = date_of(now - since)
            return membership_year(joined, then) == membership_year(joined, now)
        case "previous_day":
            return then == now - 1
        case "previous_week":
            return week_of(then, week_starts) == week_of(now - 7, week_starts)
        case "previous_month":
            return months == 1
        case "previous_quarter":
            return b.year * 4 + (b.month - 1) // 3 - a.year * 4 - (a.month - 1) // 3 == 1
        case "previous_year":
            return a.year == b.year - 1
        case "days":
            return 0 <= now - then < size
        case "months":
            return 0 <= months < size
        case _:
            return True


def truth(condition: Condition, asked: Asked) -> bool:
    """Unknown counts as false at the top."""
    return _truth(condition, asked) is True


def _truth(condition: Condition, asked: Asked) -> bool | None:
    match condition:
        case AllOf(parts=parts):
            truths = [_truth(part, asked) for part in parts]
            return False if False in truths else None if None in truths else True
        case AnyOf(parts=parts):
            truths = [_truth(part, asked) for part in parts]
            return True if True in truths else None if None in truths else False
        case OneOf(operand=operand, values=values, negated=negated):
            found = value(operand, asked)
            if found is None:
                return None
            return bool((found in [literal.value for literal in values]) != negated)
        case Missing(operand=operand, negated=negated):
            return bool((value(operand, asked) is None) != negated)
        case Compare(operator=operator, left=left, right=right):
            a, b = value(left, asked), value(right, asked)
            if a is None or b is None:
                return None
            answers: dict[str, bool] = {
                "==": a == b,
                "!=": a != b,
                "<": operator == "<" and a < b,
                "<=": operator == "<=" and a <= b,
                ">": operator == ">" and a > b,
                ">=": operator == ">=" and a >= b,
            }
            return answers[operator]


def value(operand: Operand, asked: Asked) -> Any:
    """What an operand is; None if it is missing."""
    match operand:
        case Number(value=literal) | Word(value=literal):
            return literal
        case EventField(name=name):
            return asked.fields.get(name)
        case LineField(name=name):
            return asked.line.get(name)
        case Fact(name=name):
            return asked.facts.get(name)
        case Among(fact=name, text=text):
            return int(text in (asked.facts.get(name) or ()))
        case TierRank():
            return asked.rank
        case Calendar(part=part):
            return _calendar(part, asked)
        case Past():
            return _past(operand, asked)
        case Arithmetic(operator=operator, left=left, right=right):
            a, b = value(left, asked), value(right, asked)
            if a is None or b is None:
                return None
            return a + b if operator == "+" else a - b if operator == "-" else a * b


def _calendar(part: str, asked: Asked) -> Any:
    date = date_of(asked.day)
    match part:
        case "hour":
            return asked.hour
        case "weekday":
            return date.isoweekday()
        case "day_of_month":
            return date.day
        case "month":
            return date.month
        case "year":
            return date.year
        case "date":
            return asked.day
        case _:
            return asked.facts.get("days_since_joining")


def _past(past: Past, asked: Asked) -> Any:
    now = asked.day
    of_type = [deed for deed in asked.history if deed.type == past.of and _counts(past, deed)]
    mine = [
        deed
        for deed in of_type
        if in_window(past.window, past.size, deed.day, now, asked.since, asked.week_starts)
    ]
    match past.kind:
        case "count":
            return len(mine)
        case "days":
            return len({deed.day for deed in mine})
        case "total" if past.summed is not None:
            return sum(max(0, _summed(past.summed, deed)) for deed in mine)
        case "total":
            return sum(max(0, deed.amount or 0) for deed in mine)
        case "first":
            return int(len(mine) == 1 and mine[0] is asked.deed)
        case "streak":
            days = {_row(past.window, deed.day, asked.week_starts) for deed in of_type}
            now = _row(past.window, now, asked.week_starts)
            start = now if now in days else now - 1
            length = 0
            while start - length in days:
                length += 1
            return length
        case "days_since":
            earlier = [deed.day for deed in of_type if deed is not asked.deed]
            return now - earlier[-1] if earlier else None
        case _:
            return sum(
                deed.earned.get(past.of, 0)
                for deed in asked.history
                if in_window(past.window, past.size, deed.day, now, asked.since, asked.week_starts)
            )


def _counts(past: Past, deed: Any) -> bool:
    """Whether an event of the past is one of those that are asked about."""
    if past.where is None:
        return True
    if is_about_lines(past.where):
        return any(truth(past.where, Asked(line=line)) for line in deed.lines)
    return truth(past.where, Asked(fields={**deed.fields, "amount": deed.amount}))


def _row(window: str, day: int, week_starts: int) -> int:
    """The number of the day, week or month of which a streak is made."""
    date = date_of(day)
    match window:
        case "week":
            return week_of(day, week_starts).toordinal() // 7
        case "month":
            return date.year * 12 + date.month
        case _:
            return day


def _summed(summed: Summed, deed: Any) -> int:
    if not summed.of_lines:
        return deed.fields.get(summed.field) or 0
    lines = [x for x in deed.lines if not summed.where or truth(summed.where, Asked(line=x))]
    total = sum(added(line, summed.field) for line in lines)
    bounded = summed.field == "amount" and deed.amount is not None
    return int(min(total, deed.amount)) if bounded else total


def added(line: Mapping[str, Any], field: str) -> int:
    """What a line adds to a sum: of its amount, the part that counts."""
    if field == "amount" and "counts" in line:
        return int(line["counts"])
    return line.get(field) or 0


def past_operands(found: Condition | Operand) -> set[Operand]:
    """The operands of the past in a condition."""
    match found:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return set().union(*(past_operands(part) for part in parts))
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return past_operands(left) | past_operands(right)
        case OneOf(operand=operand):
            return past_operands(operand)
        case Past() | TierRank():
            return {found}
        case _:
            return set()
