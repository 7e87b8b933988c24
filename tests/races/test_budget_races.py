"""Many threads allot one budget: never more than there is, and all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from racecourse import HOUR, NOW, THREADS, Racecourse, racecourse_in

from jifen.enquiry.budgets import budgets
from jifen.intake.asking.commands import Event, Return
from jifen.intake.asking.member_commands import Refer
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.judging import budgets as allotting
from jifen.intake.submitting import submit
from jifen.proof.proving import prove

EACH = 10
"""Events of every thread: together they would get 2,400 points of a budget of 1,500."""


@pytest.fixture
def course(database_url: str) -> Iterator[Racecourse]:
    with racecourse_in(database_url) as course:
        yield course


def answer_surveys(course: Racecourse) -> int:
    """Every thread lets members of its own answer, one transaction each; the points they got together."""
    names = [[f"s{thread}-{n}" for n in range(EACH)] for thread in range(THREADS)]
    joining = [NewMember(id=one, joined_at=NOW - HOUR) for of in names for one in of]
    enrol_members(course.connections[0], course.programme, joining, now=NOW, actor="owner")

    def work(mine: list[str]) -> Any:
        def run(connection: psycopg.Connection[Any]) -> int:
            got = 0
            for name in mine:
                event = Event(id=name, member=name, type="survey", occurred_at=NOW)
                (one,) = submit(connection, course.programme, [event], now=NOW, actor="shop")
                got += one.answer.points.get("points", 0)
            return got

        return run

    return sum(course.at_once([work(mine) for mine in names]))


def test_eight_threads_give_the_whole_budget_and_no_more(course: Racecourse) -> None:
    assert answer_surveys(course) == 1500
    (budget,) = budgets(course.connections[0], course.programme)
    assert (budget.given, budget.left) == (1500, 0)
    assert budget.closed_at is not None
    assert prove(course.connections[0], course.programme).differences == []


def test_without_the_lock_they_give_more(
    course: Racecourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly = allotting.SQL["read_budgets"] + " AND pg_sleep(0.02) IS NOT NULL"  # so that they meet
    unlocked = {**allotting.SQL, "lock_budgets": slowly}
    monkeypatch.setattr(allotting, "SQL", unlocked)
    assert answer_surveys(course) > 1500


TWO_BUDGETS = """
programme: two
name: Two
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount, budget: 900000 points}
referral:
  - {id: invitation, on: purchase, each: true, give: {referrer: 5 points}, budget: {referrer: 90000 points}}
"""


def test_what_comes_of_deeds_and_of_returns_at_once_is_delivered_without_a_deadlock(
    database_url: str,
) -> None:
    """A delivery gives from the budget of one side first, and where something is withdrawn touches all."""
    with racecourse_in(database_url, TWO_BUDGETS) as course:
        names = [f"{role}{thread}" for thread in range(THREADS) for role in "rab"]
        joining = [NewMember(id=one, joined_at=NOW - HOUR) for one in names]
        enrol_members(course.connections[0], course.programme, joining, now=NOW, actor="owner")

        def asked(round_: int, thread: int) -> list[Event | Return]:
            stays = Event(
                id=f"a{thread}-{round_}", member=f"a{thread}", type="purchase", occurred_at=NOW,
                fields={"amount": 1000},
            )  # fmt: skip
            goes = Event(
                id=f"b{thread}-{round_}", member=f"b{thread}", type="purchase", occurred_at=NOW,
                fields={"amount": 1000},
            )  # fmt: skip
            back = Return(id=f"{goes.id}-back", of=f"b{thread}-{round_ - 1}", full=True)
            return [stays, goes, back] if round_ else [stays, goes]

        def work(thread: int) -> Any:
            def run(connection: psycopg.Connection[Any]) -> None:
                brought = [
                    Refer(id=f"{role}{thread}", member=f"{role}{thread}", referrer=f"r{thread}")
                    for role in "ab"
                ]
                submit(connection, course.programme, brought, now=NOW, actor="shop")
                for round_ in range(4):
                    commands = asked(round_, thread)
                    submit(connection, course.programme, commands, now=NOW, actor="shop")

            return run

        course.at_once([work(thread) for thread in range(THREADS)])
        assert prove(course.connections[0], course.programme).differences == []
        given = {one.rule: one.given for one in budgets(course.connections[0], course.programme)}
        assert given["invitation:referrer"] > 0
