"""Many threads allot one budget: never more than there is, and all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from racecourse import HOUR, NOW, THREADS, Racecourse, racecourse_in

from jifen.enquiry.budgets import budgets
from jifen.intake.asking.commands import Event
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
    unlocked = {**allotting.SQL, "lock_budgets": allotting.SQL["read_budgets"]}
    monkeypatch.setattr(allotting, "SQL", unlocked)
    assert answer_surveys(course) > 1500
