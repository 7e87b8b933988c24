"""Local clock readings to instants, many at a time, by the pinned time zone data."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from jifen.instants import EPOCH, MICROSECONDS_PER_DAY

_MICROSECOND = dt.timedelta(microseconds=1)
_YEAR = 366 * MICROSECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class _Change:
    """The clock is changed. `first` to `last` (local) are read twice or never; from `last` on the new
    offset holds. Before it the old one does: so ambiguous readings are the earlier, missing ones move forward."""

    first: int
    last: int
    offset: int
    doubled: bool


@dataclass(frozen=True, slots=True)
class Localised:
    """Instants of clock readings; how many of these were ambiguous, and how many never shown by the clock."""

    instants: list[int | None]
    ambiguous: int
    missing: int


def instants_of(readings: list[int | None], zone: ZoneInfo) -> Localised:
    """Clock readings (microseconds since 1970-01-01 00:00 local) as instants; None stays None."""
    present = [reading for reading in readings if reading is not None]
    if not present:
        return Localised(readings, 0, 0)
    least, greatest = min(present), max(present)
    changes = _changes_between(least - least % _YEAR, greatest - greatest % _YEAR + _YEAR, zone)
    starts = [change.last for change in changes]
    offsets = [_offset_at(least - least % _YEAR - MICROSECONDS_PER_DAY, zone)]
    offsets += [change.offset for change in changes]
    instants = [
        None if reading is None else reading - offsets[bisect_right(starts, reading)]
        for reading in readings
    ]
    ambiguous = missing = 0
    for change in changes:
        if least < change.last and greatest >= change.first:
            hit = sum(change.first <= reading < change.last for reading in present)
            ambiguous += hit * change.doubled
            missing += hit * (not change.doubled)
    return Localised(instants, ambiguous, missing)


@lru_cache(maxsize=256)
def _changes_between(start: int, end: int, zone: ZoneInfo) -> tuple[_Change, ...]:
    changes = []
    at, before = start - MICROSECONDS_PER_DAY, _offset_at(start - MICROSECONDS_PER_DAY, zone)
    while at < end + MICROSECONDS_PER_DAY:
        following = at + MICROSECONDS_PER_DAY
        after = _offset_at(following, zone)
        if after != before:
            moment = _moment_of_change(at, following, zone)
            first, last = sorted((moment + before, moment + after))
            changes.append(_Change(first, last, after, doubled=after < before))
        at, before = following, after
    return tuple(changes)


def _moment_of_change(low: int, high: int, zone: ZoneInfo) -> int:
    """The first instant at which the offset of `high` holds."""
    wanted = _offset_at(high, zone)
    while high - low > 1_000_000:
        middle = (low + high) // 2_000_000 * 1_000_000
        if _offset_at(middle, zone) == wanted:
            high = middle
        else:
            low = middle
    return high


def _offset_at(instant: int, zone: ZoneInfo) -> int:
    moment = (EPOCH + dt.timedelta(microseconds=instant)).astimezone(zone)
    return (moment.utcoffset() or dt.timedelta()) // _MICROSECOND
