"""Everything a batch looks at, read and locked before anything is decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec.structs import replace

from jifen.db.arrays import texts
from jifen.db.statements import statements
from jifen.intake.gathering.refused import REMEMBERED_MICROSECONDS, refused_bodies
from jifen.intake.judging.activity import extended_by
from jifen.intake.judging.case import Case, HistoryKey, local_day, state_list
from jifen.intake.judging.history import (
    BEGINNING,
    Sql,
    Start,
    events_after,
    past_event,
    reevaluate,
    returns_of,
)
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.using.entitled import entitlement
from jifen.intake.versions.opening import OpenProgramme
from jifen.intake.versions.unseen import unseen_by, without
from jifen.ledger.book import Batch, Book
from jifen.ledger.load import ask_for_balances, load_books
from jifen.ledger.load_uses import load_forgiven
from jifen.ledger.needs import Need

SQL = statements(Path(__file__).with_name("gather.sql"))


class Lock(Enum):
    """How members are locked as they are read, by the statement that does so: all of them, or only those whom nobody
    else has locked."""

    NONE = "read_members"
    FREE = "lock_free_members"
    ALL = "lock_members"


class MemberRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of `lock_members`, without the identity it was found by."""

    member_id: UUID
    external_id: str
    joined_at: int
    opened_at: int
    frozen: bool
    facts: bytes
    facts_since: int
    member_seq: int
    chain: bytes
    revision: int
    generation: int
    state: bytes
    events_evaluated: int
    last_occurred_at: int
    last_sequence: int
    last_event_id: str
    next_due_at: int
    survivor_id: UUID

    @property
    def merged(self) -> bool:
        """Whether another member now acts for this one."""
        return self.survivor_id != self.member_id

    def is_called(self, identity: str) -> bool:
        """Whether the member has this identity by itself, and not for another whom it absorbed."""
        return identity == self.external_id and not self.merged


class _State(msgspec.Struct, frozen=True):
    """The part of an answer that says whether it was no."""

    state: str = "applied"


class _Attached(msgspec.Struct, frozen=True):
    """The part of a body that its sender attached."""

    metadata: dict[str, str] = {}


_decode_state = msgspec.json.Decoder(_State).decode
_decode_attached = msgspec.json.Decoder(_Attached).decode


class Overtaken(Exception):
    """A member was judged by a newer version while a batch waited for the lock: it has to look at that first."""


class Known(msgspec.Struct, frozen=True):
    """What was answered to a key, whose it was, and who acts for them today; `event` where the command was one.

    `body` is empty of what was refused and is no longer kept.
    """

    member_id: bytes
    survivor_id: bytes
    external_id: str
    kind: str
    recorded_at: int
    body: bytes
    answer: bytes
    event: PastEvent | None

    @property
    def metadata(self) -> dict[str, str]:
        """What its sender attached, as far as it is kept."""
        return _decode_attached(self.body).metadata if self.body else {}

    @property
    def refused(self) -> bool:
        """Whether the answer was no."""
        return _decode_state(self.answer).state == "refused"

    def is_spent(self, now: int) -> bool:
        """Whether it was refused so long ago that only the key is remembered."""
        return self.refused and (not self.body or now >= self.recorded_at + REMEMBERED_MICROSECONDS)


def ask_for_members(
    sql: Sql, programme: OpenProgramme, identities: Collection[str], *, lock: Lock
) -> None:
    """Ask ahead for what `gather_members` reads first, and behind it for balances, which are read once the locks are
    had: where the lock does not lead where it should, both are read again."""
    sql.ahead(SQL[lock.value], _named(programme, identities))
    ask_for_balances(sql, programme.programme_id.bytes, identities)


def gather_members(
    sql: Sql, programme: OpenProgramme, identities: Collection[str], *, lock: Lock
) -> dict[str, MemberRow]:
    """The members of these identities, locked in order of id unless only looked at; of Lock.FREE those who are."""

    def read() -> dict[str, MemberRow]:
        rows = sql.rows(SQL[lock.value], values, locks=locked)
        return {row[0]: MemberRow(*row[1:]) for row in rows}

    values, locked = _named(programme, identities), lock is not Lock.NONE
    found = read()
    while locked and not all(row.is_called(identity) for identity, row in found.items()):
        again = read()  # who is meant may have changed while we waited for the lock
        if ids_of(again) == ids_of(found):
            return again
        found = again
    if locked and any(row.revision > programme.revision for row in found.values()):
        raise Overtaken
    return found


def ids_of(members: Mapping[str, MemberRow]) -> dict[str, UUID]:
    """Which member each identity leads to."""
    return {identity: row.member_id for identity, row in members.items()}


def _named(programme: OpenProgramme, identities: Collection[str]) -> dict[str, object]:
    return {"programme_id": programme.programme_id, "identities": texts(sorted(identities))}


def ask_for_known(sql: Sql, programme: OpenProgramme, keys: Sequence[str]) -> None:
    """Ask ahead for what `gather_known` reads first."""
    sql.ahead(SQL["known_commands"], _keyed(programme, keys))


def gather_known(sql: Sql, programme: OpenProgramme, keys: Sequence[str]) -> dict[str, Known]:
    """What has already been answered to these keys."""
    known = {}
    for row in sql.rows(SQL["known_commands"], _keyed(programme, keys)):
        key, member_id, survivor_id, external_id, kind, recorded_at, body, answer, *event = row
        past = past_event(event) if event[0] is not None else None
        owner = member_id.bytes, survivor_id.bytes, external_id
        known[key] = Known(*owner, kind, recorded_at, body, answer, past)
    refused = [key for key, one in known.items() if one.refused]
    if refused:
        bodies = refused_bodies(sql, programme, refused)
        for key in refused:
            known[key] = replace(known[key], body=bodies.get(key, b""))
    return known


def _keyed(programme: OpenProgramme, keys: Sequence[str]) -> dict[str, object]:
    return {"programme_id": programme.programme_id, "keys": texts(sorted(keys))}


def open_cases(
    sql: Sql,
    programme: OpenProgramme,
    batch: Batch,
    members: dict[str, MemberRow],
    *,
    needs: Mapping[str, Need],
    named_holds: Collection[str],
    now: int,
) -> dict[str, Case]:
    """The working copies of members, with the lots that are needed of them, and where time has brought something."""
    books = load_books(
        sql,
        batch,
        {
            identity: (row.member_id.bytes, row.frozen, row.next_due_at)
            for identity, row in members.items()
        },
        {
            row.member_id.bytes: needs[identity]
            for identity, row in members.items()
            if identity in needs
        },
        now,
        named_holds,
    )
    if programme.forgives:
        load_forgiven(sql, batch, [book for book in books.values() if book.lots_loaded])
    return {
        identity: _case(sql, programme, row, books[row.member_id.bytes])
        for identity, row in members.items()
    }


def _case(sql: Sql, programme: OpenProgramme, row: MemberRow, book: Book) -> Case:
    last: HistoryKey = (row.last_occurred_at, row.last_sequence, row.last_event_id.encode())
    unseen = unseen_by(programme, row.revision, row.last_occurred_at, merged=row.merged)
    known = without(programme, unseen)
    state = state_of_today(sql, known, row.member_id, row.generation, row.state)
    book.extended = extended_by(known, state)
    case = Case(
        external_id=row.external_id,
        joined_at=row.joined_at,
        joined_day=local_day(programme, row.joined_at),
        opened_at=row.opened_at,
        facts=msgspec.json.decode(row.facts),
        facts_since=row.facts_since,
        member_seq=row.member_seq,
        chain=row.chain,
        state=state,
        events_evaluated=row.events_evaluated,
        last=last,
        book=book,
        next_due_at=row.next_due_at,
        revision=row.revision,
        survivor_id=row.survivor_id.bytes,
        unseen=unseen,
    )
    book.entitled = entitlement(known, case)
    return case


def state_of_today(
    sql: Sql, programme: OpenProgramme, member_id: UUID, generation: int, packed: bytes
) -> list[int]:
    """A stored state in the layout of today: one of another generation is rebuilt from history."""
    if generation == programme.engine.layout.generation:
        return state_list(packed)
    history = events_after(sql, programme, member_id, BEGINNING)
    returns = returns_of(sql, programme, member_id)
    start = Start(BEGINNING, 0, programme.engine.new_state())
    return reevaluate(programme, start, history, returns).state
