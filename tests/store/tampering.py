"""Changing a bank behind its back, and asking the proof."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from travelled_bank import Bank

from jifen.db.adapting import cursor
from jifen.intake.gathering.enrolling import first_link
from jifen.ledger.chain import extend_chain
from jifen.proof.proving import prove
from jifen.proof.slices import Slice, records_in, seq_of


@contextmanager
def unguarded(bank: Bank) -> Iterator[psycopg.Connection[Any]]:
    """The bank in a transaction that no trigger guards and that leaves no trace."""
    with bank.connection.transaction(force_rollback=True):
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
            (seq_of(packed), place, packed)
            for place, packed_rows in enumerate(records.rows)
            for packed in packed_rows
        ]
        bank.connection.execute(
            "UPDATE member SET chain = %s WHERE member_id = %s::uuid",
            (extend_chain(first_link(records.member_id), rows), records.member_id.hex()),
        )
