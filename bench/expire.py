"""A million lots that have ended, posted as expired: slice by slice, each locking a few members for a moment."""

from __future__ import annotations

import os
import time

from bench.bank import bank, programme_with_members, settle_disk
from bench.reporting import Row, row
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.clock import real_now
from jifen.intake.commands import Command, Event
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep

LOTS = int(os.environ.get("JIFEN_BENCH_LOTS", "1000000"))
LOTS_PER_MEMBER = 10
MEMBERS_PER_BATCH = 400


def measure() -> list[Row]:
    """Lots a second with one process, and the seconds for all of them."""
    members = LOTS // LOTS_PER_MEMBER
    with bank() as connection:
        programme = programme_with_members(connection, "expire", members)
        now = real_now()
        for first in range(0, members, MEMBERS_PER_BATCH):
            batch: list[Command] = [
                Event(
                    id=f"{member}-{lot}",
                    member=str(member),
                    type="purchase",
                    occurred_at=now - (LOTS_PER_MEMBER - lot) * 30 * MICROSECONDS_PER_DAY,
                    fields={"amount": 5_000 + lot},
                )
                for member in range(first, min(first + MEMBERS_PER_BATCH, members))
                for lot in range(LOTS_PER_MEMBER)
            ]
            submit(connection, programme, batch, now=now, actor="bench")
        connection.execute("VACUUM ANALYZE")
        settle_disk(connection)
        started = time.perf_counter()
        swept = sweep(connection, programme, now + 800 * MICROSECONDS_PER_DAY)
        seconds = time.perf_counter() - started
        if swept != members:
            raise RuntimeError(f"{swept} of {members} members had something to expire")
    return [
        row("expire: one process", [LOTS / seconds], "lots/s"),
        row(f"expire: {LOTS:,} lots", [seconds], "s"),
    ]
