"""Lots and what ends, page by page, are those of the member's page: whatever is due, held, pending or lives on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.finding import UnknownMember
from jifen.enquiry.lots import expiries_page, lots_page
from jifen.enquiry.member import lot_number, member_view
from jifen.enquiry.statement import statement
from jifen.instants import LONG_AGO, instant_of
from jifen.intake.asking.commands import Adjust, Hold
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.versions.opening import set_test_clock
from jifen.ledger import load

DOCUMENT = """
programme: pages
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: EXPIRY}
  beans: {name: {zh: 咖啡豆, en: beans}, expiry: {rolling: 10 days}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: beans, on: purchase, give: 1 beans per 10 of amount, pending: 3 days}
referral:
  - {id: invitation, when: first('purchase'), give: {referrer: 50 points, friend: 10 points}}
"""
FIXED, LIVING_ON = "{rolling: 12 days}", "{idle: 30 days}"


@pytest.fixture(params=[FIXED, LIVING_ON])
def bank(database_url: str, request: pytest.FixtureRequest) -> Iterator[Bank]:
    """Twelve purchases of ann's in as many days, of which she holds some, and a friend's."""
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT.replace("EXPIRY", request.param), "2026-01-01 10:00")
        bank.enrol("ann", "bob")
        for day in range(1, 13):
            bank.do(f"2026-01-{day:02} 10:00", bank.bought(f"a{day}", "ann", 1_000 * day))
        gift = Adjust(id="g", member="ann", points=5, currency="points", reason="sorry")
        hold = Hold(id="h", member="ann", points=20, currency="points", minutes=60)
        submit(connection, bank.programme, [gift, hold], now=bank.now, actor="shop")
        yield bank


def paged(bank: Bank, most: int, *currencies: str) -> tuple[list[Any], dict[int, dict[str, int]]]:
    """All lots and all ends, page after page."""
    lots: list[Any] = []
    behind, more = (0, 0), True
    while more:
        page = lots_page(
            bank.connection,
            bank.programme,
            "ann",
            currencies,
            behind=behind,
            most=most,
            now=bank.now,
        )
        assert len(page.lots) <= most
        lots, more = lots + page.lots, page.more
        behind = lot_number(page.lots[-1][1].id) if page.lots else behind
    ending: dict[int, dict[str, int]] = {}
    after, more = LONG_AGO, True
    while more:
        ends = expiries_page(
            bank.connection, bank.programme, "ann", currencies, after=after, most=most, now=bank.now
        )
        assert len(ends.ending) <= most
        ending, more = ending | ends.ending, ends.more
        after = max(ends.ending, default=after)
    return lots, ending


def of_the_page(bank: Bank, *currencies: str) -> tuple[list[Any], dict[int, dict[str, int]]]:
    """The same as the member's page tells it."""
    view = member_view(bank.connection, bank.programme, "ann", bank.now)
    lots = [(name, lot) for name in currencies for lot in view.currencies[name].lots]
    ending: dict[int, dict[str, int]] = {}
    for name in currencies:
        for one in view.currencies[name].expiries:
            ending.setdefault(instant_of(one.at), {})[name] = one.points
    return sorted(lots, key=lambda one: lot_number(one[1].id)), ending


@pytest.mark.parametrize("most", [1, 3, 100])
def test_pages_tell_what_the_member_s_page_tells(bank: Bank, most: int) -> None:
    swept = [True, False, False, True]
    for when, sweeps in zip(("12 11:30", "14 10:00", "20 10:00", "20 10:00"), swept, strict=True):
        bank.programme = set_test_clock(
            bank.connection, bank.programme, bank.instant(f"2026-01-{when}")
        )
        if sweeps:
            sweep(bank.connection, bank.programme, bank.now)
        for currencies in (("points", "beans"), ("beans",)):
            expected = of_the_page(bank, *currencies)
            assert paged(bank, most, *currencies) == expected
            assert expected[0]


def test_where_nothing_is_due_nobody_reads_all_of_a_member_s_lots(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep(bank.connection, bank.programme, bank.now)

    def refuse(*_: object) -> None:
        raise AssertionError("all lots are read")

    monkeypatch.setattr(load, "_load_lots", refuse)
    page = lots_page(
        bank.connection, bank.programme, "ann", ["points"], behind=(0, 0), most=2, now=bank.now
    )
    assert len(page.lots) == 2
    assert len(statement(bank.connection, bank.programme, "ann", bank.now, most=3).movements) == 3


def test_nobody_has_no_pages(bank: Bank) -> None:
    with pytest.raises(UnknownMember):
        lots_page(
            bank.connection, bank.programme, "eve", ["points"], behind=(0, 0), most=2, now=bank.now
        )
    with pytest.raises(UnknownMember):
        expiries_page(
            bank.connection, bank.programme, "eve", ["points"], after=0, most=2, now=bank.now
        )
