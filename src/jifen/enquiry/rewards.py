"""The rewards of a member: what can be used, and what has become of the others."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from jifen.enquiry.finding import moment_or_none
from jifen.intake.judging.case import Case
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import Book

State = Literal["issued", "pending", "owed", "used", "expired", "withdrawn"]


class RewardView(msgspec.Struct, frozen=True, kw_only=True):
    """So many of a reward alike: to be used now (issued), or from a moment on (pending; None: once confirmed), until
    another one (None: without an end); owed because it was used before its cause came back; used; expired; withdrawn
    by a cancel, a return or a correction."""

    reward: str
    state: State
    count: int
    from_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None


def rewards_of(programme: OpenProgramme, case: Case, now: int) -> list[RewardView]:
    """Every reward with which the member has had to do, in the order of the document; of each what ends first first."""
    book = case.book
    numbers = ((one.id, programme.currency_number(one.id)) for one in programme.programme.rewards)
    return [
        view
        for id, number in numbers
        if number in book.balances
        for view in _of_reward(programme, book, id, number, now)
    ]


def _of_reward(
    programme: OpenProgramme, book: Book, id: str, number: int, now: int
) -> Iterator[RewardView]:
    balance, held = book.balances[number], Counter[tuple[int, int]]()
    lots = (lot for lot in book.lots.values() if lot.currency == number and lot.remaining)
    for lot in book.in_spending_order(number, lots):
        held[max(lot.available_at, now), book.ends_at(lot)] += lot.remaining
    for (available_at, ends_at), count in held.items():
        waits = available_at > now
        yield RewardView(
            reward=id,
            state="pending" if waits else "issued",
            count=count,
            from_at=moment_or_none(programme, available_at) if waits else None,
            expires_at=moment_or_none(programme, ends_at),
        )
    became: tuple[tuple[State, int], ...] = (
        ("owed", balance.debt),
        ("used", balance.spent),
        ("expired", balance.expired),
        ("withdrawn", balance.reversed),
    )
    yield from (RewardView(reward=id, state=state, count=many) for state, many in became if many)
