"""Orders over HTTP: who says and sees where one is sent stands in the audit, and odd cursors are refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from served_bank import DAY, serving

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.client import Client, Forbidden
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.opening import create_programme

DOCUMENT = Path(__file__).parents[1] / "stories" / "programmes" / "orders.yaml"
DESK = ("read", "write", "addresses", "audit", "actors", "tokens")


class House(NamedTuple):
    """A gift house in which ann has ordered a mug; what a clerk and a till may ask."""

    desk: Client
    shop: Client
    http: httpx.Client
    address: str


@pytest.fixture(scope="module")
def house(module_database_url: str) -> Iterator[House]:
    now = real_now()
    with connect(module_database_url) as connection:
        document = DOCUMENT.read_text(encoding="utf-8")
        programme = create_programme(connection, document, now=now, actor="test")
        people = [NewMember(id=name, joined_at=now - DAY) for name in ("ann", "bob")]
        enrol_members(connection, programme, people, now=now, actor="test")
        desk, shop = (
            make_key(
                connection,
                programme.programme_id,
                ApiKeyTerms(name=name, scopes=scopes),
                now=now,
                actor="test",
            )
            for name, scopes in (("desk", DESK), ("shop", ("read", "write")))
        )
    with serving(module_database_url) as address:
        headers = {"authorization": f"Bearer {desk}", "jifen-actor": "Kim"}
        with (
            Client(address, desk) as clerk,
            Client(address, shop) as till,
            httpx.Client(base_url=address, headers=headers, trust_env=False) as http,
        ):
            till.events.create("ann", "purchase", id="o1", amount=900_000)
            till.redemptions.create("ann", "mug", id="r1")
            yield House(clerk, till, http, address)


def noted(house: House, kind: str) -> list[dict[str, Any]]:
    answer = house.http.get("/v1/audit", params={"kind": kind})
    assert answer.status_code == 200, answer.text
    assert "Some Street" not in answer.text
    return [
        {name: one[name] for name in ("asked", "actor", "terms")}
        for one in answer.json()["commands"]
    ]


def test_who_says_and_who_sees_where_an_order_is_sent_stands_in_the_audit(house: House) -> None:
    token = house.desk.members.token("ann", scopes=["read", "use"]).token
    with Client(house.address, token) as ann:
        ann.orders.send_to("r1", "Ann", "1 Some Street")
    with pytest.raises(Forbidden):
        house.shop.orders.address("r1")
    assert noted(house, "open_address") == []
    assert house.http.get("/v1/orders/r1/address").json()["address"] == "1 Some Street"
    assert noted(house, "open_address") == [
        {"asked": "open_address/r1", "actor": "desk/Kim", "terms": {}}
    ]
    (said,) = noted(house, "keep_address")
    assert said["asked"] == "keep_address/r1"
    assert said["actor"] == "desk/member"


@pytest.mark.parametrize("after", ["\0", "x" * 600, "a\x01b", "\ud7ff\0"])
def test_an_odd_cursor_of_orders_is_refused_by_name(house: House, after: str) -> None:
    answer = house.http.get("/v1/orders", params={"after": after})
    assert answer.status_code == 400, answer.text
    assert answer.json()["pointer"] == "/after"


def test_a_cursor_that_names_no_order_ends_the_list(house: House) -> None:
    answer = house.http.get("/v1/orders", params={"after": "r0"})
    assert answer.json() == {"orders": [], "next": None}
