"""Instants, local days and months as integers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

MONDAY = 1
"""Weekdays are numbered from Monday to Sunday, 7."""

NEVER = 2**63 - 1
"""The instant that does not come; PostgreSQL's infinity."""

LONG_AGO = -(10**17)
"""An instant before all history (1199 BC), within what PostgreSQL can hold."""

MISSING = -(2**63)
"""The value of a field that an event does not carry."""

MICROSECONDS_PER_DAY = 86_400_000_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ZONES_ARE_ROUND_SINCE = 94_694_400_000_000  # 1973-01-01
EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
_LAST_DAY = dt.date.max.toordinal() - EPOCH_ORDINAL
_MICROSECOND = dt.timedelta(microseconds=1)
LAST_TOLD = (dt.date(9999, 12, 30).toordinal() - EPOCH_ORDINAL) * MICROSECONDS_PER_DAY
"""The last instant that is sure to have a date in every zone."""


def instant_of(moment: dt.datetime) -> int:
    """Microseconds since 1970 of a zone-aware moment."""
    return (moment - EPOCH) // _MICROSECOND


def moment_of(instant: int, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """The zone-aware moment of an instant (not of NEVER)."""
    return (EPOCH + dt.timedelta(microseconds=instant)).astimezone(zone)


def day_of(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return date.toordinal() - EPOCH_ORDINAL


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return dt.date.fromordinal(day + EPOCH_ORDINAL)


def month_of(date: dt.date) -> int:
    """Year × 12 + month − 1."""
    return date.year * 12 + date.month - 1


def add_months(date: dt.date, months: int) -> dt.date:
    """The same day some months later, clamped to the month's last day."""
    year, month = divmod(month_of(date) + months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(date.day, last))


def week_shift(week_starts: int) -> int:
    """What is added to a day so that 7 divides it where a week begins: 1970-01-01 was a Thursday."""
    return (4 - week_starts) % 7


def week_of_day(day: int, week_starts: int) -> int:
    """The number of the week in which a day lies, by the weekday with which weeks begin."""
    return (day + week_shift(week_starts)) // 7


def first_day_of_week(day: int, week_starts: int) -> int:
    """The day with which the week of a day began."""
    return day - (day + week_shift(week_starts)) % 7


@lru_cache(maxsize=100_000)
def start_of_day(day: int, zone: ZoneInfo) -> int:
    """The first existing instant of a local day: ambiguous midnights are the earlier, missing ones move forward.

    NEVER for the day after 9999-12-31, which is how many write “for ever”.
    """
    if day > _LAST_DAY:
        return NEVER
    midnight = dt.datetime.combine(date_of(day), dt.time(), tzinfo=zone)
    return instant_of(midnight.astimezone(dt.UTC))


@lru_cache(maxsize=100_000)
def month_of_day(day: int) -> int:
    """The month in which a day lies."""
    return month_of(date_of(day))


def ends_of_periods(months: int, after: int, zone: ZoneInfo) -> Iterator[int]:
    """The last instants of calendar periods of so many months, behind an instant, without end."""
    period = month_of_day(local_day_of(after, zone)) // months
    while True:
        period += 1
        year, month = divmod(period * months, 12)
        end = start_of_day(day_of(dt.date(year, month + 1, 1)), zone) - 1
        if end > after:
            yield end


@lru_cache(maxsize=100_000)
def _day_of_quarter_hour(quarter_hour: int, zone: ZoneInfo) -> int:
    return day_of(moment_of(quarter_hour * 900_000_000, zone).date())


def local_day_of(instant: int, zone: ZoneInfo) -> int:
    """The local day of an instant.

    Since 1973 every zone's offset is a multiple of a quarter of an hour and changes at one, so that a quarter
    of an hour lies within one day (a test asks all zones).
    """
    if instant < ZONES_ARE_ROUND_SINCE:
        return day_of(moment_of(instant, zone).date())
    return _day_of_quarter_hour(instant // 900_000_000, zone)
