"""Budgets in a replay: a draft's close when they would have, recorded ones stand, and corrections post as they do."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Return
from jifen.programme.loading import load
from jifen.whatif.population import populate
from jifen.whatif.replaying import replay
from jifen.whatif.report import BudgetTotal
from jifen.whatif.simulating import simulated

OPEN = """
programme: shop
name: {zh: 小店, en: Shop}
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, unit_price: 0.01}
limits: [160 points per day]
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: double, name: {zh: 双倍, en: double}, on: purchase, multiply: base by 2}
  - {id: big, on: purchase, when: amount >= 50, give: 20 points}
"""
CLOSING = OPEN.replace("base by 2}", "base by 2, budget: 2.50 CNY}").replace(
    "give: 20 points}", "give: 20 points, budget: 170 points}"
)


def lived(bank: Bank, *, with_return: bool = False) -> Bank:
    bank.enrol("ann", "bob", "cat")
    for day in range(1, 8):
        for place, member in enumerate(("cat", "ann", "bob")):
            amount = 1500 * (place + 1) + 700 * day
            bank.do(f"2026-03-0{day} 1{place}:00", bank.bought(f"{member}{day}", member, amount))
    if with_return:
        bank.do("2026-03-08 10:00", Return(id="r", member="bob", of="bob2", full=True))
    return bank


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        yield lived(Bank(connection, OPEN, "2026-01-01 09:00"))


def lifetimes(bank: Bank) -> int:
    found = bank.connection.execute(
        "SELECT sum(lifetime)::bigint FROM balance WHERE programme_id = %s",
        (bank.programme.programme_id,),
    ).fetchone()
    assert found is not None
    return int(found[0])


def closings(bank: Bank) -> dict[str, str]:
    rows = bank.connection.execute(
        "SELECT rule_id, to_char(closed_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') FROM budget"
        " WHERE programme_id = %s",
        (bank.programme.programme_id,),
    )
    return dict(rows.fetchall())


def test_a_draft_closes_its_campaigns_when_a_programme_under_it_did(
    bank: Bank, module_database_url: str
) -> None:
    report = replay(bank.connection, bank.programme, load(CLOSING))
    with connect(module_database_url) as connection:
        other = lived(Bank(connection, CLOSING, "2026-01-01 09:00"))
        assert report.total("points").points.draft == lifetimes(other)
        days = {one.id: str(one.closed_draft) for one in report.budgets}
        assert days == closings(other)
    assert len(set(days.values())) == 2
    assert {one.id: one.given.draft for one in report.budgets} == {"double": 250, "big": 170}
    assert report.total("points").points.published == lifetimes(bank)


def test_what_was_recorded_stands_where_the_draft_gives_the_same(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = lived(Bank(connection, CLOSING, "2026-01-01 09:00"), with_return=True)
        same = replay(bank.connection, bank.programme, load(CLOSING))
        assert same.same == same.members
        assert same.total("points").points.draft == lifetimes(bank)
        for one in same.budgets:
            assert one.closed_published == one.closed_draft is not None
            assert one.given.difference == 0
        wider = CLOSING.replace("2.50 CNY", "100 CNY")
        (double, _) = replay(bank.connection, bank.programme, load(wider)).budgets
    assert isinstance(double, BudgetTotal)
    assert double.closed_draft is None
    assert double.given.draft > double.given.published
    assert double.name.zh == "双倍"


def test_a_made_up_population_uses_a_budget_up_on_both_sides() -> None:
    population = populate(400, 20_454, ZoneInfo("Asia/Shanghai"), 2, seed=5)
    report = simulated(population, CLOSING, load(CLOSING.replace("170 points", "900 points")), 0.0)
    (double, big) = report.budgets
    assert (double.given.published, double.given.draft) == (250, 250)
    assert (big.given.published, big.given.draft) == (170, 900)
    assert big.closed_published is not None
    assert big.closed_draft is not None
    assert big.closed_published <= big.closed_draft
