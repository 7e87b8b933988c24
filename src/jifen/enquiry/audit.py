"""The journal read back: who asked what, when, and what it was answered, the last first."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import UnknownMember
from jifen.instants import moment_of
from jifen.intake.answers import Answer
from jifen.intake.asking.metadata import Noted, attached
from jifen.intake.relations.between import original_of
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
FIRST_WINDOW: Final = 1_000_000
WIDER: Final = 8
"""The journal is read back by windows of time, the first of a second, each so many times as wide as the one before,
until a page is full: a busy programme never sorts more than it tells."""
_PLACE: Final = re.compile(r"(\d{1,18})-([0-9a-f]{32})-(\d{1,18})", re.ASCII)
Row = tuple[Any, ...]


class AuditPlace(NamedTuple):
    """Where in the journal, read backwards, a page begins."""

    at: int
    member: UUID
    seq: int

    def __str__(self) -> str:
        return f"{self.at}-{self.member.hex}-{self.seq}"


class AuditAsked(NamedTuple):
    """What is looked for, from `since` on and before a place. An actor who is a key is also everybody who stood at its
    till."""

    since: int
    before: AuditPlace
    member: str | None = None
    actor: str | None = None
    kind: str | None = None
    noted: Noted | None = None


class AuditEntry(NamedTuple):
    """A command: `asked` is the sender's kind/id, `kind` that of the member's own command, which of somebody else's
    deed is `counterpart`. What was done to the programme, its keys and its webhooks has no member and no answer, and
    `terms`, what was set."""

    recorded_at: dt.datetime
    occurred_at: dt.datetime
    member: str | None
    kind: str
    asked: str
    actor: str
    reason: str | None
    metadata: dict[str, str]
    terms: dict[str, str]
    answer: Answer | None


class AuditPage(NamedTuple):
    """Entries, the last first, and behind which place the next page begins, if there is one."""

    entries: list[AuditEntry]
    next: AuditPlace | None


def end_of(at: int) -> AuditPlace:
    """The place behind all that was recorded by the end of an instant."""
    return AuditPlace(at, UUID(int=2**128 - 1), 2**62)


def audit_place(written: str) -> AuditPlace:
    """A place as a page named it. ValueError if it is none."""
    found = _PLACE.fullmatch(written)
    if found is None:
        raise ValueError(f"{written} is no place in the journal")
    return AuditPlace(int(found[1]), UUID(found[2]), int(found[3]))


def audit(
    connection: psycopg.Connection[Any], programme: OpenProgramme, asked: AuditAsked, *, most: int
) -> AuditPage:
    """A page of the journal. Raises UnknownMember."""
    values: dict[str, Any] = {
        "programme": programme.programme_id.hex,
        "actor": asked.actor,
        "kind": asked.kind,
        "noted": asked.noted and asked.noted.name,
        "text": asked.noted and asked.noted.text,
    }
    with cursor(connection) as sql:
        if asked.member is None:
            rows = _walked_back(sql, values, asked, most + 1)
        else:
            rows = _of_member(sql, values, asked, asked.member, most + 1)
    entries = [_entry(row, programme) for row in rows[:most]]
    return AuditPage(entries, AuditPlace(*rows[most - 1][:3]) if len(rows) > most else None)


def _of_member(
    sql: psycopg.Cursor[Any], values: dict[str, Any], asked: AuditAsked, name: str, most: int
) -> list[Row]:
    found = sql.execute(SQL["member_named"], {**values, "identity": name}).fetchone()
    if found is None:
        raise UnknownMember(name)
    place = {"of": found[0], "since": asked.since, "at": asked.before.at, "seq": asked.before.seq}
    return sql.execute(SQL["commands_of_member"], {**values, **place, "most": most}).fetchall()


def _walked_back(
    sql: psycopg.Cursor[Any], values: dict[str, Any], asked: AuditAsked, most: int
) -> list[Row]:
    rows: list[Row] = []
    before, window = asked.before, FIRST_WINDOW
    while len(rows) < most:
        since = max(before.at - window, asked.since)
        place = {"since": since, "at": before.at, "member": before.member.hex, "seq": before.seq}
        left = {"most": most - len(rows)}
        # planned for this window: it bounds what is read
        rows += sql.execute(SQL["commands_recorded"], {**values, **place, **left}, prepare=False)
        if since == asked.since:
            break
        before, window = end_of(since - 1), window * WIDER
    return rows


def _entry(row: Row, programme: OpenProgramme) -> AuditEntry:
    recorded_at, _, _, member, occurred_at, key, kind, actor, reason, metadata, terms, answer = row
    return AuditEntry(
        moment_of(recorded_at, programme.zone),
        moment_of(occurred_at, programme.zone),
        member,
        kind,
        original_of(key),
        actor,
        reason,
        attached(metadata),
        msgspec.json.decode(terms, type=dict[str, str]),
        None if answer is None else msgspec.json.decode(answer, type=Answer),
    )
