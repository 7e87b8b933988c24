"""What becomes of points: used as members really used theirs, lapsed, or left, under either side of a replay.

A member uses under a draft what was really used, at the same moment, in the currency's order, as far as the
points reach; what they do not reach for is counted. Points count as usable from the event on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from jifen.whatif.purses import LotOfMember, Purses, Use
from jifen.whatif.unions import Union, groups_of

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
    (uses,): what was not found; `uncovered`: what of that is not owed, all uses together. `shifted` (rows, 3): the
    member, instant and points by which a balance is higher, for others used a member's points while they were one."""

    ended: Ended
    users: Integers
    used_at: Integers
    used: Integers
    missing: Integers
    uncovered: int
    shifted: Integers


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


def live(
    lots: LotsToLive,
    uses: Integers,
    *,
    by_end: bool,
    missed: Integers | None = None,
    unions: Sequence[Union] = (),
) -> Lived:
    """Let members use their lots: those that end first or, without `by_end`, those earned first.

    `uses` (rows, 5) as `Moves.uses` without the currency. What they do not find is owed, for it was really there and
    came back since; but no more than was `missed` (uses,) on the published side, if this is another: what only a draft
    lacks is not used. What rules take and do not find is owed as well. Later points repay what is owed.
    """
    left, of_members = lots.points.copy(), dict(_by_member(uses))
    rows, missing = list[tuple[int, Use]](), list[int]()
    ended, shifted = list[tuple[int, int, int]](), list[tuple[int, int, int]]()
    takes = np.unique(lots.members[lots.points < 0]).tolist()
    for group, united in groups_of([*of_members, *takes], unions):
        own = [(member, use) for member in group for use in of_members.get(member, ())]
        places, of_group = _lots_of(lots, group)
        owing = None if missed is None else missed[len(rows) : len(rows) + len(own)].tolist()
        purses = Purses(of_group, by_end=by_end)
        missing += purses.live(own, owing, united)
        left[places] = purses.left
        ended += [(int(places[place]), at, points) for place, at, points in purses.ended]
        shifted += purses.shifted
        rows += own
    lacking = np.array(missing, np.int64)
    owed = lacking if missed is None else np.minimum(lacking, missed)
    return Lived(
        _ended(lots, left, ended),
        np.array([member for member, _ in rows], np.int64),
        np.array([use.at for _, use in rows], np.int64),
        np.array([use.used for _, use in rows], np.int64) - lacking + owed,
        lacking,
        int((lacking - owed).sum()),
        np.array(shifted, np.int64).reshape(len(shifted), 3),
    )


def _lots_of(lots: LotsToLive, members: Iterable[int]) -> tuple[Integers, list[LotOfMember]]:
    """The places of members' lots, and their rows."""
    spans = [np.searchsorted(lots.members, (member, member + 1)).tolist() for member in members]
    places = np.concatenate([np.arange(*span) for span in spans])
    columns = (
        lots.members, lots.earned_at, lots.since, lots.expires_at, lots.points, lots.events,
    )  # fmt: skip
    rows = zip(*(column[places].tolist() for column in columns), strict=True)
    return places, [LotOfMember(*row) for row in rows]


def _ended(lots: LotsToLive, left: Integers, otherwise: Sequence[tuple[int, int, int]]) -> Ended:
    """What ended with its lot, and behind it what did otherwise."""
    places = np.flatnonzero(left)
    more = np.array(otherwise, np.int64).reshape(len(otherwise), 3).T
    columns = (places, lots.expires_at[places], left[places])
    return Ended(*(np.concatenate(both) for both in zip(columns, more, strict=True)))


def _by_member(uses: Integers) -> Iterator[tuple[int, list[Use]]]:
    """Each member's uses, in the order of time. What came back is taken out of the last ones before it, and lay aside
    until then: a lot that ended meanwhile ends with it."""
    for member, rows in groupby(uses.tolist(), key=itemgetter(0)):
        own: list[Use] = []
        for _, *row in rows:
            one = Use(*row)
            if one.used >= 0:
                own.append(one)
                continue
            back, lay_aside = -one.used, list[Use]()
            for place in range(len(own) - 1, -1, -1):
                if not back:
                    break
                since, at, set_aside, used = own[place]
                found = min(back, used)
                if found:
                    back -= found
                    own[place] = Use(since, at, set_aside - found, used - found)
                    lay_aside.append(Use(since, one.at, found, 0))
            own += lay_aside
        yield member, own


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
