"""A member's journal: unbroken, and at one with events, returns and holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from jifen.db.tables import (
    AWARD,
    HOLD_LOT,
    LOT,
    OUTBOX,
    POSTING,
    TAKING,
)
from jifen.instants import LONG_AGO, NEVER
from jifen.intake.answers import PartAnswer, Spun
from jifen.intake.asking.commands import Given
from jifen.intake.asking.member_commands import Opening
from jifen.intake.asking.pay_bodies import FIELD as PAID_FIELD
from jifen.intake.asking.tenders import Pay
from jifen.intake.gathering.enrolling import first_link
from jifen.intake.judging.case import COMMANDS, EVENTS, RETURNS
from jifen.intake.judging.opened import OPENING, opening_payload
from jifen.intake.judging.payload import Returned, decode_payload, decode_returned, encode_payload
from jifen.ledger.book import HOLDS, PLACE
from jifen.ledger.chain import chain_of
from jifen.ledger.records import HoldState
from jifen.programme.events import RETURNED
from jifen.proof.days import Days
from jifen.proof.differences import Difference
from jifen.proof.showing import at, ending_shown, moment_shown
from jifen.proof.slices import MemberRow, Records


class ProvedAnswer(msgspec.Struct, frozen=True, gc=False):
    """The part of an answer that the records must bear out (see `Answer`)."""

    state: str = "applied"
    points: dict[str, int] = {}
    taken: int | None = None
    paid: dict[str, int] = {}
    used: dict[str, int] = {}
    money_off: dict[str, int] = {}
    total: int | None = None
    moved: int | None = None
    received: dict[str, int] = {}
    given_back: int | None = None
    price: int | None = None
    off: int | None = None
    to_pay: int | None = None
    to_refund: int | None = None
    left_for_all: int | None = None
    referrer: str | None = None
    counts_from: int | None = None
    along: tuple[str, ...] = ()
    spun: Spun | None = None
    parts: tuple[PartAnswer, ...] = ()


class Beside(msgspec.Struct, frozen=True):
    """What is kept of an event beside its row: how it was paid with points, and what came back in exchange."""

    pay: Pay | None = None
    in_exchange: Given | None = None


_COUNTED: Final = tuple(
    PLACE[table.name] for table in (AWARD, POSTING, LOT, TAKING, HOLD_LOT, OUTBOX)
)
"""Where in the records the tables are whose rows are numbered within a command."""

_decode_answers: Final = msgspec.json.Decoder(list[ProvedAnswer]).decode
_decode_opening: Final = msgspec.json.Decoder(Opening).decode
_decode_given: Final = msgspec.json.Decoder(Given).decode
_decode_beside: Final = msgspec.json.Decoder(Beside).decode
_decode: Final = msgspec.json.Decoder().decode


class Asked(NamedTuple):
    """A command of the journal, read."""

    seq: int
    batch_id: bytes
    recorded_at: int
    occurred_at: int
    key: str
    kind: str
    body: bytes
    answer: ProvedAnswer

    @property
    def applied(self) -> bool:
        """Whether it changed something."""
        return self.answer.state == "applied"


def asked_of(records: Records) -> list[Asked]:
    """The member's commands, in order."""
    rows = records.read(COMMANDS)
    answers = _decode_answers(b"[%s]" % b",".join([row[-1] for row in rows]))
    return [
        Asked(seq, batch_id, recorded_at, occurred_at, key, kind, body, answer)
        for (_, _, seq, batch_id, recorded_at, occurred_at, key, kind, _, body, _), answer in zip(
            rows, answers, strict=True
        )
    ]


def chain_differences(member: MemberRow, records: Records) -> Iterator[Difference]:
    """Numbers without a gap, and the hash chain over every row."""
    who = member.external_id
    seqs = _seqs_of(records, COMMANDS)
    if seqs != list(range(1, len(seqs) + 1)):
        yield Difference(check="numbering", member=who)
    if not seqs or seqs[-1] != member.member_seq:
        last = str(seqs[-1] if seqs else 0)
        yield Difference(
            check="member_seq", member=who, recorded=str(member.member_seq), derived=last
        )
    for place in _COUNTED:
        yield from _number_differences(who, records.read(place))
    tables = ((_seqs_of(records, place), rows) for place, rows in enumerate(records.rows))
    chain = chain_of(first_link(member.member_id), tables)
    if chain != member.chain:
        yield Difference(
            check="chain",
            member=who,
            recorded=member.chain.hex()[:16],
            derived=chain.hex()[:16],
        )


def key_differences(member: MemberRow, asked: list[Asked]) -> Iterator[Difference]:
    """A key begins with the kind of its command; that of a settlement, which nobody asks, is its number."""
    for one in asked:
        settled = one.kind == "settle"
        if one.key != f"settle/{one.seq}" if settled else not one.key.startswith(f"{one.kind}/"):
            where = at(command=one.seq)
            yield Difference(
                check="command_key", member=member.external_id, where=where, recorded=one.kind
            )


def _seqs_of(records: Records, place: int) -> list[int]:
    """The numbers of the commands of a table's rows: the third column of each."""
    return [row[2] for row in records.read(place)]


def _number_differences(who: str, rows: list[tuple[Any, ...]]) -> Iterator[Difference]:
    """Of each command the rows of a table are numbered 0, 1, 2 …"""
    last, expected = 0, 0
    for row in rows:
        seq, row_no = row[2], row[3]
        expected = expected + 1 if seq == last else 0
        last = seq
        if row_no != expected:
            yield Difference(
                check="numbering",
                member=who,
                where=at(command=seq),
                recorded=str(row_no),
                derived=str(expected),
            )
            return


def deed_differences(
    member: MemberRow, records: Records, asked: list[Asked], days: Days
) -> Iterator[Difference]:
    """Each event and return stands in the journal, and each applied one of the journal is there."""
    who = member.external_id
    journal = {command.seq: command for command in asked}
    waiting = {
        command.seq
        for command in asked
        if command.kind in ("event", "return", "opening") and command.applied
    }
    named_returns = {
        seq for seq in waiting if journal[seq].kind == "return" and returned_by(journal[seq])
    }
    event_ids: dict[int, str] = {}
    opened_at = LONG_AGO
    for row in records.read(EVENTS):
        _, _, seq, occurred_at, _, recorded_at, day, event_id, type_, payload = row
        event_ids[seq] = event_id
        command = journal.get(seq)
        told = command and (command.key, command.occurred_at, command.recorded_at)
        key = f"{_kind_of(type_)}/{event_id}"
        if seq not in waiting or told != (key, occurred_at, recorded_at):
            yield Difference(check="event_command", member=who, where=at(event=event_id))
        elif type_ == OPENING and command is not None:
            opened_at = occurred_at
            facts = decode_payload(payload).facts
            asked_for = opening_payload(_decode_opening(command.body), facts)
            if encode_payload(asked_for) != payload:
                yield Difference(check="event_command", member=who, where=at(event=event_id))
        elif command is not None and not _is_paid_so(command, payload):
            yield Difference(check="event_command", member=who, where=at(event=event_id))
        waiting.discard(seq)
        if days[occurred_at][0] != day:
            yield Difference(check="local_date", member=who, where=at(event=event_id))
    if opened_at != member.opened_at:
        yield Difference(
            check="opened_at",
            member=who,
            recorded=moment_shown(member.opened_at, days.zone),
            derived=moment_shown(opened_at, days.zone),
        )
    for seq in sorted(waiting - named_returns):
        yield Difference(check="event_command", member=who, where=at(command=seq))
    yield from _return_differences(who, records, asked, event_ids, days)


def _kind_of(event_type: str) -> str:
    """The kind of the command by which an event of a type was told."""
    if event_type == OPENING:
        return "opening"
    return "return" if event_type.startswith(RETURNED) else "event"


def _is_paid_so(command: Asked, payload: bytes) -> bool:
    """Whether an event has the currency in which its sender wished to pay, where anything was paid, and leaves to pay
    what they expected, if they said."""
    if command.body == b"{}":
        return b'"paid_in"' not in payload or decode_payload(payload).paid_in is msgspec.UNSET
    pay, kept = _decode_beside(command.body).pay, decode_payload(payload)
    paid_in = pay.currency if pay and PAID_FIELD in kept.fields else msgspec.UNSET
    bill, worth = kept.fields.get("amount", 0), kept.fields.get(PAID_FIELD, 0)
    assert isinstance(bill, int)
    assert isinstance(worth, int)
    expected = pay is None or pay.to_pay in (None, bill - worth)
    return kept.paid_in == paid_in and expected


def _return_differences(
    who: str, records: Records, asked: list[Asked], event_ids: dict[int, str], days: Days
) -> Iterator[Difference]:
    """What came back by a return, or in exchange for something, stands as it was asked."""
    due = {command.seq: given for command in asked if (given := returned_by(command)) is not None}
    occurred_at = {command.seq: command.occurred_at for command in asked if command.seq in due}
    for _, _, seq, event_seq, payload in records.read(RETURNS):
        given = due.pop(seq, None)
        expected = given and Returned(
            amount=given.amount,
            lines=given.lines,
            full=given.full,
            day=days[occurred_at[seq]][0],
        )
        known = given is not None and given.of == event_ids.get(event_seq)
        if not known or expected != decode_returned(payload):
            yield Difference(check="return_command", member=who, where=at(command=seq))
    for seq in sorted(due):
        yield Difference(check="return_command", member=who, where=at(command=seq))


def returned_by(command: Asked) -> Given | None:
    """What comes back with a command that was applied; None for those that bring nothing back."""
    if command.body == b"{}" or command.kind not in ("event", "return") or not command.applied:
        return None
    if command.kind == "return":
        return _decode_given(command.body)
    return _decode_beside(command.body).in_exchange


def paid_from_hold(command: Asked) -> Pay | None:
    """How an event was paid out of a hold; None for everything else."""
    if command.kind != "event" or not command.applied or b'"hold"' not in command.body:
        return None
    pay = _decode_beside(command.body).pay
    return pay if pay is not None and pay.hold is not None else None


def hold_differences(
    member: MemberRow, records: Records, asked: list[Asked], zone: ZoneInfo
) -> Iterator[Difference]:
    """How each hold ended: by a capture, a purchase, a void, or the first command at or after its deadline."""
    ended: dict[str, tuple[HoldState, int, int]] = {}
    for command in asked:
        if command.kind == "capture" and command.applied:
            captured = (HoldState.CAPTURED, command.answer.taken or 0, command.recorded_at)
            ended[_decode(command.body)["of"]] = captured
        elif command.kind == "void" and command.applied:
            ended[_decode(command.body)["of"]] = (HoldState.VOIDED, 0, command.recorded_at)
        elif (pay := paid_from_hold(command)) is not None and pay.hold is not None:
            paid = command.answer.paid.get(pay.currency, 0)
            ended[pay.hold] = (HoldState.CAPTURED, paid, command.recorded_at)
    last_recorded_at = max((command.recorded_at for command in asked), default=-NEVER)
    for *_, deadline, hold_id, state, captured, closed_at in records.read(HOLDS):
        still_open = deadline > last_recorded_at
        unended = (HoldState.OPEN, 0, NEVER) if still_open else (HoldState.TIMED_OUT, 0, deadline)
        expected = ended.get(hold_id, unended)
        if (state, captured, closed_at) != expected:
            yield Difference(
                check="hold_command",
                member=member.external_id,
                where=at(hold=hold_id),
                recorded=ending_shown(HoldState(state), captured, closed_at, zone),
                derived=ending_shown(expected[0], expected[1], expected[2], zone),
            )
