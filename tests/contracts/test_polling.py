"""Who asks again and again is told 304 as long as nothing has changed, and never once it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from jifen.client.testing import Sandbox, SandboxProgramme

CLUB = """
programme: corner
name: {zh: 街角, en: Corner}
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: {rolling: 5 days}}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
households: {share: points, most_members: 3}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount, pending: 2 days}
  - {id: growth, on: purchase, give: 1 growth per 1 of amount}
tiers:
  measure: growth
  window: rolling 3 days
  ladder: [{id: basic, reach: 0}, {id: gold, reach: 100}]
"""


@pytest.fixture
def club(sandbox: Sandbox) -> Iterator[SandboxProgramme]:
    with sandbox.programme(CLUB, "2026-01-05 10:00") as made:
        for name in ("ann", "bob"):
            made.client.members.create(name)
        yield made


def ask(sandbox: Sandbox, club: SandboxProgramme, path: str, tag: str | None) -> httpx.Response:
    headers = {"authorization": f"Bearer {club.key}"} | ({"if-none-match": tag} if tag else {})
    return httpx.get(f"{sandbox.url}{path}", headers=headers, trust_env=False)


def told(answer: httpx.Response) -> dict[str, Any]:
    """All but the moment as of which it is told."""
    document: dict[str, Any] = answer.json()
    del document["at"]
    return document


@pytest.mark.parametrize("path", ["/v1/members/ann", "/v1/members/ann/balances"])
def test_nothing_that_changes_is_ever_taken_for_unchanged(
    sandbox: Sandbox, club: SandboxProgramme, path: str
) -> None:
    client = club.client
    steps: list[Callable[[], object]] = [
        lambda: client.events.create("ann", amount="120.00", id="o1"),
        lambda: club.advance_to("2026-01-05 10:20"),
        lambda: client.members.join_household("ann", "smiths", role="owner"),
        lambda: client.members.join_household("bob", "smiths"),
        lambda: client.members.leave_household("bob", "smiths"),
        lambda: client.members.freeze("ann", "lost"),
        lambda: client.members.unfreeze("ann", "found"),
        *(
            partial(club.advance_to, f"2026-01-{day:02} {hour}:00")
            for day in range(5, 13)
            for hour in (11, 23)
        ),
        lambda: client.returns.create("o1", full=True),
    ]
    tag, before, unchanged = None, None, 0
    for step in steps:
        step()
        now = ask(sandbox, club, path, None)
        again = ask(sandbox, club, path, tag)
        assert again.status_code in (200, 304)
        if again.status_code == 304:
            assert told(now) == before
            assert again.content == b""
            unchanged += 1
        tag, before = now.headers.get("etag"), told(now)
        if tag is not None:
            assert ask(sandbox, club, path, tag).status_code == 304
    assert unchanged > 3


def test_a_member_whom_others_do_not_touch_stays_unchanged(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    tag = ask(sandbox, club, "/v1/members/bob", None).headers["etag"]
    club.client.events.create("ann", amount="5.00")
    club.advance_to("2026-01-05 22:00")
    assert tag.startswith('W/"')
    assert ask(sandbox, club, "/v1/members/bob", tag).status_code == 304
    assert ask(sandbox, club, "/v1/members/ann", tag).status_code == 200
    club.client.events.create("bob", amount="5.00")
    assert ask(sandbox, club, "/v1/members/bob", tag).status_code == 200


def test_what_is_unknown_is_no_less_unknown_with_a_tag(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    assert ask(sandbox, club, "/v1/members/nobody", "*").status_code == 404


def test_balances_are_told_alike_by_the_lean_path_and_by_the_route(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    odd = "c/岸 7%"
    club.client.members.create(odd)
    club.client.events.create(odd, amount="120.00", id="o1")
    for later in ("2026-01-05 22:00", "2026-01-20 10:00"):  # all is well, and something is due
        club.advance_to(later)
        path = f"/v1/members/{quote(odd, safe='')}/balances"
        lean, routed = (ask(sandbox, club, path + end, None) for end in ("", "/"))
        assert lean.json() == routed.json()
        assert lean.json()["id"] == odd
        told_of = {"content-type", "cache-control", "vary", "etag"}
        assert {(name, lean.headers.get(name)) for name in told_of} == {
            (name, routed.headers.get(name)) for name in told_of
        }
    nobody = [ask(sandbox, club, f"/v1/members/x/balances{end}", None) for end in ("", "/")]
    assert [one.status_code for one in nobody] == [404, 404]
    assert nobody[0].json()["code"] == nobody[1].json()["code"] == "unknown_member"


def test_balances_of_a_moment_that_is_not_over_are_refused(
    sandbox: Sandbox, club: SandboxProgramme
) -> None:
    for at in ("2099-01-01", "9999-12-31"):
        refused = ask(sandbox, club, f"/v1/members/ann/balances?at={at}", None)
        assert (refused.status_code, refused.json()["pointer"]) == (400, "/at")
