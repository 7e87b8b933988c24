"""What members of a tier have chosen lately comes first where the catalogue is sorted so, and tells of nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.catalogue import Wanted, catalogue_page
from jifen.intake.asking.commands import Cancel, Redeem
from jifen.worker.popularity import count_popular

DOCUMENT = """
programme: mall
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: gift, on: purchase, issue: tea}
rewards:
  tea: {name: {zh: 茶, en: tea}, price: 10 points}
  cup: {name: {zh: 杯子, en: cup}, price: 20 points}
  mug: {name: {zh: 马克杯, en: mug}, price: 30 points}
  suite: {name: {zh: 套房, en: suite}, price: 40 points}
tiers:
  measure: amount
  window: lifetime
  ladder:
    - {id: basic, reach: 0}
    - {id: gold, reach: 1000}
"""
SET = (
    "  high-tea: {name: {zh: 下午茶, en: high tea}, set: {tea: 9 points, cup: 18 points}}\n  suite:"
)
BASIC, GOLD = [f"basic{n}" for n in range(7)], [f"gold{n}" for n in range(6)]


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        mall = Bank(connection, DOCUMENT, "2026-01-05 10:00")
        mall.enrol(*BASIC, *GOLD)
        for name in BASIC:
            mall.do("2026-01-05 10:00", mall.bought(f"o-{name}", name, 50000))
        for name in GOLD:
            mall.do("2026-01-05 10:00", mall.bought(f"o-{name}", name, 200000))
        yield mall


def chosen(bank: Bank, reward: str, *members: str, quantity: int = 1) -> None:
    for member in members:
        asked = Redeem(
            id=f"{reward}-{member}", member=member, reward=reward, quantity=quantity, currency="points"
        )  # fmt: skip
        (answer,) = bank.do("2026-01-05 10:00", asked)
        assert answer.refusal is None


def popular(bank: Bank, member: str) -> list[str]:
    count_popular(bank.connection, bank.programme, bank.now)
    page = catalogue_page(
        bank.connection, bank.programme, member, Wanted(sort="popular"), behind=None, most=9, now=bank.now
    )  # fmt: skip
    return [offer.id for offer in page.offers]


def test_what_most_of_the_same_tier_have_chosen_comes_first_then_what_most_of_all(
    bank: Bank,
) -> None:
    chosen(bank, "mug", *BASIC)
    chosen(bank, "cup", *BASIC[:5], *GOLD[:1])
    chosen(bank, "suite", *GOLD)
    assert popular(bank, BASIC[0]) == ["mug", "cup", "suite", "tea"]
    assert popular(bank, GOLD[0]) == ["suite", "mug", "cup", "tea"]


def test_a_set_counts_as_such_until_it_is_given_back_as_a_whole(bank: Bank) -> None:
    bank.publish(DOCUMENT.replace("  suite:", SET))
    chosen(bank, "high-tea", *BASIC, *GOLD[:1])
    chosen(bank, "mug", *GOLD)
    bank.travel("2026-01-05 10:30")
    assert popular(bank, BASIC[0])[:3] == ["tea", "cup", "high-tea"], "with its parts"
    for place, name in enumerate((*BASIC[:2], *GOLD[:1])):
        asked = Cancel(id=f"c{place}", member=name, of=f"high-tea-{name}")
        (answer,) = bank.do("2026-01-05 11:00", asked)
        assert answer.refusal is None
    assert popular(bank, BASIC[0])[:3] == ["tea", "cup", "high-tea"]
    asked = Cancel(id="c9", member=BASIC[2], of=f"high-tea-{BASIC[2]}")
    bank.do("2026-01-05 11:00", asked)
    assert popular(bank, BASIC[0]) == ["mug", "tea", "cup", "high-tea", "suite"], "four have it"


def test_each_counts_once_and_who_gave_it_back_not_at_all(bank: Bank) -> None:
    chosen(bank, "mug", *BASIC[:5], quantity=3)
    chosen(bank, "cup", *BASIC[:6])
    assert popular(bank, BASIC[0])[:2] == ["cup", "mug"]
    for member in BASIC[4:6]:
        bank.do("2026-01-05 10:00", Cancel(id=f"c-{member}", member=member, of=f"cup-{member}"))
    assert popular(bank, BASIC[0])[:2] == ["mug", "tea"]


def test_what_fewer_than_five_have_chosen_or_rules_have_issued_tells_nothing(bank: Bank) -> None:
    chosen(bank, "suite", *BASIC[:4])
    assert popular(bank, BASIC[0]) == ["tea", "cup", "mug", "suite"]
    counted = bank.connection.execute("SELECT count(*) FROM popular_reward").fetchone()
    assert counted == (0,)


def test_what_was_chosen_long_ago_is_popular_no_more(bank: Bank) -> None:
    chosen(bank, "mug", *BASIC)
    assert popular(bank, BASIC[0])[0] == "mug"
    bank.travel("2026-02-05 10:00")
    assert popular(bank, BASIC[0])[0] == "tea"
