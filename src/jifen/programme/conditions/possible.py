"""Whether some event can satisfy a condition at all.

Comparisons are brought to the form `sum of leaves in a set of integers`; a conjunction is impossible where
the sets of one sum have nothing in common, or no day of the calendar fits. What is not understood counts as
possible, so nothing is called impossible that could ever hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import gcd

import msgspec

from jifen.instants import date_of
from jifen.programme.condition import (
    AllOf,
    AnyOf,
    Arithmetic,
    Calendar,
    CalendarPart,
    Compare,
    Condition,
    Missing,
    Number,
    OneOf,
    Operand,
    Word,
)
from jifen.programme.conditions.ranges import BEYOND, Range

MOST_BRANCHES = 500  # of `or` that are looked into
LONGEST_SPAN = 400  # days of a span that are looked at one by one

Key = tuple[tuple[Operand, int], ...]
"""A sum: leaves with their factors, which have no common divisor."""


class Values(msgspec.Struct, frozen=True):
    """Integers or texts: those within the bounds, of `only` if that is set, except `without`."""

    low: int = -BEYOND
    high: int = BEYOND
    only: frozenset[int | str] | None = None
    without: frozenset[int | str] = frozenset()

    def both(self, other: Values) -> Values:
        """What is in both."""
        chosen = [only for only in (self.only, other.only) if only is not None]
        return Values(
            max(self.low, other.low),
            min(self.high, other.high),
            frozenset.intersection(*chosen) if chosen else None,
            self.without | other.without,
        )

    def __contains__(self, value: int | str) -> bool:
        if value in self.without or (self.only is not None and value not in self.only):
            return False
        return isinstance(value, str) or self.low <= value <= self.high

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        if self.only is not None:
            return not any(value in self for value in self.only)
        gaps = sum(isinstance(v, int) and self.low <= v <= self.high for v in self.without)
        return self.high - self.low < gaps


def impossible_core(
    conditions: tuple[Condition, ...], range_of: Callable[[Operand], Range]
) -> tuple[Condition, ...]:
    """Parts that can never hold together, none of which could be left out; empty if all can hold."""
    core = list(conditions)
    if _Search(range_of).possible(core):
        return ()
    for condition in conditions:
        fewer = [other for other in core if other is not condition]
        if not _Search(range_of).possible(fewer):
            core = fewer
    return tuple(core)


@dataclass
class _Search:
    """Looks into the branches of a condition one after the other."""

    range_of: Callable[[Operand], Range]
    branches: int = field(default=0)

    def possible(
        self,
        waiting: list[Condition],
        known: Mapping[Key, Values] | None = None,
        given: Mapping[Operand, bool] | None = None,
    ) -> bool:
        """Whether all that waits may hold beside what is known of the sums, and of which values are there."""
        sets, there = dict(known or {}), dict(given or {})
        waiting = list(waiting)
        choices: list[AnyOf] = []
        while waiting:
            match waiting.pop():
                case AllOf(parts=parts):
                    waiting.extend(parts)
                case AnyOf() as choice:
                    choices.append(choice)
                case Missing(operand=operand, negated=negated):
                    if there.setdefault(operand, negated) != negated:
                        return False
                case Compare() | OneOf() as atom:
                    key, values = _constraint(atom)
                    if not all(there.setdefault(leaf, True) for leaf, _ in key):
                        return False
                    sets[key] = sets.get(key, self.bounds(key, {})).both(values)
                    if sets[key].empty:
                        return False
        if not choices:
            self.branches += 1
            return self.fits(sets)
        first, *others = choices
        return any(
            self.branches >= MOST_BRANCHES or self.possible([part, *others], sets, there)
            for part in first.parts
        )

    def bounds(self, key: Key, sets: Mapping[Key, Values]) -> Values:
        """Where a sum lies, by what is known of its leaves."""
        low = high = 0
        for leaf, factor in key:
            least, greatest = self.range_of(leaf)
            if values := sets.get(((leaf, 1),)):
                least, greatest = max(least, values.low), min(greatest, values.high)
            ends = (least * factor, greatest * factor)
            low, high = low + min(ends), high + max(ends)
        return Values(low, high)

    def fits(self, sets: Mapping[Key, Values]) -> bool:
        """Whether sums agree with what is known of their leaves, and some day with the calendar."""
        apart = any(
            len(key) > 1 and values.both(self.bounds(key, sets)).empty
            for key, values in sets.items()
        )
        return not apart and _some_day_fits(sets)


def _some_day_fits(sets: Mapping[Key, Values]) -> bool:
    """A day of the span that is asked for, or, where that is long, some day of a leap year."""
    asked: dict[CalendarPart, Values] = {}
    for key, values in sets.items():
        match key:
            case ((Calendar(part=part), 1),):
                asked[part] = values
    dates = asked.get("date", Values())
    if 0 <= dates.high - dates.low <= LONGEST_SPAN:
        parts: tuple[CalendarPart, ...] = ("date", "year", "month", "day_of_month", "weekday")
        days = range(dates.low, dates.high + 1)
    else:
        parts, days = ("month", "day_of_month"), range(_LEAP_YEAR, _LEAP_YEAR + 366)
    checks = [(part, asked[part]) for part in parts if part in asked]
    return not checks or any(all(_part_of(day, p) in v for p, v in checks) for day in days)


_LEAP_YEAR = 730  # 1 January 1972


def _part_of(day: int, part: CalendarPart) -> int:
    date = date_of(day)
    match part:
        case "date":
            return day
        case "year":
            return date.year
        case "month":
            return date.month
        case "weekday":
            return date.isoweekday()
        case _:
            return date.day


def _constraint(atom: Compare | OneOf) -> tuple[Key, Values]:
    """The sum that a comparison is about, and the values that it may have."""
    if isinstance(atom, OneOf):
        wanted = [value.value for value in atom.values]
        if any(isinstance(value, str) for value in wanted):
            return ((atom.operand, 1),), _listed(frozenset(wanted), atom.negated)
        key, divisor, rest = _sum_of(atom.operand, Number(0))
        numbers = [value - rest for value in wanted if isinstance(value, int)]
        whole = frozenset(number // divisor for number in numbers if number % divisor == 0)
        return key, _listed(whole, atom.negated)
    for word, other in ((atom.left, atom.right), (atom.right, atom.left)):
        if isinstance(word, Word):
            return ((other, 1),), _listed(frozenset({word.value}), atom.operator == "!=")
    key, divisor, rest = _sum_of(atom.left, atom.right)
    operator = atom.operator
    if divisor < 0:
        divisor, rest = -divisor, -rest
        operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)  # type: ignore[assignment]
    return key, _compared(operator, -rest, divisor)


def _listed(values: frozenset[int | str] | frozenset[int], negated: bool) -> Values:
    members: frozenset[int | str] = frozenset(values)
    if negated:
        return Values(without=members)
    numbers = [value for value in values if isinstance(value, int)]
    return Values(min(numbers, default=-BEYOND), max(numbers, default=BEYOND), members)


def _compared(operator: str, value: int, divisor: int) -> Values:
    """The integers that compare so with value / divisor."""
    match operator:
        case "<":
            return Values(high=-(-value // divisor) - 1)
        case "<=":
            return Values(high=value // divisor)
        case ">":
            return Values(low=value // divisor + 1)
        case ">=":
            return Values(low=-(-value // divisor))
    exactly = frozenset({value // divisor} if value % divisor == 0 else ())
    return _listed(exactly, operator == "!=")


def _sum_of(left: Operand, right: Operand) -> tuple[Key, int, int]:
    """`left` - `right` as key × divisor + rest; an empty key is the sum 0."""
    factors: dict[Operand, int] = {}
    rest = 0
    for leaf, factor in (*_terms(left, 1), *_terms(right, -1)):
        if isinstance(leaf, Number):
            rest += leaf.value * factor
        else:
            factors[leaf] = factors.get(leaf, 0) + factor
    terms = sorted(((leaf, f) for leaf, f in factors.items() if f), key=repr)
    if not terms:
        return (), 1, rest
    divisor = gcd(*(factor for _, factor in terms))
    if terms[0][1] < 0:
        divisor = -divisor
    return tuple((leaf, factor // divisor) for leaf, factor in terms), divisor, rest


def _terms(operand: Operand, factor: int) -> Iterator[tuple[Operand, int]]:
    match operand:
        case (
            Arithmetic(operator="*", left=Number(value=value), right=other)
            | Arithmetic(operator="*", left=other, right=Number(value=value))
        ):
            yield from _terms(other, factor * value)
        case Arithmetic(operator="+" | "-" as sign, left=left, right=right):
            yield from _terms(left, factor)
            yield from _terms(right, factor if sign == "+" else -factor)
        case _:
            yield operand, factor
