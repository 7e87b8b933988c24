"""Who gives positions or tells webhooks is killed amid it: nothing is lost, and what comes twice has the same id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Final

import psycopg
import pytest
from receiving import receiving
from travelled_bank import SHOP, Bank

from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.outbox.deliveries import deliveries_of
from jifen.outbox.delivering import AT_ONCE, MOST_UNNOTED, deliver_due
from jifen.outbox.relay import give_positions
from jifen.outbox.stream import last_position
from jifen.outbox.webhook_terms import WebhookTerms
from jifen.outbox.webhooks import make_webhook

KILLS: Final = 3
MEMBERS: Final = [f"m{number}" for number in range(12)]
MESSAGES: Final = 240
GIVES_POSITIONS: Final = """
import sys
from uuid import UUID
from jifen.db.connection import connect
from jifen.outbox import relay
relay.MOST_AT_ONCE = 3
with connect(sys.argv[1]) as connection:
    while True:
        relay.give_positions(connection, UUID(sys.argv[2]))
"""
DELIVERS: Final = """
import sys
from jifen.db.connection import connect
from jifen.outbox.delivering import deliver_due
with connect(sys.argv[1]) as connection:
    while True:
        deliver_due(connection)
"""


def until(what: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(6_000):
        if what():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it does not come about")


def run_and_kill(script: str, *arguments: str, when: Callable[[], bool]) -> None:
    """Run a script until something is so, and kill it."""
    worker = subprocess.Popen([sys.executable, "-c", script, *arguments], env=os.environ)
    try:
        until(when)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(60)


def test_who_gives_positions_and_is_killed_leaves_no_gap(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, SHOP, "2026-01-01 09:00")
        programme_id = bank.programme.programme_id
        bank.enrol(*MEMBERS)
        give_positions(connection, programme_id)  # from now on slice by slice
        for kill in range(KILLS):
            _buy(bank, f"k{kill}")
            reached = last_position(connection, programme_id)
            run_and_kill(
                GIVES_POSITIONS,
                database_url,
                str(programme_id),
                when=lambda reached=reached: last_position(connection, programme_id) > reached + 9,  # type: ignore[misc]
            )
        until(lambda: _given(connection, bank) == KILLS * MESSAGES // 4)
        rows = connection.execute(
            "SELECT position, member_id, member_seq FROM stream_entry ORDER BY position"
        ).fetchall()
    assert [position for position, _, _ in rows] == list(range(1, len(rows) + 1))
    for member in {member for _, member, _ in rows}:
        numbers = [seq for _, one, seq in rows if one == member]
        assert numbers == sorted(set(numbers))


def test_who_delivers_and_is_killed_loses_nothing_and_repeats_under_the_same_id(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "127.0.0.1/32")
    with connect(database_url) as connection, receiving() as receiver:
        bank = Bank(connection, SHOP, "2026-01-01 09:00")
        programme_id = bank.programme.programme_id
        bank.enrol(*MEMBERS)
        terms = WebhookTerms(url=receiver.address)
        make_webhook(
            connection, programme_id, terms, id="crm", after=0, now=real_now(), actor="test"
        )
        for batch in range(4):
            _buy(bank, f"b{batch}")
        until(lambda: _given(connection, bank) == MESSAGES)
        for _ in range(KILLS):
            reached = len(receiver.received)
            run_and_kill(
                DELIVERS,
                database_url,
                when=lambda reached=reached: len(receiver.received) > reached + 20,  # type: ignore[misc]
            )
        until(
            lambda: (
                deliver_due(connection) == 0 and set(receiver.told()) == set(range(1, MESSAGES + 1))
            )
        )
        log = deliveries_of(connection, programme_id, "crm", most=2 * MESSAGES)
        assert [one.state for one in log] == ["delivered"] * MESSAGES
        ids = {one.message["position"]: one.headers["webhook-id"] for one in receiver.received}
        assert all(
            ids[one.message["position"]] == one.headers["webhook-id"] for one in receiver.received
        )
        assert len(receiver.received) - MESSAGES <= KILLS * (MOST_UNNOTED + AT_ONCE)
        for member in MEMBERS:
            first = list(dict.fromkeys(receiver.told(member)))
            assert first == sorted(first)


def _buy(bank: Bank, name: str) -> None:
    """A quarter of the messages, of all members in turn."""
    bought = [
        bank.bought(f"{name}-{number}", MEMBERS[number % len(MEMBERS)], 100)
        for number in range(MESSAGES // 4)
    ]
    bank.do("2026-01-01 09:00", *bought)


def _given(connection: psycopg.Connection[object], bank: Bank) -> int:
    give_positions(connection, bank.programme.programme_id)
    return last_position(connection, bank.programme.programme_id)
