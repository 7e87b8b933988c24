"""Prizes that are sent or picked up: the spin places their order, which goes its way like any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, LiteralString

import pytest
from tampering import found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.enquiry.orders import history_of, order_found, orders_page
from jifen.enquiry.stock import stock_of
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    CancelOrder,
    Command,
    Redeem,
    Spin,
    TakeBack,
)
from jifen.intake.asking.order_commands import Approve, PickUp, Ship
from jifen.intake.draws.rounds import close_round, open_round
from jifen.intake.submitting import submit
from jifen.intake.using.addresses import Address, keep_address
from jifen.programme.loading import load
from jifen.proof.proving import prove

DOCUMENT: Final = """
programme: prizes
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
rewards:
  spin: {name: {zh: 抽奖机会, en: spin}, price: 10 points}
  mug:
    name: {zh: 马克杯, en: mug}
    price: 100 points
    stock: counted
    limit: 1 per day
    fulfil: {by: shipping, approve: 3 days, within: 7 days, close: 14 days}
  cake: {name: {zh: 蛋糕, en: cake}, fulfil: {by: pick_up, within: 2 days}}
draws:
  goods:
    ticket: spin
    prizes:
      two: {weight: 999999999, gives: 2 mug, most: 3}
      thanks: {weight: 1}
  cakes:
    ticket: spin
    free: 1 per day
    prizes:
      cake: {weight: 999999999, gives: cake}
      thanks: {weight: 1}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
WHERE: Final = Address(recipient="Ann", address="1 Some Street", phone="5550100")


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    """Ten mugs, six of which lie aside for three prizes of two."""
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-05 09:00")
        bank.enrol("ann", "bob")
        bank.stock("mug", add=10)
        for who in ("ann", "bob"):
            gift = Adjust(id=f"a-{who}", member=who, points=300, currency="points", reason="x")
            bank.do("2026-01-05 09:00", gift)
        for draw in load(DOCUMENT).draws:
            open_round(connection, bank.programme, draw, now=bank.now, actor="office")
        yield bank


@pytest.fixture
def proved(bank: Bank) -> Iterator[Bank]:
    """It is proved at the end."""
    yield bank
    assert prove(bank.connection, bank.programme).differences == []


def did(bank: Bank, asked: Command) -> Answer:
    (told,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="shop")
    return told.answer


def won(bank: Bank, id: str = "s1", member: str = "ann", draw: str = "goods") -> Answer:
    return did(bank, Spin(id=id, member=member, draw=draw))


def held(bank: Bank, member: str, reward: str) -> int:
    """How many of a reward a member holds."""
    view = member_view(bank.connection, bank.programme, member, bank.now)
    return sum(one.count for one in view.rewards if (one.reward, one.state) == (reward, "issued"))


def state_of(bank: Bank, order: str) -> str | None:
    found = order_found(bank.connection, bank.programme, order)
    return found and found.state


def shelf(bank: Bank) -> int:
    (mugs,) = stock_of(bank.connection, bank.programme)
    return mugs.left


def sent(bank: Bank, order: str) -> None:
    """Approve it and send it."""
    keep_address(bank.connection, bank.programme, order, WHERE, now=bank.now, actor="desk")
    assert did(bank, Approve(id=f"a/{order}", of=order)).order == "approved"
    assert did(bank, Ship(id=f"s/{order}", of=order, carrier="SF")).order == "shipped"


def test_a_spin_places_the_order_of_its_prize_and_a_retry_no_second_one(proved: Bank) -> None:
    told = won(proved)
    assert told.spun is not None
    assert (told.spun.prize, told.spun.order, told.order) == ("two", "prize:s1", "placed")
    assert told.points == {"mug": 2, "spin": -1}
    assert won(proved) == told
    (order,) = orders_page(
        proved.connection, proved.programme, states=("placed",), member="ann", behind="", most=9
    )
    assert (order.id, order.member, order.reward, order.quantity) == ("prize:s1", "ann", "mug", 2)
    assert shelf(proved) == 4  # what it won had lain aside
    (placed,) = history_of(proved.connection, proved.programme, "prize:s1")
    assert (placed.asked, placed.state) == ("spin", "placed")


def test_what_was_won_is_sent_and_is_the_members_when_it_closes(proved: Bank) -> None:
    won(proved)
    sent(proved, "prize:s1")
    proved.do("2026-01-30 10:00")  # by itself
    assert state_of(proved, "prize:s1") == "closed"
    assert held(proved, "ann", "mug") == 0
    assert did(proved, CancelOrder(id="c", of="prize:s1")).refusal == "order_closed"


def test_a_free_spin_wins_a_cake_that_is_fetched(proved: Bank) -> None:
    told = won(proved, draw="cakes")
    assert told.spun is not None
    assert (told.spun.ticket, told.order) == (None, "approved")
    assert did(proved, PickUp(id="p", of="prize:s1")).order == "picked_up"
    assert held(proved, "ann", "cake") == 0


def test_what_nobody_fetches_in_time_is_gone(proved: Bank) -> None:
    won(proved, draw="cakes")
    proved.do("2026-01-09 10:00")
    assert state_of(proved, "prize:s1") == "timed_out"
    assert (held(proved, "ann", "cake"), proved.points()) == (0, 300)


@pytest.mark.parametrize("how", [Cancel, CancelOrder])
def test_what_is_cancelled_is_on_the_shelf_and_no_ticket_comes_back(
    proved: Bank, how: type[Cancel]
) -> None:
    won(proved)
    one = did(proved, how(id="c1", of="prize:s1", quantity=1))
    assert (one.order, one.given_back, one.points) == ("placed", None, {"mug": -1})
    assert (shelf(proved), held(proved, "ann", "mug"), held(proved, "ann", "spin")) == (5, 1, 0)
    assert did(proved, how(id="c2", of="prize:s1")).order == "cancelled"
    assert (shelf(proved), proved.points()) == (6, 290)
    assert did(proved, how(id="c3", of="prize:s1")).refusal == "order_closed"
    assert did(proved, how(id="c2", of="prize:s1")).order == "cancelled"  # a retry
    close_round(proved.connection, proved.programme, "goods", now=proved.now, actor="office")
    assert shelf(proved) == 10


def test_what_comes_back_from_the_road_is_on_the_shelf(proved: Bank) -> None:
    won(proved)
    sent(proved, "prize:s1")
    assert did(proved, TakeBack(id="t", of="prize:s1")).order == "returned"
    assert shelf(proved) == 6


def test_a_prize_counts_in_no_limit_and_brings_no_points_of_its_own(proved: Bank) -> None:
    proved.publish(DOCUMENT + "  - {id: hurrah, on: redeemed, give: 1 points, limit: 9 per day}\n")
    proved.do("2026-01-05 10:00")
    won(proved)
    won(proved, "s2")
    proved.do("2026-01-05 11:00", Redeem(id="r", member="ann", reward="mug", currency="points"))
    # two tickets and a mug were redeemed
    assert proved.points() == 300 - 10 - 10 - 100 + 3
    assert shelf(proved) == 3


def test_who_was_merged_keeps_what_they_won_and_it_goes_again_as_well(proved: Bank) -> None:
    won(proved, member="bob")
    won(proved, "s2", member="bob")
    proved.merge_or_part("2026-01-06 10:00", "m", merge=True)
    sent(proved, "prize:s1")
    assert did(proved, CancelOrder(id="c", of="prize:s2")).order == "cancelled"
    assert (shelf(proved), held(proved, "ann", "mug")) == (6, 2)
    proved.do("2026-01-30 10:00")
    assert state_of(proved, "prize:s1") == "closed"
    assert held(proved, "ann", "mug") == 0


def test_a_spin_that_won_points_is_not_cancelled_by_an_order_that_it_would_have(
    proved: Bank,
) -> None:
    proved.publish(DOCUMENT.replace("gives: 2 mug, most: 3", "gives: 7 points"))
    proved.do("2026-01-05 10:00")
    close_round(proved.connection, proved.programme, "goods", now=proved.now, actor="office")
    (draw, _) = load(DOCUMENT.replace("gives: 2 mug, most: 3", "gives: 7 points")).draws
    open_round(proved.connection, proved.programme, draw, now=proved.now, actor="office")
    assert won(proved).order is None
    before = proved.points()
    assert did(proved, Cancel(id="c", member="ann", of="prize:s1")).refusal == "unknown_spend"
    assert did(proved, CancelOrder(id="d", member="ann", of="prize:s1")).refusal == "unknown_order"
    assert proved.points() == before


FORGED: Final[dict[str, LiteralString]] = {
    "more was won than the seed gave": "UPDATE reward_order SET quantity = 3, remaining = 3",
    "the order of another reward": "UPDATE reward_order SET reward = reward + 1",
    "no order": "DELETE FROM reward_order",
    "a step that nobody took": "UPDATE reward_order SET state = 1",
    "another id": "UPDATE reward_order SET order_id = 'prize:s9'",
}


@pytest.mark.parametrize("how", FORGED)
def test_the_proof_finds_what_was_forged(bank: Bank, how: str) -> None:
    won(bank)
    assert prove(bank.connection, bank.programme).holds
    with unguarded(bank) as connection:
        connection.execute(FORGED[how])
        assert {"order", "draw_spin"} & set(found(bank))


def test_the_proof_finds_units_that_did_not_come_to_stock(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a server that forgets to put back what had lain aside."""
    won(bank)
    with monkeypatch.context() as erring:
        erring.setattr("jifen.intake.using.redeeming.give_back_to_stock", lambda *_: None)
        did(bank, CancelOrder(id="c", of="prize:s1", quantity=1))
    assert found(bank) == ["draw_spin"]
