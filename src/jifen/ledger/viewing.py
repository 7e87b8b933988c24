"""A member's points in one currency as they stand at an instant."""

from __future__ import annotations

from typing import NamedTuple

from jifen.instants import NEVER
from jifen.ledger.book import Book
from jifen.ledger.records import Balance


class BalanceView(NamedTuple):
    """balance = available + pending + held + lapsed − debt. Instants are NEVER where there is none."""

    available: int
    pending: int
    next_pending_at: int
    held: int
    lapsed: int  # ended, not yet posted
    debt: int
    spent: int
    expired: int
    reversed: int
    lifetime: int
    next_expires_at: int
    next_expiring: int  # unreserved points that end then

    @property
    def points(self) -> int:
        """What is shown to a person: available net of debt."""
        return self.available - self.debt


def view(book: Book, currency: int, now: int) -> BalanceView:
    """The balance of a book whose lots are loaded, as it is.

    To see what time has brought but nobody posted yet, settle the copy first and write nothing.
    """
    balance = book.balances.get(currency, Balance())
    available = pending = lapsed = next_expiring = 0
    next_pending_at = next_expires_at = NEVER
    for lot in book.open_lots(currency):
        points = lot.remaining - lot.held
        ends_at = book.ends_at(lot)
        if ends_at <= now:
            lapsed += points
            continue
        if lot.available_at > now:
            pending += points
            next_pending_at = min(next_pending_at, lot.available_at)
        else:
            available += points
        if ends_at < next_expires_at:
            next_expires_at, next_expiring = ends_at, 0
        if ends_at == next_expires_at != NEVER:
            next_expiring += points
    return BalanceView(
        available,
        pending,
        next_pending_at,
        balance.held,
        lapsed,
        balance.debt,
        balance.spent,
        balance.expired,
        balance.reversed,
        balance.lifetime,
        next_expires_at,
        next_expiring,
    )
