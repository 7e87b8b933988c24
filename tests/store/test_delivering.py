"""Webhooks: each message at least once, a member's in order, and what fails again and again until it is given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from receiving import Receiver, receiving
from travelled_bank import SHOP, Bank

from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.outbox import delivering
from jifen.outbox.deliveries import SQL, attempts_of, deliveries_of
from jifen.outbox.delivering import deliver_due
from jifen.outbox.kinds import KINDS
from jifen.outbox.relay import give_positions
from jifen.outbox.retrying import SECOND, WAITS_SECONDS
from jifen.outbox.stream import last_position
from jifen.outbox.webhook_terms import WebhookTerms
from jifen.outbox.webhooks import (
    Webhook,
    WebhookExists,
    change_webhook,
    find_webhook,
    make_webhook,
    remove_webhook,
    replay_after,
    replay_some,
    rotate_secret,
)

DAY = 86_400 * SECOND
GUIDES = Path(__file__).parents[2] / "docs" / "guides"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "127.0.0.1/32")
    with receiving() as receiver:
        yield receiver


class Shop:
    """A bank, a webhook that leads to a receiver, and the time of deliveries, which is moved by hand."""

    def __init__(self, connection: psycopg.Connection[Any], url: str) -> None:
        self.bank = Bank(connection, SHOP, "2026-01-01 09:00")
        self.connection = connection
        self.programme_id = self.bank.programme.programme_id
        self.now = real_now()
        self.bank.enrol("ann", "bob", "cid")
        terms = WebhookTerms(url=url)
        made, self.secret = make_webhook(
            connection, self.programme_id, terms, id="shop", after=0, now=self.now, actor="test"
        )
        assert made == self.webhook

    @property
    def webhook(self) -> Webhook:
        return find_webhook(self.connection, self.programme_id, "shop")

    def buy(self, *ids: str, member: str = "ann") -> None:
        """Purchases, which have their positions when this returns."""
        last = last_position(self.connection, self.programme_id)
        for id in ids:
            self.bank.do("2026-01-01 09:00", self.bank.bought(id, member, 100))
        while last_position(self.connection, self.programme_id) < last + len(ids):
            give_positions(self.connection, self.programme_id)

    def deliver(self, seconds_later: int = 0) -> int:
        """Tell what is due so much later; how many attempts were made."""
        self.now += seconds_later * SECOND
        return deliver_due(self.connection, clock=lambda: self.now, dice=random.Random(7))

    def states(self) -> list[str]:
        """What became of each delivery, in the order of positions."""
        found = deliveries_of(self.connection, self.programme_id, "shop", most=500)
        return [one.state for one in reversed(found)]


@pytest.fixture
def shop(database_url: str, receiver: Receiver) -> Iterator[Shop]:
    with connect(database_url) as connection:
        yield Shop(connection, receiver.address)


def test_a_message_comes_signed_with_its_place_and_once(shop: Shop, receiver: Receiver) -> None:
    shop.buy("o1")
    assert shop.deliver() == 1
    assert shop.deliver() == 0
    (one,) = receiver.received
    told = one.message
    assert (told["type"], told["member"], told["position"]) == ("points.earned", "ann", 1)
    assert told["member_seq"] == 2  # the first one enrolled her
    assert told["data"] == {"event": "o1", "points": {"points": 1}}
    assert one.headers["webhook-id"] == told["id"]
    assert int(one.headers["webhook-timestamp"]) == shop.now // SECOND
    assert one.headers["webhook-signature"] == signed(shop.secret, one.headers, one.body)
    assert shop.states() == ["delivered"]


def signed(secret: str, headers: dict[str, str], body: bytes) -> str:
    """The signature as a receiver works it out."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_first_attempts_keep_the_order_of_each_member(shop: Shop, receiver: Receiver) -> None:
    for number in range(12):
        for member in ("ann", "bob", "cid"):
            shop.buy(f"{member}-{number}", member=member)
    assert shop.deliver() == 36
    for member in ("ann", "bob", "cid"):
        found = receiver.told(member)
        assert len(found) == 12
        assert found == sorted(found)
    assert sorted(receiver.told()) == list(range(1, 37))


def test_what_fails_stops_nothing_and_comes_again_later(shop: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda told: (500, b"no") if told["data"]["event"] == "o2" else (200, b"ok")
    shop.buy("o1", "o2", "o3")
    assert shop.deliver() == 3
    assert receiver.told() == [1, 2, 3]
    assert shop.states() == ["delivered", "waiting", "delivered"]
    assert shop.deliver() == 0
    receiver.answer = lambda told: (204, b"")
    assert shop.deliver(WAITS_SECONDS[0] * 2) == 1
    assert shop.states() == ["delivered"] * 3
    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert ids[1] == ids[3]
    first, second = attempts_of(shop.connection, shop.programme_id, "shop", 2)
    assert (first.outcome, first.status, first.excerpt) == ("refused", 500, "no")
    assert (second.outcome, second.status, second.excerpt) == ("delivered", 204, "")


def test_who_asks_to_be_left_alone_for_a_while_is(shop: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda told: (429, b"")
    receiver.headers = {"retry-after": "600"}
    shop.buy("o1")
    assert shop.deliver() == 1
    receiver.answer = lambda told: (204, b"")
    assert shop.deliver(599) == 0
    assert shop.deliver(1) == 1
    assert shop.states() == ["delivered"]


def test_it_is_tried_for_days_and_then_given_up(shop: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda told: (503, b"")
    shop.buy("o1")
    began, waits = shop.now, [0, *WAITS_SECONDS]
    for wait in waits:
        assert shop.deliver(round(wait * 1.3)) == 1
    assert shop.states() == ["dead"]
    assert shop.now - began > 2 * DAY
    assert shop.deliver(10 * 86_400) == 0
    assert (shop.webhook.dead, shop.webhook.waiting) == (1, 0)
    receiver.answer = lambda told: (200, b"")
    assert replay_some(shop.connection, shop.programme_id, "shop", None, now=shop.now) == 1
    assert shop.deliver() == 1
    assert shop.states() == ["delivered"]
    assert shop.webhook.failing_since is None


def test_who_answers_nothing_for_days_is_disabled_and_misses_nothing(
    shop: Shop, receiver: Receiver
) -> None:
    receiver.answer = lambda told: (500, b"")
    for day in range(7):
        shop.buy(f"o{day}")
        shop.deliver(86_400)
    found = shop.webhook
    assert found.disabled_why == "failing"
    assert found.disabled_at == shop.now - DAY  # the fifth day after the first failure
    last = receiver.told()[-1]
    assert last < 7
    receiver.answer = lambda told: (200, b"")
    change_webhook(
        shop.connection, shop.programme_id, "shop", found, enabled=True, now=shop.now, actor="test"
    )
    shop.deliver()
    assert set(receiver.told()) == set(range(1, 8))
    assert shop.webhook.failing_since is None


def test_who_says_that_it_is_gone_is_told_no_more(shop: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda told: (410, b"")
    shop.buy("o1", "o2", "o3")
    shop.deliver()
    assert receiver.told() == [1]
    assert shop.webhook.disabled_why == "gone"
    assert shop.deliver(86_400) == 0


def test_a_replay_sends_everything_behind_a_position_again_in_order(
    shop: Shop, receiver: Receiver
) -> None:
    shop.buy(*[f"o{number}" for number in range(6)])
    shop.deliver()
    replay_after(shop.connection, shop.programme_id, "shop", 2)
    shop.buy("new")
    assert shop.deliver() == 5
    assert receiver.told() == [1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 7]
    assert replay_some(shop.connection, shop.programme_id, "shop", 4, now=shop.now) == 1
    assert shop.deliver() == 1
    assert receiver.told()[-1] == 4


def test_only_the_kinds_that_were_asked_for_are_told(shop: Shop, receiver: Receiver) -> None:
    terms = WebhookTerms(url=receiver.address, kinds=("points.spent",))
    change_webhook(
        shop.connection, shop.programme_id, "shop", terms, enabled=True, now=shop.now, actor="test"
    )
    shop.buy("o1", "o2")
    assert shop.deliver() == 0
    assert shop.webhook.position == 2


def test_while_a_secret_takes_the_place_of_another_both_hold(
    shop: Shop, receiver: Receiver
) -> None:
    newer = rotate_secret(
        shop.connection, shop.programme_id, "shop", overlap_hours=1, now=shop.now, actor="test"
    )
    shop.buy("o1", "o2")
    shop.deliver()
    for one in receiver.received:
        both = one.headers["webhook-signature"].split(" ")
        assert both == [signed(key, one.headers, one.body) for key in (newer, shop.secret)]
    shop.buy("o3")
    shop.deliver(3_601)
    last = receiver.received[-1]
    assert last.headers["webhook-signature"] == signed(newer, last.headers, last.body)


def test_a_redirect_is_not_followed_and_a_long_answer_not_read(
    shop: Shop, receiver: Receiver
) -> None:
    receiver.headers = {"location": f"{receiver.address}/elsewhere"}
    receiver.answer = lambda told: (302, "\x1b\0看".encode() + b"x" * 100_000)
    shop.buy("o1")
    assert shop.deliver() == 1
    assert len(receiver.received) == 1
    (attempt,) = attempts_of(shop.connection, shop.programme_id, "shop", 1)
    assert (attempt.outcome, attempt.status) == ("refused", 302)
    assert attempt.excerpt.startswith("看xx")
    assert len(attempt.excerpt) <= 500


@pytest.mark.parametrize("networks", ["", "10.0.0.0/8"])
def test_a_private_address_is_not_reached_unless_it_is_allowed(
    shop: Shop, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, networks: str
) -> None:
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", networks)
    shop.buy("o1")
    assert shop.deliver() == 1
    assert receiver.received == []
    (attempt,) = attempts_of(shop.connection, shop.programme_id, "shop", 1)
    assert (attempt.outcome, attempt.status) == ("forbidden", None)


def test_nobody_there_is_a_failure_like_others(shop: Shop, receiver: Receiver) -> None:
    terms = WebhookTerms(url="http://127.0.0.1:1/")
    change_webhook(
        shop.connection, shop.programme_id, "shop", terms, enabled=True, now=shop.now, actor="test"
    )
    shop.buy("o1")
    assert shop.deliver() == 1
    (attempt,) = attempts_of(shop.connection, shop.programme_id, "shop", 1)
    assert attempt.outcome == "unreachable"
    assert shop.states() == ["waiting"]


def test_many_deliverers_at_once_send_each_message_once(
    shop: Shop, receiver: Receiver, database_url: str
) -> None:
    shop.buy(*[f"o{number}" for number in range(30)])

    def deliver() -> None:
        with connect(database_url) as connection:
            deliver_due(connection, clock=lambda: shop.now)

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shop.deliver()
    assert receiver.told() == list(range(1, 31))


def test_what_one_answered_is_noted_while_another_is_waited_for(
    shop: Shop, receiver: Receiver, database_url: str
) -> None:
    noted = threading.Event()
    receiver.answer = lambda told: (204 if told["member"] == "ann" or noted.wait(10) else 500, b"")
    shop.buy("o1")
    shop.buy("o2", member="bob")

    def deliver() -> None:
        with connect(database_url) as connection:
            deliver_due(connection, clock=lambda: shop.now)

    thread = threading.Thread(target=deliver)
    thread.start()
    while thread.is_alive() and not shop.states():
        thread.join(0.01)
    assert shop.states() == ["delivered"]
    noted.set()
    thread.join()
    assert shop.states() == ["delivered", "delivered"]


@pytest.mark.parametrize(
    "lost_at", ["programmes_with_webhooks", "give_all_positions", "forget_old"]
)
def test_who_is_out_of_reach_keeps_no_other_programme_waiting(
    shop: Shop, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, lost_at: str
) -> None:
    far = Bank(shop.connection, SHOP.replace(": shop", ": far"), "2026-01-01 09:00")
    far_id = far.programme.programme_id
    terms = WebhookTerms(url=receiver.address)
    make_webhook(shop.connection, far_id, terms, id="far", after=0, now=shop.now, actor="test")
    far.enrol("eve")
    far.do("2026-01-01 09:00", far.bought("far-1", "eve", 100))
    shop.buy("near-1")
    sooner = getattr(delivering, lost_at, None)

    def lost(first: Any, about: Any, *others: Any) -> Any:
        programme_id = getattr(first, "programme_id", None) or getattr(about, "programme_id", about)
        if programme_id == far_id:
            raise psycopg.OperationalError("the node is away")
        assert sooner is not None
        return sooner(first, about, *others)

    if sooner is None:
        monkeypatch.setattr(delivering, "SQL", {**SQL, lost_at: "SELECT 1 / 0"})
    else:
        monkeypatch.setattr(delivering, lost_at, lost)
    with pytest.raises(psycopg.Error):
        shop.deliver()
    told = [one.message["data"]["event"] for one in receiver.received]
    assert "near-1" in told
    assert ("far-1" in told) == (sooner is None)


def test_deliveries_are_forgotten_a_month_after_they_ended(shop: Shop, receiver: Receiver) -> None:
    shop.buy("o1")
    shop.deliver()
    shop.buy("o2")
    shop.deliver(31 * 86_400)
    assert [
        one.position for one in deliveries_of(shop.connection, shop.programme_id, "shop", most=9)
    ] == [2]


def test_a_webhook_goes_with_its_secrets_and_its_log(shop: Shop, receiver: Receiver) -> None:
    shop.buy("o1")
    shop.deliver()
    terms = WebhookTerms(url=receiver.address)
    with pytest.raises(WebhookExists):
        make_webhook(
            shop.connection,
            shop.programme_id,
            terms,
            id="shop",
            after=None,
            now=shop.now,
            actor="test",
        )
    remove_webhook(shop.connection, shop.programme_id, "shop", now=shop.now, actor="test")
    for table in ("webhook", "webhook_secret", "webhook_delivery", "webhook_attempt"):
        counted = shop.connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert counted == (0,)
    shop.buy("o2")
    assert shop.deliver() == 0


@pytest.mark.parametrize("page", ["webhooks.md", "webhooks.zh-CN.md"])
def test_the_guide_verifies_what_is_sent_and_names_every_kind(
    shop: Shop, receiver: Receiver, page: str
) -> None:
    written = (GUIDES / page).read_text(encoding="utf-8")
    samples = re.findall(r"```python\n(.*?)```", written, re.DOTALL)
    (sample,) = (one for one in samples if "def verified" in one)
    said: dict[str, Any] = {}
    exec(sample, said)
    shop.buy("o1")
    shop.deliver()
    (one,) = receiver.received
    sent_at = shop.now / SECOND
    assert said["verified"](shop.secret, one.headers, one.body, sent_at)
    assert not said["verified"](shop.secret, one.headers, one.body + b" ", sent_at)
    assert not said["verified"](shop.secret, one.headers, one.body, sent_at + 301)
    language = "zh" if "zh" in page else "en"
    kinds = re.findall(r"^\| `([a-z_.]+)` \| (.+) \|$", written, re.MULTILINE)
    assert kinds == [(kind, what.told_in(language)) for kind, what in KINDS.items()]
