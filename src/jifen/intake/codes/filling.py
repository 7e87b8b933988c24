"""Codes put into a pool, some thousands a transaction; what was waiting for them gets the first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import byteas
from jifen.db.copying import copy_rows
from jifen.db.statements import statements
from jifen.db.tables import CODE
from jifen.instants import NEVER, day_of, start_of_day
from jifen.intake.codes.pools import hand_out_waiting
from jifen.intake.codes.secrecy import secrecy_of
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.code_pools import CodePool
from jifen.wording import Mendable, Said

SQL = statements(Path(__file__).with_suffix(".sql"))
CODES_PER_TRANSACTION = 65_536


class UnknownPool(Mendable, LookupError):
    """The newest document has no pool of that name."""


class Source(NamedTuple):
    """Where codes come from: into which pool, from which file or making, and when."""

    pool: str
    source_id: UUID
    now: int


class NewCode(NamedTuple):
    """A code that is to be put into a pool: in which row of its source it stands, and its end."""

    row: int
    code: str
    expires_at: int


class Doubled(NamedTuple):
    """That a code is there already: of which pool, and in which row of the same source (0: from elsewhere)."""

    row: int
    pool: str
    first_row: int


class Filled(NamedTuple):
    """How many codes are new, how many the same rows of the same source had brought before, and which are doubled."""

    added: int
    known: int
    doubled: list[Doubled]


def pool_named(programme: OpenProgramme, id: str) -> CodePool:
    """A pool of the newest document. Raises UnknownPool."""
    for pool in programme.programme.code_pools:
        if pool.id == id:
            return pool
    raise UnknownPool(
        Said(f"there is no pool of codes '{id}'", f"没有券码池“{id}”"),
        Said("declare it under `codes:` of the programme", "请在计划的 `codes:` 下声明"),
    )


def end_of(programme: OpenProgramme, pool: CodePool) -> int:
    """When codes end of which nothing else is said: behind the last day of their pool."""
    if pool.last_day is None:
        return NEVER
    return start_of_day(day_of(pool.last_day) + 1, programme.zone)


def making(programme: OpenProgramme, id: str) -> UUID:
    """What codes come from that are made for a request of somebody's."""
    return uuid.uuid5(programme.programme_id, f"codes {id}")


def put_in(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    source: Source,
    codes: Sequence[NewCode],
) -> Filled:
    """Put codes into a pool in one transaction, but those that the programme has already. Raises SealingProblem."""
    programme_id = programme.programme_id
    with cursor(connection) as sql, sql.transaction():
        secrecy = secrecy_of(sql, programme_id)
        by_digest: dict[bytes, NewCode] = {}
        doubled: list[Doubled] = []
        for one in codes:
            first = by_digest.setdefault(secrecy.digest(one.code), one)
            if first is not one:
                doubled.append(Doubled(one.row, source.pool, first.row))
        known = _known(sql, programme_id, by_digest)
        for digest, (pool, source_id, row) in known.items():
            one = by_digest[digest]
            if (source_id, row) != (source.source_id, one.row):
                doubled.append(Doubled(one.row, pool, row if source_id == source.source_id else 0))
        fresh = [(digest, one) for digest, one in by_digest.items() if digest not in known]
        last = _last_number(sql, programme_id)
        rows = [
            CODE.pack(
                programme_id.bytes, number, source.pool, digest, secrecy.sealed(one.code, digest),
                one.expires_at, source.source_id.bytes, one.row, source.now,
            )
            for number, (digest, one) in enumerate(fresh, start=last + 1)
        ]  # fmt: skip
        if rows:
            copy_rows(sql, CODE, rows)
        hand_out_waiting(sql, programme, source.pool, source.now)
    return Filled(len(fresh), len(codes) - len(fresh) - len(doubled), doubled)


def rows_from(connection: psycopg.Connection[Any], programme: OpenProgramme, source: Source) -> int:
    """Up to which row a source has been put in."""
    values = {"programme_id": programme.programme_id, "source_id": source.source_id}
    with cursor(connection) as sql:
        row = sql.execute(SQL["last_row"], {**values, "pool": source.pool}).fetchone()
    return int(row[0]) if row else 0


def _known(
    sql: Sql, programme_id: UUID, digests: dict[bytes, NewCode]
) -> dict[bytes, tuple[str, UUID, int]]:
    values = {"programme_id": programme_id, "digests": byteas(list(digests))}
    rows = sql.execute(SQL["known_codes"], values).fetchall()
    return {bytes(digest): (pool, source_id, row) for digest, pool, source_id, row in rows}


def _last_number(sql: Sql, programme_id: UUID) -> int:
    row = sql.execute(SQL["last_number"], {"programme_id": programme_id}).fetchone()
    return int(row[0]) if row else 0
