"""What a server counts and logs: added up over processes, and without what was sent."""

from __future__ import annotations

import io
import json
import logging
import os
from pathlib import Path
from typing import Any

import psycopg
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from jifen.db.problem import DatabaseProblem
from jifen.operations.logs import JsonLines
from jifen.operations.metrics import Metrics
from jifen.operations.noting import SECONDS_ALIVE, counted, note
from jifen.operations.standing import Bank, Duty, Proved, Standing, Told, Write
from jifen.operations.tally import Tally
from jifen.wording import verbatim


def tally(requests: int, waiting: int = 0) -> Tally:
    made = Tally()
    for _ in range(requests):
        made.answered("POST /v1/events", 200, 0.004)
    made.problem("conflict")
    queue = made.queue("appending")
    queue.batch(3, 0.002)
    queue.length, queue.oldest_seconds = waiting, waiting / 10
    return made


def told(folder: Path, *programmes: Standing) -> dict[str, float]:
    registry = CollectorRegistry()
    webhooks = [Told("club", "till", behind=4, waiting=1, failing_seconds=90)]
    duties = [Duty("sweep", 1_700_000_000_000_000, True)]
    write = Write(7, "psql", "shop", "idle in transaction", 12.5)
    bank = Bank(list(programmes), webhooks, duties, write)
    registry.register(Metrics(folder, lambda: bank))
    lines = generate_latest(registry).decode().splitlines()
    samples = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


def note_as(pid: int, folder: Path, noted: Tally, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "getpid", lambda: pid)
    note(folder, noted)
    return folder / f"{pid}.json"


def test_processes_are_told_together_and_one_that_ended_keeps_its_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_as(7, tmp_path, tally(2, waiting=5), monkeypatch)
    ended = note_as(8, tmp_path, tally(3, waiting=9), monkeypatch)
    both = counted(tmp_path)
    assert (both.processes, both.tally.queues["appending"].length) == (2, 14)
    assert both.tally.queues["appending"].oldest_seconds == 0.9
    long_ago = ended.stat().st_mtime - 2 * SECONDS_ALIVE
    os.utime(ended, (long_ago, long_ago))
    samples = told(tmp_path)
    assert samples["jifen_server_processes"] == 1
    events = 'method="POST",route="/v1/events",status="200"'
    assert samples[f"jifen_http_request_seconds_count{{{events}}}"] == 5
    assert samples[f'jifen_http_request_seconds_bucket{{le="0.0025",{events}}}'] == 0
    assert samples[f'jifen_http_request_seconds_bucket{{le="0.005",{events}}}'] == 5
    assert samples['jifen_problems_total{code="conflict"}'] == 2
    assert samples['jifen_batch_commands_sum{queue="appending"}'] == 6
    assert samples['jifen_queue_length{queue="appending"}'] == 5


def test_a_bank_is_told_by_programme_with_its_last_proof(tmp_path: Path) -> None:
    proved = Standing(
        "club", 61.5, 2, 3, Proved(at=1_700_000_000_500_000, seconds=4, differences=1)
    )
    samples = told(tmp_path, proved, Standing("never", 0, 0, 0, None))
    assert samples["jifen_database_up"] == 1
    assert samples["jifen_oldest_write_seconds"] == 12.5
    assert samples['jifen_overdue_seconds{programme="club"}'] == 61.5
    assert samples['jifen_last_proof_timestamp_seconds{programme="club"}'] == 1_700_000_000.5
    assert samples['jifen_last_proof_differences{programme="club"}'] == 1
    assert 'jifen_last_proof_differences{programme="never"}' not in samples
    assert samples['jifen_webhook_behind{programme="club",webhook="till"}'] == 4
    assert samples['jifen_webhook_failing_seconds{programme="club",webhook="till"}'] == 90
    assert samples['jifen_duty_timestamp_seconds{duty="sweep"}'] == 1_700_000_000
    assert samples['jifen_duty_failed{duty="sweep"}'] == 1


def test_what_processes_counted_is_told_also_when_the_database_is_away(tmp_path: Path) -> None:
    def away() -> Bank:
        raise DatabaseProblem(verbatim("gone"), verbatim("wait"))

    note(tmp_path, tally(1))
    registry = CollectorRegistry()
    registry.register(Metrics(tmp_path, away))
    said = generate_latest(registry).decode()
    assert "jifen_database_up 0.0" in said
    assert "jifen_problems_total" in said


@pytest.fixture
def logged() -> tuple[logging.Logger, io.StringIO]:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    log = logging.Logger("jifen.test")
    log.addHandler(handler)
    return log, lines


def test_an_error_is_logged_on_one_line_without_its_words(
    logged: tuple[logging.Logger, io.StringIO],
) -> None:
    log, lines = logged
    try:
        try:
            raise psycopg.errors.UniqueViolation("Key (id)=(ann@example.com) exists")
        except psycopg.Error as error:
            raise ValueError("ann@example.com\nis there") from error
    except ValueError as error:
        log.error("a request failed", exc_info=error, extra={"fields": {"request_id": "r-1"}})
    (line,) = lines.getvalue().splitlines()
    assert "ann@example.com" not in line
    record: dict[str, Any] = json.loads(line)
    assert (record["level"], record["request_id"]) == ("error", "r-1")
    assert [error["type"] for error in record["errors"]] == [
        "builtins.ValueError",
        "psycopg.errors.UniqueViolation",
    ]
    assert record["errors"][1]["sqlstate"] == "23505"
    assert "test_operations.py" in record["errors"][0]["frames"][0]
