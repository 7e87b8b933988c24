"""A hash chain can be checked with nothing but COPY and sha256, as docs/concepts/proof.md says."""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from lively_bank import lively_bank
from psycopg import sql

from jifen.db.connection import connect

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "proof.md"
_TABLE = re.compile(r"^\d+\. `(?P<table>\w+)`(?:, without (?P<without>.*))?$", re.MULTILINE)


def _listed() -> list[tuple[str, list[str]]]:
    """The tables of the page in its order, each with the columns that it leaves out."""
    page = PAGE.read_text(encoding="utf-8")
    return [
        (row["table"], re.findall(r"`(\w+)`", row["without"] or ""))
        for row in _TABLE.finditer(page)
    ]


def _columns(connection: psycopg.Connection[Any], table: str, without: list[str]) -> list[str]:
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " ORDER BY attnum",
        (table,),
    )
    return [name for (name,) in rows if name not in without]


def _rows(
    connection: psycopg.Connection[Any], table: str, columns: list[str], member_id: UUID
) -> Iterator[tuple[int, bytes]]:
    """The member's rows in order: number of the command, and the fields with their lengths."""
    order = ["member_seq", *(["row_no"] if "row_no" in columns else [])]
    query = sql.SQL(
        "COPY (SELECT {} FROM {} WHERE member_id = {} ORDER BY {}) TO STDOUT (FORMAT binary)"
    ).format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(table),
        sql.Literal(member_id),
        sql.SQL(", ").join(map(sql.Identifier, order)),
    )
    with connection.cursor().copy(query) as copy:
        stream = b"".join(bytes(block) for block in copy)
    place = 19  # behind the header
    while (count := struct.unpack_from(">h", stream, place)[0]) != -1:
        start = place = place + 2
        fields = []
        for _ in range(count):
            length = struct.unpack_from(">i", stream, place)[0]
            fields.append(stream[place + 4 : place + 4 + length])
            place += 4 + length
        yield int.from_bytes(fields[columns.index("member_seq")], "big"), stream[start:place]


def test_the_chain_is_what_the_page_on_proof_says(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = lively_bank(connection)
        listed = _listed()
        assert len(listed) == 12
        members = connection.execute("SELECT member_id, member_seq, chain FROM member").fetchall()
        assert len(members) > 3
        for member_id, member_seq, chain in members:
            commands: defaultdict[int, bytes] = defaultdict(bytes)
            for table, without in listed:
                columns = _columns(connection, table, without)
                for seq, row in _rows(connection, table, columns, member_id):
                    commands[seq] += row
            by_hand = sha256(member_id.bytes).digest()
            for seq in range(1, member_seq + 1):
                by_hand = sha256(by_hand + commands[seq]).digest()
            assert by_hand == chain
        digest = bytes(32)
        versions = connection.execute(
            "SELECT revision, digest FROM programme_version WHERE programme_id = %s"
            " ORDER BY revision",
            (bank.programme.programme_id,),
        ).fetchall()
        assert len(versions) == 3
        for revision, stored in versions:
            digest = sha256(digest + _version(connection, revision)).digest()
            assert digest == stored


def _version(connection: psycopg.Connection[Any], revision: int) -> bytes:
    """A version's row with its count of fields, and an empty digest."""
    query = sql.SQL(
        "COPY (SELECT programme_id, revision, effective_from, effective_until, recorded_at,"
        " actor, document, ''::bytea FROM programme_version WHERE revision = {}) TO STDOUT (FORMAT binary)"
    ).format(sql.Literal(revision))
    with connection.cursor().copy(query) as copy:
        return b"".join(bytes(block) for block in copy)[19:-2]
