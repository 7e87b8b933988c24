"""Buyers meet over the last codes of a pool: each code is one buyer's, and who gets none has paid nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from racecourse import HOUR, NOW, THREADS, Racecourse, racecourse_in

from jifen.enquiry.code_pools import pools_overview
from jifen.intake.asking.commands import Adjust, Redeem
from jifen.intake.codes import pools
from jifen.intake.codes.filling import Source, making
from jifen.intake.codes.making import make_codes
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import submit
from jifen.proof.proving import prove

BUYERS, CODES, ROUNDS = 64, 50, 50
DOCUMENT = """
programme: tickets
timezone: Asia/Shanghai
money: CNY
currencies: {points: {name: points}}
codes: {cinema: {name: cinema code}}
rewards: {ticket: {name: ticket, price: 10 points, codes: cinema}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""


@pytest.fixture
def course(database_url: str) -> Iterator[Racecourse]:
    with racecourse_in(database_url, DOCUMENT) as course:
        names = [f"b{number}" for number in range(BUYERS)]
        joining = [NewMember(id=name, joined_at=NOW - HOUR) for name in names]
        enrol_members(course.connections[0], course.programme, joining, now=NOW, actor="owner")
        given = [
            Adjust(id=name, member=name, points=1000, currency="points", reason="to race")
            for name in names
        ]
        submit(course.connections[0], course.programme, given, now=NOW, actor="owner")
        yield course


def buy(course: Racecourse, round_: int) -> list[tuple[int, ...]]:
    """Everybody redeems one, a transaction each; the codes that each of them was answered."""

    def work(thread: int) -> Any:
        def run(connection: psycopg.Connection[Any]) -> list[tuple[int, ...]]:
            answered = []
            for number in range(thread, BUYERS, THREADS):
                id, member = f"b{number}-{round_}", f"b{number}"
                asked = Redeem(id=id, member=member, reward="ticket", quantity=1, currency="points")
                (one,) = submit(connection, course.programme, [asked], now=NOW, actor="shop")
                assert one.answer.refusal in (None, "out_of_codes")
                assert bool(one.answer.codes) == (one.answer.state == "applied")
                answered.append(one.answer.codes)
            return answered

        return run

    each = course.at_once([work(thread) for thread in range(THREADS)])
    return [codes for of_thread in each for codes in of_thread]


def fill(course: Racecourse, round_: int, count: int) -> None:
    source = Source("cinema", making(course.programme, f"round {round_}"), NOW)
    make_codes(course.connections[0], course.programme, source, count)


def test_of_64_buyers_50_get_a_code_each_and_14_nothing_for_nothing(course: Racecourse) -> None:
    fill(course, 0, CODES)
    answered = buy(course, 0)
    got = [codes[0] for codes in answered if codes]
    assert (len(got), len(set(got)), len(answered)) == (CODES, CODES, BUYERS)
    (pool,) = pools_overview(course.connections[0], course.programme, NOW)
    assert (pool.left, pool.issued, pool.waiting) == (0, CODES, 0)
    spent = course.connections[0].execute("SELECT sum(spent)::int FROM balance WHERE currency = 0")
    assert spent.fetchone() == (10 * CODES,)
    assert prove(course.connections[0], course.programme).differences == []


def test_without_the_lock_two_reach_for_one_code(
    course: Racecourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database then stands by what was promised first, and the other buyer is let down."""
    slowly = pools.SQL["lock_pools"].replace(
        "ORDER BY pool FOR UPDATE", "AND pg_sleep(0.02) IS NOT NULL"
    )
    monkeypatch.setattr(pools, "SQL", {**pools.SQL, "lock_pools": slowly})
    with pytest.raises(Exception, match="stays theirs"):
        buy_again_and_again(course)


def buy_again_and_again(course: Racecourse) -> None:
    for round_ in range(ROUNDS):
        fill(course, round_, CODES)
        buy(course, round_)
