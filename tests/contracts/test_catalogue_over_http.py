"""Members look at the catalogue by tokens of their own, page by page, as programs do it."""

from __future__ import annotations

import pytest

from jifen.client import Client, Malformed, NotFound, members
from jifen.client.testing import Sandbox
from jifen.client.writing import Value

MALL = """
programme: mall
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, scale: 1}
earn: [{id: base, on: purchase, give: 1 points per 1 of amount}]
rewards:
  tea: {name: {zh: 茶, en: tea}, kind: goods, price: 60.5 points, picture: /tea.webp}
  mug: {name: {zh: 马克杯, en: mug}, price: 300 points}
  app-cup: {price: 50 points, fields: {channel: text}, shown: channel == 'app'}
"""


def test_a_member_finds_what_they_can_afford_and_nobody_elses(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "MEMBERS_PER_PAGE", 1)
    with sandbox.programme(MALL, "2026-01-05 10:00") as mall:
        for name in ("ann", "bob"):
            mall.client.members.create(name)
        mall.client.events.create("ann", amount="100.00", id="o1")
        key = mall.make_key("app", "read", "write", "tokens")
        with Client(sandbox.url, key) as office:
            token = office.members.token("ann", seconds=60).token
        with Client(sandbox.url, token) as ann:
            found = list(ann.members.catalogue("me", channel="app"))
            told = [
                (one.id, one.state, one.prices[0].points, one.prices[0].missing) for one in found
            ]
            assert [tuple(map(str, one)) for one in told] == [
                ("tea", "affordable", "60.5", "0.0"),
                ("app-cup", "affordable", "50.0", "0.0"),
                ("mug", "short", "300.0", "200.0"),
            ]
            assert found[0].picture is not None
            assert found[0].picture.zh == "/tea.webp"
            assert [one.id for one in ann.members.catalogue("me", state="short")] == ["mug"]
            assert [one.id for one in ann.members.catalogue("me", find="茶")] == ["tea"]
            assert [one.id for one in ann.members.catalogue("me", most_points=60)] == []
            (span,) = ann.programme.prices("tea").prices
            assert (span.since, span.until, span.prices[0].said.en) == (None, None, "60.5 points")
            with pytest.raises(NotFound, match="unknown_member"):
                list(ann.members.catalogue("bob"))
            with pytest.raises(NotFound, match="no such reward"):
                ann.programme.prices("cup")
            with pytest.raises(Malformed):
                list(ann.members.catalogue("me", kind="thing"))  # type: ignore[arg-type]


def test_a_member_is_told_what_it_takes_and_nobody_else_for_them(sandbox: Sandbox) -> None:
    with sandbox.programme(MALL, "2026-01-05 10:00") as mall:
        for name in ("ann", "bob"):
            mall.client.members.create(name)
        key = mall.make_key("app", "read", "tokens")
        with Client(sandbox.url, key) as office:
            token = office.members.token("ann", seconds=60).token
        mug: dict[str, Value] = {"reward": "mug"}
        bill: dict[str, Value] = {"type": "purchase", "amount": 80}
        with Client(sandbox.url, token) as ann:
            found = ann.members.calculator("me", redeem=mug, event=bill, every_days=7)
            assert (found.member, found.times, str(found.amount)) == ("ann", 4, "300.00")
            assert (str(found.given["points"]), str(found.taken)) == ("320.0", "300.0")
            assert found.at is not None
            assert found.at.date().isoformat() == "2026-01-26"
            with pytest.raises(NotFound, match="unknown_member"):
                ann.members.calculator("bob", redeem=mug, event=bill)
            with pytest.raises(Malformed, match="/redeem/reward"):
                ann.members.calculator("me", redeem={"reward": "cup"}, event=bill)
            for days in (400, -1, 2**70):
                with pytest.raises(Malformed, match="/every_days: expected a number from 0 to 366"):
                    ann.members.calculator("me", redeem=mug, event=bill, every_days=days)
        with pytest.raises(NotFound, match="unknown_member"):
            mall.client.members.calculator("nobody", redeem=mug, event=bill)


def test_a_member_keeps_a_wish_list_of_their_own(sandbox: Sandbox) -> None:
    with sandbox.programme(MALL, "2026-01-05 10:00") as mall:
        for name in ("ann", "bob"):
            mall.client.members.create(name)
        key = mall.make_key("app", "read", "use", "tokens")
        with Client(sandbox.url, key) as office:
            token = office.members.token("ann", ("read", "use"), seconds=60).token
        with Client(sandbox.url, token) as ann:
            wished = ann.members.wish("me", "mug")
            assert (wished.reward, wished.offer and wished.offer.state) == ("mug", "short")
            ann.members.wish("me", "app-cup")
            listed = ann.members.wishes("me").wishes
            assert {one.reward: one.offer is None for one in listed} == {
                "mug": False,
                "app-cup": True,
            }
            ann.members.drop_wish("me", "mug")
            ann.members.drop_wish("me", "mug")
            assert [one.reward for one in ann.members.wishes("me").wishes] == ["app-cup"]
            with pytest.raises(NotFound, match="no such reward"):
                ann.members.wish("me", "cup")
            with pytest.raises(NotFound, match="unknown_member"):
                ann.members.wish("bob", "mug")
