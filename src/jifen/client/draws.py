"""Lucky draws, whose rounds anybody can compute again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from jifen.client.asking import Noun, Request, T, asks
from jifen.client.writing import path_of, reading


class Gift(msgspec.Struct, frozen=True, kw_only=True):
    """So many points of a currency, in its smallest unit, or so many of a reward."""

    currency: str
    count: int


class Odds(msgspec.Struct, frozen=True, kw_only=True):
    """A prize: `chance` is exact: `1%`, or `1/3`; `gives` nothing where it is None, and is given at `most` so often."""

    id: str
    name: dict[str, str]
    weight: int
    chance: str
    gives: Gift | None
    most: int | None


class Prize(Odds, frozen=True, kw_only=True):
    """A prize of a round, and how often it was `given`."""

    given: int


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What prizes may cost together `of` a currency or of money, by its code, and what of that is `left`."""

    of: str
    amount: Decimal
    left: Decimal


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """`commitment` is the SHA-256 of the `seed`, which is None until the round is closed."""

    draw: str
    round: int
    commitment: str
    seed: str | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    spins: int
    budget: Budget | None
    prizes: list[Prize]


class FreeSpins(msgspec.Struct, frozen=True, kw_only=True):
    """So many spins that take no ticket in each day, week or month."""

    count: int
    per: Literal["day", "week", "month"]


class SpinsLeft(msgspec.Struct, frozen=True, kw_only=True):
    """Of a draw: the `round` that is open (None: none), how many `free` spins are left of the day, week or month, how
    many spins `of_round` (None: no limit), and the `tickets` that the member holds."""

    draw: str
    round: int | None
    free: int
    of_round: int | None
    tickets: int


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """A spin takes one of the reward `ticket`, once those that are `free` are used; `prizes` has the odds of the next
    round, `rounds` the newest first."""

    id: str
    name: dict[str, str]
    ticket: str
    free: FreeSpins | None
    prizes: list[Odds]
    rounds: list[Round]


class _Draws(msgspec.Struct):
    draws: list[Draw]


class _SpinsLeft(msgspec.Struct):
    draws: list[SpinsLeft]


_DRAWS, _ROUND, _LEFT = reading(_Draws), reading(Round), reading(_SpinsLeft)


class Draws(Noun[T]):
    """The lucky draws of the programme."""

    @asks
    def get(self) -> Request[list[Draw]]:
        """Each with its rounds."""
        return Request("GET", "/v1/draws", lambda response: _DRAWS(response).draws)

    @asks
    def left(self, member: str) -> Request[list[SpinsLeft]]:
        """What a member may still spin of each."""
        path = path_of("members", member, "draws")
        return Request("GET", path, lambda response: _LEFT(response).draws)

    @asks
    def open(self, draw: str) -> Request[Round]:
        """Open the next round: its `commitment` is to be published."""
        return Request("POST", path_of("draws", draw, "open"), _ROUND)

    @asks
    def close(self, draw: str) -> Request[Round]:
        """Close the open round: its `seed` is for everybody from now on."""
        return Request("POST", path_of("draws", draw, "close"), _ROUND)
