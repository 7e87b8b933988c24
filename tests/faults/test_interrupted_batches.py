"""A sender whose process dies sends everything again: what was committed is answered, the rest is done."""

from __future__ import annotations

import pickle
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jifen.db.connection import connect
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Capture, Command, Event, Hold, Return, Spend
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.programme.loading import template_text
from jifen.proof.proving import prove

NOW = 1_770_000_000_000_000  # 2026-02-02
BATCHES, COMMANDS_PER_BATCH, MEMBERS = 60, 12, 10
SEND = """
import pathlib, pickle, sys
from jifen.db.connection import connect
from jifen.intake.versions.opening import open_programme
from jifen.intake.submitting import submit
url, batches, now = sys.argv[1], pickle.loads(pathlib.Path(sys.argv[2]).read_bytes()), int(sys.argv[3])
with connect(url) as connection:
    for batch in batches:
        submit(connection, open_programme(connection, "interrupted"), batch, now=now, actor="shop")
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_a_dying_sender_sent_is_done_once(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    batches = [_batch(chance, number) for number in range(BATCHES)]
    with connect(database_url) as connection:
        calm, interrupted = _programme(connection, "calm"), _programme(connection, "interrupted")
        expected = _send(connection, calm, batches)
        for stop in sorted(chance.sample(range(30, BATCHES * 10), 2)):
            _send_until(connection, database_url, batches, tmp_path / "batches", stop)
        assert _send(connection, interrupted, batches) == expected
        assert _ends(connection, "interrupted") == _ends(connection, "calm")
        report = prove(connection, interrupted)
    assert [str(difference) for difference in report.differences] == []


def _batch(chance: random.Random, number: int) -> list[Command]:
    return [_command(chance, number, place) for place in range(COMMANDS_PER_BATCH)]


def _command(chance: random.Random, number: int, place: int) -> Command:
    """Events, in order and late, returns of them, and uses of points by one of a few members."""
    who = chance.randrange(MEMBERS)
    id, member, points = f"{number}-{place}", f"m{who}", chance.randrange(1, 80)
    before = f"{number - 1}-{chance.randrange(COMMANDS_PER_BATCH)}"  # of the batch before, if any
    match chance.randrange(8):
        case 0:
            return Spend(id=id, member=member, points=points, currency="points")
        case 1:
            return Hold(id=id, member=member, points=points, currency="points")
        case 2:
            return Capture(id=id, member=member, of=before)
        case 3:
            return Return(id=id, member=member, of=before, full=True)
        case _:
            ago = chance.choice((0, chance.randrange(10**12)))
            fields: dict[str, int | str | bool] = {"amount": chance.randrange(100, 9000)}
            return Event(
                id=id, member=member, type="purchase", occurred_at=NOW - ago, fields=fields
            )


def _programme(connection: psycopg.Connection[Any], slug: str) -> OpenProgramme:
    document = template_text("coffee-club")
    programme = create_programme(
        connection, document, slug=slug, test_now=NOW, now=NOW, actor="owner"
    )
    members = [NewMember(id=f"m{n}", joined_at=NOW - 10**13) for n in range(MEMBERS)]
    enrol_members(connection, programme, members, now=NOW, actor="owner")
    return programme


def _send(
    connection: psycopg.Connection[Any], programme: OpenProgramme, batches: list[list[Command]]
) -> list[Answer]:
    return [
        one.answer
        for batch in batches
        for one in submit(connection, programme, batch, now=NOW, actor="shop")
    ]


def _send_until(
    connection: psycopg.Connection[Any],
    url: str,
    batches: list[list[Command]],
    file: Path,
    stop: int,
) -> None:
    """Let a process of its own send, and kill it as soon as so many commands are in the journal."""
    file.write_bytes(pickle.dumps(batches))
    sender = subprocess.Popen([sys.executable, "-c", SEND, url, str(file), str(NOW)])
    while _commands(connection) < stop and sender.poll() is None:
        pass
    sender.kill()
    assert sender.wait() == -signal.SIGKILL


def _commands(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM command JOIN programme USING (programme_id) WHERE slug = 'interrupted'"
    ).fetchone()
    return int(row[0]) if row else 0


def _ends(connection: psycopg.Connection[Any], slug: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT external_id, member_seq, state, currency, points, held, debt, lifetime, spent FROM member"
        " JOIN balance USING (programme_id, member_id) JOIN programme USING (programme_id)"
        " WHERE slug = %s ORDER BY external_id, currency",
        (slug,),
    ).fetchall()
