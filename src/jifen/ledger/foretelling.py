"""Notices that a programme promises before points end, and what a missed one does to their end.

A notice is of a local day: so many days before the first day on which the points are of no use. It is handed over in
time if it is told before that day is over. If it was not, the points end so many days later than they would have.
It speaks of what is there on its day: points that come later, or were brought along with an end so near, are told of
by the notices that follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jifen.instants import NEVER, local_day_of, start_of_day


class Promise(NamedTuple):
    """A notice so many days before points end, if its own day begins in [since, until)."""

    days: int
    since: int
    until: int


class Foretold(NamedTuple):
    """What a notice says: when points end, and the notice of how many days it is; `missed` if it comes too late."""

    ends_at: int
    days: int
    missed: bool


def foretold(
    promises: Iterable[Promise], ends_at: int, since: int, now: int, zone: ZoneInfo
) -> Foretold | None:
    """What is to be told now of points that end at an instant, nothing of it having been looked at from `since` on;
    None if there is nothing. A longer notice that was missed puts off the shorter ones along with the end."""
    found: Foretold | None = None
    for promise in sorted(promises, reverse=True):
        if ends_at == NEVER:
            break
        at = notice_begins(ends_at, promise.days, zone)
        if since <= at <= now and promise.since <= at < promise.until:
            missed = _end_of_day(at, zone) <= now
            if missed:
                ends_at = _end_of_day(ends_at - 1, zone, later=promise.days)
            found = Foretold(ends_at, promise.days, missed or (found is not None and found.missed))
    return found


def put_off(
    promises: Collection[Promise], ends_at: int, since: int, looks: Iterable[int], zone: ZoneInfo
) -> int:
    """When points end of which nothing was looked at from `since` on but at some instants, in order."""
    for look in looks:
        found = foretold(promises, ends_at, since, look, zone)
        if found is not None and found.missed:
            ends_at = found.ends_at
        since = look + 1
    return ends_at


def next_notice(promises: Iterable[Promise], ends_at: int, after: int, zone: ZoneInfo) -> int:
    """The first instant behind another at which a notice of points that end then is due; NEVER if there is none."""
    if ends_at == NEVER:
        return NEVER
    days = ((notice_begins(ends_at, promise.days, zone), promise) for promise in promises)
    return min(
        (at for at, promise in days if at > after and promise.since <= at < promise.until),
        default=NEVER,
    )


def notice_begins(ends_at: int, days: int, zone: ZoneInfo) -> int:
    """The beginning of the local day of a notice so many days before points end; NEVER for points that do not."""
    if ends_at == NEVER:
        return NEVER
    return start_of_day(local_day_of(ends_at, zone) - days, zone)


def _end_of_day(instant: int, zone: ZoneInfo, later: int = 0) -> int:
    """The end of the local day of an instant, or of the day so many days later."""
    return start_of_day(local_day_of(instant, zone) + 1 + later, zone)
