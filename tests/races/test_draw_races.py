"""Sixty-four members pay for a spin at once while ten prizes lie aside: ten are given, and each spin has its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import psycopg
import pytest
from racecourse import HOUR, NOW, THREADS, Racecourse, racecourse_in

from jifen.intake.asking.commands import Adjust, Spin
from jifen.intake.draws import wheels
from jifen.intake.draws.rounds import close_round, open_round
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import submit
from jifen.proof.proving import prove

SPINNERS: Final = 64
BADGES: Final = 10
DOCUMENT: Final = f"""
programme: fair
name: Fair
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {{name: points}}
rewards:
  spin: {{name: spin, price: 10 points}}
  badge: {{name: badge}}
draws:
  lucky:
    ticket: spin
    prizes:
      badge: {{weight: 1000000000, gives: badge, most: {BADGES}}}
      thanks: {{weight: 1}}
earn:
  - {{id: base, on: purchase, give: 1 points per 1 of amount}}
"""
BUDGETED: Final = DOCUMENT.replace(f"gives: badge, most: {BADGES}", "gives: 7 points").replace(
    "    ticket: spin\n", "    ticket: spin\n    budget: 69 points\n"
)
"""Nine spins cost 63 points, and 6 do not pay for another one."""
Brought = Counter[str | None]
"""The prizes of spins, and why others were refused."""


@pytest.fixture(params=[DOCUMENT])
def fair(database_url: str, request: pytest.FixtureRequest) -> Iterator[Racecourse]:
    """Everybody can pay for one spin; a round is open."""
    with racecourse_in(database_url, request.param) as course:
        first, names = course.connections[0], [f"s{number}" for number in range(SPINNERS)]
        joining = [NewMember(id=name, joined_at=NOW - HOUR) for name in names]
        enrol_members(first, course.programme, joining, now=NOW, actor="owner")
        given = [
            Adjust(id=name, member=name, points=10, currency="points", reason="to race")
            for name in names
        ]
        submit(first, course.programme, given, now=NOW, actor="owner")
        (draw,) = course.programme.programme.draws
        open_round(first, course.programme, draw, now=NOW, actor="office")
        yield course


def spin(course: Racecourse, thread: int, connection: psycopg.Connection[Any]) -> Brought:
    """What the members of a thread are brought, one transaction each."""
    found: Brought = Counter()
    for number in range(thread, SPINNERS, THREADS):
        asked = Spin(id=f"s{number}", member=f"s{number}", draw="lucky")
        (one,) = submit(connection, course.programme, [asked], now=NOW, actor="shop")
        found[one.answer.spun.prize if one.answer.spun else one.answer.refusal] += 1
    return found


def spin_at_once(course: Racecourse) -> Brought:
    works = [partial(spin, course, thread) for thread in range(THREADS)]
    return sum(course.at_once(works), Counter[str | None]())


def test_each_prize_that_lies_aside_is_given_once(fair: Racecourse) -> None:
    assert spin_at_once(fair) == {"badge": BADGES, "thanks": SPINNERS - BADGES}
    held = fair.one("SELECT sum(points)::bigint FROM balance WHERE currency = 2")
    paid = fair.one("SELECT sum(spent)::bigint FROM balance WHERE currency = 0")
    assert (held, paid) == ((BADGES,), (10 * SPINNERS,))
    places = fair.one("SELECT array_agg(place ORDER BY place) FROM draw_spin")
    assert places == (list(range(1, SPINNERS + 1)),)
    assert prove(fair.connections[0], fair.programme).differences == []


def test_without_the_lock_more_are_given_than_lie_aside(
    fair: Racecourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database alone refuses two spins of one place; without that, too, prizes are given twice."""
    slowly = wheels.SQL["read_rounds"] + " AND pg_sleep(0.02) IS NOT NULL"  # so that they meet
    monkeypatch.setattr(wheels, "SQL", {**wheels.SQL, "lock_rounds": slowly})
    fair.connections[0].execute("ALTER TABLE draw_spin DROP CONSTRAINT draw_spin_pkey")
    assert spin_at_once(fair)["badge"] > BADGES


def test_a_round_that_is_closed_meanwhile_has_every_spin_that_was_answered(
    fair: Racecourse,
) -> None:
    """Who comes behind the closing is refused, and has paid nothing."""

    def closing(connection: psycopg.Connection[Any]) -> Brought:
        some = spin(fair, 0, connection)
        close_round(connection, fair.programme, "lucky", now=NOW, actor="office")
        return some

    works: list[Any] = [closing, *(partial(spin, fair, thread) for thread in range(1, THREADS))]
    brought = sum(fair.at_once(works), Counter[str | None]())
    spun = brought["badge"] + brought["thanks"]
    assert spun + brought["no_round_open"] == SPINNERS
    assert fair.one("SELECT spins FROM draw_round") == (spun,)
    assert fair.one("SELECT sum(spent)::bigint FROM balance WHERE currency = 0") == (10 * spun,)
    assert prove(fair.connections[0], fair.programme).differences == []


@pytest.mark.parametrize("fair", [BUDGETED], indirect=True)
def test_a_budget_pays_for_as_many_spins_as_it_covers(fair: Racecourse) -> None:
    assert spin_at_once(fair) == {"badge": 9, "out_of_budget": SPINNERS - 9}
    paid = fair.one("SELECT sum(spent)::bigint FROM balance WHERE currency = 0")
    assert paid == (90,)  # and who was refused paid nothing
    assert prove(fair.connections[0], fair.programme).differences == []


@pytest.mark.parametrize("fair", [BUDGETED], indirect=True)
def test_without_the_lock_more_is_given_than_the_budget(
    fair: Racecourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly = wheels.SQL["read_rounds"] + " AND pg_sleep(0.02) IS NOT NULL"  # so that they meet
    monkeypatch.setattr(wheels, "SQL", {**wheels.SQL, "lock_rounds": slowly})
    fair.connections[0].execute("ALTER TABLE draw_spin DROP CONSTRAINT draw_spin_pkey")
    assert spin_at_once(fair)["badge"] > 9
