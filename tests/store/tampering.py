"""Changing a bank behind its back, and asking the proof."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql
from travelled_bank import Bank

from jifen.db.adapting import cursor
from jifen.intake.gathering.enrolling import first_link
from jifen.ledger.chain import extend_chain
from jifen.proof.proving import prove
from jifen.proof.slices import Slice, records_in

LEFT_OUT: Final[dict[str, str]] = {
    "migration": "which migrations were applied is checked by every migration",
    "account": "five names that a migration writes",
    "file_import": "how far a file was read: running it again is safe wherever it begins",
    "correction_difference": "what a draft would change, drawn anew whenever it is asked for",
    "programme_deed": "who did what to the programme; the versions that came of it are compared",
    "open_correction": "a draft that touches nobody: only what is posted of it stands in the timeline",
    "waiting_return": "not in the books yet: judged like any return when its purchase comes",
    "code": "that each is of one reward is compared with redemptions, and tried in test_codes",
    "code_pool": "what is locked by who takes codes, and whether others know that few are left",
    "code_secret": "what codes are digested with; nothing is owed by it",
    "draw_round": "what a draw promised and shows; compared with its spins and tried in test_draws",
    "draw_spin": "compared with the seed, the journal and the postings, and tried in test_draws",
    "code_wanted": "what has no code yet",
    "referral_code": "given when it is asked for; that it is the member's is checked",
    "inbox": "not in the books yet: what is sent is compared with its cause",
    "last_proof": "how the proof before this one came out: nothing follows from it",
    "api_key": "who may ask; the journal says what they asked",
    "token_secret": "signs for members; the journal says what they asked",
    "stream": "how far the outbox has been brought into order",
    "stream_entry": "in which order others read; what they are told stands in the outbox",
    "job": "what was asked for at length; the journal says what came of it",
    "job_file": "files of jobs, on their way",
    "duty": "when work was last done that finds by itself what there is to do",
    "stream_publication": "how far a broker was told",
    "webhook": "who is told; what they are told stands in the outbox",
    "webhook_secret": "what they know us by",
    "webhook_delivery": "what became of a message; it can be sent again from the outbox",
    "webhook_attempt": "the log of it",
    "mall_provider": "who may ask in the name of a mall; the journal says what it asked",
    "mall_provider_secret": "what a mall provider knows us by",
    "mall_notice": "what a mall told of an order; what came of it stands in the books",
    "pick_up_code": "who may fetch something; the journal says who did",
    "order_address": "where to send something: nothing of the books follows from it",
    "popular_reward": "what is counted anew every hour",
    "wish": "what a member would like to have: nothing of the books follows from it",
    "programme.slug": "a name for people",
    "programme.test_now": "the travelled clock of a test programme",
    "programme.created_at": "nothing follows from it",
    "outbox.transaction": "where others stand in reading, which nothing owed depends on",
}
ANOTHER: Final[dict[str, tuple[LiteralString, ...]]] = {
    # other values of a type; the first that the constraints let pass is taken
    "uuid": ("'00000000-0000-7000-8000-000000000001'::uuid",),
    "bigint": ("{0} + 1", "{0} - 1"),
    "integer": ("{0} + 1",),
    "smallint": ("{0} + 1", "{0} - 1"),
    "timestamp with time zone": (
        "CASE WHEN {0} IS NULL OR {0} = 'infinity' THEN '2030-01-01' ELSE {0} + interval '1 second' END",
    ),
    "date": ("{0} + 1",),
    "boolean": ("NOT {0}",),
    "text": ("{0} || 'x'",),
    "json": ("({0}::text || ' ')::json",),
    "bytea": ("{0} || '\\x00'", "set_byte({0}, 0, (get_byte({0}, 0) + 1) % 256)"),
}
ROW_COLUMNS: Final[dict[str, str]] = {
    # table: the column that makes a copy of a row another row
    "programme_version": "revision",
    "currency": "currency",
    "member": "member_id",
    "member_identity": "identity",
    "household_member": "member_id",
    "balance": "currency",
    "command": "member_seq",
    "command_key": "key",
    "refused_body": "member_seq",
    "event": "event_id",
    "event_return": "member_seq",
    "award": "row_no",
    "posting": "row_no",
    "lot": "row_no",
    "lot_parent": "row_no",
    "taking": "row_no",
    "hold": "member_seq",
    "hold_lot": "row_no",
    "outbox": "row_no",
    "account_movement": "batch_id",
    "checkpoint": "event_id",
    "budget": "rule_id",
    "reward_order": "order_id",
    "order_step": "step_no",
    "stock": "place",
    "stock_change": "change_no",
    "stock_movement": "member_seq",
    "taken_by_all": "day",
}
BESIDES: Final[dict[str, str]] = {"currency": "id", "stock_change": "change_id"}
"""Columns that no two rows of a table share either."""


@contextmanager
def unguarded(bank: Bank) -> Iterator[psycopg.Connection[Any]]:
    """The bank in a transaction that no trigger guards and that leaves no trace."""
    with bank.connection.transaction(force_rollback=True):
        # The triggers of a cluster stand on its nodes; on one server this is a setting of nobody's.
        bank.connection.execute("SET LOCAL citus.propagate_set_commands = 'local'")
        bank.connection.execute("SET LOCAL session_replication_role = replica")
        yield bank.connection


def found(bank: Bank) -> list[str]:
    """The checks that differ, each once."""
    differences = prove(bank.connection, bank.programme).differences
    return list(dict.fromkeys(difference.check for difference in differences))


def forge_chains(bank: Bank) -> None:
    """Make every member's hash chain fit its rows, as somebody would who knows how it is made."""
    whole = Slice("0" * 32, "f" * 32)
    for records in records_in(cursor(bank.connection), bank.programme.programme_id.bytes, whole):
        rows = [
            (row[2], place, packed)
            for place, packed_rows in enumerate(records.rows)
            for row, packed in zip(records.read(place), packed_rows, strict=True)
        ]
        bank.connection.execute(
            "UPDATE member SET chain = %s WHERE member_id = %s::uuid",
            (extend_chain(first_link(records.member_id), rows), records.member_id.hex()),
        )


def found_of_rewritten(bank: Bank, type: str, was: str, becomes: str) -> list[str]:
    """The checks that differ where a word is another in all events of a type, and the chains are made to fit."""
    with unguarded(bank) as connection:
        connection.execute(
            "UPDATE event SET payload = replace(payload::text, %s, %s)::json WHERE type = %s",
            (was, becomes, type),
        )
        forge_chains(bank)
        return found(bank)


def columns_of(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], str]:
    """The type of every column of every table."""
    rows = connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
    )
    return {(table, column): kind for table, column, kind in rows}


def changed(
    connection: psycopg.Connection[Any], table: str, column: str, kind: str, row: str
) -> bool:
    """Give a column of one row another value, unless the database itself refuses every one."""
    for value in ANOTHER[kind]:
        query = sql.SQL("UPDATE {} SET {} = {} WHERE ctid = %s::tid").format(
            sql.Identifier(table),
            sql.Identifier(column),
            sql.SQL(value).format(sql.Identifier(column)),
        )
        try:
            with connection.transaction():
                connection.execute(query, (row,))
        except psycopg.errors.IntegrityError:
            continue
        return True
    return False


def another_row(
    connection: psycopg.Connection[Any], table: str, other: Collection[str], row: str
) -> None:
    """Insert a row that differs from a row only in some columns."""
    values = [
        sql.SQL(ANOTHER[kind][0].replace("+ 1", "+ 30000") if column in other else "{0}").format(
            sql.Identifier(column)
        )
        for (of, column), kind in columns_of(connection).items()
        if of == table
    ]
    query = sql.SQL("INSERT INTO {0} SELECT {1} FROM {0} WHERE ctid = %s::tid").format(
        sql.Identifier(table), sql.SQL(", ").join(values)
    )
    connection.execute(query, (row,))
