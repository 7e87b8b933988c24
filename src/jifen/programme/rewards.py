"""What makes of a kind of points a reward: what it costs, how it is shown, and how it is handed out."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from jifen.programme.condition import Condition
from jifen.programme.displays import Display
from jifen.programme.event_types import Field
from jifen.programme.fulfilment import Fulfilment
from jifen.programme.money_off import MoneyOff
from jifen.programme.prices import Listed, Part
from jifen.programme.ways_out import UNBOUNDED, Limit, WayOut

NOT_SAID: Final = Display()


class Cost(msgspec.Struct, frozen=True):
    """What a reward asks of who redeems it: each of `prices` alone buys one (none: only rules issue it), those in one
    currency with different money besides; the bounds of a redemption count
    rewards; `fields` are what a redemption has to say. `least_balance`: from how many available points of a currency on
    it can be had for these. It is redeemed `between` two local moments, the second no longer, either of which may be
    None. `raise_notice_days`: how long before it becomes dearer that is published; None: as the programme says.
    `limits_for_all`: how many all members together may have of it over calendar periods. `parts`: what a set consists
    of, none where it is no set; its one price is for these together."""

    prices: tuple[Listed, ...] = ()
    bounds: WayOut = UNBOUNDED
    fields: tuple[Field, ...] = ()
    least_balance: tuple[str, int] | None = None
    between: tuple[dt.datetime | None, dt.datetime | None] = (None, None)
    raise_notice_days: int | None = None
    limits_for_all: tuple[Limit, ...] = ()
    parts: tuple[Part, ...] = ()

    def prices_in(self, currency: str) -> list[Listed]:
        """What one costs in points of a currency; nothing if it cannot be had for these."""
        return [one for one in self.prices if one.currency == currency]

    def price_taken(self, currency: str, quantity: int, to_pay: int | None) -> Listed | None:
        """The price in a currency at which so many are had for so much money: that with just this money, or with none
        where none is said; else the first, at which they cannot be had so. None if there is none in this currency."""
        offered = self.prices_in(currency)
        taken = (one for one in offered if one.money * quantity == (to_pay or 0))
        return next(taken, offered[0] if offered else None)

    def balance_in(self, currency: str) -> int:
        """From how many available points of a currency on one can be had for these."""
        of, points = self.least_balance or ("", 0)
        return points if of == currency else 0


class Shown(msgspec.Struct, frozen=True):
    """How a reward looks, and the conditions without which nobody is shown it: the first of those of its cost."""

    display: Display = NOT_SAID
    conditions: tuple[Condition, ...] = ()


class Stock(msgspec.Struct, frozen=True):
    """That there are only so many of a reward. Others are told when no more than `low` are left (None: never)."""

    low: int | None = None


class HandedOut(msgspec.Struct, frozen=True):
    """How a reward comes to its member: taken from `stock` (None: there is always one more), each with a code of the
    pool `codes`, by an order as `fulfil` says (None: the member has it at once), not before it is `ready`, a local
    moment (None: it is); and what it takes `off` an order on which it is used."""

    stock: Stock | None = None
    codes: str | None = None
    fulfil: Fulfilment | None = None
    ready: dt.datetime | None = None
    off: MoneyOff | None = None


ISSUED_ONLY: Final = Cost()
SHOWN_TO_ALL: Final = Shown()
AT_HAND: Final = HandedOut()


class Reward(msgspec.Struct, frozen=True):
    """What it costs, how it is shown, and how it is handed out."""

    cost: Cost = ISSUED_ONLY
    shown: Shown = SHOWN_TO_ALL
    handed_out: HandedOut = AT_HAND

    @property
    def asked_of_who_sees_it(self) -> tuple[Condition, ...]:
        """What is asked of who redeems, beside what lets them see it."""
        return self.cost.bounds.when[len(self.shown.conditions) :]
