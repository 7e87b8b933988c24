"""A million lots that have ended, posted as expired: slice by slice, each locking a few members for a moment."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from random import Random
from statistics import median
from typing import Any

import psycopg

from bench.bank import bank, programme_with_members, settle_disk
from bench.reporting import Row, row
from jifen.db.connection import connect, url_of
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import Command, Event
from jifen.intake.clock import real_now
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.versions.opening import OpenProgramme, open_programme

LOTS = int(os.environ.get("JIFEN_BENCH_LOTS", "1000000"))
LOTS_PER_MEMBER = 10
MEMBERS_PER_BATCH = 400


def measure() -> list[Row]:
    """Lots a second, the seconds for all of them, and how long a purchase takes meanwhile."""
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
        with earning_meanwhile(connection, programme, members) as waited:
            started = time.perf_counter()
            swept = len(sweep(connection, programme, now + 800 * MICROSECONDS_PER_DAY))
            seconds = time.perf_counter() - started
        if swept < members:
            raise RuntimeError(f"{swept} of {members} members had something to expire")
    return [
        row("expire: two connections", [LOTS / seconds], "lots/s"),
        row(f"expire: {LOTS:,} lots", [seconds], "s"),
        row("expire: a purchase meanwhile, median", [median(waited)], "ms"),
        row("expire: a purchase meanwhile, slowest", [max(waited)], "ms"),
    ]


@contextmanager
def earning_meanwhile(
    connection: psycopg.Connection[Any], programme: OpenProgramme, members: int
) -> Iterator[list[float]]:
    """Let another process post a purchase of some member every 50 ms; how long each took, in milliseconds, is in
    the list at the end."""
    waited: list[float] = []
    url = url_of(connection)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_earn, args=(theirs, url, programme.slug, members))
    process.start()
    ours.recv()
    yield waited
    ours.send("enough")
    waited += ours.recv()
    process.join()


def _earn(pipe: Connection, url: str, slug: str, members: int) -> None:
    chance, waited = Random(1), list[float]()
    with connect(url) as connection:
        programme = open_programme(connection, slug)
        pipe.send("ready")
        while not pipe.poll(0.05):
            bought = Event(
                id=f"meanwhile-{len(waited)}",
                member=str(chance.randrange(members)),
                type="purchase",
                fields={"amount": 5_000},
            )
            started = time.perf_counter()
            submit(connection, programme, [bought], now=real_now(), actor="bench")
            waited.append((time.perf_counter() - started) * 1000)
    pipe.send(waited)
