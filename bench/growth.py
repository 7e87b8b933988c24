"""What an event costs as the bank grows from ten thousand to a million members, with PostgreSQL's stock settings."""

from __future__ import annotations

import random
import time
from typing import Any

import psycopg

from bench.bank import bank, programme_with_members, settle_disk
from bench.reporting import Row, row
from jifen.intake.asking.commands import Command, Event
from jifen.intake.clock import real_now
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme

SIZES = (10_000, 100_000, 1_000_000)
COMMANDS_PER_BATCH = 2_000
BATCHES = 10
RUNS = 3
_STOCK = {"max_wal_size": "1GB", "checkpoint_timeout": "5min", "wal_compression": "off"}
"""What PostgreSQL ships with, of the settings that can be changed without a restart."""


def measure() -> list[Row]:
    """Events a second with so many members; the ratio is over the smallest bank's rate."""
    with bank() as connection:
        _stock_settings(connection)
        rates = {}
        for size in SIZES:
            programme = programme_with_members(connection, f"members-{size}", size)
            rates[size] = [_rate(connection, programme, size, run) for run in range(RUNS + 1)][1:]
        smallest = sorted(rates[SIZES[0]])[RUNS // 2]
        return [
            row(f"growth: {size:,} members", runs, "events/s", f"{SIZES[0]:,} members", smallest)
            for size, runs in rates.items()
        ]


def _stock_settings(connection: psycopg.Connection[Any]) -> None:
    """Put the stock values over those of our own servers, and wait until they are in force."""
    for setting, value in _STOCK.items():
        connection.execute(f"ALTER SYSTEM SET {setting} = '{value}'")
    connection.execute("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 10
    while {name: _setting(connection, name) for name in _STOCK} != _STOCK:
        if time.monotonic() > deadline:
            raise RuntimeError("the stock settings did not come into force")


def _setting(connection: psycopg.Connection[Any], name: str) -> str:
    found = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert found is not None
    return str(found[0])


def _rate(
    connection: psycopg.Connection[Any], programme: OpenProgramme, members: int, run: int
) -> float:
    """The first run is a warm-up."""
    chance = random.Random(run)
    settle_disk(connection)
    now = real_now()
    batches: list[list[Command]] = [
        [
            Event(
                id=f"{run}-{batch}-{number}",
                member=str(chance.randrange(members)),
                type="purchase",
                occurred_at=now + batch,
                sequence=number,
                fields={"amount": chance.randrange(5_000, 20_000), "channel": "app"},
            )
            for number in range(COMMANDS_PER_BATCH)
        ]
        for batch in range(BATCHES)
    ]
    started = time.perf_counter()
    for batch in batches:
        submit(connection, programme, batch, now=now, actor="bench")
    return COMMANDS_PER_BATCH * BATCHES / (time.perf_counter() - started)
