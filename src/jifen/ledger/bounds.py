"""How many points a way out lets go: least, most, steps, and limits over periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter

from jifen.instants import MONDAY, NEVER, date_of, day_of, first_day_of_week
from jifen.ledger.book import Book
from jifen.ledger.records import SPEND, HoldState
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.terms import CurrencyTerms
from jifen.programme.ways_out import Limit, Period, WayOut


def refusal_of_size(way: WayOut, currency: int, points: int) -> Refused | None:
    """Why so many points (> 0) are not used at a time; None if they are."""
    if points % way.step:
        return Refused(Refusal.NOT_A_STEP, "steps", {"step": way.step, "asked": points}, currency)
    if points < way.least:
        figures = {"least": way.least, "asked": points}
        return Refused(Refusal.BELOW_MINIMUM, "least", figures, currency)
    if way.most is not None and points > way.most:
        return above_maximum(way.most, points, currency)
    return None


def above_maximum(most: int, points: int, currency: int) -> Refused:
    """That so many points are more than may be."""
    figures = {"most": most, "asked": points}
    return Refused(Refusal.ABOVE_MAXIMUM, "most", figures, currency)


def refusal_of_limits(
    book: Book, way: WayOut, currency: int, counted: Collection[str], points: int, now: int
) -> Refused | None:
    """Which limit does not allow so many points any more, the tightest of them; None if all do."""
    of_limits = _left_by_each(book, way, currency, counted, now)
    tightest = min(of_limits, key=itemgetter(0), default=None)
    if tightest is None or points <= tightest[0]:
        return None
    left, limit = tightest
    if limit.what == "times":
        times = {"limit": limit.value}
        return Refused(Refusal.LIMIT_REACHED, "times", times, period=limit.period)
    figures = {"limit": limit.value, "left": left, "asked": points}
    return Refused(Refusal.LIMIT_REACHED, "limit", figures, currency, limit.period)


def left_by_limits(
    book: Book, way: WayOut, currency: int, counted: Collection[str], now: int
) -> int:
    """The points that the limits still allow; NEVER where there are none. `counted` are the uses that count.

    Where spends count, so does what open holds reserve, wherever they were opened; what was given back does not.
    """
    of_limits = _left_by_each(book, way, currency, counted, now)
    return min((left for left, _ in of_limits), default=NEVER)


def _left_by_each(
    book: Book, way: WayOut, currency: int, counted: Collection[str], now: int
) -> Iterator[tuple[int, Limit]]:
    """What each limit leaves, with the limit."""
    today = book.batch.day_and_month(now)[0]
    week_starts = book.batch.terms[currency].week_starts
    for limit in way.limits:
        since = first_day(limit.period, today, week_starts)
        points, times = _used_since(book, currency, counted, since)
        if limit.what == "times":
            yield (NEVER if times < limit.value else 0), limit
        else:
            yield max(0, limit.value - points), limit


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
