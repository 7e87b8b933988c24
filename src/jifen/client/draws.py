"""Lucky draws, whose rounds anybody can compute again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

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


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """A spin takes one of the reward `ticket`; `prizes` has the odds of the next round, `rounds` the newest first."""

    id: str
    name: dict[str, str]
    ticket: str
    prizes: list[Odds]
    rounds: list[Round]


class _Draws(msgspec.Struct):
    draws: list[Draw]


_DRAWS, _ROUND = reading(_Draws), reading(Round)


class Draws(Noun[T]):
    """The lucky draws of the programme."""

    @asks
    def get(self) -> Request[list[Draw]]:
        """Each with its rounds."""
        return Request("GET", "/v1/draws", lambda response: _DRAWS(response).draws)

    @asks
    def open(self, draw: str) -> Request[Round]:
        """Open the next round: its `commitment` is to be published."""
        return Request("POST", path_of("draws", draw, "open"), _ROUND)

    @asks
    def close(self, draw: str) -> Request[Round]:
        """Close the open round: its `seed` is for everybody from now on."""
        return Request("POST", path_of("draws", draw, "close"), _ROUND)
