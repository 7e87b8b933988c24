"""What was told of points before they ended, derived once more from lots and what was taken from them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

import msgspec

from jifen.instants import NEVER, date_of, local_day_of
from jifen.intake.following.ending_notices import DELAYED, EXPIRING
from jifen.intake.judging.case import TOLD
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import HOLD_LOTS, LOTS, TAKINGS
from jifen.ledger.extending import later_end
from jifen.ledger.foretelling import Foretold, Promise, foretold, next_notice
from jifen.ledger.records import EXPIRED
from jifen.proof.differences import Difference
from jifen.proof.evaluation import History
from jifen.proof.journal import Asked
from jifen.proof.lives import Life, possible_lives
from jifen.proof.showing import NOTHING, at, moment_shown
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline
from jifen.wording import Said

_decode: Final = msgspec.json.Decoder().decode

Number = tuple[int, int]


class _Said(NamedTuple):
    """A notice without its points: of which currency, the days, the last day of use, and which it would have been."""

    currency: str
    days: int
    last_day: str
    instead_of: str


class _Taken(NamedTuple):
    seq: int
    points: int
    expired: bool


def notice_differences(
    member: MemberRow,
    records: Records,
    history: History,
    asked: Sequence[Asked],
    timeline: Timeline,
) -> Iterator[Difference]:
    """Every promised notice was told when it was due, with the points that were there; what was told too late ended
    later; and time looks again no later than the next one is due. Points that activity keeps alive are left out where
    their ends of the past cannot be told."""
    terms = timeline.programme.terms[timeline.programme.revision]
    promised = {number: one.notices for number, one in terms.items() if one.notices}
    if not promised:
        return
    differences: list[Difference] | None = None
    for lives in possible_lives(records, history, asked, timeline):
        found = list(_differences(member, records, asked, timeline.programme, promised, lives))
        if not found:
            return
        differences = differences or found
    if differences is None:
        alone = {of: some for of, some in promised.items() if not terms[of].extensions}
        unlengthened: list[Life] = [(0, {})]
        yield from _differences(member, records, asked, timeline.programme, alone, unlengthened)
    else:
        yield from differences


def _differences(
    member: MemberRow,
    records: Records,
    asked: Sequence[Asked],
    programme: OpenProgramme,
    promised: Mapping[int, Collection[Promise]],
    lives: Sequence[Life],
) -> Iterator[Difference]:
    derived = _Derived(programme, records, asked, lives)
    for lot in records.read(LOTS):
        for where, later in derived.follow(lot, promised.get(lot[4], ())):
            yield _differs(member, where, "", later)
    names = {programme.engine.currencies[number] for number in promised}
    told, expected = _told(records, names), derived.expected
    for seq in sorted(told.keys() | expected.keys()):
        if told[seq] != expected[seq]:
            yield _differs(member, at(command=seq), _shown(told[seq]), _shown(expected[seq]))
    if member.next_due_at > derived.next_due_at:
        recorded_at = moment_shown(member.next_due_at, programme.zone)
        due_at = moment_shown(derived.next_due_at, programme.zone)
        yield Difference(
            check="next_due_at", member=member.external_id, recorded=recorded_at, derived=due_at
        )


class _Derived:
    """What was to be told at each command, by its number, and when the next notice of any lot is due."""

    def __init__(
        self,
        programme: OpenProgramme,
        records: Records,
        asked: Sequence[Asked],
        lives: Sequence[Life],
    ) -> None:
        self.programme, self.asked, self.lives = programme, asked, lives
        self.terms = programme.terms[programme.revision]
        self.recorded = list(accumulate((command.recorded_at for command in asked), max))
        self.seqs = [command.seq for command in asked]
        self.takings, self.reserved = _takings(records), _reserved(records)
        self.expected: dict[int, Counter[_Said]] = defaultdict(Counter)
        self.next_due_at = NEVER

    def follow(
        self, lot: tuple[Any, ...], promises: Collection[Promise]
    ) -> Iterator[tuple[Said, str]]:
        """Go through the notices of a lot; where it lapsed although one was missed, and on which day it was to end."""
        made = bisect_left(self.seqs, lot[2])
        currency, earned_at, put_off_until = lot[4], lot[9], 0
        ends = [*(place for place, _ in self.lives[1:]), len(self.asked)]
        for (begins, extended), last in zip(self.lives, ends, strict=True):
            if not promises or made >= last:
                continue
            of_activity = extended.get(currency, ())
            ends_at = later_end(lot[11], earned_at, of_activity, self.programme.zone)
            looked_at = self.recorded[max(made, begins - 1)]
            while True:
                until = max(ends_at, put_off_until)
                at = next_notice(promises, until, looked_at, self.programme.zone)
                place = bisect_left(self.recorded, at)
                if place >= last:
                    break
                looked_at = self.recorded[place]
                found = self._told_at(place, lot, promises, until)
                if found is not None and found.missed and self._stayed(place, lot):
                    yield from self._lapsed(place, lot, found.ends_at)
                    if not self.terms[currency].extensions:
                        put_off_until = found.ends_at  # of what a hold reserves: it stays there
            if begins == self.lives[-1][0] and lot[12]:
                self.next_due_at = min(self.next_due_at, at)

    def _told_at(
        self, place: int, lot: tuple[Any, ...], promises: Collection[Promise], ends_at: int
    ) -> Foretold | None:
        """What a command tells of what was left of a lot."""
        seq, since = self.asked[place].seq, self.recorded[place - 1] + 1
        found = foretold(promises, ends_at, since, self.recorded[place], self.programme.zone)
        left = self._left(lot, seq)
        if found is None or not left:
            return None
        self.expected[seq][_said(self.programme, lot[4], ends_at, found)] += left
        return found

    def _left(self, lot: tuple[Any, ...], seq: int) -> int:
        """What was left of a lot before a command."""
        return int(
            lot[7] - sum(one.points for one in self.takings[lot[2], lot[3]] if one.seq < seq)
        )

    def _stayed(self, place: int, lot: tuple[Any, ...]) -> bool:
        """Whether some of what was left of a lot did not go on into a later one. Where all did, what comes back to the
        lot afterwards, from a gift or a hold, ends when the lot does."""
        seq = self.asked[place].seq
        of_lot = (one for one in self.takings[lot[2], lot[3]] if one.seq == seq)
        went_on = sum(one.points for one in of_lot if one.points > 0 and not one.expired)
        return went_on < self._left(lot, seq)

    def _lapsed(self, place: int, lot: tuple[Any, ...], ends_at: int) -> Iterator[tuple[Said, str]]:
        """A lot of which a hold reserved points keeps its end where activity lengthens it."""
        number = (lot[2], lot[3])
        if self.terms[lot[4]].extensions and number in self.reserved:
            return
        seq = self.asked[place].seq
        if any(one.expired and one.seq >= seq for one in self.takings[number]):
            yield at(lot=f"{lot[2]}/{lot[3]}"), _last_day(self.programme, ends_at)


def _differs(
    member: MemberRow, where: Said, recorded: Said | str, derived: Said | str
) -> Difference:
    return Difference(
        check="notice", member=member.external_id, where=where, recorded=recorded, derived=derived
    )


def _takings(records: Records) -> defaultdict[Number, list[_Taken]]:
    """What was taken from each lot, and whether it was posted as expired."""
    expiries = {(posting[2], posting[3]) for posting in records.posted(EXPIRED)}
    found: defaultdict[Number, list[_Taken]] = defaultdict(list)
    for _, _, seq, _, posting_row_no, lot_seq, lot_row_no, points in records.read(TAKINGS):
        expired = (seq, posting_row_no) in expiries and points > 0
        found[lot_seq, lot_row_no].append(_Taken(seq, points, expired))
    return found


def _reserved(records: Records) -> set[Number]:
    """Lots of which a hold has ever reserved something."""
    return {(row[4], row[5]) for row in records.read(HOLD_LOTS)}


def _told(records: Records, names: set[str]) -> defaultdict[int, Counter[_Said]]:
    """What was told, by command."""
    told: defaultdict[int, Counter[_Said]] = defaultdict(Counter)
    for _, _, seq, _, name, payload in records.read(TOLD):
        if name in (EXPIRING, DELAYED):
            said = _decode(payload)
            for currency, points in said["points"].items():
                if currency in names:
                    of = said["notice_days"], said["last_day"], said.get("instead_of", "")
                    told[seq][_Said(currency, *of)] += points
    return told


def _said(programme: OpenProgramme, currency: int, ends_at: int, found: Foretold) -> _Said:
    return _Said(
        programme.engine.currencies[currency],
        found.days,
        _last_day(programme, found.ends_at),
        _last_day(programme, ends_at) if found.missed else "",
    )


def _last_day(programme: OpenProgramme, ends_at: int) -> str:
    return date_of(local_day_of(ends_at - 1, programme.zone)).isoformat()


def _shown(told: Counter[_Said]) -> Said:
    if not told:
        return NOTHING
    return Said(
        ", ".join(
            f"{points} {said.currency} until {said.last_day}, {said.days} days before"
            for said, points in told.items()
        ),
        "，".join(
            f"{points} {said.currency} 有效至 {said.last_day}，提前 {said.days} 天"
            for said, points in told.items()
        ),
    )
