"""The calculator says what it takes to have a reward, and whoever does just that can have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.calculator import Reckoned, reckon
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import Event, Redeem
from jifen.intake.submitting import quote

DOCUMENT = """
programme: mall
timezone: Asia/Shanghai
money: CNY
events: {review: {}}
currencies:
  points: {name: {zh: 积分, en: points}, expiry: {rolling: 60 days}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: third, on: purchase, when: "count('purchase', 'month') == 3", give: 50 points}
  - {id: sign-in, on: check_in, give: 5 points, limit: 1 per day}
  - {id: review, on: review, give: 10 points, pending: 10 days, limit: 1 per day}
rewards:
  mug: {name: {zh: 马克杯, en: mug}, price: 300 points}
  suite: {price: 10 points, shown: tier >= 'gold'}
  last: {price: 10 points, stock: counted}
  lamp: {price: 300 points + 45.00}
tiers:
  measure: amount
  window: lifetime
  ladder:
    - {id: basic, reach: 0}
    - {id: gold, reach: 1000, reward_discount: 10%}
"""
Jifen = Callable[..., str]


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        mall = Bank(connection, DOCUMENT, "2026-01-05 10:00")
        mall.enrol("ann")
        yield mall


def reckoned(
    bank: Bank, deed: str, amount: int | None = None, *, reward: str = "mug", every_days: int = 0
) -> Reckoned:
    fields = {} if amount is None else {"amount": amount}
    event = Event(id="", member="ann", type=deed, fields=dict(fields))
    wanted = Redeem(id="", member="ann", reward=reward, currency="points")
    return reckon(
        bank.connection, bank.programme, wanted, event, every_days=every_days, now=bank.now
    )


def test_whoever_does_what_it_says_can_have_the_reward_and_not_before(bank: Bank) -> None:
    found = reckoned(bank, "purchase", 6000)
    assert (found.times, found.given, found.taken) == (5, {"points": 350}, 300)
    for number in range(5):
        early = Redeem(id=f"e{number}", member="ann", reward="mug", currency="points")
        assert (
            quote(bank.connection, bank.programme, early, now=bank.now).refusal
            == "insufficient_points"
        )
        bank.travel(f"2026-01-05 10:0{number + 1}")
        bank.do(f"2026-01-05 10:0{number + 1}", bank.bought(f"o{number}", "ann", 6000))
    assert reckoned(bank, "purchase", 6000).times == 0
    wanted = Redeem(id="r", member="ann", reward="mug", currency="points")
    (answer,) = bank.do("2026-01-05 10:05", wanted)
    assert answer.taken == 300


def test_the_least_bill_of_today_does_and_a_fen_less_does_not(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 2050))
    bank.do("2026-01-05 10:00", bank.bought("o2", "ann", 5000))
    found = reckoned(bank, "purchase", 6000)
    assert found.amount == 18000  # 20 + 50 points are there, and the third purchase brings 50
    assert reckoned(bank, "purchase", 17999).times == 2
    assert reckoned(bank, "purchase", 18000).times == 1


def test_days_between_deeds_let_limits_begin_anew_and_points_ripen_and_end(bank: Bank) -> None:
    at_once = reckoned(bank, "check_in")
    assert (at_once.times, at_once.refusal) == (None, "insufficient_points")
    daily = reckoned(bank, "check_in", every_days=1)
    assert daily.times == 60
    assert daily.at is not None
    assert (daily.at - bank.now) // MICROSECONDS_PER_DAY == 59
    assert reckoned(bank, "check_in", every_days=2).times is None  # the first ones end meanwhile
    assert reckoned(bank, "review").times is None
    assert reckoned(bank, "review", every_days=1).times == 41  # the last eleven wait


def test_a_tier_that_is_reached_on_the_way_opens_a_reward_and_makes_it_cheaper(bank: Bank) -> None:
    found = reckoned(bank, "purchase", 50000, reward="suite")
    assert (found.times, found.taken) == (2, 9)


def test_what_no_deed_changes_is_said(bank: Bank) -> None:
    assert reckoned(bank, "purchase", 6000, reward="last").refusal == "out_of_stock"


def test_money_that_is_taken_with_the_redemption_is_not_asked_for_beforehand(bank: Bank) -> None:
    found = reckoned(bank, "purchase", 6000, reward="lamp")
    assert (found.times, found.taken, found.refusal) == (5, 300, None)


def test_nothing_is_written_and_nobody_waits(bank: Bank) -> None:
    counted = "SELECT (SELECT count(*) FROM command), (SELECT sum(member_seq) FROM member)"
    before = bank.connection.execute(counted).fetchone()
    reckoned(bank, "purchase", 6000)
    assert bank.connection.execute(counted).fetchone() == before


def test_an_operator_is_told_in_sentences(jifen: Jifen, tmp_path: Path) -> None:
    (tmp_path / "mall.yaml").write_text(DOCUMENT, "utf-8")
    jifen("init", "--programme", str(tmp_path / "mall.yaml"), "--clock", "2026-01-05 10:00")
    jifen("member", "enrol", "ann")
    asked = ("member", "calculator", "ann", "mug", "purchase", "amount=60.00")
    assert jifen(*asked, "--every-days", "7") == (
        "5 times, and it can be had at 2026-02-02 10:00, for 300 points\n"
        "today once with 300 yuan does as well\n"
    )
    assert jifen(*asked, "--lang", "zh").splitlines()[1] == "今天一次满 300 元也够"
    assert jifen("member", "calculator", "ann", "last", "purchase", "amount=60.00") == (
        "not by 100 times: There are not enough left in stock.\n"
    )
    assert "knows no event 'dance'" in jifen("member", "calculator", "ann", "mug", "dance", code=1)
