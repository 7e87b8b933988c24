"""What a batch reads in one trip with the lock of its members is as fresh as the lock, whatever ends meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep
from typing import Any, TypeAlias

import psycopg
import pytest
from racecourse import DOCUMENT, HOUR, NOW, SECOND, Racecourse, bought, racecourse_in

from jifen.intake import submitting
from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Command, Redeem, Spend
from jifen.intake.asking.member_commands import Merge, Unmerge
from jifen.intake.versions.corrections import open_correction, publish_correction
from jifen.intake.versions.opening import open_programme
from jifen.proof.proving import prove

# Who waits for whom is asked of the coordinator, and locks lie on nodes.
pytestmark = pytest.mark.one_server

Connection: TypeAlias = psycopg.Connection[Any]


@pytest.fixture
def racecourse(database_url: str) -> Iterator[Racecourse]:
    with racecourse_in(database_url) as course:
        yield course


class Meanwhile:
    """Does things in threads, and comes back when they wait for somebody else's connection."""

    def __init__(self, course: Racecourse, pool: ThreadPoolExecutor) -> None:
        self.course = course
        self._pool = pool

    def ask(self, asking: Connection, holding: Connection, command: Command) -> Future[Answered]:
        future = self._pool.submit(self.course.ask, asking, command)
        self.until_it_waits(asking, holding)
        return future

    def deliver(self, asking: Connection, holding: Connection, member: str) -> Future[Any]:
        work = partial(submitting.deliver_to, asking, self.course.programme, {member}, now=NOW)
        future = self._pool.submit(work)
        self.until_it_waits(asking, holding)
        return future

    def lock(self, asking: Connection, holding: Connection, member: str) -> Future[Any]:
        statement = "SELECT FROM member WHERE external_id = %s FOR UPDATE"
        future = self._pool.submit(asking.execute, statement, (member,))
        self.until_it_waits(asking, holding)
        return future

    def until_it_waits(
        self, asking: Connection, holding: Connection, asked: Future[Any] | None = None
    ) -> None:
        """Or until what it asked is done: of two who wait for a third, either may come first."""
        looking = self.course.connections[-1]
        pids = holding.info.backend_pid, asking.info.backend_pid
        until = monotonic() + 20
        while monotonic() < until:
            waits = looking.execute("SELECT %s = ANY(pg_blocking_pids(%s))", pids).fetchone()
            if waits == (True,) or (asked is not None and asked.done()):
                return
            sleep(0.005)
        raise AssertionError("it does not wait")


@pytest.fixture
def meanwhile(racecourse: Racecourse) -> Iterator[Meanwhile]:
    with ThreadPoolExecutor(2) as pool:
        yield Meanwhile(racecourse, pool)


def test_what_was_earned_while_a_batch_waited_is_not_lost(
    racecourse: Racecourse, meanwhile: Meanwhile
) -> None:
    first, second, *_ = racecourse.connections
    with first.transaction():
        racecourse.ask(first, bought("one", "m0", 1_000))
        later = meanwhile.ask(second, first, bought("two", "m0", 2_000))
    assert later.result().answer.balance == {"points": 100 + 10 + SECOND + 20}
    assert racecourse.balance("m0") == (130 + SECOND, 0, 0)
    assert prove(first, racecourse.programme).differences == []


def test_a_merge_that_ends_amid_the_reading_loses_nothing(
    racecourse: Racecourse, meanwhile: Meanwhile
) -> None:
    """A batch waits for a member, and has the lock of the other's row when that member is merged."""
    merging, earning, spending, *_ = racecourse.connections
    with earning.transaction():
        with merging.transaction():
            racecourse.ask(merging, Merge(id="merge", member="m1", into="m0", reason="two cards"))
            spend = Spend(id="spend", member="m1", points=150, currency="points")
            spent = meanwhile.ask(spending, merging, spend)
            earned = meanwhile.ask(earning, merging, bought("one", "m0", 1_000))
        assert earned.result().answer.refusal is None
        meanwhile.until_it_waits(spending, earning, spent)
    assert spent.result().answer.taken == 150
    assert racecourse.balance("m0")[0] in (60, 60 + SECOND)
    assert prove(merging, racecourse.programme).differences == []


def test_a_parting_that_ends_amid_the_reading_loses_nothing(
    racecourse: Racecourse, meanwhile: Meanwhile
) -> None:
    """A batch waits for who acts for a member, who is by themself again once it has that lock, and earns before it has
    their own: what it had of them by then is old, and it asks for the same again."""
    parting, earning, later, *_ = racecourse.connections
    racecourse.ask(parting, Merge(id="merge", member="m1", into="m0", reason="two cards"))
    with earning.transaction():
        with parting.transaction():
            racecourse.ask(parting, Unmerge(id="part", member="m0", of="m1", reason="two people"))
            second = meanwhile.ask(later, parting, bought("two", "m1", 2_000))
            locked = meanwhile.lock(earning, parting, "m1")
        locked.result()
        meanwhile.until_it_waits(later, earning)
        racecourse.ask(earning, bought("one", "m1", 1_000))
    assert second.result().answer.balance == {"points": 130 + SECOND}
    assert racecourse.balance("m1") == (130 + SECOND, 0, 0)
    assert racecourse.balance("m0") == (100, 0, 0)
    assert prove(parting, racecourse.programme).differences == []


def test_what_waits_for_who_is_merged_meanwhile_stays_theirs(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a redemption brings about is taken out of the inbox before the member is locked."""
    document = DOCUMENT.replace(
        "earn:\n", "earn:\n  - {id: thanks, on: redeemed, give: 3 points, limit: 9 ever}\n"
    )
    document += "rewards: {mug: {name: mug, price: 40 points}}\n"
    with racecourse_in(database_url, document) as course, ThreadPoolExecutor(1) as pool:
        merging, delivering, *_ = course.connections
        with merging.transaction():
            with monkeypatch.context() as killed:
                killed.setattr(submitting, "deliver_to", lambda *_, **__: [])
                course.ask(
                    delivering, Redeem(id="mug", member="m1", reward="mug", currency="points")
                )
                course.ask(merging, Merge(id="merge", member="m1", into="m0", reason="two cards"))
            delivered = Meanwhile(course, pool).deliver(delivering, merging, "m1")
        assert delivered.result() == []
        course.ask(merging, Unmerge(id="part", member="m0", of="m1", reason="two people"))
        assert course.balance("m1") == (63, 0, 0)
        assert course.balance("m0") == (100, 0, 0)
        assert prove(merging, course.programme).differences == []


def test_who_was_judged_by_a_newer_version_meanwhile_stays_so(
    racecourse: Racecourse, meanwhile: Meanwhile
) -> None:
    """A batch has read which version is the newest, and waits for a member who is judged again by the next."""
    correcting, asking, publishing, *_ = racecourse.connections
    document = DOCUMENT.replace("1 points per 1", "2 points per 1")
    terms: dict[str, Any] = {"now": NOW, "actor": "owner"}
    open_correction(publishing, racecourse.programme, document, since=NOW - 1000 * HOUR, **terms)
    with correcting.transaction():
        correcting.execute("SELECT FROM member WHERE external_id = 'm0' FOR UPDATE")
        later = meanwhile.ask(asking, correcting, bought("two", "m0", 1_000))
        publish_correction(publishing, racecourse.programme, **terms)
        racecourse.ask(correcting, bought("one", "m0", 1_000))
    assert later.result().answer.refusal is None
    racecourse.ask(asking, bought("three", "m0", 1_000))
    assert racecourse.balance("m0")[0] == 2 * 130 + SECOND
    newest = open_programme(asking, racecourse.programme.slug)
    assert prove(asking, newest).differences == []
