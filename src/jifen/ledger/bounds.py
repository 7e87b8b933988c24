"""How many points a way out lets go: least, most, steps, and limits over periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from jifen.instants import MONDAY, NEVER, date_of, day_of, first_day_of_week
from jifen.ledger.book import Book
from jifen.ledger.records import SPEND, HoldState
from jifen.ledger.refusals import Refusal
from jifen.ledger.terms import CurrencyTerms
from jifen.programme.ways_out import Period, WayOut


def refusal_of_size(way: WayOut, points: int) -> Refusal | None:
    """Why so many points (> 0) are not used at a time; None if they are."""
    if points % way.step:
        return Refusal.NOT_A_STEP
    if points < way.least:
        return Refusal.BELOW_MINIMUM
    if way.most is not None and points > way.most:
        return Refusal.ABOVE_MAXIMUM
    return None


def left_by_limits(
    book: Book, way: WayOut, currency: int, counted: Collection[str], now: int
) -> int:
    """The points that the limits still allow; NEVER where there are none. `counted` are the uses that count.

    Where spends count, so does what open holds reserve, wherever they were opened; what was given back does not.
    """
    left = NEVER
    today = book.batch.day_and_month(now)[0]
    week_starts = book.batch.terms[currency].week_starts
    for limit in way.limits:
        since = first_day(limit.period, today, week_starts)
        points, times = _used_since(book, currency, counted, since)
        if limit.what == "times":
            left = min(left, NEVER if times < limit.value else 0)
        else:
            left = min(left, max(0, limit.value - points))
    return left


def whole_steps(way: WayOut, points: int) -> int:
    """The most of these points that is used at a time: whole steps up to the maximum; 0 below the least."""
    most = points if way.most is None else min(points, way.most)
    most -= most % way.step
    return most if most >= way.least else 0


def first_day(period: Period, day: int, week_starts: int = MONDAY) -> int:
    """The first local day of the period in which a day lies, by the weekday with which weeks begin."""
    date = date_of(day)
    match period:
        case "week":
            return first_day_of_week(day, week_starts)
        case "month":
            return day_of(date.replace(day=1))
        case "quarter":
            return day_of(dt.date(date.year, (date.month - 1) // 3 * 3 + 1, 1))
        case "year":
            return day_of(dt.date(date.year, 1, 1))
        case "lifetime":
            return 0  # nothing was used before 1970
        case _:
            return day


def first_day_of_all(terms: Iterable[CurrencyTerms], day: int) -> int | None:
    """The first day of the longest period that any limit of these terms counts; None without limits."""
    counted = ((limit, of.week_starts) for of in terms for way in of.ways for limit in way.limits)
    first = (first_day(limit.period, day, week_starts) for limit, week_starts in counted)
    return min(first, default=None)


def _used_since(book: Book, currency: int, counted: Collection[str], day: int) -> tuple[int, int]:
    """The points used from a day on, and how many times."""
    points = times = 0
    for use in book.uses.get(currency, {}).values():
        if (
            use.points > 0
            and use.way in counted
            and book.batch.day_and_month(use.used_at)[0] >= day
        ):
            points += use.points
            times += 1
    for held in book.holds.values() if SPEND in counted else ():
        if held.currency == currency and held.state == HoldState.OPEN:
            points += held.points
            times += 1
    return points, times
