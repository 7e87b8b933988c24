"""Publishing as an office does it: look, plan, publish; nobody overwrites what somebody else has just published."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest
from served_bank import DAY, TEMPLATES, Served, purchase, served_bank

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.client import Client, Conflict, Refused
from jifen.client.testing import Sandbox
from jifen.intake.clock import real_now
from jifen.intake.versions.corrections import open_correction, post_correction
from jifen.intake.versions.publishing import apply_version

COFFEE = (TEMPLATES / "coffee-club.yaml").read_text(encoding="utf-8")
RICHER = COFFEE.replace("give: 1 points per 1 of amount", "give: 2 points per 1 of amount")


@pytest.fixture
def served(database_url: str) -> Iterator[Served]:
    with served_bank(database_url, "programme") as served:
        yield served


def versions(served: Served) -> list[int]:
    told = served.client.get("/v1/programme/versions").json()["versions"]
    return [one["revision"] for one in told]


def test_a_draft_is_planned_and_published_and_the_change_can_be_read_afterwards(
    served: Served,
) -> None:
    plan = served.client.post("/v1/programme/plan", json={"document": RICHER}).json()
    assert (plan["against"], plan["refused"], versions(served)) == (1, None, [1])
    (changed,) = plan["differences"]
    assert "earns 2 points" in changed["after"]["en"]
    assert "2 积分" in changed["after"]["zh"]
    published = served.client.post("/v1/programme/versions", json={"document": RICHER})
    assert (published.status_code, published.json()["revision"]) == (201, 2)
    told = published.json()
    notice = datetime.fromisoformat(told["effective_from"]) - datetime.fromisoformat(
        told["published_at"]
    )
    assert notice.total_seconds() == 60
    whole = served.client.get("/v1/programme/versions/2").json()
    assert (whole["document"], whole["published_by"]) == (RICHER, "till")
    later = served.client.get("/v1/programme/versions/2/differences").json()
    assert later["differences"] == plan["differences"]
    back = served.client.get("/v1/programme/versions/1/differences", params={"against": "2"})
    assert back.json()["differences"][0]["after"] == changed["before"]


def test_publishing_again_is_the_same_version(served: Served) -> None:
    body = {"document": RICHER}
    first = served.client.post("/v1/programme/versions", json=body)
    again = served.client.post("/v1/programme/versions", json=body, headers={"if-match": '"1"'})
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert versions(served) == [1, 2]


TASTING = COFFEE.replace(
    "\nearn:\n",
    "\nevents: {tasting: {name: {zh: 品鉴, en: tasting}, fields: {stars: integer}}}\nearn:\n",
    1,
)


def test_what_another_process_published_is_understood_at_once(served: Served) -> None:
    assert served.client.post("/v1/events", json=purchase("o1")).status_code == 200
    tasting = {"id": "t1", "member": "ann", "type": "tasting", "stars": 5}
    assert served.client.post("/v1/events", json=tasting).status_code == 404
    apply_version(served.connection, served.programme, TASTING, now=real_now(), actor="elsewhere")
    assert served.client.post("/v1/events", json=tasting).status_code == 200


def test_what_stands_is_told_also_behind_a_correction_of_the_past(served: Served) -> None:
    body = {"document": COFFEE}
    now = real_now()
    open_correction(
        served.connection,
        served.programme,
        RICHER,
        since=now - DAY,
        until=now - DAY // 2,
        now=now,
        actor="owner",
    )
    post_correction(served.connection, served.programme, now=now, actor="owner")
    again = served.client.post("/v1/programme/versions", json=body)
    assert (again.json()["revision"], versions(served)) == (1, [1, 2])
    assert again.headers["idempotent-replayed"] == "true"


def test_of_two_who_have_read_the_same_version_one_publishes(served: Served) -> None:
    tag = served.client.get("/v1/programme").headers["etag"]

    def publish(number: int) -> httpx.Response:
        body = {"document": f"{RICHER}# of office {number}\n"}
        return served.client.post("/v1/programme/versions", json=body, headers={"if-match": tag})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(publish, range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 412, 412, 412]
    refused = next(answer.json() for answer in answers if answer.status_code == 412)
    assert (refused["code"], refused["figures"]) == ("published_meanwhile", {"revision": "2"})
    assert versions(served) == [1, 2]


def test_a_plan_says_that_a_draft_cannot_be_compiled(served: Served) -> None:
    absurd = COFFEE.replace("give: 1 points per 1", "give: 1000000 points per 0.01")
    plan = served.client.post("/v1/programme/plan", json={"document": absurd}).json()
    assert "more than 10^17" in plan["refused"]["en"]
    refused = served.client.post("/v1/programme/versions", json={"document": absurd})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_publishable")
    assert served.client.get("/v1/programme").status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"document": RICHER, "from": "2020-01-01"}, "not_publishable", "新版本最早在 60 秒后生效"),
        (
            {"document": RICHER.replace("money: CNY", "money: EUR")},
            "not_publishable",
            "计划的时区和货币不能更改",
        ),
        ({"document": "programme: [", "from": "2030-01-01"}, "bad_document", "problems"),
        ({"document": {"programme": "coffee-club"}}, "malformed", "应为计划文档的文本"),
        ({"dokument": RICHER}, "malformed", "dokument"),
        ({"document": RICHER, "from": "tomorrow"}, "malformed", "tomorrow"),
        ({"document": RICHER, "from": "9999-12-31T23:59:59Z"}, "malformed", "9999-12-31"),
    ],
)
def test_what_cannot_be_published_is_refused_and_nothing_is_written(
    served: Served, body: dict[str, object], code: str, said: str
) -> None:
    headers = {"accept-language": "zh"}
    refused = served.client.post("/v1/programme/versions", json=body, headers=headers)
    assert (refused.json()["code"], versions(served)) == (code, [1])
    assert said in refused.json()["detail"]


def test_a_version_that_is_not_in_force_is_withdrawn(served: Served) -> None:
    mistyped = {"document": RICHER, "from": "2099-08-01"}
    tag = served.client.get("/v1/programme").headers["etag"]
    served.client.post("/v1/programme/versions", json=mistyped).raise_for_status()
    meant = {"document": RICHER, "from": "2099-07-01"}
    refused = served.client.post("/v1/programme/versions", json=meant)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_publishable")
    assert "version 2 is this very document" in refused.json()["detail"]
    address = "/v1/programme/versions/2/withdraw"
    stale = served.client.post(address, headers={"if-match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "published_meanwhile")
    gone = served.client.post(address, headers={"if-match": '"2"'})
    assert (gone.status_code, gone.json()["replaced_by"]) == (200, 3)
    again = served.client.post(address)
    assert (again.json(), again.headers["idempotent-replayed"]) == (gone.json(), "true")
    assert served.client.get("/v1/programme/versions/3").json()["document"] == COFFEE
    published = served.client.post("/v1/programme/versions", json=meant)
    assert (published.status_code, published.json()["revision"]) == (201, 4)
    told = served.client.get("/v1/programme/versions").json()["versions"]
    assert [(one["revision"], one["replaced_by"]) for one in told] == [
        (1, None), (2, 3), (3, None), (4, None),
    ]  # fmt: skip
    for revision, status, code in ((1, 422, "not_publishable"), (9, 404, "not_found")):
        refused = served.client.post(f"/v1/programme/versions/{revision}/withdraw")
        assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_what_there_is_not_is_told_with_what_there_is(served: Served) -> None:
    first = served.client.get("/v1/programme/versions/1/differences")
    assert (first.status_code, first.json()["code"]) == (404, "not_found")
    assert "?against=2" in first.json()["detail"]
    for path in ("7", "7/differences", "1/differences?against=7"):
        missing = served.client.get(f"/v1/programme/versions/{path}")
        assert (missing.status_code, missing.json()["figures"]) == (404, {"newest": "1"})
        assert "the newest is 1" in missing.json()["detail"]


def test_a_tag_that_is_none_publishes_nothing(served: Served) -> None:
    for tag in ("7", '"x"', 'W/"1"', '"1", "2"'):
        refused = served.client.post(
            "/v1/programme/versions", json={"document": RICHER}, headers={"if-match": tag}
        )
        assert (refused.status_code, versions(served)) == (412, [1])


def test_a_faulty_draft_is_told_with_the_lines_to_mend(served: Served) -> None:
    faulty = RICHER.replace("Asia/Shanghai", "Asia/Shangai")
    refused = served.client.post("/v1/programme/plan", json={"document": faulty})
    (problem,) = refused.json()["problems"]
    assert (problem["path"], problem["suggestion"]) == (
        "timezone",
        "did you mean 'Asia/Shanghai'?",
    )
    assert faulty.splitlines()[problem["line"] - 1].startswith("timezone:")


def test_a_till_neither_plans_nor_publishes(served: Served) -> None:
    terms = ApiKeyTerms(name="counter", scopes=("read", "write"))
    key = make_key(
        served.connection, served.programme.programme_id, terms, now=real_now(), actor="test"
    )
    for path in ("/v1/programme/plan", "/v1/programme/versions"):
        headers = {"authorization": f"Bearer {key}"}
        refused = served.client.post(path, json={"document": RICHER}, headers=headers)
        assert (refused.status_code, refused.json()["figures"]) == (403, {"scope": "programme"})


def test_who_has_the_programme_already_is_told_that_nothing_changed(served: Served) -> None:
    for path in ("/v1/programme", "/v1/programme/versions/1", "/v1/openapi.json"):
        first = served.client.get(path)
        held = {"if-none-match": f'"other", {first.headers["etag"]}'}
        again = served.client.get(path, headers=held)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        in_chinese = served.client.get(path, headers={**held, "accept-language": "zh"})
        assert in_chinese.status_code == 200
    held = {"if-none-match": served.client.get("/v1/programme").headers["etag"]}
    served.client.post("/v1/programme/versions", json={"document": RICHER}).raise_for_status()
    assert served.client.get("/v1/programme", headers=held).json()["revision"] == 2


def test_a_program_publishes_by_the_client(database_url: str) -> None:
    with Sandbox(database_url) as sandbox, sandbox.programme("coffee-club", "2026-01-05") as club:
        key = club.make_key("office", "read", "programme")
        with Client(sandbox.url, key) as office:
            with pytest.raises(Refused) as faulty:
                office.programme.plan(RICHER.replace("Asia/Shanghai", "Asia/Shangai"))
            assert faulty.value.problems[0].path == "timezone"
            plan = office.programme.plan(RICHER)
            since = datetime(2026, 2, 1, tzinfo=club.zone)
            published = office.programme.publish(RICHER, since=since, against=plan.against)
            assert (published.revision, published.effective_from) == (2, since)
            with pytest.raises(Conflict, match="published_meanwhile"):
                office.programme.publish(COFFEE, against=plan.against)
            assert [one.revision for one in office.programme.versions()] == [1, 2]
            assert office.programme.version(2).document == RICHER
            assert office.programme.differences(2) == plan.differences
            assert office.programme.withdraw(2, against=2).replaced_by == 3
