"""The last day on which points can be used, from the day on which they were earned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from jifen.instants import add_months, date_of, day_of
from jifen.programme.point_terms import Expiry


def last_usable_day(expiry: Expiry, local_day: int) -> int | None:
    """The last local day of use of points earned on a local day; None if they do not end."""
    match expiry.kind:
        case "never":
            return None
        case "fixed":
            if expiry.date is None:
                raise ValueError("a fixed expiry has a date")
            return day_of(expiry.date)
        case "yearly":
            return day_of(_clearing_day(expiry, date_of(local_day)))
    date = add_months(date_of(local_day), expiry.months) + dt.timedelta(days=expiry.days)
    match expiry.until:
        case "month_end":
            date = _last_day_of_month(date, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
        case "quarter_end":
            date = _last_day_of_month(date, (3, 6, 9, 12))
        case "half_year_end":
            date = _last_day_of_month(date, (6, 12))
        case "year_end":
            date = _last_day_of_month(date, (12,))
        case "day_of_year":
            date = _clearing_day(expiry, date)
    return day_of(date)


def _clearing_day(expiry: Expiry, date: dt.date) -> dt.date:
    """The day of the year after that of a date; or else the first such day that has not passed by then."""
    days = [_in_year(day, year) for year in (date.year, date.year + 1) for day in expiry.yearly]
    if expiry.of == "last_year":
        return days[-1]
    return next(day for day in days if date <= day)


def _in_year(month_and_day: tuple[int, int], year: int) -> dt.date:
    """A day of a year; 29 February is kept on the 28th."""
    month, day = month_and_day
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return dt.date(year, month, 28 if (month, day) == (2, 29) and not leap else day)


def _last_day_of_month(date: dt.date, months: Sequence[int]) -> dt.date:
    """The last day of the first of these months that has not ended before `date`."""
    month = next(month for month in months if month >= date.month)
    return add_months(date.replace(day=1), month - date.month + 1) - dt.timedelta(days=1)
