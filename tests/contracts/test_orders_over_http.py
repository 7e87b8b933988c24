"""Orders over HTTP: who says and sees where one is sent stands in the audit, odd cursors are refused by name, and files
of what was sent come as jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pyarrow as pa
import pytest
from served_bank import DAY, serving

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.client import Client, Forbidden, Malformed
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import create_programme, open_programme
from jifen.worker.taking import take
from jifen.worker.writing import WRITERS, Column

DOCUMENT = Path(__file__).parents[1] / "stories" / "programmes" / "orders.yaml"
KEEPER = ("read", "jobs", "fulfil")
DESK = ("read", "write", "addresses", "audit", "actors", "tokens")


class House(NamedTuple):
    """A gift house in which ann has ordered a mug; what a clerk and a till may ask."""

    desk: Client
    shop: Client
    http: httpx.Client
    address: str
    keeper: Client
    url: str


@pytest.fixture(scope="module")
def house(module_database_url: str) -> Iterator[House]:
    now = real_now()
    with connect(module_database_url) as connection:
        document = DOCUMENT.read_text(encoding="utf-8")
        programme = create_programme(connection, document, now=now, actor="test")
        people = [NewMember(id=name, joined_at=now - DAY) for name in ("ann", "bob")]
        enrol_members(connection, programme, people, now=now, actor="test")
        desk, shop, keeper = (
            make_key(
                connection,
                programme.programme_id,
                ApiKeyTerms(name=name, scopes=scopes),
                now=now,
                actor="test",
            )
            for name, scopes in (
                ("desk", DESK),
                ("shop", ("read", "write")),
                ("keeper", KEEPER),
            )
        )
    with serving(module_database_url) as address:
        headers = {"authorization": f"Bearer {desk}", "jifen-actor": "Kim"}
        with (
            Client(address, desk) as clerk,
            Client(address, shop) as till,
            Client(address, keeper) as store,
            httpx.Client(base_url=address, headers=headers, trust_env=False) as http,
        ):
            for who in ("ann", "bob"):
                till.events.create(who, "purchase", id=f"o-{who}", amount=900_000)
            till.redemptions.create("ann", "mug", id="r1")
            yield House(clerk, till, http, address, store, module_database_url)


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


def test_a_supplier_asks_what_is_to_be_sent_page_by_page(house: House) -> None:
    for id in ("s1", "s2", "s3", "s4"):
        house.shop.redemptions.create("bob", "mug", id=id)
        house.desk.orders.send_to(id, "Bob", f"{id} Some Street")
        if id != "s4":  # which waits for approval
            house.keeper.orders.approve(id)
    pages = []
    after: str | None = ""
    while after is not None:
        answer = house.http.get("/v1/shipments", params={"limit": 2, "after": after}).json()
        pages.append([one["order"] for one in answer["shipments"]])
        after = answer["next"]
    assert pages == [["s1", "s2"], ["s3"]]
    assert [one["terms"]["orders"] for one in noted(house, "list_addresses")] == ["1", "2"]
    house.keeper.orders.ship("s1", "SF", "1")
    found = list(house.desk.orders.to_send())
    assert [(one.order, one.address.address) for one in found] == [
        ("s2", "s2 Some Street"), ("s3", "s3 Some Street")
    ]  # fmt: skip
    assert found[0].name == {"zh": "马克杯", "en": "mug"}
    with pytest.raises(Forbidden):
        list(house.shop.orders.to_send())
    behind = {"after": "s1"}  # which was sent meanwhile
    assert len(house.http.get("/v1/shipments", params=behind).json()["shipments"]) == 2


def test_what_a_supplier_sent_comes_as_a_job_however_often(house: House) -> None:
    for id in ("q1", "q2"):
        house.shop.redemptions.create("ann", "mug", id=id)
        house.desk.orders.send_to(id, "Ann", "1 Some Street")
        house.keeper.orders.approve(id)
    sent = "order,carrier,tracking\r\nq1,顺丰,SF1\r\nq2,,\r\nnone,顺丰,SF2\r\n".encode("gbk")
    for id, shipped, known in (("sent", 1, 0), ("again", 0, 1)):
        assert house.keeper.jobs.create_shipments(id, encoding="gbk").state == "expects_data"
        assert house.keeper.jobs.upload(id, sent).state == "waiting"
        take(house.url, Programmes(), lambda: False, "gift-house", id)
        done = house.keeper.jobs.get(id)
        assert done.counts == {
            "rows": 3, "shipped": shipped, "known": known, "unsent": 1, "handed_back": 1
        }  # fmt: skip
        assert b"unknown_order" in house.keeper.jobs.file(id, "rejects.csv")
    order = house.keeper.orders.get("q1")
    assert (order.state, order.history[-1].carrier) == ("shipped", "顺丰")
    assert order.history[-1].actor == "keeper"


def test_a_supplier_s_workbook_comes_as_a_job(house: House, tmp_path: Path) -> None:
    house.shop.redemptions.create("ann", "mug", id="w1")
    house.desk.orders.send_to("w1", "Ann", "1 Some Street")
    house.keeper.orders.approve("w1")
    path = tmp_path / "sent.xlsx"
    columns = [Column(name, pa.string()) for name in ("order", "carrier", "tracking")]
    with WRITERS["xlsx"](path, columns) as write:
        write([("w1", "顺丰", "SF1")])
    assert house.keeper.jobs.create_shipments("book", format="xlsx").state == "expects_data"
    house.keeper.jobs.upload("book", path.read_bytes())
    take(house.url, Programmes(), lambda: False, "gift-house", "book")
    assert house.keeper.jobs.get("book").counts["shipped"] == 1
    assert house.keeper.jobs.create_export("all", of="members", format="xlsx").state == "waiting"
    take(house.url, Programmes(), lambda: False, "gift-house", "all")
    assert house.keeper.jobs.file("all", "members.xlsx").startswith(b"PK")


def test_who_may_not_fulfil_brings_no_shipments(house: House) -> None:
    with connect(house.url) as connection:
        programme = open_programme(connection, "gift-house")
        jobs = ApiKeyTerms(name="jobber", scopes=("jobs",))
        key = make_key(connection, programme.programme_id, jobs, now=real_now(), actor="test")
    with Client(house.address, key) as jobber, pytest.raises(Forbidden, match="fulfil"):
        jobber.jobs.create_shipments("mine")
    with pytest.raises(Malformed, match="encoding"):
        house.keeper.jobs.create_shipments("odd", encoding="klingon")
