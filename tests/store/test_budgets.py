"""Campaigns with a budget: closed once, told once, shown, and proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.budgets import BudgetView, budgets
from jifen.intake.asking.commands import Return
from jifen.proof.proving import prove

DOCUMENT = """
programme: campaign
name: Campaign
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: double, on: purchase, multiply: base by 2, budget: 150 points}
"""


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect(database_url) as opened:
        yield opened


def closings(bank: Bank) -> list[Any]:
    query = "SELECT payload FROM outbox WHERE name = 'campaign.closed'"
    return [row[0] for row in bank.connection.execute(query)]


def test_the_moment_and_the_event_that_used_it_up_are_kept(
    connection: psycopg.Connection[Any],
) -> None:
    bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
    bank.enrol("ann", "bob")
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 10_000))
    open_still = budgets(connection, bank.programme)
    assert open_still == [
        BudgetView(rule="double", currency="points", budget=150, given=100, left=50)
    ]
    bank.do("2026-01-06 10:00", bank.bought("o2", "bob", 8000), bank.bought("o3", "ann", 1000))
    bank.do("2026-01-07 10:00", Return(id="r1", of="o1", full=True))
    (closed,) = budgets(connection, bank.programme)
    assert (closed.given, closed.left, closed.member, closed.event) == (50, 0, "bob", "o2")
    assert closed.closed_at is not None
    told = {"member": "bob", "rule": "double", "event": "o2", "points": {"points": 150}}
    assert closings(bank) == [told]
    assert prove(connection, bank.programme).differences == []


def test_a_greater_budget_does_not_reopen_a_closed_campaign(
    connection: psycopg.Connection[Any],
) -> None:
    bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
    bank.enrol("ann")
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 20_000))
    bank.publish(DOCUMENT.replace("150 points", "900 points"))
    (answer,) = bank.do("2026-01-08 10:00", bank.bought("o2", "ann", 1000))
    assert answer.points == {"points": 10}
    assert prove(connection, bank.programme).differences == []


def test_budgets_are_told_by_the_names_of_the_document(
    jifen: Callable[..., str], tmp_path: Path
) -> None:
    document = DOCUMENT.replace("{name: points}", "{name: {zh: 积分, en: points}}").replace(
        "id: double, on: purchase, multiply: base by 2, budget: 150 points",
        "id: double, name: {zh: 开业, en: Opening day}, on: purchase, multiply: base by 2, "
        "budget: 1500 points",
    )
    (tmp_path / "named.yaml").write_text(document, encoding="utf-8")
    jifen("init", "--programme", str(tmp_path / "named.yaml"), "--clock", "2026-01-05")
    assert jifen("programme", "budgets").splitlines() == [
        "rule         currency  budget  given   left  closed  with",
        "Opening day  points     1,500      0  1,500  open",
    ]
    assert "开业  积分      1,500" in jifen("programme", "budgets", "--lang", "zh")
