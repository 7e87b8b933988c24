"""What becomes of points: used as members really used theirs, lapsed, or left, under either side of a replay.

A member uses under a draft what was really used, at the same moment, in the currency's order, as far as the
points reach; what they do not reach for is counted. Points count as usable from the event on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
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


class Ended(NamedTuple):
    """What lay in lots when it ended or, if it has not, will lie in them then: arrays (endings,) of the places of lots,
    instants and points. What a hold reserves ends with the hold, if that is later than the lot."""

    lots: Integers
    at: Integers
    points: Integers


class Lived(NamedTuple):
    """`users`, `used_at` and `used` (uses,): who used, when and how much, also of what is owed for it. `missing`
    (uses,): what was not found; `uncovered`: what of that is not owed, all uses together."""

    ended: Ended
    users: Integers
    used_at: Integers
    used: Integers
    missing: Integers
    uncovered: int


class LotsToLive(NamedTuple):
    """Arrays (lots,) int64, each member's lots in the order of earning. `events` are the places of what gave them,
    NO_EVENT where no rule did; `days` the local days of earning, `since` from when they can be used. Points below 0
    were taken by a rule.
    """

    events: Integers
    members: Integers
    earned_at: Integers
    days: Integers
    since: Integers
    expires_at: Integers
    points: Integers


class LotOfMember(NamedTuple):
    """A row of `LotsToLive` of one member."""

    earned_at: int
    since: int
    expires_at: int
    points: int
    event: int


class Use(NamedTuple):
    """Points that were set aside at an instant, and of which so many were used at another, the same but for holds."""

    set_aside_at: int
    at: int
    set_aside: int
    used: int


def live(
    lots: LotsToLive, uses: Integers, *, by_end: bool, missed: Integers | None = None
) -> Lived:
    """Let members use their lots: those that end first or, without `by_end`, those earned first.

    `uses` (rows, 5) as `Moves.uses` without the currency. What they do not find is owed, for it was really there and
    came back since; but no more than was `missed` (uses,) on the published side, if this is another: what only a draft
    lacks is not used. What rules take and do not find is owed as well. Later points repay what is owed.
    """
    left, of_members = lots.points.copy(), dict(_by_member(uses))
    places, users, rows, missing = list[int](), list[int](), list[Use](), list[int]()
    ended: list[tuple[int, int, int]] = []
    takes = np.unique(lots.members[lots.points < 0]).tolist()
    for member in dict.fromkeys([*of_members, *takes]):
        own = of_members.get(member, [])
        first, last = np.searchsorted(lots.members, (member, member + 1)).tolist()
        columns = (lots.earned_at, lots.since, lots.expires_at, lots.points, lots.events)
        of_member = [
            LotOfMember(*row)
            for row in zip(*(column[first:last].tolist() for column in columns), strict=True)
        ]
        owing = None if missed is None else missed[len(rows) : len(rows) + len(own)].tolist()
        purse = Purse(of_member, by_end=by_end)
        missing += purse.live(own, owing)
        left[first:last] = purse.left
        ended += [(first + place, at, points) for place, at, points in purse.freed]
        users += [member] * len(own)
        rows += own
    lacking = np.array(missing, np.int64)
    owed = lacking if missed is None else np.minimum(lacking, missed)
    used = np.array([one.used for one in rows], np.int64) - lacking + owed
    places = np.flatnonzero(left).tolist()
    late = np.array(ended, np.int64).reshape(len(ended), 3).T
    return Lived(
        Ended(
            np.concatenate([places, late[0]]).astype(np.int64),
            np.concatenate([lots.expires_at[places], late[1]]),
            np.concatenate([left[places], late[2]]),
        ),
        np.array(users, np.int64),
        np.array([one.at for one in rows], np.int64),
        used,
        lacking,
        int((lacking - owed).sum()),
    )


def _by_member(uses: Integers) -> Iterator[tuple[int, list[Use]]]:
    """Each member's uses in the order of time, what came back taken out of the last ones before it."""
    for member, rows in groupby(uses.tolist(), key=itemgetter(0)):
        own: list[Use] = []
        for _, *row in rows:
            one = Use(*row)
            if one.used >= 0:
                own.append(one)
                continue
            back = -one.used
            for place in range(len(own) - 1, -1, -1):
                found = min(back, own[place].used)
                back -= found
                own[place] = own[place]._replace(
                    used=own[place].used - found,
                    set_aside=own[place].set_aside - found,
                )
        yield member, own


class Purse:
    """One member's lots of a currency as time goes by. `left`: what is in them; `freed`: the place, instant and points
    of what a hold set free behind the end of its lot."""

    def __init__(self, lots: Sequence[LotOfMember], *, by_end: bool) -> None:
        self.lots, self.by_end = lots, by_end
        self.left = [max(0, lot.points) for lot in lots]
        self.freed: list[tuple[int, int, int]] = []
        self._owed = 0
        self._coming = [(lot.since, place) for place, lot in enumerate(lots) if lot.points > 0]
        heapify(self._coming)
        self._open: list[tuple[int, int, int]] = []

    def live(self, uses: Sequence[Use], owing: Sequence[int] | None) -> list[int]:
        """What each use lacked. `owing`: how much of that is owed at most; None: all."""
        lacking, reserved = [0] * len(uses), dict[int, list[tuple[int, int]]]()
        acts = [(at, _TAKES, -wanted) for at, wanted in _taken(self.lots, self.left)]
        for number, use in enumerate(uses):
            acts.append((use.set_aside_at, _SETS_ASIDE, number))
            acts.append((use.at, _USES, number))
        for at, act, number in sorted(acts, key=itemgetter(0)):
            self._until(at)
            if act == _TAKES:
                self._owed += -number - _sum(self._take(-number, at))
            elif act == _SETS_ASIDE:
                reserved[number] = self._take(uses[number].set_aside, at)
            else:
                missing = self._used(uses[number].used, reserved.pop(number), at)
                lacking[number] = missing
                self._owed += missing if owing is None else min(missing, owing[number])
        self._until(NEVER)
        return lacking

    def _until(self, at: int) -> None:
        """Let lots come that can be used by an instant; they repay what is owed."""
        while self._coming and self._coming[0][0] <= at:
            since, place = heappop(self._coming)
            self._reopen(place)
            self._repay(since)

    def _reopen(self, place: int) -> None:
        lot = self.lots[place]
        first = lot.expires_at if self.by_end else lot.earned_at
        heappush(self._open, (first, lot.earned_at, place))

    def _repay(self, at: int) -> None:
        if self._owed:
            self._owed -= _sum(self._take(self._owed, at))

    def _take(self, wanted: int, at: int) -> list[tuple[int, int]]:
        """Take as many points as are there, and from which lots how many."""
        taken: list[tuple[int, int]] = []
        while wanted and self._open:
            place = self._open[0][2]
            if self.lots[place].expires_at <= at or self.left[place] == 0:
                heappop(self._open)
                continue
            found = min(wanted, self.left[place])
            self.left[place] -= found
            taken.append((place, found))
            wanted -= found
        return taken

    def _used(self, wanted: int, reserved: Iterable[tuple[int, int]], at: int) -> int:
        """Use what was reserved, first to last, and set the rest free; what was not there."""
        for place, points in reserved:
            rest = points - min(points, wanted)
            wanted -= points - rest
            if rest and self.lots[place].expires_at <= at:
                self.freed.append((place, at, rest))
            elif rest:
                self.left[place] += rest
                self._reopen(place)
        self._repay(at)
        return wanted


_TAKES, _SETS_ASIDE, _USES = range(3)


def _sum(taken: Iterable[tuple[int, int]]) -> int:
    return sum(points for _, points in taken)


def _taken(lots: Sequence[LotOfMember], left: list[int]) -> Iterator[tuple[int, int]]:
    """What rules took (instant, points) beyond what the same event gave, which is less by it."""
    given: dict[int, list[int]] = {}
    for place, lot in enumerate(lots):
        if lot.points > 0:
            given.setdefault(lot.event, []).append(place)
    for lot in lots:
        if lot.points >= 0:
            continue
        wanted = -lot.points
        for place in given.get(lot.event, ()):
            netted = min(left[place], wanted)
            left[place] -= netted
            wanted -= netted
        yield lot.since, wanted


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
