"""Corrected versions for the past: opened for review, then posted to every member they touch, or dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.instants import NEVER, moment_of
from jifen.intake.submitting import catch_up_members
from jifen.intake.versions.deeds import Kind, note_deed
from jifen.intake.versions.opening import (
    SQL as TIMELINE,
)
from jifen.intake.versions.opening import (
    OpenProgramme,
    append_version,
    compiled_with,
    open_programme,
    read_versions,
)
from jifen.intake.versions.raising import raised_too_soon
from jifen.intake.versions.succeeding import NotPublishable, check_same_programme
from jifen.programme.loading import load
from jifen.wording import Said

SQL = statements(Path(__file__).with_name("corrections.sql"))
MEMBERS_PER_SLICE = 100


class AnotherCorrection(Exception):
    """What is open is not the correction that was looked at."""


class OpenCorrection(NamedTuple):
    """A corrected version that is being reviewed; it holds from an instant until another, NEVER for good."""

    effective_from: int
    effective_until: int
    opened_at: int
    actor: str
    document: str


def open_correction(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    document: str,
    *,
    since: int,
    until: int | None = None,
    now: int,
    actor: str,
) -> OpenCorrection:
    """Put a corrected version up for review; it touches nobody.

    Raises ProgrammeError, or NotPublishable where one is open already, the period does not begin in the past, a reward
    would be dearer from now on without the notice that is promised of it,
    or the document contradicts what never changes or cannot be compiled.
    """
    draft = load(document, "correction")
    check_same_programme(programme.programme, draft)
    ends = NEVER if until is None else until
    if not since < min(now, ends):
        raise NotPublishable(
            Said(
                "a correction begins in the past, and before it ends",
                "更正须从过去的时刻开始，且早于结束时刻",
            )
        )
    opened = OpenCorrection(since, ends, now, actor, document)
    with connection.transaction(), cursor(connection) as sql:
        values = {"programme_id": programme.programme_id, **opened._asdict()}
        sql.execute(TIMELINE["lock_programme"], values)
        versions = read_versions(sql, programme.programme_id)
        compiled_with(versions, draft, since, ends)
        if ends > now and (why := raised_too_soon(versions, draft, now, now, programme.zone)):
            raise NotPublishable(why)
        if sql.execute(SQL["insert_correction"], values).fetchone() is None:
            raise NotPublishable(
                Said(
                    "a correction is open already: post or drop it",
                    "已有一份更正待审：请先入账或放弃",
                )
            )
        _note(sql, programme, "open_correction", since, actor=actor, now=now)
    return opened


def found_correction(
    connection: psycopg.Connection[Any], programme: OpenProgramme
) -> OpenCorrection | None:
    """The correction that is being reviewed."""
    with cursor(connection) as sql:
        values = {"programme_id": programme.programme_id}
        row = sql.execute(SQL["correction"], values).fetchone()
    return None if row is None else OpenCorrection(*row)


def drop_correction(
    connection: psycopg.Connection[Any], programme: OpenProgramme, *, now: int, actor: str
) -> bool:
    """Forget the correction that is being reviewed; whether there was one."""
    with connection.transaction(), cursor(connection) as sql:
        values = {"programme_id": programme.programme_id}
        sql.execute(TIMELINE["lock_programme"], values)
        row = sql.execute(SQL["delete_correction"], values).fetchone()
        if row is not None:
            _note(sql, programme, "drop_correction", row[0], actor=actor, now=now)
    return row is not None


def post_correction(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    *,
    now: int,
    actor: str,
    told: Callable[[int], None] = lambda _: None,
) -> tuple[OpenProgramme, int]:
    """Make the open correction a version, and judge every member again whom it touches, slice by slice.

    Whoever does something before their turn comes is judged again first. After an interruption it is called
    again, also with nothing open any more. `told` hears of how many members are done. The programme, and how
    many members there were.
    """
    corrected = publish_correction(connection, programme, now=now, actor=actor)
    done = 0
    while some := judge_some_again(connection, corrected, now=now, actor=actor):
        done += some
        told(done)
    return corrected, done


def publish_correction(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    *,
    only: OpenCorrection | None = None,
    now: int,
    actor: str,
) -> OpenProgramme:
    """Make the open correction a version, if there is one; the programme as it is then. Raises AnotherCorrection where
    it is not the `only` one that may be."""
    with connection.transaction(), cursor(connection) as sql:
        values = {"programme_id": programme.programme_id}
        sql.execute(TIMELINE["lock_programme"], values)
        row = sql.execute(SQL["delete_correction"], values).fetchone()
        if row is not None:
            if only not in (None, OpenCorrection(*row)):
                raise AnotherCorrection
            since, until, _, _, document = row
            versions = read_versions(sql, programme.programme_id)
            version = (versions[-1].revision + 1, since, until, now, actor, document)
            append_version(sql, programme.programme_id, versions, version)
            _note(sql, programme, "post_correction", since, actor=actor, now=now)
        return open_programme(connection, programme.slug)  # what does not compile is not kept


def judge_some_again(
    connection: psycopg.Connection[Any], corrected: OpenProgramme, *, now: int, actor: str
) -> int:
    """Judge again some members whom a correction touches and who were not yet; how many, 0 where none is left."""
    some = _members_behind(connection, corrected)
    return catch_up_members(connection, corrected, some, now=now, actor=actor) if some else 0


def _note(
    sql: psycopg.Cursor[Any],
    programme: OpenProgramme,
    kind: Kind,
    since: int,
    *,
    actor: str,
    now: int,
) -> None:
    about = moment_of(since, programme.zone).isoformat()
    note_deed(sql, programme.programme_id, kind, about, actor=actor, now=now)


def _members_behind(connection: psycopg.Connection[Any], programme: OpenProgramme) -> list[str]:
    values = {
        "programme_id": programme.programme_id,
        "revisions": [revision for revision, _ in programme.corrections],
        "since": [since for _, since in programme.corrections],
        "most": MEMBERS_PER_SLICE,
    }
    with cursor(connection) as sql:
        return [row[0] for row in sql.execute(SQL["members_behind"], values)]
