"""What was told of points before they ended, derived once more from lots and what was taken from them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

import msgspec

from jifen.db.tables import LOT, OUTBOX, POSTING, TAKING
from jifen.instants import NEVER, date_of, local_day_of
from jifen.intake.following.ending_notices import DELAYED, EXPIRING
from jifen.intake.judging.case import TOLD
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import LOTS, POSTINGS, TAKINGS
from jifen.ledger.foretelling import Foretold, foretold, next_notice
from jifen.ledger.records import EXPIRED
from jifen.proof.differences import Difference
from jifen.proof.journal import Asked
from jifen.proof.slices import MemberRow, Records

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
    member: MemberRow, records: Records, asked: Sequence[Asked], programme: OpenProgramme
) -> Iterator[Difference]:
    """Every promised notice was told when it was due, with the points that were there; what was told too late ended
    later; and time looks again no later than the next one is due. Points that activity keeps alive are left out: when
    they were to end is not kept for every moment."""
    promised = {
        number: terms.notices
        for number, terms in programme.terms[programme.revision].items()
        if terms.notices and not terms.extensions
    }
    if not promised:
        return
    expected: dict[int, Counter[_Said]] = defaultdict(Counter)
    recorded = list(accumulate((command.recorded_at for command in asked), max))
    takings = _takings(records)
    seqs = [command.seq for command in asked]
    first = NEVER
    for lot in map(LOT.unpack, records.rows[LOTS]):
        number, currency, ends_at, remaining = (lot[2], lot[3]), lot[4], lot[11], lot[12]
        promises = promised.get(currency, ())
        if (made := bisect_left(seqs, lot[2])) == len(seqs):
            continue
        looked_at = recorded[made]
        # what a hold reserves stays in its lot when a notice is missed, and ends later all the same
        while (at := next_notice(promises, ends_at, looked_at, programme.zone)) != NEVER:
            place = bisect_left(recorded, at)
            if place == len(asked):
                first = min(first, at) if remaining else first
                break
            command, since, taken = asked[place], recorded[place - 1] + 1, takings[number]
            looked_at = command.recorded_at
            found = foretold(promises, ends_at, since, looked_at, programme.zone)
            left = lot[7] - sum(one.points for one in taken if one.seq < command.seq)
            if found is None or not left:
                continue
            expected[command.seq][_said(programme, currency, ends_at, found)] += left
            if found.missed:
                if any(one.expired and one.seq >= command.seq for one in taken):
                    where, later = f"lot {lot[2]}/{lot[3]}", _last_day(programme, found.ends_at)
                    yield _differs(member, where, "", later)
                ends_at = found.ends_at
    names = {programme.engine.currencies[number] for number in promised}
    told = _told(records, names)
    for seq in sorted(told.keys() | expected.keys()):
        if told[seq] != expected[seq]:
            yield _differs(member, f"command {seq}", _shown(told[seq]), _shown(expected[seq]))
    if member.next_due_at > first:
        recorded_at, derived = str(member.next_due_at), str(first)
        yield Difference(
            check="next_due_at", member=member.external_id, recorded=recorded_at, derived=derived
        )


def _differs(member: MemberRow, where: str, recorded: str, derived: str) -> Difference:
    return Difference(
        check="notice", member=member.external_id, where=where, recorded=recorded, derived=derived
    )


def _takings(records: Records) -> defaultdict[Number, list[_Taken]]:
    """What was taken from each lot, and whether it was posted as expired."""
    expiries = {
        (posting[2], posting[3])
        for posting in map(POSTING.unpack, records.rows[POSTINGS])
        if posting[6] == EXPIRED
    }
    found: defaultdict[Number, list[_Taken]] = defaultdict(list)
    for _, _, seq, _, posting_row_no, lot_seq, lot_row_no, points in map(
        TAKING.unpack, records.rows[TAKINGS]
    ):
        expired = (seq, posting_row_no) in expiries and points > 0
        found[lot_seq, lot_row_no].append(_Taken(seq, points, expired))
    return found


def _told(records: Records, names: set[str]) -> defaultdict[int, Counter[_Said]]:
    """What was told, by command."""
    told: defaultdict[int, Counter[_Said]] = defaultdict(Counter)
    for _, _, seq, _, name, payload in map(OUTBOX.unpack, records.rows[TOLD]):
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


def _shown(told: Counter[_Said]) -> str:
    return ", ".join(
        f"{points} {said.currency} {said.last_day} -{said.days}" for said, points in told.items()
    )
