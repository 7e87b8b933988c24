"""Workers may be killed at any point, and run beside each other: what time has brought is posted once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg
from old_club import MAPPING, THREE_YEARS, balances, buy_long_ago, old_club
from waiting import until

from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.versions.at_work import Programmes
from jifen.proof.proving import prove
from jifen.worker.doing import do
from jifen.worker.jobs import Jobs
from jifen.worker.timetable import TIMETABLE

HASTY: Final = Path(__file__).with_name("hasty_worker.py")
MEMBERS: Final = [f"m{number:03}" for number in range(150)]
KILLS: Final = 3


@contextmanager
def working(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own, told to stop in the end."""
    worker = subprocess.Popen(
        [sys.executable, str(HASTY), url], env=dict(os.environ), stderr=subprocess.DEVNULL
    )
    try:
        yield worker
    finally:
        with suppress(ProcessLookupError):
            worker.terminate()
        # Who is told to stop before it has come to work ends as any process does.
        assert worker.wait(60) in (0, -signal.SIGKILL, -signal.SIGTERM)


def settled(connection: psycopg.Connection[Any]) -> int:
    """How often anybody was settled."""
    (count,) = connection.execute("SELECT count(*) FROM command WHERE kind = 'settle'").fetchone()  # type: ignore[misc]
    return int(count)


def test_a_killed_worker_leaves_whole_slices_and_the_next_one_goes_on(database_url: str) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection, *MEMBERS)
        for kill in range(KILLS):
            wanted = (kill + 1) * 15
            with working(database_url) as worker:
                until(lambda: settled(connection) >= wanted, "anybody settled")  # noqa: B023
                worker.send_signal(signal.SIGKILL)
            assert prove(connection, programme).holds
        assert settled(connection) < len(MEMBERS)
        with working(database_url):
            until(lambda: settled(connection) >= len(MEMBERS), "everybody settled")
        assert settled(connection) == len(MEMBERS)
        assert balances(connection, programme) == [(member, 0) for member in MEMBERS]
        assert prove(connection, programme).holds


def test_two_workers_beside_each_other_settle_everybody_once(database_url: str) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection, *MEMBERS)
        with working(database_url), working(database_url):
            until(lambda: settled(connection) >= len(MEMBERS), "everybody settled")
            buy_long_ago(connection, programme, ["late"], real_now() - THREE_YEARS)
            until(lambda: settled(connection) > len(MEMBERS), "who came late settled")
        assert dict(balances(connection, programme)) == dict.fromkeys([*MEMBERS, "late"], 0)
        assert prove(connection, programme).holds


def test_a_worker_whose_connections_are_cut_goes_on(database_url: str) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection, "ann")
        with working(database_url):
            until(lambda: settled(connection) == 1, "ann settled")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            buy_long_ago(connection, programme, ["bob"], real_now() - THREE_YEARS)
            until(lambda: settled(connection) == 2, "bob settled")


def test_a_worker_stops_with_the_slice_under_way(database_url: str) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection, *MEMBERS)
        with working(database_url) as worker:
            until(lambda: settled(connection) >= 6, "anybody settled")
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
        assert settled(connection) < len(MEMBERS)
        (ended,) = connection.execute("SELECT ended_at IS NOT NULL FROM duty").fetchone() or (
            False,
        )
        assert ended
        assert prove(connection, programme).holds


def test_an_import_whose_worker_is_killed_is_finished_by_another(database_url: str) -> None:
    rows = "".join(
        f"r{number},m{number % 50:03},2026-10-01 10:00,60.00\n" for number in range(1_000)
    )
    content = f"receipt,member,at,amount\n{rows},nobody,2026-10-01 10:00,1.00\n".encode()
    with connect(database_url) as connection:
        programme = old_club(connection)
        jobs = Jobs(connection, programme)
        asked = {"mapping": MAPPING, "format": "csv", "language": "en"}
        jobs.add("october", "import", asked, actor="shop", now=real_now())
        jobs.add_part("october", "upload 1", 0, content)
        jobs.complete_upload("october", "upload 1", "data")
        with working(database_url) as worker:
            until(lambda: jobs.get("october").state == "working", "the job taken")
            worker.send_signal(signal.SIGKILL)
        assert jobs.get("october").state == "working"
        connection.execute(
            "UPDATE queue.procrastinate_workers SET last_heartbeat = now() - interval '40 seconds'"
        )
        tidy = next(duty for duty in TIMETABLE if duty.name == "tidy")
        do(tidy, database_url, Programmes(), lambda: False)
        states = connection.execute(
            "SELECT DISTINCT status FROM queue.procrastinate_jobs WHERE queue_name = 'jobs'"
        )
        assert states.fetchall() == [("todo",)]
        with working(database_url):
            until(lambda: jobs.get("october").state == "done", "the job done")
        job = jobs.get("october")
        assert job.attempts == 2
        assert job.counts["events"] + job.counts["replayed"] == 1_000
        assert [file.name for file in job.files] == ["rejects.csv"]
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (1_000,)
        assert prove(connection, programme).holds
