"""What an office does to keys and webhooks stands in the audit: who, when and what, and never a secret."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from served_bank import Served, served_bank


@pytest.fixture(scope="module")
def office(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url, "keys", "webhooks", "audit", "actors") as served:
        yield served


def audit(served: Served, **query: Any) -> list[dict[str, Any]]:
    answer = served.client.get("/v1/audit", params=query)
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["commands"]
    return entries


def done(served: Served, method: str, path: str, **body: Any) -> dict[str, Any]:
    headers = {"jifen-actor": "Kim"}
    answer = served.client.request(method, path, json=body or None, headers=headers)
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json() if answer.content else {}
    return told


def test_who_made_rotated_and_revoked_a_key_stands_there_and_no_secret(office: Served) -> None:
    made = done(
        office, "POST", "/v1/keys", name="kiosk", scopes=["read", "earn"], expires="2099-12-31"
    )
    newer = done(office, "POST", f"/v1/keys/{made['id']}/rotate", overlap_seconds=0)
    done(office, "DELETE", f"/v1/keys/{newer['id']}")
    assert office.client.delete(f"/v1/keys/{newer['id']}").status_code == 404
    revoked, rotated, first = audit(office, actor="till/Kim")[:3]
    assert [one["asked"] for one in (revoked, rotated, first)] == [
        f"revoke_key/{newer['id']}",
        f"rotate_key/{made['id']}",
        f"make_key/{made['id']}",
    ]
    assert first["terms"] == {
        "name": "kiosk",
        "scopes": "earn read",
        "expires_at": "2099-12-31T16:00:00+00:00",
    }
    assert (rotated["terms"]["new_key"], revoked["terms"]) == (newer["id"], {"name": "kiosk"})
    told = office.client.get("/v1/audit").text
    assert not any(one["key"].rpartition("_")[2] in told for one in (made, newer))
    assert audit(office, kind="make_key", member="ann") == []


def test_who_made_changed_and_removed_a_webhook_stands_there_and_no_secret(office: Served) -> None:
    url = "https://shop.example/hook/T0KEN"
    secret = done(office, "POST", "/v1/webhooks", id="crm", url=url, kinds=["points.spent"])[
        "secret"
    ]
    done(office, "PATCH", "/v1/webhooks/crm", url=f"{url}2", description="desk", enabled=False)
    done(office, "PATCH", "/v1/webhooks/crm", description="desk")  # which it is already
    renewed = done(office, "POST", "/v1/webhooks/crm/secret", overlap_hours=2)["secret"]
    done(office, "DELETE", "/v1/webhooks/crm")
    told = audit(office, actor="till/Kim")[:4]
    assert [(one["asked"], one["terms"]) for one in told] == [
        ("remove_webhook/crm", {}),
        ("rotate_webhook/crm", {"overlap_hours": "2"}),
        (
            "change_webhook/crm",
            {"host": "shop.example", "description": "desk", "enabled": "false"},
        ),
        ("make_webhook/crm", {"host": "shop.example", "kinds": "points.spent"}),
    ]
    written = office.client.get("/v1/audit").text
    assert not any(one in written for one in (secret, renewed, "T0KEN"))


def test_deeds_of_one_moment_are_each_noted(office: Served) -> None:
    def make(number: int) -> str:
        return str(done(office, "POST", "/v1/keys", name=f"n{number}", scopes=["read"])["id"])

    with ThreadPoolExecutor(8) as people:
        made = list(people.map(make, range(24)))
    told = [one["asked"] for one in audit(office, kind="make_key")]
    assert {f"make_key/{one}" for one in made} <= set(told)
    assert len(told) == len(set(told))
