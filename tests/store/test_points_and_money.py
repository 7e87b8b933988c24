"""Rewards for points and money: what the catalogue shows of both, and money in the journal that nobody was to take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, LiteralString

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.catalogue import Wanted, catalogue_page
from jifen.enquiry.price_history import price_history
from jifen.intake.asking.commands import Cancel, Redeem

DOCUMENT: Final = """
programme: points-and-money
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
rewards:
  mug: {name: {zh: 马克杯, en: mug}, price: 300 points + 19.90}
  pen: {name: {zh: 钢笔, en: pen}, price: 50 points}
  cup: {name: {zh: 茶杯, en: cup}, price: [900 points, 300 points + 9.90]}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 90_000))
        mugs = Redeem(
            id="r1", member="ann", reward="mug", quantity=2, currency="points", to_pay=3_980
        )
        bank.do("2026-01-06 10:00", mugs)
        bank.do("2026-01-08 10:00", Cancel(id="c1", member="ann", of="r1", quantity=1))
        cup = Redeem(id="r2", member="ann", reward="cup", currency="points", to_pay=990)
        bank.do("2026-01-08 11:00", cup)
        yield bank


def test_the_catalogue_and_the_history_show_both(bank: Bank) -> None:
    now = bank.instant("2026-01-09 10:00")
    page = catalogue_page(
        bank.connection, bank.programme, "ann", Wanted(), behind=None, most=10, now=now
    )
    assert {one.id: [(each.points, each.money) for each in one.prices] for one in page.offers} == {
        "mug": [(300, 1_990)],
        "pen": [(50, 0)],
        "cup": [(900, 0), (300, 990)],
    }
    (span,) = price_history(bank.connection, bank.programme, "mug").spans
    (price,) = span.prices
    assert (price.points, price.money) == (300, 1_990)
    assert (price.said.en, price.said.zh) == ("300 points and 19.90 yuan", "300 积分加 19.90 元")
    (span,) = price_history(bank.connection, bank.programme, "cup").spans
    assert [one.said.en for one in span.prices] == ["900 points", "300 points and 9.90 yuan"]


LESS_TAKEN: Final[LiteralString] = (
    "UPDATE command SET answer = replace(answer::text, '3980', '1990')::json,"
    " body = replace(body::text, '3980', '1990')::json WHERE key = 'redeem/r1'"
)
OTHERWISE_ANSWERED: Final[LiteralString] = (
    "UPDATE command SET answer = replace(answer::text, '3980', '1990')::json WHERE key = 'redeem/r1'"
)
MORE_BACK: Final[LiteralString] = (
    "UPDATE command SET answer = replace(answer::text, '1990', '3980')::json WHERE key = 'cancel/c1'"
)
OF_ANOTHER_PRICE: Final[LiteralString] = (
    "UPDATE command SET answer = (answer::jsonb - 'to_pay')::json, body = (body::jsonb - 'to_pay')::json"
    " WHERE key = 'redeem/r2'"
)


@pytest.mark.parametrize(
    "change",
    [LESS_TAKEN, OTHERWISE_ANSWERED, MORE_BACK, OF_ANOTHER_PRICE],
    ids=[
        "less money than the price",
        "other money than was asked",
        "more money back than taken",
        "the points of a price and the money of another",
    ],
)
def test_other_money_than_was_due_is_found(bank: Bank, change: LiteralString) -> None:
    assert found(bank) == []
    with unguarded(bank) as connection:
        assert connection.execute(change).rowcount == 1
        forge_chains(bank)
        assert found(bank) == ["redemption"]
