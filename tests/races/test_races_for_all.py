"""Sixty-four buyers of what all members together may have fifty times: fifty get one, and who is refused pays nothing;
without the lock more do."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, Final

import psycopg
import pytest
from buyers import buy, buy_in_a_process
from racecourse import HOUR, NOW, THREADS, Racecourse, bought, racecourse_in

from jifen.intake.asking.commands import Cancel, Redeem
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.stock import for_all
from jifen.intake.submitting import submit
from jifen.proof.proving import prove

BUYERS: Final = 64
PLACES: Final = 50
DOCUMENT: Final = """
programme: campaign
name: Campaign
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points}
rewards:
  mug: {price: 100 points, limit_for_all: [50 per day, 900 ever]}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""


@pytest.fixture
def campaign(database_url: str) -> Iterator[Racecourse]:
    """Everybody can afford one."""
    with racecourse_in(database_url, DOCUMENT) as course:
        first, names = course.connections[0], [f"b{number}" for number in range(BUYERS)]
        joining = [NewMember(id=name, joined_at=NOW - 1000 * HOUR) for name in names]
        enrol_members(first, course.programme, joining, now=NOW, actor="owner")
        earned = [bought(f"first-{name}", name, 10_000, 100) for name in names]
        submit(first, course.programme, earned, now=NOW, actor="shop")
        yield course


def parts(count: int) -> list[list[Redeem]]:
    """The buyers, shared out."""
    return [
        [
            Redeem(id=f"r{one}", member=f"b{one}", reward="mug", currency="points")
            for one in range(first, BUYERS, count)
        ]
        for first in range(count)
    ]


def assert_every_place_is_taken_once(course: Racecourse) -> None:
    counted = course.one("SELECT array_agg(units) FROM taken_by_all")
    assert counted == ([PLACES, PLACES],)  # of the day, and in all
    paid = course.one("SELECT count(*) FROM balance WHERE currency = 0 AND spent = 100")
    assert paid == (PLACES,)
    assert prove(course.connections[0], course.programme).differences == []


def test_threads_take_every_place_once(campaign: Racecourse) -> None:
    works = [partial(buy, campaign, commands) for commands in parts(THREADS)]
    refusals = sum(campaign.at_once(works), Counter[str | None]())
    assert refusals == {None: PLACES, "all_taken": BUYERS - PLACES}
    assert_every_place_is_taken_once(campaign)


def test_processes_take_every_place_once(campaign: Racecourse, database_url: str) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        buying = partial(buy_in_a_process, database_url, campaign.programme.slug)
        refusals = sum(processes.map(buying, parts(2)), Counter[str | None]())
    assert refusals == {None: PLACES, "all_taken": BUYERS - PLACES}
    assert_every_place_is_taken_once(campaign)


def test_without_the_lock_more_are_taken(
    campaign: Racecourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly = for_all.SQL["lock_counts"].replace(
        "ORDER BY currency FOR UPDATE", "AND pg_sleep(0.02) IS NOT NULL"
    )  # so that they meet
    monkeypatch.setattr(for_all, "SQL", {**for_all.SQL, "lock_counts": slowly})
    works = [partial(buy, campaign, commands) for commands in parts(THREADS)]
    refusals = sum(campaign.at_once(works), Counter[str | None]())
    assert refusals[None] > PLACES


def test_a_place_that_is_given_back_meanwhile_can_be_taken(campaign: Racecourse) -> None:
    """Half of the buyers think better of it, and buy again, while the others buy."""

    def hesitating(connection: psycopg.Connection[Any], mine: list[Redeem]) -> None:
        for one in mine:
            undoing = Cancel(id=one.id, member=one.member, of=one.id)
            again = Redeem(id=f"{one.id}-again", member=one.member, reward="mug", currency="points")
            for command in (one, undoing, again):
                submit(connection, campaign.programme, [command], now=NOW, actor="shop")

    works: list[Any] = [
        partial(hesitating, mine=mine) if place % 2 else partial(buy, campaign, mine)
        for place, mine in enumerate(parts(THREADS))
    ]
    campaign.at_once(works)
    assert_every_place_is_taken_once(campaign)
