"""What becomes of points: used as members really used theirs, lapsed, or left, under either side of a replay.

A member uses under a draft what was really used, at the same moment, in the currency's order, as far as the
points reach; what they do not reach for is counted. Points count as usable from the event on.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from jifen.instants import NEVER, local_day_of, start_of_day
from jifen.ledger.expiring import last_usable_day
from jifen.ledger.extending import end_of_life
from jifen.programme.point_terms import Expiry, Extension
from jifen.whatif.granting import of_each

if TYPE_CHECKING:
    from jifen.whatif.history import Integers


NO_EVENT: Final = -1


class Lived(NamedTuple):
    """`left` (lots,): what lay in a lot when it ended or, if it has not, lies in it now. `users`, `used_at` and `used`
    (uses,): who used, when and how much. `uncovered`: points that were really used and that this side would not have
    had.
    """

    left: Integers
    users: Integers
    used_at: Integers
    used: Integers
    uncovered: int


class LotsToLive(NamedTuple):
    """Arrays (lots,) int64, each member's lots in the order of earning. `events` are the places of what gave them,
    NO_EVENT where no rule did; `days` the local days of earning. Points below 0 were taken by a rule.
    """

    events: Integers
    members: Integers
    earned_at: Integers
    days: Integers
    expires_at: Integers
    points: Integers


def live(lots: LotsToLive, uses: Integers, *, by_end: bool) -> Lived:
    """Let members use their lots: those that end first or, without `by_end`, those earned first.

    `uses` (rows, 3): member, instant, points that went (< 0) or came back (> 0).
    """
    left, of_members = lots.points.copy(), dict(_by_member(uses))
    users, used_at, used, uncovered = list[int](), list[int](), list[int](), 0
    takes = np.unique(lots.members[lots.points < 0]).tolist()
    for member in dict.fromkeys([*of_members, *takes]):
        own = of_members.get(member, [])
        first, last = np.searchsorted(lots.members, (member, member + 1)).tolist()
        columns = (lots.earned_at, lots.expires_at, lots.points, lots.events)
        rows = list(zip(*(column[first:last].tolist() for column in columns), strict=True))
        left[first:last], covered = _used(rows, own, by_end)
        users += [member] * len(own)
        used_at += [at for at, _ in own]
        used += covered
        uncovered += sum(wanted for _, wanted in own) - sum(covered)
    of_uses = [np.array(one, np.int64) for one in (users, used_at, used)]
    return Lived(left, of_uses[0], of_uses[1], of_uses[2], uncovered)


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
    lots: list[tuple[int, int, int, int]], uses: list[tuple[int, int]], by_end: bool
) -> tuple[list[int], list[int]]:
    """What is left of each lot (earned at, expires at, points, event), and what each use (instant, points) found. What
    a rule took and did not find stays below 0."""
    left = [points for _, _, points, _ in lots]
    taken = list(_taken(lots, left))
    asked = sorted([*taken, *((*use, None) for use in uses)], key=itemgetter(0))
    open_lots: list[tuple[int, int, int]] = []
    come, covered = 0, []
    for at, wanted, taking in asked:
        while come < len(lots) and lots[come][0] <= at:
            earned_at, expires_at, points, _ = lots[come]
            if points > 0:
                heappush(open_lots, (expires_at if by_end else earned_at, earned_at, come))
            come += 1
        missing = wanted
        while missing and open_lots:
            place = open_lots[0][2]
            if lots[place][1] <= at or left[place] == 0:
                heappop(open_lots)
                continue
            found = min(missing, left[place])
            left[place] -= found
            missing -= found
        if taking is None:
            covered.append(wanted - missing)
        else:
            left[taking] = -missing
    return left, covered


def _taken(
    lots: list[tuple[int, int, int, int]], left: list[int]
) -> Iterator[tuple[int, int, int]]:
    """What rules took (instant, points, place) beyond what the same event gave, which is less by it."""
    given: dict[int, list[int]] = {}
    for place, (_, _, points, event) in enumerate(lots):
        if points > 0:
            given.setdefault(event, []).append(place)
    for taking, (at, _, points, event) in enumerate(lots):
        if points >= 0:
            continue
        for place in given.get(event, ()):
            netted = min(left[place], -left[taking])
            left[place] -= netted
            left[taking] += netted
        yield at, -left[taking], taking


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
