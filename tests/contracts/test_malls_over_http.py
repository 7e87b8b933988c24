"""A mall that others run: members enter it and pay with points, whoever times out or tells things twice."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from mall import Mall
from served_bank import TEMPLATES, serving

from jifen.api import mall_callbacks
from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.api.mall_callbacks import _Mall
from jifen.cli.statements import statement_table
from jifen.db.connection import connect
from jifen.enquiry.audit import AuditAsked, audit, end_of
from jifen.enquiry.statement import statement
from jifen.intake.asking.scalars import instant
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.sweeping import advance
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.proof.proving import prove

SECRET = "Sd8-第一"
START = instant("2026-03-02T09:00:00", ZoneInfo("Asia/Shanghai"), "start")
HOUR = 3_600_000_000
NUMBERS = itertools.count(1)


class Served(NamedTuple):
    """A bank whose clock is told what time it is, a shop's client, and a mall."""

    connection: psycopg.Connection[Any]
    programme: OpenProgramme
    shop: httpx.Client
    mall: Mall

    def points(self, member: str = "ann") -> tuple[int, int]:
        """What a member may use, and what is set aside."""
        currency = self.shop.get(f"/v1/members/{member}").json()["currencies"]["points"]
        return currency["available"], currency["held"]

    def later(self, hours: int) -> None:
        """Let time go by."""
        now = self.shop.get("/v1/members/ann/balances").json()["at"]
        moved = instant(now, self.programme.zone, "now") + hours * HOUR
        advance(self.connection, self.programme, moved)

    def notice(self, order: str) -> dict[str, Any]:
        """What stands of how an order ended."""
        found = self.shop.get("/v1/mall-providers/duiba/notices").json()["notices"]
        return next(one for one in found if one["order"] == order)


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    with connect(module_database_url) as connection, serving(module_database_url) as address:
        yield connection, address


@pytest.fixture
def served(bank: tuple[psycopg.Connection[Any], str]) -> Iterator[Served]:
    """A programme of its own, which is proved at the end."""
    connection, address = bank
    now, slug = real_now(), f"club-{next(NUMBERS)}"
    document = (TEMPLATES / "coffee-club.yaml").read_text(encoding="utf-8")
    programme = create_programme(
        connection, document, slug=slug, test_now=START, now=now, actor="test"
    )
    people = [NewMember(id=name, joined_at=START) for name in ("ann", "bob")]
    enrol_members(connection, programme, people, now=START, actor="test")
    terms = ApiKeyTerms(name="shop", scopes=("read", "write", "malls", "tokens"))
    key = make_key(connection, programme.programme_id, terms, now=now, actor="test")
    with (
        httpx.Client(base_url=address, trust_env=False) as shop,
        httpx.Client(base_url=address, trust_env=False) as others,
    ):
        shop.headers["authorization"] = f"Bearer {key}"
        body = {"id": "duiba", "app_key": "K1", "app_secret": SECRET, "currency": "points"}
        made = shop.post("/v1/mall-providers", json=body)
        assert made.status_code == 201, made.text
        give(shop, "start", 500)
        mall = Mall(others, made.json()["callbacks"], "K1", SECRET)
        yield Served(connection, programme, shop, mall)
    assert prove(connection, programme).holds


def give(shop: httpx.Client, id: str, points: int) -> None:
    body = {"id": id, "member": "ann", "points": points, "currency": "points", "reason": "start"}
    shop.post("/v1/adjustments", json=body).raise_for_status()


def test_an_order_is_paid_once_its_result_is_told(served: Served) -> None:
    assert served.mall.ask("balance", uid="ann") == {
        "status": "ok", "errorMessage": "", "credits": "500",
    }  # fmt: skip
    told = served.mall.deduct("D1")
    assert told == {"status": "ok", "errorMessage": "", "bizId": "/mall/duiba/D1", "credits": "400"}
    assert served.points() == (400, 100)
    assert served.mall.tell("D1", success=True, bizId=told["bizId"]) == "ok"
    assert served.points() == (400, 0)
    assert served.notice("D1")["outcome"] == "captured"
    (paid,) = [
        one
        for one in served.shop.get("/v1/members/ann/statement").json()["movements"]
        if one["points"] < 0
    ]
    assert paid["actor"] == "mall/duiba"
    told_about = {"mall": "duiba", "order": "D1", "description": "水杯"}
    assert told_about.items() <= paid["metadata"].items()
    found = statement(served.connection, served.programme, "ann", START)
    page = "\n".join(statement_table(found, served.programme.programme))
    assert "spent: order D1 of the mall duiba, 水杯" in page
    shown = served.shop.get("/v1/holds/%2Fmall%2Fduiba%2FD1").json()
    assert shown["metadata"]["description"] == "水杯"


def test_an_order_that_failed_gives_its_points_back_and_cannot_be_asked_again(
    served: Served,
) -> None:
    served.mall.deduct("D1")
    assert served.mall.tell("D1", success=False) == "ok"  # without our number, as after a time-out
    assert served.points() == (500, 0)
    assert served.mall.deduct("D1")["code"] == "order_closed"
    assert served.points() == (500, 0)


@pytest.mark.parametrize("success", [True, False])
def test_a_notice_that_is_told_twice_is_done_once(served: Served, success: bool) -> None:
    served.mall.deduct("D1")
    assert {served.mall.tell("D1", success=success) for _ in range(3)} == {"ok"}
    assert served.points() == (400 if success else 500, 0)
    assert served.mall.tell("D1", success=not success) == "fail: not_settled"
    assert served.points() == (400 if success else 500, 0)
    assert served.notice("D1")["contradicted_at"] is not None
    listed = served.shop.get("/v1/mall-providers/duiba/notices", params={"open": "true"}).json()
    assert [one["order"] for one in listed["notices"]] == ["D1"]


def test_a_failure_that_overtakes_its_order_keeps_it_from_being_taken(served: Served) -> None:
    assert served.mall.tell("D1", success=False) == "ok"
    assert served.notice("D1")["outcome"] == "never_held"
    assert served.mall.deduct("D1")["code"] == "order_closed"
    assert served.points() == (500, 0)


def test_a_failure_told_while_its_order_is_taken_lets_the_points_go(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider gave up while we were holding, and tells so before we look whether it did."""
    looked = _Mall.is_failed
    told: list[str] = []

    async def overtaken(mall: _Mall, order: str) -> bool:
        told.append(await asyncio.to_thread(served.mall.tell, order, success=False))
        return await looked(mall, order)

    monkeypatch.setattr(_Mall, "is_failed", overtaken)
    assert served.mall.deduct("D1")["code"] == "order_closed"
    assert told == ["ok"]
    assert served.notice("D1")["outcome"] == "released"
    assert served.points() == (500, 0)


def test_an_order_asked_ten_times_at_once_is_one_order(served: Served) -> None:
    with ThreadPoolExecutor(10) as threads:
        told = list(threads.map(lambda _: served.mall.deduct("D1"), range(10)))
    assert {one["bizId"] for one in told} == {"/mall/duiba/D1"}
    assert served.points() == (400, 100)
    with ThreadPoolExecutor(10) as threads:
        heard = threads.map(lambda _: served.mall.tell("D1", success=True), range(10))
        assert set(heard) == {"ok"}
    assert served.points() == (400, 0)


def test_another_order_under_the_same_number_is_refused(served: Served) -> None:
    served.mall.deduct("D1")
    told = served.mall.deduct("D1", points=90)
    assert (told["status"], told["code"]) == ("fail", "conflict")
    assert served.mall.deduct("D1", member="bob")["code"] == "conflict"
    assert served.points() == (400, 100)


def test_who_has_too_little_is_told_so_and_keeps_it(served: Served) -> None:
    told = served.mall.deduct("D1", points=501)
    assert (told["status"], told["code"], told["credits"]) == ("fail", "insufficient_points", "500")
    assert "积分" in told["errorMessage"]
    assert served.mall.deduct("D2", member="nobody")["code"] == "unknown_member"
    assert served.mall.deduct("D3", points=0)["code"] == "invalid_amount"
    assert served.mall.tell("D1", success=False) == "ok"
    assert served.points() == (500, 0)


def test_a_result_that_comes_after_the_time_out_takes_the_points_that_are_there(
    served: Served,
) -> None:
    served.mall.deduct("D1")
    served.later(hours=73)
    assert served.points() == (500, 0)
    assert served.mall.deduct("D1")["code"] == "order_closed"
    assert {served.mall.tell("D1", success=True) for _ in range(2)} == {"ok"}
    assert served.notice("D1")["outcome"] == "taken_late"
    assert served.points() == (400, 0)


def test_where_the_points_are_gone_by_then_somebody_looks_and_nobody_owes(served: Served) -> None:
    served.mall.deduct("D1")
    served.later(hours=73)
    body = {"id": "s1", "member": "ann", "points": 450, "currency": "points"}
    served.shop.post("/v1/spends", json=body).raise_for_status()
    for _ in range(2):
        assert served.mall.tell("D1", success=True) == "fail: not_settled"
        assert served.notice("D1")["refusal"] == "insufficient_points"
        assert served.points() == (50, 0)
    give(served.shop, "more", 60)
    assert served.mall.tell("D1", success=True) == "ok"
    assert served.notice("D1")["outcome"] == "taken_late"
    assert served.points() == (10, 0)


def test_a_result_for_a_frozen_member_waits_for_them(served: Served) -> None:
    served.mall.deduct("D1")
    served.shop.post("/v1/members/ann/freeze", json={"id": "f1", "reason": "x"}).raise_for_status()
    assert served.mall.tell("D1", success=True) == "fail: not_settled"
    served.shop.post(
        "/v1/members/ann/unfreeze", json={"id": "f2", "reason": "y"}
    ).raise_for_status()
    assert served.mall.tell("D1", success=True) == "ok"
    assert served.points() == (400, 0)


def test_the_result_of_an_order_nobody_asked_for_is_shown_to_people(served: Served) -> None:
    assert served.mall.tell("D9", success=True) == "fail: not_settled"
    assert served.notice("D9")["refusal"] == "unknown_hold"
    assert served.points() == (500, 0)


def test_points_of_a_game_are_added_once(served: Served) -> None:
    asked = {"uid": "ann", "credits": 30, "orderNum": "G1", "type": "sign", "description": "签到"}
    for _ in range(2):
        told = served.mall.ask("add", **asked)
        assert (told["status"], told["credits"]) == ("ok", "530")
    last = served.shop.get("/v1/members/ann/statement").json()["movements"][-1]
    assert (last["points"], last["reason"]) == (30, "duiba G1: 签到")


def test_an_order_that_is_returned_gives_points_back_in_parts_and_never_more(
    served: Served,
) -> None:
    served.mall.deduct("D1")
    served.mall.tell("D1", success=True)
    back = {"uid": "ann", "orderNum": "D1", "type": "postsale"}
    for _ in range(2):
        assert served.mall.ask("add", credits=40, subOrderNum="1", **back)["credits"] == "440"
    assert served.mall.ask("add", credits=60, subOrderNum="2", **back)["credits"] == "500"
    told = served.mall.ask("add", credits=1, subOrderNum="3", **back)
    assert told["status"] == "fail"
    assert served.points() == (500, 0)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("key", "wrong_app_key"),
        ("secret", "wrong_signature"),
        ("provider", "wrong_app_key"),
        ("programme", "wrong_app_key"),
    ],
)
def test_who_is_not_the_provider_is_told_no_in_its_form_and_nothing_is_written(
    served: Served, wrong: str, code: str
) -> None:
    mall = served.mall
    stranger = {
        "key": mall._replace(key="K2"),
        "secret": mall._replace(secret="guessed"),
        "provider": mall._replace(callbacks=f"{mall.callbacks}-2"),
        "programme": mall._replace(callbacks="/v1/mall/nowhere/duiba"),
    }[wrong]
    told = stranger.deduct("D1")
    assert told == {"status": "fail", "errorMessage": told["errorMessage"], "code": code}
    assert stranger.ask("balance", uid="ann")["code"] == code
    assert stranger.tell("D1", success=False) == f"fail: {code}"
    assert served.points() == (500, 0)
    assert served.shop.get("/v1/mall-providers/duiba/notices").json()["notices"] == []


def test_a_secret_is_changed_with_an_overlap_and_a_provider_revoked(served: Served) -> None:
    path = "/v1/mall-providers/duiba"
    new = served.mall._replace(secret="second")
    body = {"app_secret": "second", "overlap_hours": 1}
    changed = served.shop.post(f"{path}/secret", json=body)
    assert changed.status_code == 201
    assert "second" not in changed.text
    assert [one.ask("balance", uid="ann")["status"] for one in (served.mall, new)] == ["ok", "ok"]
    served.shop.post(f"{path}/secret", json={"app_secret": "third", "overlap_hours": 0})
    assert new.ask("balance", uid="ann")["code"] == "wrong_signature"
    third = served.mall._replace(secret="third")
    third.deduct("D1")
    assert served.shop.delete(path).json()["revoked"]["by"] == "shop"
    assert third.tell("D1", success=True) == "fail: wrong_app_key"
    assert (
        served.shop.post("/v1/members/ann/mall-login", json={"provider": "duiba"}).status_code
        == 404
    )
    served.later(hours=73)
    assert served.points() == (500, 0)
    asked = AuditAsked(since=real_now() - HOUR, before=end_of(real_now()), actor="shop")
    page = audit(served.connection, served.programme, asked, most=50)
    deeds = [one for one in page.entries if one.kind.endswith("_mall")]
    assert [one.asked for one in deeds] == [
        "revoke_mall/duiba", "rotate_mall/duiba", "rotate_mall/duiba", "make_mall/duiba",
    ]  # fmt: skip
    assert deeds[-1].terms["may"] == "add balance deduct"
    assert not any(secret in str(deeds) for secret in (SECRET, "second", "third"))


def test_other_terms_hold_from_now_on_and_for_orders_under_way_the_former(served: Served) -> None:
    path = "/v1/mall-providers/duiba"
    served.mall.deduct("D1")
    changed = served.shop.patch(path, json={"may": ["balance"], "hold_hours": 1, "app_key": None})
    assert changed.status_code == 200
    told = changed.json()
    assert (told["may"], told["hold_hours"], told["app_key"]) == (["balance"], 1, "K1")
    assert served.shop.get(path).json() == told
    assert served.mall.ask("balance", uid="ann")["status"] == "ok"
    assert served.mall.ask("add", uid="ann")["code"] == "not_allowed"
    served.later(hours=2)
    assert served.mall.tell("D1", success=True) == "ok"  # its points have waited
    for body in ({"currency": "beans"}, {"hold_hours": 0}, {"app_secret": "x"}):
        assert served.shop.patch(path, json=body).status_code == 400
    asked = AuditAsked(since=real_now() - HOUR, before=end_of(real_now()), actor="shop")
    page = audit(served.connection, served.programme, asked, most=50)
    (deed,) = [one for one in page.entries if one.kind == "change_mall"]
    assert (deed.asked, deed.terms) == (
        "change_mall/duiba",
        {"may": "balance", "hold_hours": "1"},
    )
    served.shop.delete(path)
    assert served.shop.patch(path, json={"hold_hours": 5}).status_code == 404
    assert served.shop.patch("/v1/mall-providers/nobody", json={}).status_code == 404


def test_a_member_enters_with_the_points_of_the_moment(served: Served) -> None:
    token = served.shop.post("/v1/members/ann/token", json={"scopes": ["read", "use"]}).json()[
        "token"
    ]
    served.mall.deduct("D1", points=120)
    answer = served.shop.post(
        "/v1/members/me/mall-login",
        json={"provider": "duiba", "redirect": "/mug?from=app"},
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201, answer.text
    url = urlsplit(answer.json()["url"])
    said = {name: value for name, (value,) in parse_qs(url.query).items()}
    assert (url.scheme, url.path) == ("https", "/autoLogin/autologin")
    assert (said["uid"], said["credits"], said["redirect"]) == ("ann", "380", "/mug?from=app")
    sign = said.pop("sign")
    assert served.mall.signed(**said)["sign"] == sign
    assert (
        served.mall.client.get(
            f"{served.mall.callbacks}/balance", params={**said, "sign": sign}
        ).json()["code"]
        == "wrong_signature"
    )


def test_terms_that_cannot_be_are_refused_by_their_field(served: Served) -> None:
    good = {"id": "other", "app_key": "K2", "app_secret": "s", "currency": "points"}
    for field, value in [
        ("id", "a/b"),
        ("app_key", ""),
        ("app_secret", "x" * 256),
        ("currency", "miles"),
        ("currency", "growth"),
        ("login_url", "http://mall.example"),
        ("login_url", "https://mall.example/?a=b"),
        ("may", ["everything"]),
        ("skew_minutes", 0),
        ("hold_hours", 721),
        ("unknown", 1),
    ]:
        answer = served.shop.post("/v1/mall-providers", json={**good, field: value})
        assert answer.status_code == 400, (field, answer.text)
        assert answer.json()["pointer"].startswith(f"/{field}")
    assert served.shop.post("/v1/mall-providers", json=good).status_code == 201
    assert served.shop.post("/v1/mall-providers", json=good).json()["code"] == "provider_exists"
    assert len(served.shop.get("/v1/mall-providers").json()["providers"]) == 2


@pytest.mark.parametrize("success", [True, False])
@pytest.mark.parametrize("hours", [0, 73])
def test_a_server_that_dies_before_it_notes_what_it_did_does_it_once(
    served: Served, monkeypatch: pytest.MonkeyPatch, success: bool, hours: int
) -> None:
    served.mall.deduct("D1")
    served.later(hours)

    def die(*_: object, **__: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as dying:
        dying.setattr(mall_callbacks, "settle_notice", die)
        form = served.mall.signed(orderNum="D1", success=str(success).lower())
        answer = served.mall.client.post(f"{served.mall.callbacks}/notice", data=form)
        assert answer.status_code == 500
    left = (400 if success else 500, 0)
    assert served.points() == left
    assert served.notice("D1")["outcome"] == "open"
    assert served.mall.tell("D1", success=success) == "ok"
    assert served.points() == left
    assert served.notice("D1")["refusal"] is None
