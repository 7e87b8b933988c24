"""`jifen webhook` as people use it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from receiving import Receiver, receiving

Jifen = Callable[..., str]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "127.0.0.1/32")
    with receiving() as receiver:
        yield receiver


def test_a_webhook_is_added_told_looked_at_and_removed(club: Jifen, receiver: Receiver) -> None:
    secret = club("webhook", "add", receiver.address, "--id", "crm", "--description", "desk")
    assert secret.startswith("whsec_")
    club("member", "enrol", "ann")
    club("do", "event", "type=purchase", "member=ann", "amount=60", "id=o1")
    receiver.answer = lambda told: (500, b"out of order")
    told = 0
    while not told:  # others work on the same server
        told = int(club("webhook", "deliver").rpartition(" ")[2])
    shown = club("webhook", "show", "crm")
    assert "points.earned" in shown
    assert "the receiver said no 500 out of order" in shown
    assert "failing since" in club("webhook", "list")
    assert "一直失败" in club("webhook", "list", "--lang", "zh")
    club("webhook", "test", "crm", code=1)
    receiver.answer = lambda told: (200, b"")
    assert club("webhook", "test", "crm").startswith("delivered: 200, in ")
    assert "one goes again" in club("webhook", "replay", "crm", "--position", "1")
    club("webhook", "deliver")
    latest = json.loads(club("webhook", "show", "crm", "--json"))["deliveries"][-1]
    assert (latest["position"], latest["state"]) == (1, "delivered")
    assert club("webhook", "rotate", "crm").startswith("whsec_")
    club("webhook", "disable", "crm")
    assert "disabled" in club("webhook", "list")
    club("webhook", "enable", "crm")
    club("webhook", "remove", "crm")
    assert json.loads(club("webhook", "list", "--json")) == []


def test_what_cannot_be_is_said_in_one_line(club: Jifen, receiver: Receiver) -> None:
    club("webhook", "show", "nobody", code=1)
    club("webhook", "add", "shop.example", code=1)
    club("webhook", "add", receiver.address, "--kind", "points.earnt", code=1)
    club("webhook", "add", receiver.address, "--id", "one")
    club("webhook", "add", receiver.address, "--id", "one", code=1)
    club("webhook", "replay", "one", code=1)
    club("webhook", "replay", "one", "--dead", "--after", "3", code=1)
