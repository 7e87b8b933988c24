"""The ways in which a rule gives: so many points, by a rate, in steps, by a table, by a draw."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from jifen.programme.condition import Condition, Past

DRAWS = 10**9
"""So many draws there are; a chance is how many of them win."""


class Amount(msgspec.Struct, frozen=True):
    """So many points, once."""

    points: int


class Rate(msgspec.Struct, frozen=True):
    """`points` for every `per` of `field` (both in smallest units).

    `proportional` False counts whole steps only; True rounds points × value / per by the rule's rounding.
    `field` is `amount`, `gross`, a numeric event field, or a numeric line field when `of_lines`; or, as the document
    writes it, what `past` asks of the member's history, of which the rate is then. Only what lies `over` so much of it
    counts; never of lines.
    """

    points: int
    per: int
    field: str
    of_lines: bool = False
    proportional: bool = False
    past: Past | None = None
    over: int = 0


class Steps(msgspec.Struct, frozen=True):
    """Another way of giving from each threshold of `field` on; below the first threshold nothing. `field` is of the
    event or, as the document writes it, what `past` asks of the member's history."""

    field: str
    thresholds: tuple[int, ...]  # ascending, in the field's unit
    gives: tuple[Amount | Rate, ...]  # same length
    past: Past | None = None


class Table(msgspec.Struct, frozen=True):
    """Numbers by what columns are: each row as written, with a key a column or fewer."""

    id: str
    by: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], str], ...]
    otherwise: str | None = None


class Cases(msgspec.Struct, frozen=True):
    """The first way whose condition holds, as a table says; none gives nothing. `one`: the way of a 1 in it."""

    table: str
    one: Amount | Rate
    whens: tuple[Condition, ...]
    gives: tuple[Amount | Rate, ...]  # same length


class Percentage(msgspec.Struct, frozen=True):
    """So many per cent of what is held of a currency that members keep: of `held`, all that was earned of it."""

    percent: int
    held: Past


def held_of(currency: str) -> Past:
    """What is held of a currency that nothing but rules gives and takes: what was earned before the event."""
    return Past("earned", currency)


class Prizes(msgspec.Struct, frozen=True):
    """One of several ways of giving, by a draw; mostly none. `bounds` ascend: draws below them win."""

    bounds: tuple[int, ...]  # of DRAWS
    gives: tuple[Amount | Rate, ...]  # same length


Way = Amount | Rate | Steps | Cases | Prizes | Percentage


def asked_by(way: Way) -> Iterator[Past]:
    """What a way of giving asks of the member's past, beside its conditions."""
    match way:
        case Percentage(held=held):
            yield held
        case Rate(past=Past() as past):
            yield past
        case Steps(gives=gives) | Cases(gives=gives) | Prizes(gives=gives):
            if isinstance(way, Steps) and way.past is not None:
                yield way.past
            yield from (past for one in gives for past in asked_by(one))
