"""Codes that rewards come with: how many a pool has, whose one is, and those of a member, opened for them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot_by_one_cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import UnknownMember, moment_or_none
from jifen.instants import moment_of
from jifen.intake.codes.secrecy import known_secrecy, opened
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.saying.naming import Name

SQL = statements(Path(__file__).with_suffix(".sql"))


class PoolView(msgspec.Struct, frozen=True, kw_only=True):
    """How many codes of a pool are nobody's and can be had (`left`), are somebody's, or have ended as nobody's; and
    how many rewards wait for one. Of `low` or fewer left, others are told."""

    pool: str
    name: Name
    low: int
    left: int
    issued: int
    ended: int
    waiting: int
    next_end: dt.datetime | None


class CodeView(msgspec.Struct, frozen=True, kw_only=True):
    """A code of a member: with which reward it came, by which command, and until when it can be used; `withdrawn` is
    that of a reward that was taken back."""

    number: int
    code: str
    reward: str
    pool: str
    of: str
    state: Literal["issued", "withdrawn"]
    issued_at: dt.datetime
    expires_at: dt.datetime | None


class CodesPage(NamedTuple):
    """Codes of a member, the newest first; `more`: there are others behind them."""

    member: str
    codes: list[CodeView]
    more: bool


class Owner(NamedTuple):
    """What became of a code: in which pool it is, and whose it is, if anybody's."""

    number: int
    pool: str
    member: str | None
    issued_at: dt.datetime | None


def pools_overview(
    connection: psycopg.Connection[Any], programme: OpenProgramme, now: int
) -> list[PoolView]:
    """The pools of the newest document, in its order."""
    with snapshot_by_one_cursor(connection) as sql:
        values = {"programme_id": programme.programme_id, "now": now}
        counts = {row[0]: row[1:] for row in sql.execute(SQL["pool_counts"], values).fetchall()}
        waiting = dict(sql.execute(SQL["waiting_counts"], values).fetchall())
    views = []
    for pool in programme.programme.code_pools:
        left, issued, ended, next_end = counts.get(pool.id, (0, 0, 0, None))
        views.append(
            PoolView(
                pool=pool.id,
                name=pool.name,
                low=pool.low,
                left=left,
                issued=issued,
                ended=ended,
                waiting=waiting.get(pool.id, 0),
                next_end=None if next_end is None else moment_or_none(programme, next_end),
            )
        )
    return views


def codes_of_member(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    *,
    behind: int | None,
    most: int,
) -> CodesPage:
    """The codes of a member and of those who were merged into it, opened. `behind`: the number of the last one of the
    page before. Raises UnknownMember and SealingProblem."""
    with snapshot_by_one_cursor(connection) as sql:
        values = {"programme_id": programme.programme_id, "identity": identity}
        found = sql.execute(SQL["who_acts"], values).fetchone()
        if found is None:
            raise UnknownMember(identity)
        member_id, member = found
        page = {"member_id": member_id, "behind": behind or 0, "most": most + 1}
        rows = sql.execute(SQL["codes_of_member"], {**values, **page}).fetchall()
    views = [_view(programme, *row) for row in rows[:most]]
    return CodesPage(member, views, len(rows) > most)


def _view(
    programme: OpenProgramme,
    number: int,
    pool: str,
    digest: bytes,
    sealed: bytes,
    issued_at: int,
    expires_at: int,
    currency: int,
    key: str,
    withdrawn: bool,
) -> CodeView:
    return CodeView(
        number=number,
        code=opened(programme.programme_id, bytes(digest), bytes(sealed)),
        reward=programme.engine.currencies[currency],
        pool=pool,
        of=key,
        state="withdrawn" if withdrawn else "issued",
        issued_at=moment_of(issued_at, programme.zone),
        expires_at=moment_or_none(programme, expires_at),
    )


def whose_code(
    connection: psycopg.Connection[Any], programme: OpenProgramme, code: str
) -> Owner | None:
    """What became of a code that somebody shows; None where the programme has no such code. Raises SealingProblem."""
    with snapshot_by_one_cursor(connection) as sql:
        secrecy = known_secrecy(sql, programme.programme_id)
        if secrecy is None:
            return None
        values: dict[str, UUID | bytes] = {
            "programme_id": programme.programme_id,
            "digest": secrecy.digest(code.strip()),
        }
        row = sql.execute(SQL["whose_code"], values).fetchone()
    if row is None:
        return None
    number, pool, member, issued_at = row
    at = None if issued_at is None else moment_of(issued_at, programme.zone)
    return Owner(number, pool, member, at)
