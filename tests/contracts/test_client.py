"""The client as programs use it: typed answers, retries that count once, problems to catch; waited for and awaited."""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from jifen.api.described.everything import OPERATIONS
from jifen.client import (
    Client,
    Conflict,
    Malformed,
    NoAnswer,
    NotFound,
    Problem,
    Refused,
    Retrying,
    Unauthorised,
    Unavailable,
    WebhookRefused,
    members,
    stream,
    verify_webhook,
)
from jifen.client.asking import Noun, Pages, Request, asks, lists
from jifen.client.testing import Sandbox, SandboxProgramme
from jifen.db.connection import connect
from jifen.intake.versions.opening import open_programme
from jifen.outbox.signing import signature, written_secret
from jifen.proof.proving import prove


@pytest.fixture
def club(sandbox: Sandbox) -> Iterator[SandboxProgramme]:
    """The coffee club, with ann; it is proved at the end."""
    with sandbox.programme("coffee-club", "2026-01-05 10:00") as made:
        made.client.members.create("ann", facts={"birthday": "1990-05-17"})
        yield made
        with connect(sandbox.database_url) as connection:
            assert prove(connection, open_programme(connection, made.slug)).holds


def test_importing_the_client_loads_neither_the_server_nor_the_database() -> None:
    heavy = "psycopg", "litestar", "uvicorn", "yaml", "jifen.db", "jifen.programme", "jifen.api"
    program = f"import sys, jifen.client; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_an_answer_has_types(club: SandboxProgramme) -> None:
    answer = club.client.events.create("ann", amount=Decimal("60.00"), id="receipt-1")
    assert (answer.id, answer.member, answer.state) == ("receipt-1", "ann", "applied")
    assert answer.points == {"points": 80, "growth": 60}
    assert answer.base == Decimal("60.00")
    assert answer.rules["big-basket"].after == 20
    ann = club.client.members.get("ann")
    assert ann.currencies["points"].available == 80
    assert ann.facts == {"birthday": "1990-05-17"}
    assert ann.tier is not None
    assert ann.tier.to_next is not None
    assert ann.tier.to_next.missing == 940
    assert "80 points" in club.client.events.get("receipt-1").sentences[-2]
    assert club.client.programme.get().name.zh == "咖啡会员"


def test_whatever_gets_lost_on_the_way_counts_once(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    sandbox.trouble("answer_lost", "busy", "request_lost")
    answer = club.client.events.create("ann", amount="60.00")
    assert answer.replayed
    assert club.client.members.get("ann").currencies["points"].points == 80


def test_who_is_not_answered_learns_the_id_to_ask_again_with(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    with Client(sandbox.url, club.key, retrying=Retrying(most_tries=1)) as once:
        sandbox.trouble("answer_lost")
        with pytest.raises(NoAnswer) as lost:
            once.events.create("ann", amount="60.00")
        assert lost.value.id
        assert once.events.create("ann", amount="60.00", id=lost.value.id).replayed
        sandbox.trouble("busy")
        with pytest.raises(Unavailable) as busy:
            once.events.create("ann", amount="1.00", id="receipt-2")
        assert (busy.value.code, busy.value.id) == ("busy", "receipt-2")


def test_who_joined_although_the_answer_got_lost_is_told_of_again(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    sandbox.trouble("answer_lost")
    assert club.client.members.create("bob").id == "bob"
    with pytest.raises(Conflict, match="member_exists"):
        club.client.members.create("bob", joined_at=datetime(2020, 1, 1, tzinfo=UTC))


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    client = Client(f"http://127.0.0.1:{port}", "key", retrying=Retrying(first_seconds=0))
    with client, pytest.raises(NoAnswer, match="POST /v1/events"):
        client.events.create("ann", amount="1.00")


def test_a_no_is_an_exception_of_its_kind(sandbox: Sandbox, club: SandboxProgramme) -> None:
    client = club.client
    with pytest.raises(Refused) as refused:
        client.spends.create("ann", 500)
    assert refused.value.code == "insufficient_points"
    assert refused.value.figures == {"available": "0", "needed": "500"}
    with pytest.raises(NotFound, match="unknown_member"):
        client.members.get("nobody")
    with pytest.raises(Malformed) as malformed:
        client.events.create("ann", amount="1.005")
    assert malformed.value.pointer == "/amount"
    client.events.create("ann", amount="1.00", id="same")
    with pytest.raises(Conflict, match="conflict"):
        client.events.create("ann", amount="2.00", id="same")
    foreign = Client(sandbox.url, "jifen_00000000_x", language="zh")
    with foreign, pytest.raises(Unauthorised) as unauthorised:
        foreign.members.get("ann")
    assert unauthorised.value.detail.startswith("请提供有效的密钥")


def test_a_float_is_refused_before_it_is_sent(club: SandboxProgramme) -> None:
    said: Any = 0.1 + 0.2
    with pytest.raises(TypeError, match=r"/amount is a float: say Decimal\('0.3000"):
        club.client.events.create("ann", amount=said)
    with pytest.raises(TypeError, match=r"/lines/0/amount is a float"):
        club.client.events.create("ann", lines=[{"amount": said}])


def test_many_are_answered_one_by_one(club: SandboxProgramme) -> None:
    bought: dict[str, str] = {"member": "ann", "type": "purchase", "amount": "60.00"}
    first, second, third = club.client.events.create_many(
        [{**bought, "id": "m1"}, {**bought, "member": "nobody"}, {**bought, "id": "m1"}]
    )
    assert not isinstance(first, Problem)
    assert first.points["points"] == 80
    assert isinstance(second, NotFound)
    assert second.code == "unknown_member"
    assert not isinstance(third, Problem)
    assert third.replayed


def test_a_hold_is_captured_and_a_purchase_comes_back(club: SandboxProgramme) -> None:
    client = club.client
    client.events.create("ann", amount="100.00", id="o1")
    hold = client.holds.create("ann", 30, minutes=10)
    assert hold.deadline == datetime(2026, 1, 5, 2, 10, tzinfo=UTC)
    assert client.holds.capture(hold.id, "ann", points=20).taken == 20
    assert client.quotes.create("spend", member="ann", points=5).taken == 5
    client.spends.create("ann", 100, id="s1")
    assert client.spends.cancel("s1", points=60).given_back == 60
    assert client.returns.create("o1", full=True).reversed["points"] == 120
    early = client.returns.create("not yet", amount="1.00")
    assert early.state == "waiting"


def test_two_cards_become_one_and_two_again(club: SandboxProgramme) -> None:
    client = club.client
    client.members.create("card")
    client.merges.create("card", "ann", "the same person")
    assert client.members.get("card").id == "ann"
    client.merges.undo("card", "a mistake")
    assert client.members.get("card").id == "card"


def test_a_list_comes_whole_however_many_pages_it_has(
    club: SandboxProgramme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "MOVEMENTS_PER_PAGE", 2)
    for number in range(4):
        club.client.events.create("ann", amount=f"{number + 1}.00")
    movements = list(club.client.members.statement("ann"))
    points = [one for one in movements if one.currency == "points"]
    assert [one.points for one in points] == [4, 103, 2, 1]
    assert [one.balance for one in points] == [110, 106, 3, 1]
    assert len(movements) == 8


def test_the_stream_goes_on_from_a_position_however_many_pages_it_has(
    club: SandboxProgramme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MESSAGES_PER_PAGE", 2)
    for number in range(3):
        club.client.events.create("ann", amount=f"{number + 1}.00")
    messages = list(club.client.stream.messages())
    earned = [one for one in messages if one.type == "points.earned"]
    assert [one.member for one in earned] == ["ann"] * 3
    assert earned[0].data["points"]["points"] == 1
    positions = [one.position for one in messages]
    assert positions == sorted(set(positions))
    assert list(club.client.stream.messages(after=positions[-2])) == messages[-1:]
    assert list(club.client.stream.messages(after=positions[-1])) == []


def test_time_passes_when_it_is_told_to(club: SandboxProgramme) -> None:
    club.client.events.create("ann", amount="60.00")
    assert club.client.members.get("ann").currencies["points"].points == 80
    club.advance_to("2028-01-01")
    ann = club.client.members.get("ann")
    assert ann.at.isoformat() == "2028-01-01T00:00:00+08:00"
    assert (ann.currencies["points"].points, ann.currencies["points"].expired) == (0, 80)


def test_what_is_awaited_is_what_is_waited_for(sandbox: Sandbox, club: SandboxProgramme) -> None:
    async def live() -> None:
        async with club.async_client() as client:
            sandbox.trouble("answer_lost", "busy")
            asked = (client.events.create("ann", amount="60.00") for _ in range(2))
            answers = await asyncio.gather(*asked)
            assert sum(int(one.points["points"]) for one in answers) == 160
            ann = await client.members.get("ann")
            assert ann.currencies["points"].points == 160
            movements = [one async for one in client.members.statement("ann")]
            assert movements == list(club.client.members.statement("ann"))
            with pytest.raises(Refused):
                await client.spends.create("ann", 500)

    asyncio.run(live())


class Remembering:
    """Sends nothing, and remembers what it should have."""

    def __init__(self) -> None:
        self.asked: set[tuple[str, str]] = set()

    def send(self, request: Request[Any]) -> None:
        self.asked.add((request.method, request.path))

    def walk(self, pages: Pages[Any, Any]) -> None:
        self.send(pages.first)


def test_every_operation_of_the_door_has_a_method() -> None:
    remembering = Remembering()
    nouns = [kind for kind in _all_nouns() if issubclass(kind, Noun)]
    for noun in nouns:
        for name, method in vars(noun).items():
            if isinstance(method, asks | lists):
                needed = [
                    one
                    for one in inspect.signature(method.describe).parameters.values()
                    if one.default is one.empty and one.kind is not one.VAR_KEYWORD
                ][1:]
                getattr(noun(remembering), name)(*[_some(one) for one in needed])
    said_otherwise = {
        ("POST", "/v1/confirmations"),
        ("POST", "/v1/reversals"),
        ("POST", "/v1/events/x/return"),
    }
    of_the_description = {
        "health",
        "ready",
        "description.get",
        "description.page",
        "description.problem",
        "description.way",
    }
    of_the_malls_of_others = {
        f"malls.{said}_by_{method}" for said in ("ask", "tell") for method in ("get", "post")
    }
    offered = {
        (operation.method, re.sub(r"{[^}]*}", "x", operation.path))
        for operation in OPERATIONS
        if operation.name not in of_the_description | of_the_malls_of_others
    }
    assert sorted(offered - remembering.asked - said_otherwise) == []
    assert sorted(remembering.asked - offered) == []


def _all_nouns() -> list[Any]:
    return [type(noun) for noun in vars(Client("http://x", "x")).values() if isinstance(noun, Noun)]


def _some(parameter: inspect.Parameter) -> Any:
    kind = str(parameter.annotation)
    return b"x" if kind == "bytes" else [] if "Sequence" in kind else "x"


def _answered(status: int, retry_after: str = "") -> httpx.Response:
    return httpx.Response(status, headers={"retry-after": retry_after} if retry_after else {})


def test_waits_double_and_are_drawn_from_their_upper_half() -> None:
    retrying = Retrying(most_tries=5, first_seconds=1.0, longest_seconds=3.0)
    for tried, longest in ((1, 1.0), (2, 2.0), (3, 3.0), (4, 3.0)):
        drawn = [retrying.seconds_until_next(tried, _answered(503)) for _ in range(50)]
        assert all(one is not None and longest / 2 <= one <= longest for one in drawn)
        assert len(set(drawn)) > 1
    assert retrying.seconds_until_next(5, _answered(503)) is None


@pytest.mark.parametrize("status", [200, 202, 400, 401, 403, 404, 409, 413, 422, 500])
def test_what_would_be_answered_the_same_is_not_asked_again(status: int) -> None:
    assert Retrying().seconds_until_next(1, _answered(status)) is None


def test_retry_after_is_waited_for_or_told_if_it_is_long() -> None:
    retrying = Retrying(first_seconds=0.0, longest_seconds=20.0)
    assert retrying.seconds_until_next(1, _answered(429, "7")) == 7
    assert retrying.seconds_until_next(1, _answered(503, "21")) is None
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=15), usegmt=True)
    waited = retrying.seconds_until_next(1, _answered(503, soon))
    assert waited is not None
    assert 5 < waited <= 15
    assert retrying.seconds_until_next(1, _answered(503, "when it suits us")) == 0


# The example of the Standard Webhooks specification.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HEADERS = {
    "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
BODY = b'{"test": 2432232314}'
SENT_AT = 1614265330


def test_a_webhook_with_a_signature_of_ours_is_told() -> None:
    assert verify_webhook(BODY, HEADERS, SECRET, now=SENT_AT + 300) == {"test": 2432232314}
    rotating = ["whsec_" + "A" * 32, SECRET]
    assert verify_webhook(BODY, HEADERS, rotating, now=SENT_AT) == {"test": 2432232314}


def test_a_webhook_that_jifen_signs_is_verified() -> None:
    old, new = b"o" * 32, b"n" * 32
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(SENT_AT)}
    headers["webhook-signature"] = signature([new, old], "msg_1", SENT_AT, BODY)
    for secret in (old, new):
        told = verify_webhook(BODY, headers, written_secret(secret), now=SENT_AT)
        assert told == {"test": 2432232314}
    with pytest.raises(WebhookRefused):
        verify_webhook(BODY, headers, written_secret(b"x" * 32), now=SENT_AT)


@pytest.mark.parametrize(
    ("body", "headers", "secret", "now"),
    [
        (BODY + b" ", HEADERS, SECRET, SENT_AT),
        (BODY, HEADERS | {"Webhook-Id": "msg_other"}, SECRET, SENT_AT),
        (BODY, HEADERS, "whsec_" + "A" * 32, SENT_AT),
        (BODY, HEADERS, SECRET, SENT_AT + 301),
        (BODY, HEADERS, SECRET, SENT_AT - 301),
        (BODY, HEADERS | {"webhook-timestamp": "today"}, SECRET, SENT_AT),
        (BODY, HEADERS | {"webhook-signature": "v1a,ключ"}, SECRET, SENT_AT),
        (BODY, {}, SECRET, SENT_AT),
    ],
    ids=["body", "id", "secret", "old", "from the future", "no time", "no signature", "nothing"],
)
def test_any_other_webhook_is_refused(
    body: bytes, headers: dict[str, str], secret: str, now: float
) -> None:
    with pytest.raises(WebhookRefused):
        verify_webhook(body, headers, secret, now=now)


def test_a_refusal_is_replayed_and_a_refused_quote_says_what_could_be_used(
    club: SandboxProgramme,
) -> None:
    client = club.client
    client.events.create("ann", amount="60.00")
    seen = []
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            client.spends.create("ann", 500, id="too-many")
        seen.append(refused.value.replayed)
    assert seen == [False, True]
    with pytest.raises(Refused) as quoted:
        client.quotes.create("spend", member="ann", points=500)
    assert quoted.value.usable == {"points": 80}


def test_nobody_joins_with_a_relation_who_is_no_member(sandbox: Sandbox) -> None:
    relations = Path(__file__).parents[1] / "stories" / "programmes" / "relations.yaml"
    with sandbox.programme(relations.read_text(encoding="utf-8"), "2026-01-05") as programme:
        with pytest.raises(NotFound, match=r"unknown_recipient: .* cid cannot join with 'spouse'"):
            programme.client.members.create("cid", facts={"spouse": "zoe"})
        with pytest.raises(NotFound, match="unknown_member"):
            programme.client.members.get("cid")
