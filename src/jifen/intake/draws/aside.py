"""Units of counted rewards that lie aside for a round: off the shelf as it opens; what nobody won goes back as it
closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from jifen.db.round_trips import Cursor
from jifen.intake.stock.changing import OF_ROUNDS, StockChange, change_on_shelf, left_on_shelf
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal
from jifen.programme.draws import Gift, Prize


def prefix_of(draw: str, round_no: int) -> str:
    """With what the ids of the changes of stock begin that a round makes."""
    return f"{OF_ROUNDS}{draw}/{round_no}/"


def lay_aside(
    sql: Cursor,
    programme: OpenProgramme,
    prizes: Sequence[Prize],
    prefix: str,
    *,
    now: int,
    actor: str,
) -> tuple[Prize, ...] | Refusal:
    """Take what prizes may give off the shelf, as far as it is there: the prizes as the round has them, or why not."""
    found = []
    for prize in prizes:
        there = prize
        for gift, most in _of_shelf(prize):
            left = left_on_shelf(sql, programme, gift.currency)
            there = replace(prize, most=min(most, left // gift.count))
        refusal = _made(sql, programme, taken_for([there], prefix), now=now, actor=actor)
        if refusal is not None:
            return refusal
        found.append(there)
    return tuple(found)


def put_back(
    sql: Cursor,
    programme: OpenProgramme,
    prizes: Sequence[Prize],
    given: Sequence[int],
    prefix: str,
    *,
    now: int,
    actor: str,
) -> Refusal | None:
    """Put on the shelf again what nobody won; why that cannot be."""
    return _made(sql, programme, back_from(prizes, given, prefix), now=now, actor=actor)


def taken_for(prizes: Sequence[Prize], prefix: str) -> Iterator[StockChange]:
    """What goes off the shelf as a round with these prizes opens."""
    for prize in prizes:
        for gift, most in _of_shelf(prize):
            if most:
                yield StockChange(
                    id=f"{prefix}{prize.id}/open",
                    reward=gift.currency,
                    kind="take",
                    asked=most * gift.count,
                )


def back_from(prizes: Sequence[Prize], given: Sequence[int], prefix: str) -> Iterator[StockChange]:
    """What goes back as it closes, after so many of each."""
    for prize, count in zip(prizes, given, strict=True):
        for gift, most in _of_shelf(prize):
            if count < most:
                units = (most - count) * gift.count
                yield StockChange(
                    id=f"{prefix}{prize.id}/close", reward=gift.currency, kind="add", asked=units
                )


def _of_shelf(prize: Prize) -> Iterator[tuple[Gift, int]]:
    """The counted reward that a prize gives, and how often at most; nothing for any other prize."""
    if prize.counted and prize.gift is not None and prize.most is not None:
        yield prize.gift, prize.most


def _made(
    sql: Cursor, programme: OpenProgramme, changes: Iterable[StockChange], *, now: int, actor: str
) -> Refusal | None:
    """Make all these changes; why one of them cannot be."""
    for change in changes:
        done = change_on_shelf(sql, programme, change, now=now, actor=actor)
        if done.refusal is not None or done.replayed:
            return Refusal.CONFLICT
    return None
