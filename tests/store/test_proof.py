"""A bank that worked as it should proves itself, alone and with helpers."""

from __future__ import annotations

from functools import partial

import pytest
from lively_bank import lively_bank

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.proof.proving import prove
from jifen.proof.slices import slices


def test_a_lively_bank_is_proved_whole(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = lively_bank(connection)
        report = prove(connection, bank.programme)
        stored = connection.execute("SELECT count(*) FROM member").fetchone()
        events = connection.execute("SELECT count(*) FROM event").fetchone()
    assert [str(difference) for difference in report.differences] == []
    assert ((report.members,), (report.events,)) == (stored, events)


def test_processes_share_the_members_and_leave_nobody_out(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        bank = lively_bank(connection)
        alone = prove(connection, bank.programme)
        monkeypatch.setattr("jifen.proof.proving.slices", partial(slices, rows=80))
        cut = slices(cursor(connection), bank.programme.programme_id.bytes, rows=80)
        shared = prove(connection, bank.programme, url=database_url, workers=2)
        connection.execute("UPDATE member SET state = '\\x00' WHERE external_id = 'bob'")
        tampered = prove(connection, bank.programme, url=database_url, workers=2)
    assert len(cut) > 2
    assert (shared.members, shared.events, shared.rows) == (alone.members, alone.events, alone.rows)
    assert shared.holds
    assert [(one.check, one.member) for one in tampered.differences] == [("state", "bob")]
