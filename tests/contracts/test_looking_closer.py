"""What was asked is read again by its id, and what a member has, page by page; by the client as programs do it."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator

import msgspec
import pytest

from jifen.client import Client, Conflict, Forbidden, Malformed, NotFound, members
from jifen.client.answers import Movement
from jifen.client.testing import Sandbox, SandboxProgramme

CLUB = """
programme: corner
name: {zh: 街角, en: Corner}
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: {zh: 积分, en: points}
    expiry: {rolling: 30 days}
    transfers: {}
    exchange: {give: 1 miles per 2 points}
  miles: {name: {zh: 里程, en: miles}, expiry: {rolling: 60 days}}
earn: [{id: base, on: purchase, give: 1 points per 1 of amount}]
referral: [{id: invited, when: "first('purchase')", give: {referrer: 10 points, friend: 5 points}}]
"""
ALL = ("read", "write", "keys", "jobs", "webhooks", "tokens", "audit", "actors")


@pytest.fixture
def club(sandbox: Sandbox) -> Iterator[SandboxProgramme]:
    with sandbox.programme(CLUB, "2026-01-05 10:00") as made:
        for name in ("ann", "bob"):
            made.client.members.create(name)
        made.client.events.create("ann", amount="100.00", id="o1")
        yield made


def test_a_hold_is_read_in_each_of_its_states(club: SandboxProgramme) -> None:
    holds = club.client.holds
    for name in ("taken", "freed", "late", "open"):
        holds.create("ann", 20, currency="points", minutes=600 if name == "open" else 30, id=name)
    holds.capture("taken", "ann", points=15, id="c")
    holds.cancel("taken", points=5, id="back")
    holds.void("freed", "ann", id="v")
    assert [one.id for one in club.client.members.holds("ann")] == ["late", "open"]
    club.advance_to("2026-01-05 10:30")
    states = {name: holds.get(name).hold for name in ("taken", "freed", "late", "open")}
    assert {name: one and one.state for name, one in states.items()} == {
        "taken": "captured", "freed": "voided", "late": "timed_out", "open": "open",
    }  # fmt: skip
    taken, late = states["taken"], states["late"]
    assert taken is not None
    assert (taken.points, taken.captured) == (20, 15)
    since = [(one.asked, one.points) for one in holds.get("taken").since]
    assert since == [("capture/c", {"points": -15}), ("cancel/back", {"points": 5})]
    assert late is not None
    assert late.closed_at == late.deadline
    assert [one.id for one in club.client.members.holds("ann")] == ["open"]


def test_a_hold_has_timed_out_whether_or_not_anybody_has_looked(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    """The clock alone goes on, and nothing settles the member."""
    from jifen.db.connection import connect
    from jifen.intake.asking.scalars import instant
    from jifen.intake.versions.opening import open_programme, set_test_clock

    club.client.holds.create("ann", 20, currency="points", id="h")
    with connect(sandbox.database_url) as connection:
        to = instant("2026-01-05 11:00", club.zone, "to")
        set_test_clock(connection, open_programme(connection, club.slug), to)
    hold = club.client.holds.get("h").hold
    assert hold is not None
    assert hold.state == "timed_out"
    assert list(club.client.members.holds("ann")) == []


def test_what_was_used_is_read_with_what_came_back(club: SandboxProgramme) -> None:
    client = club.client
    client.spends.create("ann", 30, currency="points", id="s")
    client.spends.cancel("s", points=10, id="u")
    spend = client.spends.get("s")
    assert (spend.member, spend.actor, spend.answer.taken) == ("ann", "till", 30)
    assert [(one.asked, one.points) for one in spend.since] == [("cancel/u", {"points": 10})]
    client.transfers.create("ann", "bob", 20, currency="points", id="t")
    client.transfers.cancel("t", id="w")
    assert [one.points for one in client.transfers.get("t").since] == [{"points": 20}]
    client.exchanges.create("ann", "points", "miles", 10, id="x")
    assert client.exchanges.get("x").answer.received == {"miles": 5}


def test_what_was_refused_or_never_asked_is_not_there(club: SandboxProgramme) -> None:
    with pytest.raises(Exception, match="insufficient_points"):
        club.client.spends.create("ann", 3_000, currency="points", id="much")
    for ask in (club.client.spends.get, club.client.redemptions.get, club.client.transfers.get):
        for id in ("much", "nothing", "../o1"):
            with pytest.raises(NotFound, match="unknown_spend"):
                ask(id)
    with pytest.raises(NotFound, match="unknown_hold"):
        club.client.holds.get("o1")


def test_lots_and_what_ends_come_page_by_page(
    club: SandboxProgramme, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = club.client
    for day in (6, 7, 8):
        club.advance_to(f"2026-01-0{day} 09:00")
        client.events.create("ann", amount=f"{day}.00", id=f"d{day}")
    client.exchanges.create("ann", "points", "miles", 100, id="x")
    monkeypatch.setattr(members, "MEMBERS_PER_PAGE", 2)
    lots = [(one.of, one.currency, one.remaining) for one in client.members.lots("ann")]
    assert lots == [
        ("d6", "points", 6),
        ("d7", "points", 7),
        ("d8", "points", 8),
        (None, "miles", 50),
    ]
    assert [one.currency for one in client.members.lots("ann", "miles")] == ["miles"]
    ending = list(client.members.expiries("ann"))
    assert [one.points for one in ending] == [
        {"points": 6},
        {"points": 7},
        {"points": 8},
        {"miles": 50},
    ]
    assert [one.at for one in ending] == sorted(one.at for one in ending)
    with pytest.raises(Malformed) as unknown:
        list(client.members.lots("ann", "pounds"))
    assert unknown.value.pointer == "/currency"


def test_a_member_sees_the_code_and_what_friends_did(club: SandboxProgramme) -> None:
    client = club.client
    code = client.members.invitation("ann").code
    assert code
    client.members.refer("bob", code=code)
    assert list(client.members.referrals("ann")) == []
    assert client.members.invitation("bob").referrer == "ann"
    client.events.create("bob", amount="10.00", id="b1")
    assert [(one.friend, one.state) for one in client.members.referrals("ann")] == [
        ("bob", "completed")
    ]
    client.returns.create("b1", full=True)
    assert [one.state for one in client.members.referrals("ann")] == ["undone"]
    assert client.members.invitation("ann").code == code


def test_a_statement_is_a_file_for_whoever_wants_one(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    client = club.client
    client.events.create("bob", amount="60.00", id="b,1", metadata={"order": "A,1"})
    client.adjustments.create("bob", 5, 'sorry, "Bob", 金', currency="points", id="fix")
    client.adjustments.create("bob", -5, "=1+1", currency="points", id="unfix")
    paged = list(client.members.statement("bob"))[::-1]
    rows = list(csv.DictReader(io.StringIO(client.members.statement_csv("bob").decode())))
    assert [(row["asked"], row["points"], row["balance"]) for row in rows] == [
        (one.asked, str(one.points), str(one.balance)) for one in paged
    ]
    assert (rows[0]["metadata"], rows[-2]["reason"]) == ('{"order":"A,1"}', 'sorry, "Bob", 金')
    assert (rows[-1]["points"], rows[-1]["reason"]) == ("-5", "'=1+1")  # a formula no more
    lines = client.members.statement_lines("bob").splitlines()
    assert [msgspec.json.decode(line, type=Movement) for line in lines] == paged
    with Client(sandbox.url, club.make_key("app", *ALL)) as office:
        token = office.members.token("bob").token
    with Client(sandbox.url, token) as bob:
        assert b"A,1" not in bob.members.statement_csv("me").replace(b"b,1", b"")
        assert len(bob.members.statement_lines("me").splitlines()) == len(paged)
        with pytest.raises(NotFound, match="unknown_member"):
            bob.members.statement_csv("ann")
    with pytest.raises(NotFound, match="unknown_member"):
        client.members.statement_lines("nobody")


def test_friends_are_listed_who_have_only_joined(
    club: SandboxProgramme, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = club.client
    monkeypatch.setattr(members, "MEMBERS_PER_PAGE", 2)
    assert list(client.members.friends("ann")) == []
    code = client.members.invitation("ann").code
    for friend in ("fay", "bob", "eve"):
        if friend != "bob":
            client.members.create(friend)
        client.members.refer(friend, code=code)

    def brought(member: str) -> list[tuple[str, int]]:
        return [(one.friend, one.deeds) for one in client.members.friends(member)]

    assert brought("ann") == [("bob", 0), ("eve", 0), ("fay", 0)]
    client.events.create("bob", amount="10.00", id="b1")
    assert brought("ann") == [("bob", 1), ("eve", 0), ("fay", 0)]
    client.returns.create("b1", full=True)
    assert brought("ann") == [("bob", 0), ("eve", 0), ("fay", 0)]
    client.members.create("anna")
    client.merges.create("ann", into="anna", reason="one person")
    assert brought("anna") == [("bob", 0), ("eve", 0), ("fay", 0)]
    with pytest.raises(NotFound, match="unknown_member"):
        brought("nobody")


def test_a_token_reads_its_own_deeds_and_nobody_elses(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    club.client.spends.create("ann", 30, currency="points", id="s")
    key = club.make_key("app", *ALL)
    with Client(sandbox.url, key, actor="Kim 金") as office:
        office.spends.create("ann", 10, currency="points", id="by-kim")
        tokens = {name: office.members.token(name, seconds=60).token for name in ("ann", "bob")}
    assert club.client.spends.get("by-kim").actor == "app/Kim 金"
    with Client(sandbox.url, tokens["ann"]) as ann, Client(sandbox.url, tokens["bob"]) as bob:
        assert ann.spends.get("by-kim").actor == "app"
        assert [one.of for one in ann.members.lots("me")] == ["o1"]
        with pytest.raises(NotFound, match="unknown_spend"):
            bob.spends.get("s")
        with pytest.raises(NotFound, match="unknown_member"):
            list(bob.members.lots("ann"))
        with pytest.raises(Forbidden):
            ann.keys.list()


def test_an_office_does_its_work_by_the_client(sandbox: Sandbox, club: SandboxProgramme) -> None:
    with Client(sandbox.url, club.make_key("office", *ALL)) as office:
        made = office.keys.create("kiosk", ["read"])
        assert made.key
        with Client(sandbox.url, made.key) as kiosk:
            assert [one.id for one in kiosk.members.list()] == ["ann", "bob"]
            assert [one.id for one in kiosk.members.list("b")] == ["bob"]
        renewed = office.keys.rotate(made.id, overlap_seconds=60)
        assert office.keys.get(renewed.id).name == "kiosk"
        office.keys.revoke(renewed.id)
        assert office.keys.get(renewed.id).revoked_by == "office"
        with pytest.raises(Conflict, match="name_taken"):
            office.keys.create("office", ["read"])
        assert {one.name for one in office.keys.list()} == {"till", "office", "kiosk"}
        sandbox.trouble("answer_lost")
        with pytest.raises(Conflict, match="webhook_exists"):
            office.webhooks.create("https://shop.example/jifen", id="shop")
        assert office.webhooks.change("shop", description="the shop").description == "the shop"
        assert office.webhooks.rotate("shop").secret
        assert list(office.webhooks.deliveries("shop")) == []
        office.webhooks.remove("shop")
        assert office.webhooks.list() == []
        export = office.jobs.create_export("everybody", "members")
        assert office.jobs.create_export("everybody", "members") == export
        assert [one.id for one in office.jobs.list()] == ["everybody"]
        assert office.jobs.cancel("everybody").state == "cancelled"
        (order,) = [one for one in office.audit.entries(kind="event") if one.member == "ann"]
        assert (order.asked, order.answer and order.answer.points) == ("event/o1", {"points": 100})
        assert office.members.balances("ann", "2026-01-04").currencies["points"].balance == 0


def test_pages_are_awaited_as_well(club: SandboxProgramme) -> None:
    async def names() -> list[str]:
        async with club.async_client() as client:
            return [one.id async for one in client.members.list()]

    assert asyncio.run(names()) == ["ann", "bob"]
