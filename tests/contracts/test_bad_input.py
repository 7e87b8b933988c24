"""Whatever is wrong with what is asked: the right problem in either language, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from served_bank import TEMPLATES, Served, purchase, served_bank

from jifen.api.access import make_key, revoke_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.api.wire import MOST_BYTES
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.opening import create_programme

KNOWN = purchase("known", "ann", "60.00")


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url, "tokens") as served:
        served.client.post("/v1/events", json=KNOWN).raise_for_status()
        yield served


def raw(**fields: str) -> bytes:
    """A purchase whose fields are JSON as it is written here."""
    told = {"id": '"x"', "member": '"ann"', "type": '"purchase"', "amount": '"1.00"', **fields}
    return ("{" + ", ".join(f'"{name}": {value}' for name, value in told.items()) + "}").encode()


class Bad(NamedTuple):
    """What is sent, and how it is answered; `says` stands in the English sentence."""

    body: bytes
    status: int
    code: str
    pointer: str | None = None
    says: str = ""
    path: str = "/v1/events"


def spend(**fields: Any) -> bytes:
    return json.dumps({"id": "x", "member": "ann", "points": 1, **fields}).encode()


BAD = {
    "half an object": Bad(b'{"id": "x"', 400, "malformed"),
    "nothing": Bad(b"", 400, "malformed"),
    "text": Bad(b'"x"', 400, "malformed"),
    "a number": Bad(b"5", 400, "malformed"),
    "an object of nothing": Bad(b"{}", 400, "malformed", "/type"),
    "a list as a member": Bad(raw(member='["ann"]'), 400, "malformed", "/member"),
    "an object as an amount": Bad(raw(amount='{"a": 1}'), 400, "malformed", "/amount"),
    "true as an amount": Bad(raw(amount="true"), 400, "malformed", "/amount"),
    "a number as a type": Bad(raw(type="[]"), 400, "malformed", "/type"),
    "lines that are none": Bad(raw(lines='"beans"'), 400, "malformed", "/lines"),
    "a megabyte": Bad(raw(id=f'"{"x" * MOST_BYTES}"'), 413, "too_large"),
    "lists without end": Bad(b"[" * 100_000 + b"]" * 100_000, 400, "malformed"),
    "objects without end": Bad(b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400, "malformed"),
    "nesting in a field": Bad(raw(amount="[" * 500 + "]" * 500), 400, "malformed", "/amount"),
    "an unknown field": Bad(raw(amuont="1"), 400, "malformed", "/amuont", "did you mean 'amount'"),
    "an unknown field of a spend": Bad(
        spend(pionts=1), 400, "malformed", "/pionts", "unknown field", "/v1/spends"
    ),
    "an amount said twice": Bad(
        raw(amount='"1.00", "amount": "100.00"'), 400, "malformed", "/amount", "twice"
    ),
    "points said twice": Bad(
        b'{"id": "x", "member": "ann", "points": 1, "points": 2}',
        400,
        "malformed",
        "/points",
        "twice",
        "/v1/spends",
    ),
    "a field of one of many said twice": Bad(
        b"[" + raw(id='"y"') + b"," + raw(id='"z", "id": "z2"') + b"]",
        400,
        "malformed",
        "/1/id",
        "twice",
    ),
    "an unknown type": Bad(raw(type='"purchse"'), 404, "unknown_event", "/type", "purchse"),
    "not a number": Bad(raw(amount="NaN"), 400, "malformed"),
    "infinity": Bad(raw(amount="Infinity"), 400, "malformed"),
    "text that is not a number": Bad(raw(amount='"NaN"'), 400, "malformed", "/amount", "NaN"),
    "an exponent": Bad(raw(amount="1e2"), 400, "malformed", "/amount", "1e2"),
    "an exponent as text": Bad(raw(amount='"1E2"'), 400, "malformed", "/amount", "1E2"),
    "a huge exponent": Bad(raw(amount="1e999999"), 400, "malformed", "/amount"),
    "half a cent": Bad(raw(amount="1.005"), 400, "malformed", "/amount", "2 decimals"),
    "below zero": Bad(raw(amount="-1"), 422, "invalid_amount", "/amount"),
    "more than there is": Bad(raw(amount="9" * 25), 422, "invalid_amount", "/amount"),
    "digits of another script": Bad(raw(amount='"１２"'), 400, "malformed", "/amount"),
    "another currency": Bad(
        spend(currency="miles"), 400, "malformed", "/currency", "miles", "/v1/spends"
    ),
    "bad UTF-8": Bad(b'{"id": "\xff\xfe"}', 400, "malformed"),
    "half a surrogate": Bad(raw(id=r'"\ud800"'), 400, "malformed"),
    "no character at all": Bad(raw(id=r'"a\u0000b"'), 400, "malformed", "/id"),
    "a line break in an id": Bad(raw(id=r'"a\nb"'), 400, "malformed", "/id"),
    "an id too long": Bad(raw(id=f'"{"x" * 501}"'), 400, "malformed", "/id", "500"),
    "a name too long": Bad(raw(member=f'"{"x" * 501}"'), 400, "malformed", "/member", "500"),
    "no id": Bad(raw(id="null"), 400, "malformed", "/id", "missing"),
    "a day that is none": Bad(raw(occurred_at='"2026-02-30"'), 400, "malformed", "/occurred_at"),
    "other content under a known id": Bad(raw(id='"known"'), 409, "conflict", None, "amount"),
    "a member whom nobody knows": Bad(raw(member='"nobody"'), 404, "unknown_member"),
    "another programme's member": Bad(raw(member='"theirs"'), 404, "unknown_member"),
    "too many at once": Bad(b"[" + b"{}," * 500 + b"{}]", 413, "too_large"),
}


@pytest.fixture(scope="module")
def theirs(served: Served) -> str:
    """A key of another programme, which has a member of its own."""
    document = (TEMPLATES / "coffee-club.yaml").read_text(encoding="utf-8")
    now = real_now()
    other = create_programme(served.connection, document, slug="other", now=now, actor="test")
    people = [NewMember(id="theirs", joined_at=now)]
    enrol_members(served.connection, other, people, now=now, actor="test")
    terms = ApiKeyTerms(name="till", scopes=("read", "write"))
    return make_key(served.connection, other.programme_id, terms, now=now, actor="test")


def written(served: Served) -> tuple[int, ...]:
    """How much stands in the bank."""
    row = served.connection.execute(
        "SELECT (SELECT count(*) FROM command), (SELECT count(*) FROM command_key),"
        " (SELECT count(*) FROM event), (SELECT count(*) FROM posting),"
        " (SELECT count(*) FROM outbox), (SELECT count(*) FROM member)"
    ).fetchone()
    assert row is not None
    return tuple(row)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", BAD)
def test_it_is_answered_by_its_problem_and_nothing_is_written(
    served: Served, theirs: str, name: str, language: str
) -> None:
    bad, before = BAD[name], written(served)
    headers = {"accept-language": language, "x-request-id": "bad-1"}
    answer = served.client.post(bad.path, content=bad.body, headers=headers)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (bad.status, bad.code), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["type"], told["request_id"]) == (f"/problems/{bad.code}", "bad-1")
    assert answer.headers["x-request-id"] == "bad-1"
    if bad.pointer is not None:
        assert told["pointer"] == bad.pointer
    in_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in told["title"])
    assert in_chinese == (language == "zh")
    if language == "en":
        assert bad.says in told["detail"]
    assert written(served) == before


def test_each_of_a_list_is_told_what_is_wrong_with_it(served: Served) -> None:
    asked = [5, purchase("good"), None, [], {"id": "y"}, purchase("bad", amount="NaN")]
    answer = served.client.post("/v1/events", json=asked)
    assert answer.status_code == 200
    results = answer.json()["results"]
    told = [one.get("state", one.get("code")) for one in results]
    assert told == ["malformed", "applied", "malformed", "malformed", "malformed", "malformed"]
    assert results[5]["pointer"] == "/amount"
    assert [one.get("status") for one in results] == [400, None, 400, 400, 400, 400]


def test_a_key_that_has_ended_or_is_no_key_writes_nothing(served: Served) -> None:
    now, programme_id = real_now(), served.programme.programme_id
    ended = ApiKeyTerms(name="ended", scopes=("read", "write"), expires_at=now - 1)
    revoked = ApiKeyTerms(name="revoked", scopes=("read", "write"))
    keys = [
        make_key(served.connection, programme_id, terms, now=now, actor="test")
        for terms in (ended, revoked)
    ]
    key_id = keys[1].split("_")[1]
    revoke_key(served.connection, programme_id, key_id, now=now, actor="test")
    before = written(served)
    for key in (*keys, f"{keys[0]}x", "jifen_", "Kim", "jifenm.a.b"):
        headers = {"authorization": f"Bearer {key}"}
        refused = served.client.post("/v1/events", json=purchase("k"), headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthorised")
    assert written(served) == before


def test_a_key_of_another_programme_finds_nobody_here(served: Served, theirs: str) -> None:
    headers, before = {"authorization": f"Bearer {theirs}"}, written(served)
    for method, path, body in (
        ("GET", "/v1/members/ann", None),
        ("GET", "/v1/events/known", None),
        ("GET", "/v1/members/ann/statement", None),
        ("POST", "/v1/events", purchase("k")),
        ("POST", "/v1/members/ann/freeze", {"id": "f", "reason": "x"}),
        ("POST", "/v1/events/known/confirm", {"id": "c"}),
    ):
        refused = served.client.request(method, path, json=body, headers=headers)
        assert refused.status_code == 404, (path, refused.text)
    assert written(served) == before


def test_two_members_never_ask_under_one_id(served: Served) -> None:
    ids = []
    for name, id in (("a", "b/c"), ("a/b", "c"), ("a%2Fb", "c")):
        served.client.post("/v1/members", json={"id": name}).raise_for_status()
        served.client.post("/v1/events", json=purchase(f"of {name}", name)).raise_for_status()
        path = f"/v1/members/{name.replace('%', '%25').replace('/', '%2F')}/token"
        token = served.client.post(path, json={"scopes": ["use"]}).json()["token"]
        headers = {"authorization": f"Bearer {token}"}
        body = {"id": id, "points": 1}
        spent = served.client.post("/v1/spends", json=body, headers=headers).json()
        assert spent["state"] == "applied", spent
        ids.append(spent["id"])
    assert ids == ["a/b/c", "a%2Fb/c", "a%252Fb/c"]
