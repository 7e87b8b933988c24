"""What becomes of points: used as members really used theirs, lapsed, or left, under either side of a replay.

A member uses under a draft what was really used, at the same moment, in the currency's order, as far as the
points reach; what they do not reach for is counted. Points count as usable from the event on.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from jifen.instants import NEVER, local_day_of, start_of_day
from jifen.ledger.expiring import last_usable_day
from jifen.ledger.extending import end_of_life
from jifen.programme.point_terms import Expiry, Extension
from jifen.whatif.granting import of_each

if TYPE_CHECKING:
    from jifen.whatif.history import Integers


class Lived(NamedTuple):
    """`left` (lots,): what lay in a lot when it ended or, if it has not, lies in it now. `used_at` and `used`
    (uses,): when and how much. `uncovered`: points that were really used and that this side would not have had.
    """

    left: Integers
    used_at: Integers
    used: Integers
    uncovered: int


class LotsToLive(NamedTuple):
    """Arrays (lots,) int64, each member's lots in the order of earning. `days` are the local days of earning."""

    members: Integers
    earned_at: Integers
    days: Integers
    expires_at: Integers
    points: Integers


def live(lots: LotsToLive, uses: Integers, *, by_end: bool) -> Lived:
    """Let members use their lots: those that end first or, without `by_end`, those earned first.

    `uses` (rows, 3): member, instant, points that went (< 0) or came back (> 0).
    """
    left = lots.points.copy()
    used_at, used, uncovered = list[int](), list[int](), 0
    for member, own in _by_member(uses):
        first, last = np.searchsorted(lots.members, (member, member + 1)).tolist()
        columns = (lots.earned_at, lots.expires_at, lots.points)
        rows = list(zip(*(column[first:last].tolist() for column in columns), strict=True))
        left[first:last], covered = _used(rows, own, by_end)
        used_at += [at for at, _ in own]
        used += covered
        uncovered += sum(wanted for _, wanted in own) - sum(covered)
    return Lived(left, np.array(used_at, np.int64), np.array(used, np.int64), uncovered)


def _by_member(uses: Integers) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Each member's uses in the order of time, what came back taken out of the last ones before it."""
    for member, rows in groupby(uses.tolist(), key=itemgetter(0)):
        own: list[tuple[int, int]] = []
        for _, at, moved in rows:
            if moved < 0:
                own.append((at, -moved))
                continue
            while moved and own:
                used_at, used = own.pop()
                if used > moved:
                    own.append((used_at, used - moved))
                moved -= min(used, moved)
        yield member, own


def _used(
    lots: list[tuple[int, int, int]], uses: list[tuple[int, int]], by_end: bool
) -> tuple[list[int], list[int]]:
    """What is left of each lot (earned at, expires at, points), and what each use (instant, points) found."""
    left = [points for _, _, points in lots]
    open_lots: list[tuple[int, int, int]] = []
    come, covered = 0, []
    for at, wanted in uses:
        while come < len(lots) and lots[come][0] <= at:
            earned_at, expires_at, _ = lots[come]
            first = expires_at if by_end else earned_at
            heappush(open_lots, (first, earned_at, come))
            come += 1
        missing = wanted
        while missing and open_lots:
            place = open_lots[0][2]
            if lots[place][1] <= at or left[place] == 0:
                heappop(open_lots)
                continue
            taken = min(missing, left[place])
            left[place] -= taken
            missing -= taken
        covered.append(wanted - missing)
    return left, covered


def kept_alive(
    ends: Integers,
    earned_at: Integers,
    active_at: Integers,
    days: Integers,
    extension: Extension,
    zone: ZoneInfo,
) -> Integers:
    """The ends of one member's lots, as activity at some instants (ascending), which lasts until the end of `days`,
    lengthens them."""
    if len(active_at) == 0:
        return ends
    brought = of_each(days, lambda day: end_of_life(extension.life, day, zone))
    for place in range(
        len(brought) - 2, -1, -1
    ):  # each goes on as far as the next that comes in time
        if active_at[place + 1] < brought[place]:
            brought[place] = max(brought[place], brought[place + 1])
    last = np.searchsorted(active_at, ends) - 1
    counts = (last >= 0) & (active_at[last] >= earned_at)
    longest = of_each(earned_at, lambda instant: _longest(extension.most, instant, zone))
    reached = np.minimum(brought[last], longest)
    lengthened: Integers = np.where(counts, np.maximum(ends, reached), ends)
    return lengthened


def _longest(most: Expiry, earned_at: int, zone: ZoneInfo) -> int:
    last = last_usable_day(most, local_day_of(earned_at, zone))
    return NEVER if last is None else start_of_day(last + 1, zone)
