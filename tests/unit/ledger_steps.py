"""What is asked of a book, step by step: each step takes a book and the command's number."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from jifen.ledger.book import Batch, Book
from jifen.ledger.granting import grant
from jifen.ledger.holding import capture, hold, void
from jifen.ledger.records import Difference, Grant
from jifen.ledger.reversing import correct
from jifen.ledger.settling import settle
from jifen.ledger.spending import adjust, spend
from jifen.ledger.terms import terms_of
from jifen.programme.model import Currency
from jifen.programme.point_terms import Expiry
from jifen.programme.saying.naming import Name

HOUR = 3_600_000_000
DAY = 24 * HOUR
START = 1_767_600_000_000_000  # 2026-01-05 16:00 in Shanghai
ZONE = ZoneInfo("Asia/Shanghai")
NAME = Name("积分", "points")
POINTS, GROWTH, OLDEST = 0, 1, 2
TERMS = {
    POINTS: terms_of(Currency("points", NAME, expiry=Expiry("rolling", months=12)), POINTS, ZONE),
    GROWTH: terms_of(Currency("growth", NAME, spendable=False), GROWTH, ZONE),
    OLDEST: terms_of(Currency("old", NAME, spending_order="oldest_earned"), OLDEST, ZONE),
}

Step = tuple[Callable[[Book, int], object], object]


def new_book() -> Book:
    return Book(Batch(bytes(16), bytes(16), ZONE, TERMS), bytes(16))


def give(
    points: int,
    *,
    event: int = 0,
    at: int = START,
    waits: int = 0,
    lasts: int = 30 * DAY,
    currency: int = POINTS,
    funder: int = 0,
) -> Callable[[Book, int], object]:
    given = Grant(currency, points, funder, at, at + waits, at + lasts, 0)
    return lambda book, seq: grant(book, seq, event, [given], at, at)


def take_back(
    event: int, points: int, at: int = START, currency: int = POINTS
) -> Callable[[Book, int], object]:
    less = Difference(event, currency, -points, 0, START, START, START + 30 * DAY, 0)
    return lambda book, seq: correct(book, seq, [less], at, at)


def use(points: int, at: int = START, currency: int = POINTS) -> Callable[[Book, int], object]:
    return lambda book, seq: spend(book, seq, currency, points, at)


def reserve(points: int, at: int = START, minutes: int = 15) -> Callable[[Book, int], object]:
    return lambda book, seq: hold(book, seq, "h", POINTS, points, at, minutes)


def redeem(points: int | None, at: int = START, name: str = "h") -> Callable[[Book, int], object]:
    return lambda book, seq: capture(book, seq, name, points, at)


def release(at: int = START, name: str = "h") -> Callable[[Book, int], object]:
    return lambda book, seq: void(book, seq, name, at)


def correct_by_hand(points: int, at: int = START) -> Callable[[Book, int], object]:
    return lambda book, seq: adjust(book, seq, POINTS, points, at)


def wait(until: int) -> Callable[[Book, int], object]:
    return lambda book, seq: settle(book, seq, until)


def freeze(book: Book, seq: int) -> object:
    book.frozen = True
    return None
