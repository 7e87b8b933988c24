"""Import of history in no order at all: nearly every event is late, and its member's history evaluated again."""

from __future__ import annotations

import csv
import datetime as dt
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.bank import bank, programme_with_members, settle_disk
from bench.reporting import Row, row
from jifen.intake.clock import real_now
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping

MEMBERS = 5_000
EVENTS = 50_000
RUNS = 3
_MAPPING = """
time: {column: time, timezone: Asia/Shanghai}
event: purchase
id: order_id
member: member
fields: {amount: amount, channel: channel}
"""


def measure() -> list[Row]:
    """The same events shuffled and in order, each run into a programme without history, in events a second."""
    rates: dict[str, list[float]] = {"shuffled": [], "in order": []}
    with bank() as connection, tempfile.TemporaryDirectory() as folder:
        for run in range(RUNS):
            events = _events(run)
            for name, found in rates.items():
                if name == "shuffled":
                    random.Random(run).shuffle(events)
                else:
                    events.sort(key=lambda event: event[2])
                found.append(_rate(connection, f"{name}-{run}", events, Path(folder)))
    ordered = sorted(rates["in order"])[RUNS // 2]
    return [
        row("unsorted: import of events in order", rates["in order"], "events/s"),
        row("unsorted: import, shuffled", rates["shuffled"], "events/s", "in order", ordered),
    ]


def _events(run: int) -> list[tuple[str, int, str, str, str]]:
    chance = random.Random(run)
    start = dt.datetime(2026, 1, 1)  # noqa: DTZ001
    return [
        (
            f"{run}-{number}",
            chance.randrange(MEMBERS),
            (start + dt.timedelta(minutes=5 * number)).isoformat(),
            f"{chance.randrange(100, 20_000) / 100:.2f}",
            "app",
        )
        for number in range(EVENTS)
    ]


def _rate(
    connection: psycopg.Connection[Any],
    name: str,
    events: list[tuple[str, int, str, str, str]],
    folder: Path,
) -> float:
    programme = programme_with_members(connection, name.replace(" ", "-"), MEMBERS)
    path = folder / "orders.csv"
    path.with_suffix(".yaml").write_text(_MAPPING)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", "member", "time", "amount", "channel"])
        writer.writerows(events)
    settle_disk(connection)
    started = time.perf_counter()
    report = import_file(
        connection, programme, load_mapping(path.with_suffix(".yaml")), path,
        now=real_now(), actor="bench", rejects_path=folder / "rejects.csv",
    )  # fmt: skip
    seconds = time.perf_counter() - started
    assert report.events == EVENTS, report
    return EVENTS / seconds
