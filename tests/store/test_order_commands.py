"""`jifen order`: the office lists, shows, sends and hands out from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jifen.cli.orders import STATUSES
from jifen.enquiry.orders import STATE_NAMES

Jifen = Callable[..., str]
ORDERS = Path(__file__).parents[1] / "stories" / "programmes" / "orders.yaml"


@pytest.fixture
def house(jifen: Jifen) -> Jifen:
    """Ann has ordered two mugs and a cake."""
    jifen("init", "--programme", str(ORDERS), "--clock", "2026-01-05 10:00")
    jifen("member", "enrol", "ann")
    jifen("do", "event", "member=ann", "type=purchase", "id=o1", "amount=500.00")
    jifen("do", "redeem", "member=ann", "reward=mug", "quantity=2", "id=r1")
    jifen("do", "redeem", "member=ann", "reward=cake", "id=r2")
    return jifen


def say_address(house: Jifen) -> None:
    house("order", "send-to", "r1", "--recipient", "Ann Unmistakable", "--address", "1 Some Street")


def test_a_mug_is_approved_sent_and_closed(house: Jifen) -> None:
    assert "can be fulfilled" in house("order", "approve", "r1", "--reason", "regular")
    assert "address_missing" in house("order", "ship", "r1", "--carrier", "SF", code=1)
    assert "nobody has said yet where" in house("order", "show", "r1")
    assert "no address" in house("order", "address", "r1", code=1)
    say_address(house)
    assert house("order", "address", "r1") == "Ann Unmistakable\n1 Some Street\n"
    shipped = house("order", "ship", "r1", "--carrier", "SF", "--tracking", "SF1017", "--id", "s1")
    assert "is on its way" in shipped
    assert shipped == house(
        "order", "ship", "r1", "--carrier", "SF", "--tracking", "SF1017", "--id", "s1"
    )
    shown = house("order", "show", "r1")
    assert "SF, SF1017" in shown
    assert "regular" in shown
    assert "Unmistakable" not in shown
    house("order", "close", "r1")
    told = json.loads(house("order", "show", "r1", "--json"))
    assert [step["state"] for step in told["history"]] == [
        "placed",
        "approved",
        "shipped",
        "closed",
    ]
    house("prove")


def test_a_part_is_cancelled_and_comes_back(house: Jifen) -> None:
    assert "100 points" in house("order", "cancel", "r1", "--quantity", "1", "--reason", "one")
    assert "1/2" in house("order", "list", "--status", "placed")
    house("order", "approve", "r1")
    say_address(house)
    house("order", "ship", "r1", "--carrier", "SF")
    assert "100 points" in house("order", "take-back", "r1")
    assert json.loads(house("order", "list", "--status", "returned", "--json"))[0]["left"] == 0
    house("prove")


def test_where_to_send_an_order_is_said_until_it_is_sent(house: Jifen) -> None:
    where = ("--recipient", "Ann", "--address", "1 Some Street")
    assert "unknown_order" in house("order", "send-to", "r9", *where, code=1)
    assert "out_of_turn" in house("order", "send-to", "r2", *where, code=1)
    blank = ("--recipient", "", "--address", "x")
    assert "recipient" in house("order", "send-to", "r1", *blank, code=1)
    house("order", "send-to", "r1", *where, "--phone", "555")
    house("order", "send-to", "r1", *where, "--postcode", "200001", "--country", "CN")
    seen = house("order", "address", "r1")
    assert seen == "Ann\n1 Some Street\n200001\nCN\n"
    house("order", "approve", "r1")
    house("order", "ship", "r1", "--carrier", "SF")
    assert "被拒绝" in house("order", "send-to", "r1", *where, "--lang", "zh", code=1)


def test_a_member_s_page_shows_orders_until_their_end(house: Jifen) -> None:
    def under_way(language: str) -> list[str]:
        _, _, told = house("member", "show", "ann", "--lang", language).partition(
            {"en": "orders under way\n", "zh": "进行中的订单\n"}[language]
        )
        return [line.split()[0] for line in told.splitlines()[1:]]

    assert (under_way("en"), under_way("zh")) == (["r1", "r2"], ["r1", "r2"])
    house("order", "cancel", "r1", "--reason", "one too many")
    assert under_way("en") == ["r2"]
    house("order", "cancel", "r2", "--reason", "none at all")
    assert under_way("en") == []
    house("do", "event", "member=ann", "type=purchase", "id=o2", "amount=900.00")
    for number in range(9):
        house("do", "redeem", "member=ann", "reward=cake", f"id=more-{number}")
    assert "jifen order list --member ann" in house("member", "show", "ann")


def test_orders_are_listed_by_state_and_member(house: Jifen) -> None:
    listed = json.loads(house("order", "list", "--json"))
    assert [(one["id"], one["state"]) for one in listed] == [("r1", "placed"), ("r2", "approved")]
    assert json.loads(house("order", "list", "--limit", "1", "--after", "r1", "--json")) == [
        listed[1]
    ]
    assert "待审核" in house("order", "list", "--status", "placed", "--lang", "zh")
    assert "was picked up" in house("order", "pick-up", "r2", "--shop", "bund")
    house("member", "enrol", "bob")
    assert house("order", "list", "--member", "bob") == "no orders\n"
    assert "there is no order" in house("order", "show", "r9", code=1)
    assert "unknown_order" in house("order", "close", "r9", code=1)


def test_every_state_can_be_asked_for() -> None:
    assert STATUSES == STATE_NAMES
