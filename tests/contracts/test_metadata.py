"""What senders attach: kept with the command, told again wherever it is told of, and asked by nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from served_bank import Served, purchase, served_bank

from jifen.client import Client, Conflict
from jifen.client.testing import Sandbox
from jifen.enquiry import members
from jifen.programme.loading import load
from jifen.programme.problems import ProgrammeError

ORDER = {"order": "2026/0042", "till": "5"}


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url, "audit", "tokens") as served:
        yield served


def asked(served: Served, address: str, **body: Any) -> dict[str, Any]:
    answer = served.client.post(f"/v1/{address}", json=body)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


def found(served: Served, address: str, **query: Any) -> dict[str, Any]:
    answer = served.client.get(f"/v1/{address}", params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_what_was_attached_is_told_wherever_the_command_is_told_of(served: Served) -> None:
    asked(served, "events", **purchase("with", metadata=ORDER))
    asked(served, "spends", id="spent", member="ann", points=20, metadata={"coupon": "K7"})
    asked(served, "events", **purchase("without"))
    assert found(served, "events/with")["metadata"] == ORDER
    assert found(served, "events/without")["metadata"] == {}
    assert found(served, "spends/spent")["metadata"] == {"coupon": "K7"}
    movements = found(served, "members/ann/statement")["movements"]
    told = {one["asked"]: one["metadata"] for one in movements}
    assert told == {"event/with": ORDER, "spend/spent": {"coupon": "K7"}, "event/without": {}}
    audited = {one["asked"]: one["metadata"] for one in found(served, "audit")["commands"]}
    assert audited["event/with"] == ORDER
    messages = found(served, "stream", limit=100)["messages"]
    data = [one["data"] for one in messages if one["type"] == "points.spent"]
    assert [one["metadata"] for one in data] == [{"coupon": "K7"}]
    assert [one["data"].get("metadata") for one in messages if one["type"] == "points.earned"] == [
        ORDER,
        None,
    ]


def test_both_sides_of_a_transfer_are_told_it(served: Served) -> None:
    asked(served, "events", **purchase("of-cid", "cid", "100.00"))
    asked(
        served, "adjustments", id="by-hand", member="cid", points=50, reason="gift", metadata=ORDER
    )
    movements = found(served, "members/cid/statement")["movements"]
    assert movements[-1]["metadata"] == ORDER


@pytest.mark.parametrize("kind", ["events", "spends"])
def test_the_same_again_is_a_replay_and_other_metadata_a_conflict(
    served: Served, kind: str
) -> None:
    body: dict[str, Any] = {"id": "twice", "member": "bob", "metadata": ORDER}
    if kind == "events":
        body |= {"type": "purchase", "amount": "60.00"}
    else:
        body |= {"points": 20}
    first = asked(served, kind, **body)
    again = served.client.post(f"/v1/{kind}", json=body)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first, "true")
    for other in ({"order": "2026/0043", "till": "5"}, {}, None):
        refused = served.client.post(f"/v1/{kind}", json={**body, "metadata": other})
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict"), other
        assert "metadata" in refused.json()["detail"]


def test_what_said_nothing_before_still_says_the_same(served: Served) -> None:
    first = asked(served, "events", **purchase("plain", "dan"))
    nothing: tuple[dict[str, str] | None, ...] = (None, {})
    for empty in nothing:
        again = served.client.post("/v1/events", json=purchase("plain", "dan", metadata=empty))
        assert again.json() == first
        assert again.headers["idempotent-replayed"] == "true"
    row = served.connection.execute(
        "SELECT body::text FROM command WHERE key = 'event/plain'"
    ).fetchone()
    assert row == ("{}",)


@pytest.mark.parametrize(
    "metadata",
    [
        ["order"],
        "order",
        {"": "empty"},
        {"n" * 41: "long"},
        {"order": "t" * 501},
        {"order": {"deep": "er"}},
        {"order": None},
        {"order": ""},
        {f"n{number}": "many" for number in range(51)},
        {"line\nbreak": "x"},
    ],
)
def test_what_is_too_much_or_no_text_is_malformed(served: Served, metadata: Any) -> None:
    body = purchase("bad", metadata=metadata)
    refused = served.client.post("/v1/events", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert refused.json()["pointer"].startswith("/metadata")


def test_a_member_has_metadata_from_joining_on_and_it_is_changed_as_a_fact(served: Served) -> None:
    joined = asked(served, "members", id="eve", facts={"metadata": {"crm": "77"}})
    assert joined["facts"] == {"metadata": {"crm": "77"}}
    change = {"id": "crm-1", "name": "metadata", "value": {"crm": "78", "note": "vip"}}
    asked(served, "members/eve/facts", **change)
    assert found(served, "members/eve")["facts"]["metadata"] == {"crm": "78", "note": "vip"}
    assert served.client.post("/v1/members/eve/facts", json=change).headers["idempotent-replayed"]
    asked(served, "events", **purchase("of-eve", "eve"))
    row = served.connection.execute(
        "SELECT payload::text FROM event WHERE event_id = 'of-eve'"
    ).fetchone()
    assert row is not None
    assert "crm" not in row[0]
    bad = {"id": "crm-2", "name": "metadata", "value": "text"}
    assert served.client.post("/v1/members/eve/facts", json=bad).status_code == 400


def test_a_member_who_asks_by_themself_is_not_told_it(served: Served) -> None:
    asked(served, "members", id="fay", facts={"metadata": {"crm": "79"}})
    asked(served, "events", **purchase("of-fay", "fay", metadata=ORDER))
    token = asked(served, "members/fay/token", scopes=["read"])["token"]
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=served.client.base_url, headers=headers, trust_env=False
    ) as themself:
        assert themself.get("/v1/members/me").json()["facts"] == {}
        movements = themself.get("/v1/members/me/statement").json()["movements"]
        assert [one["metadata"] for one in movements] == [{}, {}]
        assert themself.get("/v1/events/of-fay").json()["metadata"] == {}


def commands_with(served: Served, entry: str, **query: str) -> list[str]:
    told = served.client.get("/v1/audit", params={"metadata": entry, **query}).json()
    return [one["asked"] for one in told["commands"]]


def test_commands_are_found_by_it(served: Served) -> None:
    for number in range(3):
        note = {"batch": f"b=7/{number % 2}"}
        asked(served, "events", **purchase(f"noted-{number}", "ann", metadata=note))
    assert commands_with(served, "batch=b=7/0") == ["event/noted-2", "event/noted-0"]
    assert commands_with(served, "batch=b=7/1", member="ann") == ["event/noted-1"]
    assert commands_with(served, "batch=b=7/1", member="bob") == []
    assert commands_with(served, "batch=b=7") == []
    assert commands_with(served, "lot=b=7/0") == []
    for wrong in ("batch", "=b", "batch="):
        refused = served.client.get("/v1/audit", params={"metadata": wrong})
        assert (refused.status_code, refused.json()["pointer"]) == (400, "/metadata")


def test_members_are_found_by_it_however_far_apart(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("gil-1", "gil-5", "gil-9"):
        asked(served, "members", id=name, facts={"metadata": {"crm": "G"}})
    for number in (2, 3, 4, 6, 7, 8):
        asked(served, "members", id=f"gil-{number}", facts={"metadata": {"crm": "H"}})

    def walk(limit: int) -> list[list[str]]:
        pages: list[list[str]] = []
        query = {"metadata": "crm=G", "limit": str(limit)}
        while True:
            page = served.client.get("/v1/members", params=query).json()
            pages.append([one["id"] for one in page["members"]])
            if page["next"] is None:
                return pages
            query["after"] = page["next"]

    assert walk(50) == [["gil-1", "gil-5", "gil-9"]]
    assert walk(2) == [["gil-1", "gil-5"], ["gil-9"]]
    assert walk(1) == [["gil-1"], ["gil-5"], ["gil-9"]]
    monkeypatch.setattr(members, "LOOKED_AT", 3)
    found = walk(50)
    assert [name for page in found for name in page] == ["gil-1", "gil-5", "gil-9"]
    assert [] in found
    refused = served.client.get("/v1/members", params={"metadata": "crm"})
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/metadata")


def test_a_programme_cannot_call_a_field_so(served: Served) -> None:
    document = served.client.get("/v1/programme/versions/1").json()["document"]
    named = document + "\nfacts: {metadata: text}\n"
    assert "metadata" not in document
    with pytest.raises(ProgrammeError, match="metadata"):
        load(named, "programme")


def test_the_client_attaches_it(database_url: str) -> None:
    with (
        Sandbox(database_url) as sandbox,
        sandbox.programme("coffee-club", "2026-01-05") as club,
        Client(sandbox.url, club.key) as shop,
    ):
        shop.members.create("ann", facts={"metadata": {"crm": "77"}})
        assert shop.members.get("ann").facts["metadata"] == {"crm": "77"}
        shop.events.create("ann", amount="60.00", id="o1", metadata=ORDER)
        shop.spends.create("ann", 20, id="s1", metadata={"coupon": "K7"})
        assert [one.id for one in shop.members.list(metadata="crm=77")] == ["ann"]
        assert shop.events.get("o1").metadata == ORDER
        assert shop.spends.get("s1").metadata == {"coupon": "K7"}
        assert next(shop.members.statement("ann")).metadata == {"coupon": "K7"}
        with pytest.raises(Conflict, match="conflict"):
            shop.spends.create("ann", 20, id="s1", metadata={"coupon": "K8"})
