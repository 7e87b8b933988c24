"""What was told of points before they ended, derived once more from lots and what was taken from them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

import msgspec

from jifen.db.tables import HOLD_LOT, LOT, OUTBOX, POSTING, TAKING
from jifen.instants import NEVER, date_of, local_day_of
from jifen.intake.following.ending_notices import DELAYED, EXPIRING
from jifen.intake.judging.case import TOLD
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import HOLD_LOTS, LOTS, POSTINGS, TAKINGS
from jifen.ledger.foretelling import Foretold, foretold, next_notice, notice_begins
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
    takings, reserved = _takings(records), _reserved(records)
    first = NEVER
    for lot in map(LOT.unpack, records.rows[LOTS]):
        number, currency, ends_at, remaining = (lot[2], lot[3]), lot[4], lot[11], lot[12]
        promises = promised.get(currency, ())
        if remaining and recorded:
            first = min(first, next_notice(promises, ends_at, recorded[-1], programme.zone))
        instants = {notice_begins(ends_at, one.days, programme.zone) for one in promises}
        for place in sorted({bisect_left(recorded, at) for at in instants}):
            if place == len(asked) or asked[place].seq <= lot[2]:
                continue
            command, since, taken = asked[place], recorded[place - 1] + 1, takings[number]
            found = foretold(promises, ends_at, since, command.recorded_at, programme.zone)
            left = lot[7] - sum(one.points for one in taken if one.seq < command.seq)
            if found is None or not left:
                continue
            expected[command.seq][_said(programme, currency, ends_at, found)] += left
            lapsed = any(one.expired and one.seq >= command.seq for one in taken)
            if found.missed and lapsed and number not in reserved:
                where, later = f"lot {lot[2]}/{lot[3]}", _last_day(programme, found.ends_at)
                yield _differs(member, where, "", later)
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


def _reserved(records: Records) -> set[Number]:
    """Lots of which a hold has ever reserved something: what it frees keeps the lot's own end."""
    return {(row[4], row[5]) for row in map(HOLD_LOT.unpack, records.rows[HOLD_LOTS])}


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
