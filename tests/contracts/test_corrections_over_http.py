"""Corrections of the past as an office makes them: put up, looked at member by member, posted or dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from served_bank import DAY, TEMPLATES, Served, purchase, served_bank

from jifen.api import corrections
from jifen.client import Client, Conflict, NotFound, Refused
from jifen.client.testing import Sandbox
from jifen.instants import moment_of
from jifen.intake.clock import real_now
from jifen.intake.versions import corrections as posting
from jifen.intake.versions.at_work import Programmes
from jifen.worker.taking import take

COFFEE = (TEMPLATES / "coffee-club.yaml").read_text(encoding="utf-8")
RICHER = COFFEE.replace("give: 1 points per 1 of amount", "give: 2 points per 1 of amount")
ADDRESS = "/v1/programme/correction"


@pytest.fixture
def served(database_url: str) -> Iterator[Served]:
    """Ann and Bob have bought something; Cid and Dan have not."""
    with served_bank(database_url, "programme", "jobs") as served:
        for member, amount in (("ann", "60.00"), ("bob", "10.00")):
            body = purchase(f"of-{member}", member, amount)
            served.client.post("/v1/events", json=body).raise_for_status()
        yield served


def asked(served: Served, document: str = RICHER, **more: str) -> dict[str, Any]:
    since = moment_of(real_now() - DAY, served.programme.zone).isoformat()
    return {"document": document, "from": since, **more}


def points(served: Served, member: str) -> int:
    told = served.client.get(f"/v1/members/{member}").json()["currencies"]["points"]["points"]
    assert isinstance(told, int)
    return told


def reviewed(served: Served, id: str) -> dict[str, Any]:
    """The export of what is open, as a worker does it."""
    export = {"id": id, "export": {"of": "correction"}}
    served.client.post("/v1/jobs", json=export).raise_for_status()
    take(served.connection.info.dsn, Programmes(), lambda: False, served.programme.slug, id)
    job: dict[str, Any] = served.client.get(f"/v1/jobs/{id}").json()
    return job


def test_what_is_open_touches_nobody_and_is_looked_at_member_by_member(served: Served) -> None:
    body = asked(served)
    opened = served.client.post(ADDRESS, json=body)
    assert (opened.status_code, opened.json()["opened_by"]) == (201, "till")
    assert served.client.get(ADDRESS).json() == opened.json()
    again = served.client.post(ADDRESS, json=body)
    assert (again.json(), again.headers["idempotent-replayed"]) == (opened.json(), "true")
    other = served.client.post(ADDRESS, json=asked(served, RICHER + "# another\n"))
    assert (other.status_code, other.json()["code"]) == (422, "not_publishable")
    job = reviewed(served, "review")
    assert (job["state"], job["counts"]) == ("done", {"rows": 2, "members": 2})
    text = served.client.get(job["files"][0]["address"]).text
    assert list(csv.DictReader(io.StringIO(text))) == [
        {"member": "ann", "currency": "points", "awarded": "80", "corrected": "140", "difference": "60"},
        {"member": "bob", "currency": "points", "awarded": "10", "corrected": "20", "difference": "10"},
    ]  # fmt: skip
    assert (points(served, "ann"), points(served, "bob")) == (80, 10)


def test_its_differences_are_read_page_by_page(served: Served) -> None:
    differences = f"{ADDRESS}/differences"
    assert served.client.get(differences).status_code == 404
    served.client.post(ADDRESS, json=asked(served)).raise_for_status()
    nobody_looked = served.client.get(differences)
    assert (nobody_looked.status_code, nobody_looked.json()["code"]) == (409, "not_reviewed")
    reviewed(served, "review")
    whole = served.client.get(differences).json()
    assert whole["next"] is None
    assert whole["differences"] == [
        {"member": "ann", "currency": "points", "awarded": 80, "corrected": 140, "difference": 60},
        {"member": "bob", "currency": "points", "awarded": 10, "corrected": 20, "difference": 10},
    ]
    first = served.client.get(differences, params={"limit": 1}).json()
    assert (first["differences"], first["next"]) == (whole["differences"][:1], "points/ann")
    behind = {"limit": 1, "after": first["next"]}
    second = served.client.get(differences, params=behind).json()
    assert (second["differences"], second["next"]) == (whole["differences"][1:], None)
    of_bob = served.client.get(differences, params={"member": "bob"}).json()["differences"]
    assert of_bob == whole["differences"][1:]
    for query in ({"after": "ann"}, {"after": "/"}, {"member": "a\0"}, {"limit": 0}):
        assert served.client.get(differences, params=query).json()["code"] == "malformed"
    served.client.delete(ADDRESS).raise_for_status()
    served.client.post(ADDRESS, json=asked(served, RICHER + "# another\n")).raise_for_status()
    assert served.client.get(differences).json()["code"] == "not_reviewed"  # not the former one's


def test_only_what_was_looked_at_is_posted(served: Served) -> None:
    opened = served.client.post(ADDRESS, json=asked(served))
    looked_at = {"if-match": opened.headers["etag"]}
    assert served.client.get(ADDRESS).headers["etag"] == looked_at["if-match"]
    unchanged = served.client.get(ADDRESS, headers={"if-none-match": looked_at["if-match"]})
    assert unchanged.status_code == 304
    served.client.delete(ADDRESS).raise_for_status()
    other = served.client.post(ADDRESS, json=asked(served, RICHER + "# another\n"))
    refused = served.client.post(f"{ADDRESS}/post", headers=looked_at)
    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    assert (points(served, "ann"), points(served, "bob")) == (80, 10)
    mine = {"if-match": other.headers["etag"]}
    assert served.client.post(f"{ADDRESS}/post", headers=mine).json()["finished"]
    assert served.client.post(f"{ADDRESS}/post", headers=mine).json()["members"] == 0  # a retry
    assert points(served, "ann") == 140


def test_it_is_posted_a_few_at_a_time_until_it_is_finished(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "MEMBERS_PER_SLICE", 1)
    monkeypatch.setattr(corrections, "SECONDS_OF_JUDGING", 0.0)
    served.client.post(ADDRESS, json=asked(served)).raise_for_status()
    posted = [served.client.post(f"{ADDRESS}/post").json() for _ in range(4)]
    assert [(one["revision"], one["members"], one["finished"]) for one in posted] == [
        (2, 1, False), (2, 1, False), (2, 0, True), (2, 0, True),
    ]  # fmt: skip
    assert (points(served, "ann"), points(served, "bob")) == (140, 20)
    told = served.client.get("/v1/programme/versions").json()["versions"]
    assert [(one["corrects"], one["published_by"]) for one in told][1] == (True, "till")
    assert served.client.get(ADDRESS).status_code == 404


def test_it_is_dropped_and_nothing_was(served: Served) -> None:
    for method, path in (("GET", ""), ("DELETE", "")):
        nothing = served.client.request(method, ADDRESS + path)
        assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")
        assert "correction" in nothing.json()["detail"]
    job = reviewed(served, "nothing")
    assert (job["state"], job["failure"]["zh"]) == ("failed", "没有待审的更正。")
    served.client.post(ADDRESS, json=asked(served)).raise_for_status()
    assert served.client.delete(ADDRESS).status_code == 204
    assert served.client.post(f"{ADDRESS}/post").json() == {
        "revision": 1, "members": 0, "finished": True,
    }  # fmt: skip
    assert (points(served, "ann"), points(served, "bob")) == (80, 10)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"from": "2099-01-01"}, "not_publishable"),
        ({"from": "2026-01-02", "until": "2026-01-01"}, "not_publishable"),
        ({"document": RICHER.replace("money: CNY", "money: EUR")}, "not_publishable"),
        (
            {"document": COFFEE.replace("give: 1 points per 1", "give: 1000000 points per 0.01")},
            "not_publishable",
        ),
        ({"document": "programme: ["}, "bad_document"),
        ({"from": None}, "malformed"),
        ({"form": "2026-01-01"}, "malformed"),
    ],
)
def test_what_cannot_be_a_correction_is_refused(
    served: Served, more: dict[str, Any], code: str
) -> None:
    refused = served.client.post(ADDRESS, json=asked(served) | more)
    assert refused.json()["code"] == code
    assert served.client.get(ADDRESS).status_code == 404


def test_an_office_corrects_by_the_client(database_url: str) -> None:
    with Sandbox(database_url) as sandbox, sandbox.programme("coffee-club", "2026-01-05") as club:
        club.client.members.create("ann")
        bought = club.client.events.create("ann", amount="60.00")
        assert bought.points["points"] == 80
        club.advance_to("2026-01-07")
        key = club.make_key("office", "read", "programme")
        with Client(sandbox.url, key) as office:
            since = office.members.get("ann").at - timedelta(days=3)
            opened = office.programme.correct(RICHER, since=since)
            assert (opened.since, opened.until) == (since, None)
            assert office.programme.correction() == opened
            office.programme.drop_correction()
            with pytest.raises(NotFound):
                office.programme.correction()
            with pytest.raises(Refused, match="not_publishable"):
                office.programme.correct(RICHER, since=since + timedelta(days=30))
            other = office.programme.correct(RICHER + "# better\n", since=since)
            with pytest.raises(Conflict, match="not_reviewed"):
                list(office.programme.correction_differences())
            with pytest.raises(Conflict, match="changed_meanwhile"):
                office.programme.post_correction(opened)
            posted = office.programme.post_correction(other)
            assert (posted.members, posted.finished) == (1, True)
            assert office.members.get("ann").currencies["points"].points == 140
