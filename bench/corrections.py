"""What it takes to correct the past: a return in a history of a thousand events, and in one of a hundred thousand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from bench.bank import bank, programme_with_members
from bench.reporting import Row, row
from jifen.db.adapting import cursor
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import Command, Event, Return
from jifen.intake.clock import real_now
from jifen.intake.judging.history import BEGINNING, differs, pasts_before, reevaluate
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme

EVENTS_PER_BATCH: Final = 5_000
RUNS: Final = 20
LONG: Final = 100_000
SHORT: Final = 1_000


def measure() -> list[Row]:
    """Milliseconds, medians. Of the short history the first event is returned, so
    that all of it is judged again; of the long one an event of its last 256, behind a checkpoint."""
    with bank() as connection:
        programme = programme_with_members(connection, "corrections", RUNS + 2)
        for member in range(RUNS + 1):
            _live(connection, programme, str(member), SHORT)
        long_lived = str(RUNS + 1)
        _live(connection, programme, long_lived, LONG)
        connection.execute("VACUUM ANALYZE")
        everything = [(str(member), 0) for member in range(RUNS + 1)]
        from_checkpoint = [(long_lived, LONG - 200 + place) for place in range(RUNS + 1)]
        return [
            row(
                f"corrections: {SHORT:,} events read and judged again",
                _judged_again(connection, programme, [str(member) for member in range(RUNS + 1)]),
                "ms",
            ),
            row(
                f"corrections: first of {SHORT:,} events returned, to the commit",
                _timed(connection, programme, everything),
                "ms",
            ),
            row(
                f"corrections: {LONG:,} events, from the last checkpoint",
                _timed(connection, programme, from_checkpoint),
                "ms",
            ),
        ]


def _live(
    connection: psycopg.Connection[Any], programme: OpenProgramme, member: str, events: int
) -> None:
    """Purchases over a year, up to yesterday."""
    now = real_now()
    for start in range(0, events, EVENTS_PER_BATCH):
        batch: list[Command] = [
            Event(
                id=f"{member}-{number}",
                member=member,
                type="purchase",
                occurred_at=now - MICROSECONDS_PER_DAY - (events - number) * 300_000_000,
                fields={"amount": 5_000 + number % 977 * 10, "channel": "app"},
            )
            for number in range(start, min(start + EVENTS_PER_BATCH, events))
        ]
        answered = submit(connection, programme, batch, now=now, actor="bench", imported=True)
        refused = {one.answer.refusal for one in answered} - {None}
        if refused:
            raise RuntimeError(f"not all events are in: {refused}")


def _judged_again(
    connection: psycopg.Connection[Any], programme: OpenProgramme, members: Sequence[str]
) -> list[float]:
    """All that happened to each, judged once more and compared with what was awarded; nothing is written."""
    ids = connection.execute(
        "SELECT member_id FROM member_identity WHERE programme_id = %s AND identity = ANY (%s)",
        [programme.programme_id, list(members)],
    ).fetchall()
    taken = []
    for (member_id,) in ids:
        started = time.perf_counter()
        past = pasts_before(cursor(connection), programme, {member_id: BEGINNING})[member_id]
        found = reevaluate(programme, past.start, past.events, past.returns).found
        if any(differs(found[event.seq], past.awards.get(event.seq)) for event in past.events):
            raise RuntimeError("a history that nobody changed is judged otherwise")
        taken.append((time.perf_counter() - started) * 1000)
    return taken[1:]


def _timed(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    returned: Sequence[tuple[str, int]],
) -> list[float]:
    """The first is a warm-up."""
    taken = []
    for member, number in returned:
        asked = Return(id=f"r-{member}-{number}", of=f"{member}-{number}", full=True)
        started = time.perf_counter()
        (answered,) = submit(connection, programme, [asked], now=real_now(), actor="bench")
        taken.append((time.perf_counter() - started) * 1000)
        if answered.answer.refusal is not None:
            raise RuntimeError(f"{asked.id} was refused: {answered.answer.refusal}")
    return taken[1:]
