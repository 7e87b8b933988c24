"""What it takes to reach or keep a tier: so much of something the member did, or several such joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Literal

import msgspec

PURCHASE = "purchase"


class Measure(msgspec.Struct, frozen=True):
    """What a ladder sums up over its window.

    `earned`: points awarded of the currency `of`; of events of type `of`: their `amount`, their `count`,
    the `days` on which there were some, the sum of a numeric `field`, or the calendar `months` in which
    their amount came to `least` or more. `balance`: whole points of the currency `of` at the last moment of a period.
    """

    kind: Literal["earned", "amount", "count", "days", "field", "months", "balance"]
    of: str
    field: str = ""
    scale: int = 0
    least: int = 0
    written: str = ""  # of `months`: as the document writes it

    @property
    def word(self) -> str:
        """As the document writes it."""
        match self.kind, self.of:
            case "earned", currency:
                return currency
            case "amount", "purchase":
                return "amount"
            case "count", "purchase":
                return "purchases"
            case "field", event:
                return f"{self.field} of {event}"
            case "months", _:
                return self.written
            case "balance", currency:
                return f"balance of {currency}"
            case kind, event:
                return f"{kind} of {event}"


class AtLeast(msgspec.Struct, frozen=True):
    """`value` or more of a measure, in its unit."""

    measure: Measure
    value: int


class AllReached(msgspec.Struct, frozen=True):
    """Every part."""

    parts: tuple[Requirement, ...]


class AnyReached(msgspec.Struct, frozen=True):
    """At least one part."""

    parts: tuple[Requirement, ...]


Requirement = AtLeast | AllReached | AnyReached
NOTHING = AllReached(())
"""What every member has: the first tier asks for it."""
UNREACHABLE = AnyReached(())
"""What nobody ever has: of a tier that can only be bought or given."""


def leaves(requirement: Requirement) -> Iterator[AtLeast]:
    """The single thresholds, from left to right."""
    if isinstance(requirement, AtLeast):
        yield requirement
    else:
        for part in requirement.parts:
            yield from leaves(part)


def met(requirement: Requirement, measured: Callable[[Measure], int]) -> bool:
    """Whether it holds with what is measured."""
    match requirement:
        case AtLeast(measure=measure, value=value):
            return measured(measure) >= value
        case AllReached(parts=parts):
            return all(met(part, measured) for part in parts)
        case AnyReached(parts=parts):
            return any(met(part, measured) for part in parts)


def implies(one: Requirement, other: Requirement) -> bool:
    """Whether whoever meets the one meets the other: as more never hurts, its least ways tell."""
    return all(met(other, _amounts(way)) for way in _least_ways(one))


def _amounts(way: Mapping[Measure, int]) -> Callable[[Measure], int]:
    return lambda measure: way.get(measure, 0)


def _least_ways(requirement: Requirement) -> list[Mapping[Measure, int]]:
    """The ways of just meeting it; a measure that a way leaves out is 0."""
    match requirement:
        case AtLeast(measure=measure, value=value):
            return [{measure: value}]
        case AnyReached(parts=parts):
            return [way for part in parts for way in _least_ways(part)]
        case AllReached(parts=parts):
            joined = product(*(_least_ways(part) for part in parts))
            return [_highest(ways) for ways in joined]


def _highest(ways: tuple[Mapping[Measure, int], ...]) -> Mapping[Measure, int]:
    found: dict[Measure, int] = {}
    for way in ways:
        for measure, value in way.items():
            found[measure] = max(value, found.get(measure, 0))
    return found
