"""Points of one currency that become points of another, at the rate of today, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd
from typing import NamedTuple

from jifen.instants import date_of
from jifen.ledger.book import Book
from jifen.ledger.bounds import above_maximum, whole_steps
from jifen.ledger.cancelling import give_back, more_than_left
from jifen.ledger.records import TRANSIT, Grant, Lot
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.taking import await_lots, repay, take_in_order
from jifen.ledger.terms import CurrencyTerms, expires_at
from jifen.ledger.ways_out import (
    most_usable,
    refusal_of_asking,
    refusal_of_use,
    take_fee,
    usable_points,
)
from jifen.programme.ways_out import Exchange


class Exchanged(NamedTuple):
    """Points of the one currency, and those of the other that came of them (or, undone, went again); and the fee."""

    taken: int
    received: int
    fee: int = 0


class Made(NamedTuple):
    """An exchange or redemption of before: whose, the number of its command, what it took of which currency, what came,
    a lot for each funder of what was taken, when something was last taken from that (None: never), and the money that
    was taken besides. Or what a spin won, which took nothing."""

    book: Book
    of: int
    currency: int
    taken: int
    lots: tuple[Lot, ...]
    taken_at: int | None = None
    money: int = 0

    def money_for(self, quantity: int) -> int:
        """The money of so much of what came, of which each cost the same."""
        return self.money // self.came * quantity

    @property
    def of_currency(self) -> int:
        """The currency of what came."""
        return self.lots[0].currency

    @property
    def came(self) -> int:
        """How much came."""
        return sum(lot.granted for lot in self.lots)

    @property
    def left(self) -> int:
        """How much of that lies unused and is not reserved."""
        return sum(lot.remaining - lot.held for lot in self.lots)


def way_to(currency: str) -> str:
    """How limits call exchanges for a currency."""
    return f"exchange/{currency}"


def exchange(
    book: Book, seq: int, currency: int, to: int, points: int, now: int
) -> Refused | Exchanged:
    """Let points become points of another currency, in spending order, and take the fee.

    What comes is fresh by the terms of its currency, a lot for each who pays for what was taken, in proportion and at
    the price of each; it can be used at once, and repays debt first. `lifetime` of neither currency changes.
    """
    rate = _rate_today(book, currency, to, now)
    refused = refusal_of_asking(book, points)
    if refused or rate is None:
        return refused or Refused(Refusal.NOT_ACCEPTED)
    refused = refusal_of_use(book, currency, rate.bounds, {way_to(rate.to)}, points, now)
    if refused:
        return refused
    if points > rate.most_taken:
        return above_maximum(rate.most_taken, points, currency)
    usable = book.usable_lots(currency, now)
    paid_by = _by_funder(usable, points)
    out = book.post(seq, currency, TRANSIT, -points, now, now)
    take_in_order(book, seq, out, TRANSIT, usable, points, now)
    book.note_use(way_to(rate.to), currency, seq, points, now)
    take_fee(book, seq, currency, rate.bounds.fee, now)
    received = rate.received(points)
    book.post(seq, to, TRANSIT, received, now, now)
    fresh = _fresh(book, book.batch.terms[to], in_proportion(paid_by, received), now)
    lots = [book.add_lot(seq, 0, one, now, TRANSIT) for one in fresh]
    repay(book, seq, to, lots, now, now)
    await_lots(book, lots, now)
    return Exchanged(points, received, rate.bounds.fee)


def exchange_up_to(
    book: Book, seq: int, currency: int, to: int, most: int, now: int
) -> Refused | Exchanged:
    """Exchange as many points as may be and are there, but not more than `most`."""
    rate = _rate_today(book, currency, to, now)
    refused = refusal_of_asking(book, most)
    if refused or rate is None:
        return refused or Refused(Refusal.NOT_ACCEPTED)
    most = min(most, max(rate.most_taken, rate.bounds.least))
    points = most_usable(book, currency, rate.bounds, {way_to(rate.to)}, most, now)
    return exchange(book, seq, currency, to, points, now)


def exchangeable_points(book: Book, currency: int, to: int, now: int) -> int:
    """The most that could become points of another currency now."""
    rate = _rate_today(book, currency, to, now)
    if rate is None:
        return 0
    usable = usable_points(book, currency, rate.bounds, {way_to(rate.to)}, now)
    return whole_steps(rate.bounds, min(usable, rate.most_taken))


def undoable(made: Made, points: int | None, there: int) -> Refused | Exchanged:
    """What of an exchange can be undone (None: all whose counterpart is left), at the rate of the exchange itself.

    `there`: so many of the points that came lie unused.
    """
    if points is not None and points <= 0:
        return Refused(Refusal.INVALID_AMOUNT)
    whole = gcd(made.taken, made.came)
    unit, unit_received = made.taken // whole, made.came // whole
    use = made.book.uses[made.currency][made.of]
    left = min(use.points // unit, there // unit_received) * unit
    if points is not None and points % unit:
        return Refused(Refusal.NOT_A_STEP, "steps", {"step": unit, "asked": points}, made.currency)
    if not left or (points or 0) > left:
        return more_than_left(left, points, made.currency)
    back = points or left
    return Exchanged(back, back // unit * unit_received)


def undo(seq: int, made: Made, points: int | None, now: int) -> Refused | Exchanged:
    """Give back points of an exchange to the lots that they came from, as far as it can be undone. The fee stays."""
    book = made.book
    outcome = undoable(made, points, made.left)
    if isinstance(outcome, Refused):
        return outcome
    back, received, _ = outcome
    out = book.post(seq, made.of_currency, TRANSIT, -received, now, now, made.of)
    take_in_order(book, seq, out, TRANSIT, made.lots[::-1], received, now)
    give_back(book, seq, made.currency, made.of, back, now, TRANSIT)
    return outcome


def _rate_today(book: Book, currency: int, to: int, now: int) -> Exchange | None:
    today, wanted = date_of(book.batch.day_and_month(now)[0]), book.batch.terms[to].id
    rates = book.batch.terms[currency].exchanges
    return next((one for one in rates if one.to == wanted and one.holds_on(today)), None)


def in_proportion(paid_by: Mapping[int, int], received: int) -> dict[int, int]:
    """What came, by who pays for it: as what was taken was paid for, in whole points that add up."""
    taken, so_far, given = sum(paid_by.values()), 0, 0
    found: dict[int, int] = {}
    for funder, part in paid_by.items():
        so_far += part
        upto = received * so_far // taken
        if upto > given:
            found[funder] = upto - given
        given = upto
    return found


def _by_funder(lots: Sequence[Lot], points: int) -> dict[int, int]:
    """Who pays for so many points, taken from lots in this order."""
    found: dict[int, int] = {}
    for lot in lots:
        part = min(points, lot.remaining - lot.held)
        if part:
            found[lot.funder] = found.get(lot.funder, 0) + part
            points -= part
    return found


def _fresh(book: Book, terms: CurrencyTerms, by_funder: Mapping[int, int], now: int) -> list[Grant]:
    ends_at = expires_at(terms, book.batch.day_and_month(now)[0], now)
    return [
        Grant(terms.number, points, funder, now, now, ends_at, terms.unit_price_for(funder))
        for funder, points in by_funder.items()
    ]
