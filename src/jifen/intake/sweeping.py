"""What time brings to members nobody touches: the sweeper, and the travelled clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import texts
from jifen.db.connection import connect, url_of
from jifen.instants import NEVER
from jifen.intake.actors import CLOCK
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.gathering.gather import SQL
from jifen.intake.gathering.orders import Due, due_orders, first_due_order
from jifen.intake.gathering.refused import forget_refused
from jifen.intake.relations.inbox import recipients, try_again
from jifen.intake.submitting import (
    CommandsFailed,
    concerns_all,
    deliver_to,
    settle_members,
    submit,
)
from jifen.intake.versions.opening import OpenProgramme, now_of, set_test_clock

MEMBERS_PER_SLICE = 250


class Advanced(NamedTuple):
    """A moved clock, and to how many members time had brought something on the way."""

    programme: OpenProgramme
    members_settled: int


def sweep(connection: psycopg.Connection[Any], programme: OpenProgramme, now: int) -> set[str]:
    """Post everything due by an instant; who the members were. Raises what failed first."""
    return tend(connection, programme, lambda: now)


def tend(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    clock: Callable[[], int],
    *,
    bear: Callable[[Exception], None] | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> set[str]:
    """Post everything due, a slice of members a transaction, and forget what was refused long ago; who the members
    were. The clock is read for each slice.

    Where there is more than a slice, a second connection settles beside the first: half of the work is the server's.
    With `bear` a member who cannot be settled is told there and left as they were, and costs the others nothing;
    else what failed first is raised.
    """
    forget_refused(connection, programme, clock())
    settled = _deliver_all(connection, programme, clock(), bear)
    settled |= _take_due_steps(connection, programme, clock(), bear)
    failed: list[str] = []
    with collecting_no_garbage(), ExitStack() as opened, ThreadPoolExecutor(1) as beside:
        second: psycopg.Connection[Any] | None = None
        while not stopping() and (due := _due(connection, programme, now := clock(), failed)):
            here, there = due[:MEMBERS_PER_SLICE], due[MEMBERS_PER_SLICE:]
            settle = partial(_settle, programme=programme, now=now, bear=bear)
            if there:
                second = second or opened.enter_context(connect(url_of(connection)))
                other = beside.submit(settle, second, there)
                failed += settle(connection, here)
                failed += other.result()
            else:
                failed += settle(connection, here)
            settled.update(due)
    return settled.difference(failed)


def _take_due_steps(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    now: int,
    bear: Callable[[Exception], None] | None,
) -> set[str]:
    """Cancel the orders whose time is over, and close those that were sent long enough ago; whose they were."""
    found: set[str] = set()
    behind = Due("", 0)
    while programme.ordered:
        with cursor(connection) as sql:
            due = due_orders(sql, programme, now, behind)
        if not due:
            break
        try:
            answered = submit(
                connection, programme, [step for _, step in due], now=now, actor=CLOCK
            )
        except CommandsFailed as failed:
            if bear is None:
                raise
            bear(failed)
        else:
            found.update(one.member for one in answered)
        behind = due[-1][0]
    return found


def _settle(
    connection: psycopg.Connection[Any],
    members: Sequence[str],
    *,
    programme: OpenProgramme,
    now: int,
    bear: Callable[[Exception], None] | None,
) -> list[str]:
    """Settle members in one transaction; where that fails and can be borne, either half of them. Who failed."""
    try:
        settle_members(connection, programme, members, now=now)
    except Exception as error:
        if bear is None or concerns_all(error):
            raise
        if len(members) == 1:
            bear(error)
            return list(members)
        middle = len(members) // 2
        settle = partial(_settle, programme=programme, now=now, bear=bear)
        return settle(connection, members[:middle]) + settle(connection, members[middle:])
    return []


def _due(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    now: int,
    left_out: Sequence[str],
) -> list[str]:
    """Members of whom something is due, longest overdue first: two slices, or one where what comes first decides
    what others get, since settling may judge events."""
    brings = programme.occasions or programme.own_events or programme.points_events
    judges = brings or programme.corrections
    in_order = judges and (programme.derives or programme.budgeted)
    values = {
        "programme_id": programme.programme_id,
        "now": now,
        "left_out": texts(left_out),
        "most": MEMBERS_PER_SLICE if in_order else 2 * MEMBERS_PER_SLICE,
    }
    with cursor(connection) as sql:
        return [row[0] for row in sql.execute(SQL["due_members"], values).fetchall()]


def _deliver_all(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    now: int,
    bear: Callable[[Exception], None] | None,
) -> set[str]:
    """Empty every inbox, which an interrupted process may have left, of what failed before too; who had something
    there."""
    found: set[str] = set()
    place = 0
    with cursor(connection) as sql:
        try_again(sql, programme)
    while True:
        with cursor(connection) as sql:
            members = recipients(sql, programme, place)
        if not members:
            return found
        for failure in deliver_to(connection, programme, list(members), now=now):
            if bear is None:
                raise failure
            bear(failure)
        found.update(members)
        place = max(members.values())


def advance(connection: psycopg.Connection[Any], programme: OpenProgramme, to: int) -> Advanced:
    """Let the travelled clock reach `to`, doing everything that would have happened on the way, in order: it stops
    at each instant at which something is due, for whomever that is.

    Raises ValueError for a programme on real time and for a clock that would go back.
    """
    moved, stop = programme, -1
    settled: set[str] = set()
    while stop < to:
        stop = min(to, max(_first_due(connection, moved), now_of(moved)))
        moved = set_test_clock(connection, moved, stop)
        settled |= sweep(connection, moved, stop)
    return Advanced(moved, len(settled))


def _first_due(connection: psycopg.Connection[Any], programme: OpenProgramme) -> int:
    """When time next brings something to any member; NEVER if it never does."""
    with cursor(connection) as sql:
        found = sql.execute(SQL["first_due"], {"programme_id": programme.programme_id}).fetchone()
        first = NEVER if found is None else int(found[0])
        return min(first, first_due_order(sql, programme)) if programme.ordered else first
