"""The audit as an office reads it: who asked what, when, and what it was answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from served_bank import DAY, TEMPLATES, Served, purchase, served_bank

from jifen.api.access import keys_of
from jifen.enquiry import audit as walking
from jifen.instants import moment_of
from jifen.intake.clock import real_now

MEMBERS = ["ann", "bob", "cid", "dan"]


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url, "audit", "actors") as served:
        for number in range(6):
            member, clerk = MEMBERS[number % 3], ("Kim", "Lee")[number % 2]
            body, headers = purchase(f"e{number}", member), {"jifen-actor": clerk}
            served.client.post("/v1/events", json=body, headers=headers).raise_for_status()
        served.client.post(
            "/v1/adjustments",
            json={"id": "fix", "member": "bob", "points": -30, "reason": "counted twice"},
            headers={"jifen-actor": "Kim"},
        ).raise_for_status()
        served.client.post("/v1/spends", json={"id": "much", "member": "ann", "points": 9_000})
        served.client.post(
            "/v1/merges", json={"id": "m", "from": "dan", "into": "cid", "reason": "one person"}
        ).raise_for_status()
        yield served


def audit(served: Served, **query: Any) -> list[dict[str, Any]]:
    """Every entry, page by page."""
    entries: list[dict[str, Any]] = []
    while True:
        answer = served.client.get("/v1/audit", params=query)
        assert answer.status_code == 200, answer.text
        entries += answer.json()["commands"]
        if answer.json()["next"] is None:
            return entries
        query["after"] = answer.json()["next"]


def asked(served: Served, **query: Any) -> list[str]:
    return [entry["asked"] for entry in audit(served, **query)]


def test_everything_that_was_asked_is_told_the_last_first(served: Served) -> None:
    everything = asked(served)
    assert sorted(everything[:2]) == ["merge/m", "merge/m"]
    assert everything[2:10] == [
        "spend/much",
        "adjust/fix",
        *(f"event/e{one}" for one in range(5, -1, -1)),
    ]
    assert sorted(everything[10:14]) == [f"enrol/{one}" for one in MEMBERS]
    (key,) = keys_of(served.connection, served.programme.programme_id)
    assert everything[14:] == [f"make_key/{key.key_id}", "publish/1"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_any_size_tell_the_same_each_once(served: Served, limit: int) -> None:
    assert asked(served, limit=limit) == asked(served)
    assert asked(served, limit=limit, member="ann") == asked(served, member="ann")


def test_windows_of_any_width_find_the_same(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = asked(served)
    for window, wider in ((10**12, 2), (1_000, 3)):
        monkeypatch.setattr(walking, "FIRST_WINDOW", window)
        monkeypatch.setattr(walking, "WIDER", wider)
        assert asked(served, limit=4) == wide


def test_it_is_read_by_member_actor_and_kind(served: Served) -> None:
    assert asked(served, member="bob") == ["adjust/fix", "event/e4", "event/e1", "enrol/bob"]
    assert asked(served, actor="till/Kim") == ["adjust/fix", "event/e4", "event/e2", "event/e0"]
    assert len(asked(served, actor="till")) == 10
    assert asked(served, actor="till/K") == []
    assert asked(served, kind="adjust", member="bob") == ["adjust/fix"]
    (received,) = audit(served, kind="counterpart")
    assert (received["member"], received["asked"]) == ("cid", "merge/m")


def test_it_says_why_and_what_came_of_it(served: Served) -> None:
    (fix,) = audit(served, kind="adjust")
    assert (fix["actor"], fix["reason"], fix["refused"]) == ("till/Kim", "counted twice", None)
    assert fix["answer"]["points"] == {"points": -30}
    (much,) = audit(served, kind="spend")
    assert (much["answer"], much["refused"]["code"]) == (None, "insufficient_points")
    assert much["refused"]["figures"]["needed"] == "9000"
    served_in_chinese = served.client.get(
        "/v1/audit", params={"kind": "spend"}, headers={"accept-language": "zh"}
    ).json()
    assert served_in_chinese["commands"][0]["refused"]["detail"].startswith("可用积分不足")


def test_it_is_read_by_time(served: Served) -> None:
    times = {entry["asked"]: entry["recorded_at"] for entry in audit(served)}
    middle = times["event/e3"]
    assert asked(served, until=middle, kind="event") == [
        f"event/e{one}" for one in range(3, -1, -1)
    ]
    assert asked(served, since=middle, kind="event") == [f"event/e{one}" for one in range(5, 2, -1)]
    assert asked(served, until="9999-12-31") == asked(served)
    assert asked(served, until="2020-01-01", since="0001-01-02") == []


@pytest.mark.parametrize(
    "query",
    [
        {"since": "soon"},
        {"until": "2026-02-30"},
        {"after": "1-2-3"},
        {"limit": 0},
        {"limit": 501},
        {"member": ""},
    ],
)
def test_what_cannot_be_looked_for_is_malformed(served: Served, query: dict[str, Any]) -> None:
    refused = served.client.get("/v1/audit", params=query)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")


def test_nobody_is_nobody(served: Served) -> None:
    refused = served.client.get("/v1/audit", params={"member": "nobody"})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_member")


def test_what_was_done_to_the_programme_stands_beside(database_url: str) -> None:
    richer = (
        (TEMPLATES / "coffee-club.yaml")
        .read_text(encoding="utf-8")
        .replace("give: 1 points per 1 of amount", "give: 2 points per 1 of amount")
    )
    with served_bank(database_url, "programme", "audit", "actors") as served:
        since = moment_of(real_now() - DAY, served.programme.zone).isoformat()

        def do(method: str, path: str, **body: Any) -> None:
            headers = {"jifen-actor": "Kim"}
            answer = served.client.request(
                method, f"/v1/programme/{path}", json=body or None, headers=headers
            )
            assert answer.is_success, answer.text

        correction = {"document": richer, "from": since}
        do("POST", "correction", **correction)
        do("POST", "correction", **correction)  # which stands already
        do("DELETE", "correction")
        do("POST", "correction", **correction)
        do("POST", "correction/post")
        do("POST", "versions", document=richer + "# again\n", **{"from": "2099-01-01"})
        do("POST", "versions/3/withdraw")
        told = audit(served, actor="till/Kim")
        assert [entry["asked"] for entry in told] == [
            "withdraw/3",
            "publish/3",
            f"post_correction/{since}",
            f"open_correction/{since}",
            f"drop_correction/{since}",
            f"open_correction/{since}",
        ]
        assert {entry["member"] for entry in told} == {None}
        assert asked(served, kind="withdraw") == ["withdraw/3"]
        assert asked(served, kind="withdraw", member="ann") == []
        assert asked(served, limit=2) == asked(served)


def test_changes_of_stock_stand_there_with_their_reasons(database_url: str) -> None:
    document = (TEMPLATES / "coffee-club.yaml").read_text(encoding="utf-8")
    document += (
        "\nrewards: {mug: {name: {zh: 马克杯, en: mug}, price: 20 points, stock: counted}}\n"
    )
    with served_bank(database_url, "programme", "audit") as served:
        post = served.client.post
        post("/v1/programme/versions", json={"document": document}).raise_for_status()
        for number in (1, 2):  # before the version is in force, for the shelves to be full by then
            body = {"id": f"d{number}", "reward": "mug", "place": "north", "add": number}
            post("/v1/stock", json={**body, "reason": "delivered"}).raise_for_status()
        last, first = audit(served, kind="stock")
        assert (last["asked"], first["asked"]) == ("stock/d2", "stock/d1")
        assert last["reason"] == "delivered"
        assert last["terms"] == {"reward": "mug", "place": "north", "add": "2"}
        assert asked(served, kind="stock", limit=1) == ["stock/d2", "stock/d1"]
