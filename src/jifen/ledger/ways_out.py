"""What every way of using points asks: is so much there, and is it within the bounds of the way."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from jifen.ledger.book import Book
from jifen.ledger.bounds import (
    left_by_limits,
    refusal_of_limits,
    refusal_of_size,
    whole_steps,
)
from jifen.ledger.records import PAY, REDEEM, REDEEMED, SPEND
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.taking import take_in_order
from jifen.programme.ways_out import WayOut

REDEEMING: Final = frozenset({SPEND, PAY, REDEEM})
"""What counts in the limits of spending: payments and redemptions as well, though these do not bind them."""


def available_points(book: Book, currency: int, now: int) -> int:
    """What can be spent now, net of debt; below zero only as debt."""
    usable = book.usable_lots(currency, now)
    return sum(lot.remaining - lot.held for lot in usable) - book.debt(currency)


def refusal_of_asking(book: Book, points: int) -> Refused | None:
    """Why so many points cannot be used at all, in whatever way it is asked; None if they may be."""
    if book.frozen:
        return Refused(Refusal.FROZEN)
    return Refused(Refusal.INVALID_AMOUNT) if points <= 0 else None


def refusal_of_use(
    book: Book, currency: int, way: WayOut, counted: Collection[str], points: int, now: int
) -> Refused | None:
    """Why so many points cannot be used now in a way of whose limits the uses `counted` are; None if they can."""
    refused = refusal_of_way(book, currency, way, counted, points, now)
    return refused or refusal_of_too_few(book, currency, points, now, way.fee)


def refusal_of_way(
    book: Book, currency: int, way: WayOut, counted: Collection[str], points: int, now: int
) -> Refused | None:
    """Why so many points cannot be used now in a way, however many there are; None if they may be."""
    refused = refusal_of_size(way, currency, points)
    if refused:
        return refused
    if way.when and not book.entitled(way.when, now):
        return Refused(Refusal.NOT_ENTITLED)
    return refusal_of_limits(book, way, currency, counted, points, now)


def refusal_of_too_few(
    book: Book, currency: int, points: int, now: int, fee: int = 0
) -> Refused | None:
    """Why so many points, and a fee besides, cannot be taken: there are fewer; None if there are as many."""
    available, needed = available_points(book, currency, now), points + fee
    return None if available >= needed else too_few(currency, available, needed, fee)


def too_few(currency: int, available: int, needed: int, fee: int = 0) -> Refused:
    """That more points are needed than are there, which where there is debt are none."""
    figures = {"available": max(0, available), "needed": needed}
    if fee:
        figures["fee"] = fee
    about = "too_few_with_fee" if fee else "too_few"
    return Refused(Refusal.INSUFFICIENT_POINTS, about, figures, currency)


def most_usable(
    book: Book, currency: int, way: WayOut, counted: Collection[str], most: int, now: int
) -> int:
    """The most of so many points that can be used now; where none can, the least for which that can be said."""
    there = available_points(book, currency, now) - way.fee
    left = left_by_limits(book, way, currency, counted, now)
    return whole_steps(way, min(most, max(0, there), left)) or min(most, way.least)


def usable_points(
    book: Book, currency: int, way: WayOut, counted: Collection[str], now: int, others: int = 0
) -> int:
    """The most that could be used in a way now, with so many points of others; 0 if nothing could."""
    if book.frozen or not book.entitled(way.when, now):
        return 0
    there = available_points(book, currency, now) + others - way.fee
    left = left_by_limits(book, way, currency, counted, now)
    return whole_steps(way, min(max(0, there), left))


def take_fee(book: Book, seq: int, currency: int, fee: int, now: int) -> None:
    """Redeem what a use costs besides; it was there when the use was found possible, and no limit counts it.

    It is about its own command, and so told apart from what that used: it never comes back.
    """
    if fee:
        posting = book.post(seq, currency, REDEEMED, -fee, now, now, seq)
        take_in_order(book, seq, posting, REDEEMED, book.usable_lots(currency, now), fee, now)
