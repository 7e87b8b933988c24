"""Whoever is killed whenever, clients or the database server: what was acknowledged is there once, what was not at most
once, whoever asks again is told the same, and the proof finds nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import killed_sender
import psycopg
import pytest
from killed_sender import DOCUMENT, MEMBERS, ROLES, ROWS, SENDERS, SLUG, Run, batch, noted

from jifen.db import embedded
from jifen.db.connection import connect
from jifen.db.migrate import migrate
from jifen.db.problem import DatabaseProblem
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.answers import Answer
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.journal import key_of
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.versions.corrections import post_correction
from jifen.intake.versions.opening import create_programme, open_programme
from jifen.proof.proving import prove

pytestmark = pytest.mark.embedded

SENDING: Final = tuple(map(str, range(SENDERS)))
SERVER: Final = "server"
BATCHES_BETWEEN: Final = 12
"""At most so many are answered before the next is killed."""
LOST: Final = (
    "AdminShutdown",
    "CrashShutdown",
    "DatabaseProblem",
    "OperationalError",
    "CannotConnectNow",
)
"""What may go wrong for who is not killed: the server is."""


def test_whoever_is_killed_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    seen = _killed(tmp_path, "short", [SERVER, *ROLES, "0", SERVER, "1"], seconds=20)
    assert seen["acknowledged"] > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_whoever_is_killed_nothing_is_lost_or_doubled_at_length(tmp_path: Path, seed: int) -> None:
    victims = random.Random(seed).choices((*ROLES, SERVER), k=80)
    seen = _killed(tmp_path, f"long {seed}", victims, seconds=240)
    assert seen["unheard"] > 0


def _killed(folder: Path, seed: str, victims: Sequence[str], seconds: float) -> Counter[str]:
    """Let every role work while one after the other is killed, for some time at most; how often what happened. Then all
    is asked again."""
    data = folder / "data"
    try:
        run = _begun(folder, data, seed)
        _let_and_kill(run, data, victims, seconds)
        with connect(_up_again(data)) as connection:
            return _checked(connection, run)
    finally:
        embedded.stop(data)


def _begun(folder: Path, data: Path, seed: str) -> Run:
    run = Run(embedded.server_url(data), folder, seed, real_now())
    killed_sender.write_files(folder, seed)
    with connect(run.url) as connection:
        migrate(connection)
        programme = create_programme(
            connection, DOCUMENT, slug=SLUG, now=run.begun_at, actor="owner"
        )
        joined_at = run.begun_at - 400 * MICROSECONDS_PER_DAY
        members = [NewMember(id=f"m{number}", joined_at=joined_at) for number in range(MEMBERS)]
        enrol_members(connection, programme, members, now=run.begun_at, actor="owner")
    return run


def _let_and_kill(run: Run, data: Path, victims: Sequence[str], seconds: float) -> None:
    """Start whoever has ended, and kill the next when some more batches were answered; in the end everybody."""
    chance, ends = random.Random(run.seed), time.monotonic() + seconds
    arguments = (run.url, str(run.folder), run.seed, str(run.begun_at))
    with subprocess.Popen(
        [sys.executable, killed_sender.__file__, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as nurse:  # fmt: skip
        at_work = {role: _started(nurse, role) for role in ROLES}
        for victim in victims:
            enough = _answered(run) + chance.randrange(1, BATCHES_BETWEEN)
            while _answered(run) < enough and time.monotonic() < ends:
                _start_again(nurse, at_work)
            _kill(_postmaster(data) if victim == SERVER else at_work[victim])
            assert _up_again(data) == run.url
        for pid in at_work.values():
            _kill(pid)
        nurse.kill()


def _up_again(data: Path) -> str:
    """Where the server answers, which may take a moment: what was killed holds on to its memory until its last process
    has gone."""
    for _ in range(5):
        with suppress(DatabaseProblem):
            url = embedded.server_url(data)
            connect(url).close()
            return url
        time.sleep(1)
    return embedded.server_url(data)


def _started(nurse: subprocess.Popen[str], role: str) -> int:
    assert nurse.stdin is not None
    assert nurse.stdout is not None
    nurse.stdin.write(f"{role}\n")
    return int(nurse.stdout.readline())


def _start_again(nurse: subprocess.Popen[str], at_work: dict[str, int]) -> None:
    for role, pid in at_work.items():
        if not Path(f"/proc/{pid}").exists():
            at_work[role] = _started(nurse, role)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # who has ended already
        os.kill(pid, signal.SIGKILL)


def _answered(run: Run) -> int:
    """How many batches were answered until now."""
    return sum(one.answers is not None for name in SENDING for one in noted(run.folder, name))


def _postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def _checked(connection: psycopg.Connection[Any], run: Run) -> Counter[str]:
    """What was noted against what is there, before and after all of it is asked again."""
    errors = run.folder / "errors"
    unforeseen = [
        line
        for line in (errors.read_text().splitlines() if errors.exists() else ())
        if not line.startswith(LOST)
    ]
    assert unforeseen == []
    programme = open_programme(connection, SLUG)
    seen: Counter[str] = Counter()
    there = _keys(connection)
    for sender in SENDING:
        for number, answers in noted(run.folder, sender):
            seen["unheard"] += answers is None
            for command, answer in zip(batch(run, sender, number), answers or (), strict=False):
                if answer.state != "waiting":  # what it waits for may have come since
                    assert (key_of(command) in there) == _is_kept(answer), (command, answer)
                seen["acknowledged"] += 1
                seen[type(command).__name__.lower()] += answer.state == "applied"
    killed_sender.finish_import(connection, run.folder)
    post_correction(connection, programme, now=real_now(), actor="owner")
    for _ in range(2):
        _ask_again(connection, run)
    sweep(connection, programme, real_now())
    assert max(_keys(connection).values()) == 1
    assert _one(connection, "SELECT count(*) FROM event WHERE event_id LIKE 'file-%'") == ROWS
    assert _one(connection, "SELECT count(*) FROM inbox") == 0
    report = prove(connection, open_programme(connection, SLUG))
    assert [str(difference) for difference in report.differences] == []
    return seen


def _is_kept(answer: Answer) -> bool:
    """Whether the key of what was answered so is taken: not of what waits, nor of what was malformed."""
    return answer.state != "waiting" and answer.refusal != "malformed"


def _ask_again(connection: psycopg.Connection[Any], run: Run) -> None:
    """Everybody who was answered is told the same."""
    for sender in SENDING:
        for number, answers in noted(run.folder, sender):
            again = submit(
                connection,
                open_programme(connection, SLUG),
                batch(run, sender, number),
                now=real_now(),
                actor=sender,
            )
            for one, first in zip(again, answers or (), strict=False):
                if _is_kept(first):
                    assert (one.answer, one.replayed) == (first, True), (number, first)


def _keys(connection: psycopg.Connection[Any]) -> Counter[str]:
    rows = connection.execute("SELECT key FROM command WHERE kind <> 'settle'").fetchall()
    return Counter(row[0] for row in rows)


def _one(connection: psycopg.Connection[Any], query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])
