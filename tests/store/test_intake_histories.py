"""However a history arrives, the member ends as if only what stayed had happened, in order."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import psycopg
import pytest
from random_histories import (
    FIRST_INSTANT,
    in_random_order,
    random_document,
    random_history,
)

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake import deciding, history
from jifen.intake.commands import Command, Event
from jifen.intake.enrolling import NewMember, enrol_members
from jifen.intake.opening import OpenProgramme, create_programme
from jifen.intake.submitting import submit
from jifen.proof.proving import prove

PROGRAMMES = 8
HISTORIES_PER_PROGRAMME = 50
NOW = FIRST_INSTANT + 60 * MICROSECONDS_PER_DAY

_ENDS = """
SELECT m.external_id, m.state, (
    SELECT array_agg((b.currency, b.points, b.lifetime, b.debt)::text ORDER BY b.currency)
    FROM balance b WHERE (b.programme_id, b.member_id) = (m.programme_id, m.member_id) AND b.lifetime <> 0
), (
    SELECT array_agg((rtrim(e.event_id, 'wc'), a.tier, a.reasons, a.components, a.revision)::text
                     ORDER BY rtrim(e.event_id, 'wc'))
    FROM event e
    CROSS JOIN LATERAL (
        SELECT * FROM award w
        WHERE (w.programme_id, w.member_id, w.event_seq) = (m.programme_id, m.member_id, e.member_seq)
        ORDER BY w.member_seq DESC LIMIT 1
    ) a
    WHERE (e.programme_id, e.member_id) = (m.programme_id, m.member_id) AND a.revision > 0
)
FROM member m WHERE m.programme_id = %(programme_id)s
"""


@pytest.mark.parametrize("seed", range(PROGRAMMES))
def test_returned_things_were_never_bought_and_late_ones_always_there(
    module_database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed % 2:  # short histories, so that corrections start from checkpoints too
        monkeypatch.setattr(deciding, "EVENTS_PER_CHECKPOINT", 4)
        monkeypatch.setattr(history, "EVENTS_PER_CHECKPOINT", 4)
    chance = random.Random(seed)
    told = [random_history(chance, number) for number in range(HISTORIES_PER_PROGRAMME)]
    with connect(module_database_url) as connection:
        programme = _programme(connection, random_document(chance, f"p{seed}"))
        wild = [command for one in told for command in in_random_order(chance, one.wild)]
        _deliver(connection, programme, _interleaved(chance, wild), chance)
        calm = sorted((event for one in told for event in one.calm), key=_place)
        submit(connection, programme, calm, now=NOW, actor="calm")
        ends = _ends(connection, programme)
        report = prove(connection, programme)
    for number in range(HISTORIES_PER_PROGRAMME):
        assert ends[f"w{number}"] == ends[f"c{number}"], f"seed {seed}, history {number}"
    assert [str(difference) for difference in report.differences] == []


def test_the_histories_hold_every_kind_of_return_and_ties() -> None:
    chance = random.Random(0)
    seen = Counter(kind for number in range(400) for kind in random_history(chance, number).seen)
    assert {kind for kind, times in seen.items() if times >= 40} == {
        "full", "amount", "lines", "several", "tie"
    }  # fmt: skip


def _programme(connection: psycopg.Connection[Any], document: str) -> OpenProgramme:
    programme = create_programme(connection, document, test_now=NOW, now=NOW, actor="owner")
    members = [
        NewMember(id=f"{kind}{number}", joined_at=FIRST_INSTANT)
        for kind in "wc"
        for number in range(HISTORIES_PER_PROGRAMME)
    ]
    enrol_members(connection, programme, members, now=NOW, actor="owner")
    return programme


def _place(event: Event) -> tuple[str, int, int, bytes]:
    assert event.occurred_at is not None
    return event.member, event.occurred_at, event.sequence, event.id.encode()


def _interleaved(chance: random.Random, commands: list[Command]) -> list[Command]:
    """Members mixed, the order of each kept."""
    queues: dict[str, list[Command]] = {}
    for command in reversed(commands):
        queues.setdefault(command.member, []).append(command)
    turns = [command.member for command in commands]
    chance.shuffle(turns)
    return [queues[member].pop() for member in turns]


def _deliver(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    commands: list[Command],
    chance: random.Random,
) -> None:
    """In batches of any size, some as imports."""
    while commands:
        size = chance.choice((1, 7, 60, 400))
        batch, commands = commands[:size], commands[size:]
        imported = chance.random() < 0.5
        answered = submit(connection, programme, batch, now=NOW, actor="wild", imported=imported)
        assert {one.answer.refusal for one in answered} == {None}


def _ends(connection: psycopg.Connection[Any], programme: OpenProgramme) -> dict[str, list[Any]]:
    """By member: state, balances, and what every event that is left was awarded."""
    values = {"programme_id": programme.programme_id}
    return {name: ends for name, *ends in cursor(connection).execute(_ENDS, values)}
