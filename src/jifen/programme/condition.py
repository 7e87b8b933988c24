"""Conditions as typed trees over integers, after parsing, typing and pushing `not` inwards.

A missing value makes a comparison unknown; unknown at the top is no match. Because every tree is in
negation normal form (only `and`, `or` over comparisons), reading unknown as false is exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
Window = Literal[
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "membership_year",
    "previous_day",
    "previous_week",
    "previous_month",
    "previous_quarter",
    "previous_year",
    "days",
    "months",
    "lifetime",
]
PREVIOUS = "previous_"
PastKind = Literal["count", "days", "total", "streak", "first", "days_since", "earned"]
CalendarPart = Literal[
    "hour", "weekday", "day_of_month", "month", "year", "date", "days_since_joining"
]


class Number(msgspec.Struct, frozen=True):
    """An integer literal, already in the unit of what it is compared with (dates: days since 1970)."""

    value: int


class Word(msgspec.Struct, frozen=True):
    """A text literal; only compared for equality with text of one field."""

    value: str


class EventField(msgspec.Struct, frozen=True):
    """A field of the event (`amount` and `gross` included). May be missing. Booleans are 0 or 1."""

    name: str


class LineField(msgspec.Struct, frozen=True):
    """A field of the line looked at. May be missing."""

    name: str


class Fact(msgspec.Struct, frozen=True):
    """A dated fact of the member: of the birthday, `referred`, or one the document declares. May be missing."""

    name: str


class Among(msgspec.Struct, frozen=True):
    """Whether a text is one of those of a fact of several texts: 0 or 1. Never missing: where nothing is known of a
    member, there are none."""

    fact: str
    text: str


class Calendar(msgspec.Struct, frozen=True):
    """A part of the event's local time. weekday: Monday 1 … Sunday 7. Never missing."""

    part: CalendarPart


class TierRank(msgspec.Struct, frozen=True):
    """The member's tier before the event, as its place in the ladder (0 is the first)."""


class Summed(msgspec.Struct, frozen=True):
    """A number that events carry, with the decimals its integers keep. `of_lines`: their lines carry it, and of
    these only those count for which `where` holds. What is below 0 for an event counts as nothing."""

    field: str
    scale: int = 0
    of_lines: bool = False
    where: LineCondition | None = None


class Past(msgspec.Struct, frozen=True):
    """A fact of the member's history. `size` belongs to the windows `days` and `months`.

    `of` is an event type; for `earned` a currency. `count`, `days`, `total`, `streak`, `first` include
    the present event, `days_since` is about the one before (missing if there was none), `earned` counts
    awards before the present event. `streak` counts consecutive local days, or the weeks or months that are
    its window; `first` is 0 or 1. `summed`: of what a `total` is, if not of the amount. `where`: only events
    count for which it holds, or, if it is about lines, one of whose lines it holds for.
    """

    kind: PastKind
    of: str
    window: Window = "lifetime"
    size: int = 0
    summed: Summed | None = None
    where: EventCondition | None = None


class Arithmetic(msgspec.Struct, frozen=True):
    """`left` + - * `right` in integers; `*` by a plain integer only."""

    operator: Literal["+", "-", "*"]
    left: Operand
    right: Operand


Operand = (
    Number | Word | EventField | LineField | Fact | Among | Calendar | TierRank | Past | Arithmetic
)


class Compare(msgspec.Struct, frozen=True):
    """`left` operator `right`; text only with == and !=. `source` is the text as written."""

    operator: Operator
    left: Operand
    right: Operand
    source: str = ""


class OneOf(msgspec.Struct, frozen=True):
    """`operand` is (or, negated, is not) one of the literals."""

    operand: Operand
    values: tuple[Number, ...] | tuple[Word, ...]
    negated: bool = False
    source: str = ""


class Missing(msgspec.Struct, frozen=True):
    """Nothing is known of a field or fact; negated, something is. Never unknown itself."""

    operand: EventField | LineField | Fact
    negated: bool = False
    source: str = ""


class AllOf(msgspec.Struct, frozen=True):
    """Every part is true."""

    parts: tuple[Condition, ...]
    source: str = ""


class Lookup(msgspec.Struct, frozen=True):
    """How people wrote what is told over the rows of a table: its number compared with one as written, or with
    `other`."""

    table: str
    operator: Operator
    number: str | None
    other: Operand | None = None


class AnyOf(msgspec.Struct, frozen=True):
    """At least one part is true. `lookup`: where the parts are the rows of a table."""

    parts: tuple[Condition, ...]
    source: str = ""
    lookup: Lookup | None = None


Condition = Compare | OneOf | Missing | AllOf | AnyOf
LineCondition = Condition  # over LineField and literals only
EventCondition = Condition  # over EventField and literals only, or over LineField and literals only


def operands(condition: Condition) -> Iterator[Operand]:
    """The leaves of a condition, left to right."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from operands(part)
        case Compare(left=left, right=right):
            yield from leaves(left)
            yield from leaves(right)
        case OneOf(operand=operand) | Missing(operand=operand):
            yield from leaves(operand)


def leaves(operand: Operand) -> Iterator[Operand]:
    """The operand, or what its arithmetic is made of."""
    if isinstance(operand, Arithmetic):
        yield from leaves(operand.left)
        yield from leaves(operand.right)
    else:
        yield operand


def is_about_lines(where: EventCondition) -> bool:
    """Whether an event is chosen by one of its lines."""
    return any(isinstance(leaf, LineField) for leaf in operands(where))
