"""A bank of its own for measurements: a fresh embedded server with fsync on, and a programme with members."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from jifen.db import embedded
from jifen.db.connection import connect
from jifen.db.migrate import migrate
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.opening import OpenProgramme, create_programme

PROGRAMME = """
programme: bench
name: Bench
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points, expiry: {rolling: 12 months, until: month_end}, unit_price: 0.025}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: big-basket, on: purchase, when: amount >= 50, give: 20 points}
  - {id: weekly, on: purchase, when: "count('purchase', 'week') == 3", give: 100 points}
  - {id: produce, on: purchase, lines: "department == 'PRODUCE'", give: 1 points per 1 of amount}
  - {id: app, on: purchase, when: channel == 'app', multiply: base by 1.5}
limits: [100000 points per month]
tiers:
  measure: points
  window: rolling 12 months
  ladder:
    - {id: basic, name: Basic, reach: 0}
    - {id: silver, name: Silver, reach: 1000, multiply: base by 1.2}
    - {id: gold, name: Gold, reach: 5000, multiply: base by 1.5}
"""
_MEMBERS_PER_BATCH = 10_000


@contextmanager
def bank() -> Iterator[psycopg.Connection[Any]]:
    """A fresh, migrated database with durable commits, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="jifen-bench-"))
    try:
        with connect(embedded.server_url(folder)) as connection:
            migrate(connection)
            yield connection
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def programme_with_members(
    connection: psycopg.Connection[Any], slug: str, members: int, document: str = PROGRAMME
) -> OpenProgramme:
    """A programme whose members are called 0, 1, 2, …"""
    now = real_now()
    programme = create_programme(connection, document, slug=slug, now=now, actor="bench")
    joined_at = now - 400 * 86_400_000_000
    for first in range(0, members, _MEMBERS_PER_BATCH):
        numbers = range(first, min(first + _MEMBERS_PER_BATCH, members))
        newcomers = [NewMember(id=str(number), joined_at=joined_at) for number in numbers]
        enrol_members(connection, programme, newcomers, now=now, actor="bench")
    connection.execute("VACUUM ANALYZE")
    return programme


def settle_disk(connection: psycopg.Connection[Any]) -> None:
    """Begin a run with nothing left over from the one before."""
    connection.execute("CHECKPOINT")
