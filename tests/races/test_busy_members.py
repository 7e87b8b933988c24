"""A batch does not wait for a member whom another transaction holds until all else is written, and each member's
commands keep their order all the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from time import monotonic, sleep
from typing import Any, TypeAlias

import psycopg
import pytest
from racecourse import NOW, SECOND, Racecourse, bought, racecourse_in

from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Command, Event, Return, Spend, Transfer
from jifen.intake.asking.member_commands import Group, Merge, Unmerge
from jifen.intake.submitting import submit
from jifen.proof.proving import prove

Connection: TypeAlias = psycopg.Connection[Any]
Batch: TypeAlias = Future[list[Answered]]
where_locks_are_seen = (
    pytest.mark.one_server
)  # a cluster's coordinator does not know who waits on a node


@pytest.fixture
def racecourse(database_url: str) -> Iterator[Racecourse]:
    with racecourse_in(database_url) as course:
        yield course


@contextmanager
def while_busy(course: Racecourse, member: str, commands: Sequence[Command]) -> Iterator[Batch]:
    """A batch that is sent while somebody holds a member, and waits for that one in the block."""
    holding, asking, looking, *_ = course.connections
    pids = holding.info.backend_pid, asking.info.backend_pid
    submitted = partial(submit, asking, course.programme, commands, now=NOW, actor="shop")
    with ThreadPoolExecutor(1) as pool:
        with holding.transaction():
            lock = "SELECT FROM member WHERE programme_id = %s AND external_id = %s FOR UPDATE"
            holding.execute(lock, (course.programme.programme_id, member))
            batch = pool.submit(submitted)
            until_it_waits(looking, pids)
            yield batch
        batch.result()
    assert prove(looking, course.programme).differences == []


def until_it_waits(looking: Connection, pids: tuple[int, int]) -> None:
    until = monotonic() + 20
    while monotonic() < until:
        if looking.execute("SELECT %s = ANY(pg_blocking_pids(%s))", pids).fetchone() == (True,):
            return
        sleep(0.005)
    raise AssertionError("it does not wait")


def refusals(batch: Batch) -> list[str | None]:
    return [answered.answer.refusal for answered in batch.result()]


def spent(id: str, member: str, points: int) -> Spend:
    return Spend(id=id, member=member, points=points, currency="points")


def given(id: str, giver: str, receiver: str, points: int) -> Transfer:
    return Transfer(id=id, member=giver, to=receiver, points=points, currency="points")


@where_locks_are_seen
def test_who_is_free_is_written_while_the_batch_waits_for_who_is_not(
    racecourse: Racecourse,
) -> None:
    purchases = [bought(f"e-{member}", member, 1_000) for member in ("m0", "m1", "m2")]
    with while_busy(racecourse, "m1", purchases):
        found = [racecourse.balance(member)[0] for member in ("m0", "m1", "m2")]
        assert found == [110 + SECOND, 100, 110 + SECOND]
    assert racecourse.balance("m1")[0] == 110 + SECOND


@where_locks_are_seen
def test_nobody_is_written_early_of_whom_something_waits_ahead(racecourse: Racecourse) -> None:
    """Who gives to somebody busy, and who asks behind that for what was given."""
    commands: list[Command] = [
        given("one", "m0", "m1", 80),
        spent("two", "m0", 50),
        given("three", "m1", "m2", 150),
        spent("four", "m2", 240),
        spent("five", "m3", 10),
    ]
    with while_busy(racecourse, "m1", commands) as batch:
        assert racecourse.balance("m2")[0] == 100
        assert racecourse.balance("m3")[0] == 90
    assert refusals(batch) == [None, "insufficient_points", None, None, None]


@where_locks_are_seen
def test_who_is_busy_is_neither_unknown_nor_forgotten_by_others(racecourse: Racecourse) -> None:
    """The receiver of a gift, and somebody of whose points the household spends."""
    for member in ("m4", "m5"):
        joining = Group(id=member, member=member, household="home")
        racecourse.ask(racecourse.connections[0], joining)
    with while_busy(
        racecourse, "m1", [given("one", "m0", "m1", 30), spent("two", "m2", 10)]
    ) as one:
        pass
    with while_busy(racecourse, "m5", [spent("three", "m4", 150), spent("four", "m2", 10)]) as two:
        pass
    assert (refusals(one), refusals(two)) == ([None, None], [None, None])


@where_locks_are_seen
def test_behind_a_return_that_waits_its_member_waits_too(racecourse: Racecourse) -> None:
    """What comes back is taken in another transaction than what is put aside for somebody busy."""
    commands: list[Command] = [
        Return(id="back", member="m0", of="first-m0", full=True),
        given("gift", "m0", "m1", 60),
        spent("other", "m2", 10),
    ]
    with while_busy(racecourse, "m1", commands) as batch:
        pass
    assert refusals(batch) == [None, "insufficient_points", None]


@where_locks_are_seen
def test_what_was_put_aside_is_asked_of_whom_it_names_by_then(racecourse: Racecourse) -> None:
    """A gift of a merged member's waits for its receiver; meanwhile its giver is by themself again."""
    busy, giver, survivor = (
        name
        for (name,) in racecourse.connections[0].execute(
            "SELECT external_id FROM member ORDER BY member_id LIMIT 3"  # as they are locked
        )
    )
    merge = Merge(id="merge", member=giver, into=survivor, reason="two cards")
    racecourse.ask(racecourse.connections[0], merge)
    with while_busy(racecourse, busy, [given("gift", giver, busy, 60), spent("other", "m9", 10)]):
        part = Unmerge(id="part", member=survivor, of=giver, reason="two people")
        assert racecourse.ask(racecourse.connections[3], part).answer.refusal is None
    assert racecourse.balance(giver) == (40, 0, 0)
    assert racecourse.balance(survivor) == (100, 0, 0)


def test_whom_nobody_knows_is_told_so_and_a_guest_joins(racecourse: Racecourse) -> None:
    guest = Event(id="g", member="walk-in", type="purchase", guest=True, fields={"amount": 1_000})
    commands = [bought("e-nobody", "nobody", 1_000), bought("e-m0", "m0", 1_000), guest]
    answers = submit(
        racecourse.connections[0], racecourse.programme, commands, now=NOW, actor="shop"
    )
    assert [one.answer.refusal for one in answers] == ["unknown_member", None, None]
    assert racecourse.balance("walk-in")[0] == 10
