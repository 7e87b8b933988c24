"""Points for a reward, which the member then holds as points are held; using it; and taking it back unused."""

from __future__ import annotations

from typing import NamedTuple

from jifen.instants import instant_of
from jifen.ledger.book import Asked, Book
from jifen.ledger.bounds import (
    left_by_limits,
    refusal_of_limits,
    refusal_of_size,
    whole_steps,
)
from jifen.ledger.cancelling import give_back
from jifen.ledger.exchanging import Made
from jifen.ledger.granting import give
from jifen.ledger.records import ISSUED, REDEEM, REDEEMED, Outcome
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.taking import take_in_order
from jifen.ledger.ways_out import available_points, refusal_of_asking, refusal_of_too_few
from jifen.programme.prices import MOST_POINTS, price_of


class Price(NamedTuple):
    """What so many of a reward cost in points of a currency, by the list and less what the member's tier takes off, and
    in money besides."""

    currency: int
    listed: int
    points: int
    money: int = 0

    @property
    def off(self) -> int:
        """What the tier takes off."""
        return self.listed - self.points


def price_asked(
    book: Book,
    reward: int,
    quantity: int,
    currency: int,
    listed: int | None,
    money: int,
    percent_off: int,
    fields: Asked,
    now: int,
) -> Refused | Price:
    """What so many of a reward cost of which one is `listed` at so much (None: it cannot be had for this currency),
    with so much money besides, or why they cannot be had whatever the member has. The bounds of a reward count rewards;
    `fields` are asked for."""
    refused = refusal_of_asking(book, quantity)
    offered = book.batch.terms[reward].reward
    if refused or offered is None:
        return refused or Refused(Refusal.NOT_ACCEPTED)
    bounds = offered.cost.bounds
    refused = refusal_of_size(bounds, reward, quantity)
    if refused or listed is None:
        return refused or Refused(Refusal.NOT_ACCEPTED)
    if listed * quantity > MOST_POINTS:
        return Refused(Refusal.INVALID_AMOUNT)
    refused = refusal_of_moment(book, reward, now)
    if refused:
        return refused
    if bounds.when and not book.entitled(bounds.when, now, fields):
        return Refused(Refusal.NOT_ENTITLED)
    refused = refusal_of_limits(book, bounds, reward, {REDEEM}, quantity, now)
    if refused:
        return refused
    points = price_of(listed, percent_off) * quantity
    return Price(currency, listed * quantity, points, money * quantity)


def refusal_of_money(price: Price, stated: int | None) -> Refused | None:
    """Why a redemption cannot be had for the money that is said to be taken for it; None if just that is due."""
    if stated is None and price.money:
        return Refused(Refusal.MONEY_MISSING, "money_missing", {"to_pay": price.money})
    if stated in (None, price.money):
        return None
    assert stated is not None
    return Refused(Refusal.PRICE_DIFFERS, "to_pay", {"to_pay": price.money, "stated": stated})


def refusal_of_balance(book: Book, price: Price, least: int, now: int) -> Refused | None:
    """Why a member with so few points cannot have what is only had from a balance on; None if it can."""
    available = available_points(book, price.currency, now)
    if available >= least:
        return None
    figures = {"available": max(0, available), "balance": least}
    return Refused(Refusal.INSUFFICIENT_POINTS, "balance", figures, price.currency)


def refusal_of_moment(book: Book, reward: int, now: int) -> Refused | None:
    """Why a reward cannot be redeemed at an instant: it opens later, or has closed."""
    terms = book.batch.terms[reward]
    opens, closes = (
        None if moment is None else instant_of(moment.replace(tzinfo=terms.zone))
        for moment in (terms.reward.cost.between if terms.reward else (None, None))
    )
    if opens is not None and now < opens:
        return Refused(Refusal.NOT_YET_OPEN, "opens", since=opens)
    if closes is not None and now >= closes:
        return Refused(Refusal.CLOSED, "closed", since=closes)
    return None


def most_redeemable(
    book: Book,
    reward: int,
    currency: int,
    listed: int | None,
    percent_off: int,
    fields: Asked,
    least_balance: int,
    now: int,
    others: int = 0,
    there: int | None = None,
) -> int:
    """The most of a reward, listed at so much, that could be redeemed now, with so many points of others and so many
    `there` (None: it is not counted); 0 if none could, as with fewer points of one's own than the least balance."""
    offered = book.batch.terms[reward].reward
    if not offered or not listed or book.frozen or refusal_of_moment(book, reward, now):
        return 0
    if not book.entitled(offered.cost.bounds.when, now, fields):
        return 0
    own = available_points(book, currency, now)
    if own < least_balance:
        return 0
    points = max(0, own + others)
    left = left_by_limits(book, offered.cost.bounds, reward, {REDEEM}, now)
    most = min(points // price_of(listed, percent_off), left)
    return whole_steps(offered.cost.bounds, most if there is None else min(most, there))


def redeem(book: Book, seq: int, reward: int, quantity: int, price: Price, now: int) -> Outcome:
    """Redeem the points of a price that are there for so many of a reward: one lot that can be used at once, from
    which what is owed of it is settled first."""
    currency, points = price.currency, price.points
    usable = book.usable_lots(currency, now)
    posting = book.post(seq, currency, REDEEMED, -points, now, now)
    take_in_order(book, seq, posting, REDEEMED, usable, points, now)
    book.note_use(REDEEM, currency, seq, points, now)
    give(book, seq, reward, quantity, now)
    book.note_use(REDEEM, reward, seq, quantity, now)
    return Outcome(points)


def taken_back(made: Made, quantity: int | None, left: int, now: int) -> Refused | int:
    """How many rewards of a redemption can be taken back, of which so many lie unused (None: all of these)."""
    if quantity is not None and quantity <= 0:
        return Refused(Refusal.INVALID_AMOUNT)
    if not left or (quantity or 0) > left:
        return _no_more_unused(made, left, quantity, now)
    return quantity or left


def take_back(seq: int, made: Made, quantity: int | None, now: int) -> Refused | Outcome:
    """Undo a redemption as far as its rewards lie unused in their lot (None: all of these): the points go back to
    their lots. The outcome has the points: none of what was won."""
    left = taken_back(made, quantity, made.left, now)
    if isinstance(left, Refused):
        return left
    book, reward, back = made.book, made.of_currency, left
    points = made.taken // made.came * back
    posting = book.post(seq, reward, ISSUED, -back, now, now, made.of)
    take_in_order(book, seq, posting, ISSUED, made.lots, back, now)
    if points:
        book.note_use(REDEEM, reward, made.of, -back, now)
        give_back(book, seq, made.currency, made.of, points, now)
    return Outcome(points)


def _no_more_unused(made: Made, left: int, quantity: int | None, now: int) -> Refused:
    """That fewer of a redemption lie unused than are to be taken back, or none since so long."""
    if left and quantity is not None:
        figures = {"left": left, "asked": quantity}
        return Refused(Refusal.ALREADY_USED, "unused", figures, made.of_currency)
    since = now if any(lot.changed for lot in made.lots) else made.taken_at
    if since is None:
        return Refused(Refusal.ALREADY_USED)
    return Refused(Refusal.ALREADY_USED, "none_unused", since=since)


def refusal_of_using(book: Book, reward: int, quantity: int, now: int) -> Refused | None:
    """Why a member cannot have so many of a reward that was redeemed or issued; None if it can."""
    refused = refusal_of_asking(book, quantity)
    if refused:
        return refused
    too_few = refusal_of_too_few(book, reward, quantity, now)
    return too_few and too_few._replace(refusal=Refusal.NOT_HELD)


def use(book: Book, seq: int, reward: int, quantity: int, now: int) -> Refused | Outcome:
    """Let a member have so many of a reward that was redeemed or issued: those that end first."""
    refused = refusal_of_using(book, reward, quantity, now)
    if refused:
        return refused
    posting = book.post(seq, reward, REDEEMED, -quantity, now, now)
    take_in_order(book, seq, posting, REDEEMED, book.usable_lots(reward, now), quantity, now)
    return Outcome(quantity)
