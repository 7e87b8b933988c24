"""Set-wise earning and file import against pgbench writing the same rows by a hand-written function, and COPY."""

from __future__ import annotations

import csv
import datetime as dt
import multiprocessing
import random
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as parquet

from bench.bank import bank, programme_with_members, settle_disk
from bench.baseline import MEMBERS, SECONDS, best_of_few_and_many, make_baseline
from bench.reporting import Row, row
from jifen.db.connection import connect
from jifen.db.copying import copy_rows, read_rows
from jifen.db.tables import EVENT
from jifen.intake.asking.commands import Command, Event
from jifen.intake.clock import real_now
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme, open_programme

RUNS = 5  # in turn, so that a machine that changes its pace changes both
COMMANDS_PER_BATCH = 2_000
ONE_LINE_EVENTS = 120_000
NINE_LINE_BASKETS = 40_000
EARNED_TABLES = ("command", "command_key", "event", "award", "posting", "lot", "outbox")


def measure() -> list[Row]:
    """Each rate in earnings a second, all on one server."""
    with bank() as connection, tempfile.TemporaryDirectory() as folder:
        programme = programme_with_members(connection, "bench", MEMBERS)
        make_baseline(connection, programme)
        baseline, ours = [], []
        for run in range(RUNS):
            settle_disk(connection)
            baseline.append(best_of_few_and_many(connection, programme, Path(folder)))
            settle_disk(connection)
            ours.append(_set_wise(connection, run))
        _same_rows(connection)
        rate = sorted(baseline)[len(baseline) // 2]
        rows = [
            row("earn_bulk: pgbench baseline", baseline, "earnings/s"),
            row("earn_bulk: set-wise, two processes", ours, "earnings/s", "pgbench", rate),
        ]
        history = programme_with_members(connection, "history", MEMBERS)
        one, nine, floor = _imports(connection, history, Path(folder))
        rows.append(row("earn_bulk: import, one-line events", one, "events/s", "pgbench", rate))
        rows.append(row("earn_bulk: import, nine-line baskets", nine, "baskets/s", "pgbench", rate))
        rows.append(row("earn_bulk: bare COPY of event rows", floor, "events/s"))
        return rows


def _set_wise(connection: psycopg.Connection[Any], run: int) -> float:
    """Two processes that submit batches of ready commands for their half of the members."""
    url = connection.info.dsn
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as workers:
        counts = list(workers.map(_submit_for_a_while, [url] * 2, range(2), [run] * 2))
    return sum(count / seconds for count, seconds in counts)


def _submit_for_a_while(url: str, worker: int, run: int) -> tuple[int, float]:
    chance = random.Random(worker)
    with connect(url) as connection:
        programme = open_programme(connection, "bench")
        done, number, started = 0, 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            now = real_now()
            batch: list[Command] = []
            for _ in range(COMMANDS_PER_BATCH):
                number += 1
                batch.append(
                    Event(
                        id=f"{run}-{worker}-{number:09d}",
                        member=str(chance.randrange(worker, MEMBERS, 2)),
                        type="purchase",
                        occurred_at=now,
                        sequence=number,
                        fields={"amount": chance.randrange(5_000, 20_000), "channel": "app"},
                    )
                )
            submit(connection, programme, batch, now=now, actor="bench")
            done += len(batch)
        return done, time.perf_counter() - started


def _same_rows(connection: psycopg.Connection[Any]) -> None:
    """The baseline wrote as many rows an earning as we did, of about the same bytes."""
    for table in EARNED_TABLES:
        ours, theirs = (
            connection.execute(
                f"SELECT count(*), avg(pg_column_size(t.*)) FROM {table} t JOIN member m"
                f" USING (programme_id, member_id) WHERE (m.external_id LIKE 'baseline%%') = %s"
                + (" AND t.kind = 'event'" if table == "command" else "")
                + (" AND t.key LIKE 'event/%%'" if table == "command_key" else ""),
                (baseline,),
            ).fetchone()
            for baseline in (False, True)
        )
        if ours is None or theirs is None:
            raise RuntimeError(f"nothing was written to {table}")
        assert 0.75 < float(ours[1]) / float(theirs[1]) < 1.33, (table, ours[1], theirs[1])


def _imports(
    connection: psycopg.Connection[Any], programme: OpenProgramme, folder: Path
) -> tuple[list[float], list[float], list[float]]:
    one, nine, floor = [], [], []
    for run in range(RUNS):
        path = _one_line_file(folder, run)
        settle_disk(connection)
        one.append(ONE_LINE_EVENTS / _import(connection, programme, folder, path))
        path = _basket_file(folder, run)
        settle_disk(connection)
        nine.append(NINE_LINE_BASKETS / _import(connection, programme, folder, path))
        floor.append(_copied(connection))
    return one, nine, floor


def _import(
    connection: psycopg.Connection[Any], programme: OpenProgramme, folder: Path, path: Path
) -> float:
    mapping = load_mapping(path.with_suffix(".yaml"))
    started = time.perf_counter()
    report = import_file(
        connection, programme, mapping, path,
        now=real_now(), actor="bench", rejects_path=folder / "rejects.csv",
    )  # fmt: skip
    seconds = time.perf_counter() - started
    assert not report.refused, report.refused
    assert not report.rejected, report.rejected
    return seconds


def _one_line_file(folder: Path, run: int) -> Path:
    chance = random.Random(run)
    path = folder / f"orders-{run}.csv"
    path.with_suffix(".yaml").write_text(
        "time: {column: time, timezone: Asia/Shanghai}\nevent: purchase\nid: order_id\n"
        "member: member\nfields: {amount: amount, channel: channel}\n"
    )
    start = dt.datetime(2026, 1, 1) + dt.timedelta(days=2 * run)  # noqa: DTZ001
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", "member", "time", "amount", "channel"])
        for number in range(ONE_LINE_EVENTS):
            moment = start + dt.timedelta(seconds=number // 2)
            amount = f"{chance.randrange(100, 20_000) / 100:.2f}"
            writer.writerow(
                [f"i{run}-{number}", chance.randrange(MEMBERS), moment.isoformat(), amount, "app"]
            )
    return path


def _basket_file(folder: Path, run: int) -> Path:
    chance = random.Random(run)
    path = folder / f"baskets-{run}.parquet"
    path.with_suffix(".yaml").write_text(
        "time: {column: time, timezone: Asia/Shanghai}\nevent: purchase\nid: basket\n"
        "member: member\nlines: {sku: sku, department: department, amount: amount}\n"
    )
    start = dt.datetime(2026, 1, 2) + dt.timedelta(days=2 * run)  # noqa: DTZ001
    columns: dict[str, list[Any]] = {
        name: [] for name in ("basket", "member", "time", "sku", "department", "amount")
    }
    for number in range(NINE_LINE_BASKETS):
        member = str(chance.randrange(MEMBERS))
        moment = start + dt.timedelta(seconds=number)
        for _ in range(9):
            columns["basket"].append(f"b{run}-{number}")
            columns["member"].append(member)
            columns["time"].append(moment)
            columns["sku"].append(str(chance.randrange(10_000)))
            columns["department"].append(chance.choice(("PRODUCE", "GROCERY", "MEAT")))
            columns["amount"].append(f"{chance.randrange(50, 2_000) / 100:.2f}")
    parquet.write_table(pa.table(columns), path)
    return path


def _copied(connection: psycopg.Connection[Any]) -> float:
    """Events a second into a table without indexes: what no import can beat."""
    with connection.cursor() as cursor:
        rows = list(read_rows(cursor, EVENT, "LIMIT 200000"))
        with connection.transaction(force_rollback=True):
            cursor.execute("CREATE TEMP TABLE event (LIKE public.event) ON COMMIT DROP")
            started = time.perf_counter()
            copy_rows(cursor, EVENT, rows)
            return len(rows) / (time.perf_counter() - started)
