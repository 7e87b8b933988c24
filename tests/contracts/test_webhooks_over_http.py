"""Webhooks as integrators set them up and look after them over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from receiving import Receiver, receiving
from served_bank import Served, purchase, served_bank

from jifen.outbox.delivering import deliver_due


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url, "webhooks") as served:
        yield served


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "127.0.0.1/32")
    with receiving() as receiver:
        yield receiver


def made(served: Served, receiver: Receiver, id: str, **more: Any) -> dict[str, Any]:
    body = {"id": id, "url": receiver.address, **more}
    answer = served.client.post("/v1/webhooks", json=body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def until_received(served: Served, receiver: Receiver, messages: int) -> None:
    """Deliver until so much was received: others work on the same server."""
    for _ in range(3_000):
        deliver_due(served.connection)
        if len(receiver.received) >= messages:
            return
        threading.Event().wait(0.01)
    raise AssertionError("nothing comes")


def test_a_webhook_is_made_told_looked_at_and_removed(served: Served, receiver: Receiver) -> None:
    first = made(served, receiver, "crm", kinds=["points.earned"], description="customer desk")
    assert first["secret"].startswith("whsec_")
    assert (first["enabled"], first["disabled"], first["dead"]) == (True, None, 0)
    for id in ("w1", "w2"):
        served.client.post("/v1/events", json=purchase(id, "bob")).raise_for_status()
    until_received(served, receiver, 2)
    assert [one.message["data"]["event"] for one in receiver.received] == ["w1", "w2"]
    shown = served.client.get("/v1/webhooks/crm").json()
    assert "secret" not in shown
    assert shown in served.client.get("/v1/webhooks").json()["webhooks"]
    log = served.client.get("/v1/webhooks/crm/deliveries", params={"limit": 1}).json()
    (latest,) = log["deliveries"]
    assert (latest["state"], latest["last"]["status"]) == ("delivered", 204)
    older = served.client.get("/v1/webhooks/crm/deliveries", params={"before": log["earlier"]})
    assert len(older.json()["deliveries"]) == 1
    attempts = served.client.get(f"/v1/webhooks/crm/deliveries/{latest['position']}/attempts")
    assert attempts.json() == {"attempts": [latest["last"]]}
    assert served.client.delete("/v1/webhooks/crm").status_code == 204
    assert served.client.get("/v1/webhooks/crm").json()["code"] == "not_found"


def test_what_was_given_up_or_all_behind_a_place_is_sent_again(
    served: Served, receiver: Receiver
) -> None:
    made(served, receiver, "again", kinds=["points.earned"])
    served.client.post("/v1/events", json=purchase("r1", "cid")).raise_for_status()
    until_received(served, receiver, 1)
    place = receiver.received[0].message["position"]
    one = served.client.post("/v1/webhooks/again/replay", json={"position": place})
    assert (one.status_code, one.json()["waiting"]) == (201, 1)
    until_received(served, receiver, 2)
    behind = served.client.post("/v1/webhooks/again/replay", json={"after": place - 1})
    assert behind.json()["position"] == place - 1
    until_received(served, receiver, 3)
    assert {one.headers["webhook-id"] for one in receiver.received} == {
        receiver.received[0].message["id"]
    }
    nothing = served.client.post("/v1/webhooks/again/replay", json={"position": place + 999})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")
    served.client.delete("/v1/webhooks/again")


def test_a_test_says_what_the_receiver_answered(served: Served, receiver: Receiver) -> None:
    made(served, receiver, "tried")
    receiver.answer = lambda told: (401, b"wrong signature")
    tried = served.client.post("/v1/webhooks/tried/test", json={}).json()
    assert (tried["outcome"], tried["status"]) == ("refused", 401)
    assert tried["excerpt"] == "wrong signature"
    (one,) = receiver.received
    assert (one.message["type"], one.message["member"]) == ("webhook.test", None)
    assert served.client.get("/v1/webhooks/tried/deliveries").json()["deliveries"] == []
    served.client.delete("/v1/webhooks/tried")


def test_terms_change_one_by_one_and_a_secret_takes_the_place_of_another(
    served: Served, receiver: Receiver
) -> None:
    secret = made(served, receiver, "changed", kinds=["tier.upgraded"])["secret"]
    renewed = served.client.post("/v1/webhooks/changed/secret", json={"overlap_hours": 0}).json()
    assert renewed["secret"] not in (None, secret)
    stopped = served.client.patch("/v1/webhooks/changed", json={"enabled": False}).json()
    assert (stopped["enabled"], stopped["disabled"]["why"]) == (False, "asked")
    assert stopped["kinds"] == ["tier.upgraded"]
    started = served.client.patch(
        "/v1/webhooks/changed", json={"enabled": True, "kinds": [], "description": "all"}
    ).json()
    assert (started["disabled"], started["kinds"], started["url"]) == (None, [], receiver.address)
    served.client.delete("/v1/webhooks/changed")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no address": ({}, "/url"),
    "an address that is none": ({"url": "shop"}, "/url"),
    "a password in the address": ({"url": "https://a:b@shop.example/"}, "/url"),
    "the address of a neighbour": ({"url": "https://10.0.0.1/"}, "/url"),
    "this machine": ({"url": "https://localhost/"}, "/url"),
    "an unknown kind": ({"url": "https://shop.example/", "kinds": ["points.earnt"]}, "/kinds/0"),
    "kinds that are no list": ({"url": "https://shop.example/", "kinds": "all"}, "/kinds"),
    "an id that is none": ({"url": "https://shop.example/", "id": "a b"}, "/id"),
    "an unknown field": ({"url": "https://shop.example/", "secret": "mine"}, "/secret"),
    "a place that is none": ({"url": "https://shop.example/", "after": -1}, "/after"),
}


@pytest.mark.parametrize(("body", "pointer"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_understood_makes_nothing(
    served: Served, body: dict[str, Any], pointer: str
) -> None:
    before = served.client.get("/v1/webhooks").json()
    answer = served.client.post("/v1/webhooks", json=body)
    assert (answer.status_code, answer.json()["pointer"]) == (400, pointer)
    assert served.client.get("/v1/webhooks").json() == before


def test_a_webhook_is_led_to_no_private_address_and_is_disabled_wherever_it_leads(
    served: Served, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(served, receiver, "led")
    monkeypatch.delenv("JIFEN_WEBHOOK_NETWORKS")
    elsewhere = {"url": "https://169.254.169.254/latest"}
    refused = served.client.patch(
        "/v1/webhooks/led", json=elsewhere, headers={"accept-language": "zh"}
    )
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/url")
    assert "169.254.169.254 不是公网地址" in refused.json()["detail"]
    stopped = served.client.patch("/v1/webhooks/led", json={"enabled": False}).json()
    assert (stopped["url"], stopped["enabled"]) == (receiver.address, False)
    served.client.delete("/v1/webhooks/led")


def test_the_same_id_twice_makes_one(served: Served, receiver: Receiver) -> None:
    made(served, receiver, "once")
    again = served.client.post("/v1/webhooks", json={"id": "once", "url": receiver.address})
    assert (again.status_code, again.json()["code"]) == (409, "webhook_exists")
    served.client.delete("/v1/webhooks/once")


@pytest.mark.parametrize(
    "body", [{}, {"after": 0, "dead": True}, {"dead": False}, {"after": "x"}, {"all": True}]
)
def test_a_replay_says_one_thing(served: Served, receiver: Receiver, body: dict[str, Any]) -> None:
    made(served, receiver, "unsaid")
    assert served.client.post("/v1/webhooks/unsaid/replay", json=body).status_code == 400
    served.client.delete("/v1/webhooks/unsaid")
