"""What time brings to members nobody touches: the sweeper, and the travelled clock."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.intake.gather import SQL
from jifen.intake.inbox import recipients
from jifen.intake.opening import OpenProgramme, set_test_clock
from jifen.intake.submitting import deliver_to, settle_members

MEMBERS_PER_SLICE = 250


class Advanced(NamedTuple):
    """A moved clock, and how many members time had brought something."""

    programme: OpenProgramme
    members_settled: int


def sweep(connection: psycopg.Connection[Any], programme: OpenProgramme, now: int) -> int:
    """Post everything due by now, a slice of members a transaction; how many members there were."""
    total = _deliver_all(connection, programme, now)
    while True:
        values = {"programme_id": programme.programme_id, "now": now, "most": MEMBERS_PER_SLICE}
        with cursor(connection) as sql:
            due = [row[0] for row in sql.execute(SQL["due_members"], values)]
        if not due:
            return total
        total += settle_members(connection, programme, due, now=now)


def _deliver_all(connection: psycopg.Connection[Any], programme: OpenProgramme, now: int) -> int:
    """Empty every inbox, which an interrupted process may have left; how many members had something there.
    Raises what failed first."""
    total = place = 0
    while True:
        with cursor(connection) as sql:
            members = recipients(sql, programme, place)
        if not members:
            return total
        for failure in deliver_to(connection, programme, list(members), now=now):
            raise failure
        total, place = total + len(members), max(members.values())


def advance(connection: psycopg.Connection[Any], programme: OpenProgramme, to: int) -> Advanced:
    """Let the travelled clock reach `to`, doing everything that would have happened on the way.

    Raises ValueError for a programme on real time and for a clock that would go back.
    """
    moved = set_test_clock(connection, programme, to)
    return Advanced(moved, sweep(connection, moved, to))
