"""Several workers on one programme, any of them killed at any point: imports, exports, webhooks and what time brings
are each done once, and whole."""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow.parquet as pq
import pytest
from old_club import MAPPING, THREE_YEARS, buy_long_ago, old_club
from receiving import Receiver, receiving
from waiting import until

from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme
from jifen.outbox.deliveries import deliveries_of
from jifen.outbox.delivering import AT_ONCE
from jifen.outbox.relay import give_positions
from jifen.outbox.stream import last_position
from jifen.outbox.webhook_terms import WebhookTerms
from jifen.outbox.webhooks import make_webhook
from jifen.proof.proving import prove
from jifen.worker.jobs import Job, Jobs

HASTY: Final = Path(__file__).with_name("hasty_worker.py")
DUTIES: Final = ("settle", "tidy", "webhooks")
WORKERS: Final = 3
ROWS: Final = 400
SHOPPERS: Final = 40
ELDERS: Final = 12
"""Members of whom something is due, who come with each kill."""


class Workers:
    """Worker processes, of which those that are killed are begun again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._running = [self._begun() for _ in range(WORKERS)]
        self.killed = 0

    def _begun(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(HASTY), self._url, *DUTIES]
        return subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.DEVNULL)

    def kill(self, chance: random.Random) -> None:
        """Some of them, perhaps all."""
        for place in chance.sample(range(WORKERS), chance.choice((1, 1, 2, WORKERS))):
            self._running[place].kill()
            self._running[place].wait()
            self._running[place] = self._begun()
            self.killed += 1

    def stop(self) -> None:
        """Let them end in good order."""
        for worker in self._running:
            worker.terminate()
        assert [worker.wait(60) for worker in self._running] == [0] * WORKERS


class Bank:
    """A club on real time, what is asked of its workers, and what they are to have done in the end."""

    def __init__(self, connection: psycopg.Connection[Any], receiver: Receiver) -> None:
        self.connection = connection
        self.programme: OpenProgramme = old_club(connection)
        self.jobs = Jobs(connection, self.programme)
        self.imports: list[str] = []
        self.exports: list[str] = []
        self.elders: list[str] = []
        make_webhook(
            connection,
            self.programme.programme_id,
            WebhookTerms(url=receiver.address),
            id="crm",
            after=0,
            now=real_now(),
            actor="test",
        )

    def ask(self, number: int) -> None:
        """Another import, two exports, and members of whom something is due."""
        rows = "".join(
            f"r{number}-{row},m{row % SHOPPERS},2026-10-01 10:00,60.00\n" for row in range(ROWS)
        )
        id = f"import-{number}"
        asked = {"mapping": MAPPING, "format": "csv", "language": "en"}
        self.jobs.add(id, "import", asked, actor="shop", now=real_now())
        content = f"receipt,member,at,amount\n{rows}bad,m1,yesterday,1.00\n".encode()
        self.jobs.add_part(id, "upload 1", 0, content)
        self.jobs.complete_upload(id, "upload 1", "data")
        self.imports.append(id)
        for of, format in (("members", "csv"), ("movements", "parquet")):
            id = f"{of}-{number}"
            self.jobs.add(id, "export", {"of": of, "format": format}, actor="shop", now=real_now())
            self.exports.append(id)
        elders = [f"e{number}-{one}" for one in range(ELDERS)]
        buy_long_ago(self.connection, self.programme, elders, real_now() - THREE_YEARS)
        self.elders += elders

    def forget_the_dead(self, chance: random.Random) -> None:
        """Let the workers that were killed count as silent; now and then those that live as well."""
        condition = (
            "true" if chance.random() < 0.3 else "last_heartbeat < now() - interval '1 second'"
        )
        self.connection.execute(
            "UPDATE queue.procrastinate_workers SET last_heartbeat = now() - interval '3 minutes'"
            f" WHERE {condition}".encode()
        )

    @property
    def at_rest(self) -> bool:
        """Whether every job has ended, everybody is settled and everything is told."""
        jobs = [self.jobs.get(id) for id in (*self.imports, *self.exports)]
        give_positions(self.connection, self.programme.programme_id)
        (position,) = self.one("SELECT position FROM webhook")
        return (
            all(job.ended_at is not None for job in jobs)
            and self.settled == len(self.elders)
            and position == last_position(self.connection, self.programme.programme_id)
        )

    @property
    def settled(self) -> int:
        """How often anybody was settled."""
        (count,) = self.one("SELECT count(*) FROM command WHERE kind = 'settle'")
        return int(count)

    def one(self, query: str) -> tuple[Any, ...]:
        """The only row that a query finds."""
        row: tuple[Any, ...] | None = self.connection.execute(query.encode()).fetchone()
        assert row is not None
        return row

    def file_of(self, job: Job) -> io.BytesIO:
        """The only file of a job, as it is handed out."""
        (file,) = job.files
        content = b"".join(self.jobs.parts(job.id, file.name))
        assert len(content) == file.bytes
        return io.BytesIO(content)


def look_at_import(bank: Bank, job: Job) -> None:
    assert (job.state, job.share) == ("done", 1), job.failure
    assert job.counts["events"] + job.counts["replayed"] == ROWS
    rejected = bank.file_of(job).getvalue().decode()
    assert rejected.count("\n") == 2, "the head, and the bad line once"
    assert "yesterday" in rejected


def look_at_export(bank: Bank, job: Job) -> None:
    """Whole: as many rows as it says, and each once."""
    assert (job.state, job.share) == ("done", 1), job.failure
    file = bank.file_of(job)
    if job.asked["format"] == "parquet":
        assert pq.read_table(file).num_rows == job.counts["rows"]
    else:
        members = [row["member"] for row in csv.DictReader(io.StringIO(file.read().decode()))]
        assert len(members) == len(set(members)) == job.counts["rows"]


def killed_together(
    url: str, seed: int, kills: int, monkeypatch: pytest.MonkeyPatch
) -> dict[str, int]:
    """Kill workers so many times, look at everything, and tell how much there was of it."""
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "127.0.0.1/32")
    chance, wait = random.Random(seed), threading.Event().wait
    with ExitStack() as opened:
        connection = opened.enter_context(connect(url))
        receiver = opened.enter_context(receiving())
        bank = Bank(connection, receiver)
        bank.ask(0)
        workers = Workers(url)
        opened.callback(workers.stop)
        for number in range(1, kills + 1):
            before = bank.settled + len(receiver.received)
            until(lambda: bank.settled + len(receiver.received) > before, "a worker at work")  # noqa: B023
            wait(chance.uniform(0, 1.5))
            workers.kill(chance)
            bank.ask(number)
            bank.forget_the_dead(chance)
        wait(1.1)
        bank.forget_the_dead(chance)
        until(lambda: bank.at_rest, "everything done")
        for id in bank.imports:
            look_at_import(bank, bank.jobs.get(id))
        for id in bank.exports:
            look_at_export(bank, bank.jobs.get(id))
        bought = len(bank.imports) * ROWS + len(bank.elders)
        assert bank.one("SELECT count(*) FROM event WHERE type = 'purchase'") == (bought,)
        assert bank.one("SELECT count(DISTINCT member_id) FROM command WHERE kind = 'settle'") == (
            len(bank.elders),
        )
        last = last_position(connection, bank.programme.programme_id)
        told = receiver.told()
        assert set(told) == set(range(1, last + 1))
        assert len(told) - last <= workers.killed * AT_ONCE
        log = deliveries_of(connection, bank.programme.programme_id, "crm", most=last + 1)
        assert [one.state for one in log] == ["delivered"] * last
        for member in {one.message["member"] for one in receiver.received}:
            first = list(dict.fromkeys(receiver.told(member)))
            assert first == sorted(first)
        assert prove(connection, bank.programme).holds
        return {
            "workers killed": workers.killed,
            "jobs": len(bank.imports) + len(bank.exports),
            "attempts at jobs": bank.one("SELECT sum(attempts) FROM job")[0],
            "members settled": bank.settled,
            "messages": last,
            "sent twice": len(told) - last,
        }


def test_what_several_workers_do_is_done_once_though_some_are_killed(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = killed_together(database_url, 1, 2, monkeypatch)
    assert counts["workers killed"] >= 2


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_what_several_workers_do_is_done_once_though_they_are_killed_again_and_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    print(seed, killed_together(database_url, seed, 20, monkeypatch))
