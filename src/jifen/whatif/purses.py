"""Purses of members who may be one person for a while: lots come, are used in order, and go over with their members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from operator import itemgetter
from typing import NamedTuple

from jifen.instants import NEVER
from jifen.whatif.unions import Union


class LotOfMember(NamedTuple):
    """A row of `LotsToLive`."""

    member: int
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


_UNITES, _TAKES, _SETS_ASIDE, _USES, _PARTS = range(5)
_Taken = list[tuple[int, int]]
"""Lots, and how many points of each."""


class Purses:
    """Lots of members as time goes by. `left`: what is in them; `ended`: the place, instant and points of what ended
    otherwise than with its lot; `shifted`: the member, instant and points by which a balance is higher because others
    used a member's points, or took over the debts, while they were one.
    """

    def __init__(self, lots: Sequence[LotOfMember], *, by_end: bool) -> None:
        self.lots, self.by_end = lots, by_end
        self.left = [max(0, lot.points) for lot in lots]
        self.ended: list[tuple[int, int, int]] = []
        self.shifted: list[tuple[int, int, int]] = []
        self._owed = Counter[int]()
        self._coming = [(lot.since, place) for place, lot in enumerate(lots) if lot.points > 0]
        heapify(self._coming)
        self._open: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        self._ways = [[lot.member] for lot in lots]  # from whoever earned it to who has it
        self._used_by = [[0] for _ in lots]  # of what each on the way has used

    def live(
        self,
        uses: Sequence[tuple[int, Use]],
        owing: Sequence[int] | None,
        unions: Sequence[Union] = (),
    ) -> list[int]:
        """What each use, by whom, lacked. `owing`: how much of that is owed at most; None: all."""
        lacking, reserved = [0] * len(uses), dict[int, _Taken]()
        takings = list(_taken(self.lots, self.left))
        acts = [(one.at, _UNITES, number) for number, one in enumerate(unions) if not one.parts]
        acts += [(at, _TAKES, number) for number, (at, _, _) in enumerate(takings)]
        for number, (_, use) in enumerate(uses):
            acts += [(use.set_aside_at, _SETS_ASIDE, number), (use.at, _USES, number)]
        acts += [(one.at, _PARTS, number) for number, one in enumerate(unions) if one.parts]
        for at, act, number in sorted(acts, key=itemgetter(0)):
            self._until(at)
            if act == _TAKES:
                _, member, wanted = takings[number]
                self._owed[member] += wanted - _sum(self._take(member, wanted, at))
            elif act == _SETS_ASIDE:
                member, use = uses[number]
                reserved[number] = self._take(member, use.set_aside, at)
            elif act == _USES:
                member, use = uses[number]
                missing = self._use(use.used, reserved.pop(number), at)
                lacking[number] = missing
                self._owed[member] += missing if owing is None else min(missing, owing[number])
                self._repay(member, at)
            elif act == _UNITES:
                self._unite(unions[number])
            else:
                self._part(unions[number])
        self._until(NEVER)
        return lacking

    def _until(self, at: int) -> None:
        """Let lots come that can be used by an instant; they repay what is owed."""
        while self._coming and self._coming[0][0] <= at:
            since, place = heappop(self._coming)
            self._open_to_holder(place)
            self._repay(self._ways[place][-1], since)

    def _open_to_holder(self, place: int) -> None:
        """Whoever has a lot may use it: among equals, what was one's own first."""
        lot, way = self.lots[place], self._ways[place]
        first = lot.expires_at if self.by_end else lot.earned_at
        heappush(self._open[way[-1]], (first, lot.earned_at, len(way), place))

    def _repay(self, member: int, at: int) -> None:
        if self._owed[member]:
            self._owed[member] -= _sum(self._take(member, self._owed[member], at))

    def _take(self, member: int, wanted: int, at: int) -> _Taken:
        """Take as many points as are there, and from which lots how many."""
        taken: _Taken = []
        own = self._open[member]
        while wanted and own:
            place = own[0][3]
            ended = self.lots[place].expires_at <= at
            if ended or self.left[place] == 0 or self._ways[place][-1] != member:
                heappop(own)
                continue
            found = min(wanted, self.left[place])
            self.left[place] -= found
            self._used_by[place][-1] += found
            taken.append((place, found))
            wanted -= found
        return taken

    def _use(self, wanted: int, reserved: Iterable[tuple[int, int]], at: int) -> int:
        """Use what was reserved, first to last, and set the rest free; what was not there."""
        for place, points in reserved:
            rest = points - min(points, wanted)
            wanted -= points - rest
            if rest:
                self._used_by[place][-1] -= rest
                if self.lots[place].expires_at <= at:
                    self.ended.append((place, at, rest))
                else:
                    self.left[place] += rest
                    self._open_to_holder(place)
        return wanted

    def _unite(self, union: Union) -> None:
        """Let everything of a member go over, but what a claim leaves behind: that ends."""
        for place, way in enumerate(self._ways):
            if way[-1] != union.member:
                continue
            if self.lots[place].earned_at < union.counts_from and self.left[place]:
                self.ended.append((place, union.at, self.left[place]))
                self.left[place] = 0
            way.append(union.other)
            self._used_by[place].append(0)
            if self.lots[place].since <= union.at:
                self._open_to_holder(place)
        owed = self._owed.pop(union.member, 0)
        self._owed[union.other] += owed
        self._shift(union, owed)
        self._repay(union.other, union.at)

    def _part(self, union: Union) -> None:
        """Give back what is left of what went over; what was owed stays."""
        for place, way in enumerate(self._ways):
            if way[-2:] != [union.member, union.other]:
                continue
            way.pop()
            used = self._used_by[place].pop()
            self._used_by[place][-1] += used
            self._shift(union, -used)
            if self.lots[place].since <= union.at:
                self._open_to_holder(place)

    def _shift(self, union: Union, points: int) -> None:
        if points:
            self.shifted.append((union.member, union.at, points))
            self.shifted.append((union.other, union.at, -points))


def _sum(taken: Iterable[tuple[int, int]]) -> int:
    return sum(points for _, points in taken)


def _taken(lots: Sequence[LotOfMember], left: list[int]) -> Iterator[tuple[int, int, int]]:
    """What rules took (instant, from whom, points) beyond what the same event gave, which is less by it."""
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
        yield lot.since, lot.member, wanted
