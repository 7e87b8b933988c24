"""What a point costs is booked by the contract of whoever pays for it, kept with the lot, and proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Exchange, Transfer
from jifen.programme.loading import load
from jifen.whatif.replaying import replay

MALL = """
programme: mall
name: Mall
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: {en: points, zh: 积分}
    unit_price: 0.02
    unit_price_of: {bank: 0.03, mall: 0.025}
    transfers: {}
    exchange: {give: 1 miles per 2 points}
  miles: {name: {en: miles, zh: 里程}, unit_price: 0.05, unit_price_of: {bank: 0.07}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: card, on: purchase, when: channel == 'card', give: 1 points per 2 of amount, funder: bank}
  - {id: double, on: purchase, when: channel == 'card', multiply: base by 2, funder: mall}
"""
POINTS, MILES = 0, 1
DEARER = MALL.replace("bank: 0.03", "bank: 0.04").replace("bank: 0.07", "bank: 0.08")


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        bank = Bank(connection, MALL, "2026-01-01 10:00")
        bank.enrol("ann", "bob", "cat")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 100_00, channel="card"))
        bank.do(
            "2026-01-07 10:00",
            Exchange(id="x1", member="ann", currency="points", to="miles", amount=220),
            Transfer(id="t1", member="ann", to="bob", currency="points", points=30),
        )
        bank.publish(DEARER)
        bank.do("2026-01-09 10:00", bank.bought("o2", "cat", 10_00, channel="card"))
        late = bank.bought("o3", "cat", 40_00, when="2026-01-06 11:00", channel="card")
        bank.do("2026-01-10 10:00", late)
        asked = Exchange(id="x2", member="cat", currency="points", to="miles", amount=124)
        bank.do("2026-01-10 11:00", asked)
        yield bank


def booked(bank: Bank, member: str, currency: int) -> Counter[tuple[str, float]]:
    """Points by who pays for them, and what a point was booked at."""
    rows = bank.connection.execute(
        "SELECT l.funder, l.unit_price_micros, l.granted FROM lot l JOIN member m USING (member_id)"
        " WHERE l.currency = %s AND m.external_id = %s",
        (currency, member),
    ).fetchall()
    names = ("programme", *bank.programme.funders)
    found: Counter[tuple[str, float]] = Counter()
    for funder, price, points in rows:
        found[names[funder], price / 1_000_000] += points
    return found


def test_points_are_booked_by_the_contract_in_force_when_they_were_earned(bank: Bank) -> None:
    assert booked(bank, "ann", POINTS) == {
        ("programme", 0.02): 100, ("bank", 0.03): 50, ("mall", 0.025): 100,
    }  # fmt: skip
    assert booked(bank, "cat", POINTS) == {
        ("programme", 0.02): 50, ("mall", 0.025): 50,
        ("bank", 0.04): 5, ("bank", 0.03): 20,  # the later of them came late, and is as of its day
    }  # fmt: skip


def test_a_gift_keeps_its_price(bank: Bank) -> None:
    assert sum(booked(bank, "bob", POINTS).values()) == 30
    assert booked(bank, "bob", POINTS).keys() <= booked(bank, "ann", POINTS).keys()


def test_what_points_become_is_booked_by_the_contract_of_today(bank: Bank) -> None:
    came = booked(bank, "ann", MILES)
    assert sum(came.values()) == 110
    assert came.keys() == {("programme", 0.05), ("bank", 0.07), ("mall", 0.05)}
    assert {price for funder, price in booked(bank, "cat", MILES) if funder == "bank"} == {0.08}


def test_all_of_it_is_proved(bank: Bank) -> None:
    assert found(bank) == []


@pytest.mark.parametrize(
    ("currency", "price", "check"), [(POINTS, 30_000, "lot_terms"), (MILES, 70_000, "exchange")]
)
def test_a_price_that_is_not_the_contracts_is_found(
    bank: Bank, currency: int, price: int, check: str
) -> None:
    with unguarded(bank) as connection:
        connection.execute(
            "UPDATE lot SET unit_price_micros = 20000 WHERE currency = %s AND unit_price_micros = %s",
            (currency, price),
        )
        forge_chains(bank)
        assert check in found(bank)


def test_a_replay_counts_what_each_funder_pays(bank: Bank) -> None:
    cheaper = DEARER.replace("mall: 0.025", "mall: 0.005")
    cost = replay(bank.connection, bank.programme, load(cheaper)).cost
    # 150 of the programme's and 150 of the mall's; of the bank's 70 by the old contract and 5 by the new
    assert cost.published == 150 * 2 + 150 * 2.5 + 70 * 3 + 5 * 4
    assert cost.draft == 150 * 2 + 150 * 0.5 + 75 * 4
