"""Tokens of members: they open what is the member's own, for a short while, and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from served_bank import TEMPLATES, Served, purchase, served_bank
from test_access import ALLOWED_BY

from jifen.api import keyring, tokens
from jifen.api.access import make_key, revoke_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.api.member_access import LONGEST_LIFE, MARK, SKEW, Claims, open_token, sign_token
from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import create_programme
from jifen.proof.proving import prove

DAY = 86_400_000_000
MEMBERS_MAY = {
    # what a token with all that a token may have opens
    ("GET", "/v1/members/{}"),
    ("GET", "/v1/members/{}/statement"),
    ("GET", "/v1/members/{}/statement.csv"),
    ("GET", "/v1/members/{}/statement.ndjson"),
    ("GET", "/v1/members/{}/balances"),
    ("GET", "/v1/members/{}/holds"),
    ("GET", "/v1/members/{}/lots"),
    ("GET", "/v1/members/{}/expiries"),
    ("GET", "/v1/members/{}/codes"),
    ("GET", "/v1/members/{}/referrals"),
    ("GET", "/v1/members/{}/catalogue"),
    ("POST", "/v1/members/{}/calculator"),
    ("GET", "/v1/members/{}/wishes"),
    ("PUT", "/v1/members/{}/wishes/{}"),
    ("DELETE", "/v1/members/{}/wishes/{}"),
    ("GET", "/v1/programme/rewards/{}/prices"),
    ("GET", "/v1/members/{}/friends"),
    ("GET", "/v1/orders"),
    ("GET", "/v1/orders/{}"),
    ("PUT", "/v1/orders/{}/address"),
    ("POST", "/v1/orders/{}/code"),
    ("POST", "/v1/members/{}/mall-login"),
    ("GET", "/v1/draws"),
    ("GET", "/v1/members/{}/draws"),
    ("GET", "/v1/holds/{}"),
    ("GET", "/v1/spends/{}"),
    ("GET", "/v1/redemptions/{}"),
    ("GET", "/v1/spins/{}"),
    ("GET", "/v1/transfers/{}"),
    ("GET", "/v1/exchanges/{}"),
    ("GET", "/v1/events/{}"),
    ("GET", "/v1/programme"),
    ("POST", "/v1/quotes"),
    ("POST", "/v1/spends"),
    ("POST", "/v1/redemptions"),
    ("POST", "/v1/spins"),
    ("POST", "/v1/holds"),
    ("POST", "/v1/transfers"),
    ("POST", "/v1/exchanges"),
}


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url, "tokens", "keys", "codes") as served:
        for id, member in (("o-ann", "ann"), ("o-bob", "bob")):
            served.client.post("/v1/events", json=purchase(id, member)).raise_for_status()
        yield served


def signed(served: Served, member: str, *scopes: str, **more: Any) -> str:
    body = {"scopes": scopes or ("read", "use", "codes"), **more}
    made = served.client.post(f"/v1/members/{member}/token", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["token"])


def ask(served: Served, token: str, method: str, path: str, **more: Any) -> httpx.Response:
    return served.client.request(method, path, headers={"authorization": f"Bearer {token}"}, **more)


@pytest.mark.parametrize(("method", "path"), ALLOWED_BY)
def test_a_token_opens_what_members_may_and_nothing_else(
    served: Served, method: str, path: str
) -> None:
    answer = ask(
        served, signed(served, "dan"), method, path.replace("{}", "none"),
        json=None if method == "GET" else {},
    )  # fmt: skip
    if not ALLOWED_BY[method, path]:
        return
    assert (answer.status_code == 403) is ((method, path) not in MEMBERS_MAY), answer.text
    looking = ask(
        served, signed(served, "dan", "read"), method, path.replace("{}", "none"),
        json=None if method == "GET" else {},
    )  # fmt: skip
    may_look = ALLOWED_BY[method, path] == "read" and (method, path) in MEMBERS_MAY
    assert (looking.status_code == 403) is not may_look


def test_a_member_sees_their_own_and_nobody_elses(served: Served) -> None:
    token = signed(served, "ann")
    for name in ("ann", "me"):
        assert ask(served, token, "GET", f"/v1/members/{name}").json()["id"] == "ann"
        told = ask(served, token, "GET", f"/v1/members/{name}/statement").json()
        assert told["movements"]
    assert ask(served, token, "GET", "/v1/events/o-ann").status_code == 200
    quoted = ask(
        served, token, "POST", "/v1/quotes", json={"event": {"type": "purchase", "amount": 9}}
    )
    assert quoted.json()["member"] == "ann"
    for path in ("/v1/members/bob", "/v1/members/bob/statement"):
        other, nobody = (
            ask(served, token, "GET", path),
            ask(served, token, "GET", path.replace("bob", "xx")),
        )
        assert (other.status_code, other.json()["code"]) == (404, "unknown_member")
        assert other.json()["detail"] == nobody.json()["detail"]
    other, none = (ask(served, token, "GET", f"/v1/events/{id}") for id in ("o-bob", "o-none"))
    assert (other.status_code, other.json()["detail"]) == (404, none.json()["detail"])
    for body in (
        {"event": {"member": "bob", "type": "purchase", "amount": 9}},
        {"spend": {"member": "bob"}},
    ):
        assert ask(served, token, "POST", "/v1/quotes", json=body).status_code == 404


def test_a_member_lets_go_what_is_theirs_under_ids_that_are_theirs(served: Served) -> None:
    token = signed(served, "ann")
    held = ask(served, token, "POST", "/v1/holds", json={"id": "next-receipt", "points": 2})
    assert (held.json()["id"], held.json()["member"]) == ("ann/next-receipt", "ann")
    again = ask(served, token, "POST", "/v1/holds", json={"id": "next-receipt", "points": 2})
    assert again.headers["idempotent-replayed"] == "true"
    tills = served.client.post(
        "/v1/holds", json={"id": "next-receipt", "member": "ann", "points": 3}
    )
    assert tills.json()["state"] == "applied"
    rows = served.connection.execute(
        "SELECT actor FROM command WHERE key = 'hold/ann/next-receipt'"
    )
    assert rows.fetchall() == [("till/member",)]
    several = [{"id": "x", "member": "ann", "points": 1}, {"id": "y", "member": "bob", "points": 1}]
    both = ask(served, token, "POST", "/v1/spends", json=several)
    assert [one.get("code") for one in both.json()["results"]] == [None, "unknown_member"]
    past = {"id": "z", "points": 1, "occurred_at": "2026-01-01"}
    refused = ask(served, token, "POST", "/v1/spends", json=past)
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/occurred_at")
    paid = {"id": "z", "reward": "coffee", "to_pay": "1.00"}  # which only who took it can say
    refused = ask(served, token, "POST", "/v1/redemptions", json=paid)
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/to_pay")


def test_a_member_spins_for_themself_alone(served: Served) -> None:
    document = (TEMPLATES.parents[3] / "examples" / "programmes" / "draws.yaml").read_text(
        encoding="utf-8"
    )
    drawn = create_programme(served.connection, document, now=real_now(), actor="test")
    terms = ApiKeyTerms(name="app", scopes=("read", "write", "tokens"))
    key = make_key(served.connection, drawn.programme_id, terms, now=real_now(), actor="test")
    for member in ("gil", "hal"):
        ask(served, key, "POST", "/v1/members", json={"id": member}).raise_for_status()
        given = {"id": member, "member": member, "points": 20, "reason": "welcome"}
        ask(served, key, "POST", "/v1/adjustments", json=given).raise_for_status()
    ask(served, key, "POST", "/v1/draws/lucky/open", json={}).raise_for_status()
    token = ask(served, key, "POST", "/v1/members/gil/token", json={"scopes": ["use"]}).json()[
        "token"
    ]
    spin = {"id": "s1", "draw": "lucky"}
    spun = ask(served, token, "POST", "/v1/spins", json=spin)
    assert spun.status_code == 200, spun.text
    assert (spun.json()["id"], spun.json()["member"]) == ("gil/s1", "gil")
    assert (spun.json()["spun"]["spin"], spun.json()["spun"]["ticket"]) == (1, None)
    again = ask(served, token, "POST", "/v1/spins", json=spin)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == spun.json()
    paid = ask(served, token, "POST", "/v1/spins", json={"id": "s2", "draw": "lucky"}).json()
    assert (paid["spun"]["spin"], paid["paid"]) == (2, {"points": 10})
    of_another = ask(served, token, "POST", "/v1/spins", json={**spin, "member": "hal"})
    assert (of_another.status_code, of_another.json()["code"]) == (404, "unknown_member")
    before = ask(served, token, "POST", "/v1/quotes", json={"spin": spin})
    assert before.status_code == 403  # this token looks at nothing
    rounds = ask(served, key, "GET", "/v1/draws").json()["draws"][0]["rounds"]
    assert rounds[0]["spins"] == 2
    looking = ask(served, key, "POST", "/v1/members/gil/token", json={"scopes": ["read"]}).json()
    left = ask(served, looking["token"], "GET", "/v1/members/me/draws").json()
    of_lucky = {"draw": "lucky", "round": 1, "free": 0, "of_round": None, "tickets": 0}
    assert left == {"member": "gil", "draws": [of_lucky]}
    others = ask(served, looking["token"], "GET", "/v1/members/hal/draws")
    assert others.json()["code"] == "unknown_member"
    shown = ask(served, key, "GET", "/v1/members/hal/draws").json()["draws"]
    assert shown == [{**of_lucky, "free": 1}]
    assert prove(served.connection, drawn).holds


def test_a_frozen_member_sees_why_and_spends_nothing(served: Served) -> None:
    freeze = {"id": "f", "reason": "lost card"}
    served.client.post("/v1/members/cid/freeze", json=freeze).raise_for_status()
    token = signed(served, "cid")
    shown = ask(served, token, "GET", "/v1/members/me").json()
    assert (shown["frozen"]["reason"], shown["frozen"]["by"]) == ("lost card", "till")
    spent = ask(served, token, "POST", "/v1/spends", json={"id": "s", "points": 1})
    assert (spent.status_code, spent.json()["code"]) == (403, "frozen")


def test_a_token_ends_with_a_merge_and_the_next_is_the_survivors(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "SECONDS_REMEMBERED", 0.0)
    for name in ("eve", "eva"):
        served.client.post("/v1/members", json={"id": name}).raise_for_status()
    token = signed(served, "eva")
    assert ask(served, token, "GET", "/v1/members/me").status_code == 200
    merge = {"id": "m", "from": "eva", "into": "eve", "reason": "one person"}
    merged = served.client.post("/v1/merges", json=merge)
    assert merged.status_code == 200, merged.text
    assert ask(served, token, "GET", "/v1/members/me").status_code == 401
    made = served.client.post("/v1/members/eva/token", json={}).json()
    assert made["member"] == "eve"
    assert ask(served, made["token"], "GET", "/v1/members/me").json()["id"] == "eve"


def test_a_token_lies_within_its_key(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "SECONDS_REMEMBERED", 0.0)
    ends = real_now() + 60_000_000
    terms = ApiKeyTerms(name="portal", scopes=("read", "tokens"), expires_at=ends)
    key = make_key(
        served.connection, served.programme.programme_id, terms, now=real_now(), actor="test"
    )
    more = ask(served, key, "POST", "/v1/members/ann/token", json={"scopes": ["use"]})
    assert (more.status_code, more.json()["figures"]) == (403, {"scope": "use"})
    made = ask(served, key, "POST", "/v1/members/ann/token", json={"seconds": 3600}).json()
    opened = open_token(served.connection, made["token"])
    assert opened is not None
    assert opened.claims.expires_at == ends
    assert ask(served, made["token"], "GET", "/v1/members/me").status_code == 200
    revoke_key(
        served.connection,
        served.programme.programme_id,
        key.split("_")[1],
        now=real_now(),
        actor="test",
    )
    assert ask(served, made["token"], "GET", "/v1/members/me").status_code == 401


@pytest.mark.parametrize(
    "body",
    [{"seconds": 0}, {"seconds": 86_401}, {"seconds": "soon"}, {"scopes": ["write"]}, {"scopes": []}, {"for": 1}],
)  # fmt: skip
def test_no_token_is_stronger_or_longer_than_tokens_are(
    served: Served, body: dict[str, Any]
) -> None:
    refused = served.client.post("/v1/members/ann/token", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    unknown = served.client.post("/v1/members/nobody/token", json={})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_member")


def test_a_token_that_was_changed_or_has_ended_opens_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed(served, "ann", "read")
    body, _, signature = token.removeprefix(MARK).partition(".")
    claims = msgspec.json.decode(base64.urlsafe_b64decode(body + "=="), type=Claims)
    stronger = msgspec.structs.replace(claims, scopes=("read", "use"))
    forged = base64.urlsafe_b64encode(msgspec.json.encode(stronger)).decode().rstrip("=")
    for sent in (
        f"{MARK}{forged}.{signature}",
        f"{MARK}{body}.{signature[:-2]}AA",
        f"{MARK}{body}.",
        f"{MARK}{body}",
        f"{MARK}.",
        f"{MARK}{'A' * 5}.{signature}",
        token.removeprefix("jifenm"),
    ):
        assert ask(served, sent, "GET", "/v1/members/me").status_code == 401, sent
    now = real_now()
    late, programme_id = [], served.programme.programme_id
    key = open_token(served.connection, token)
    assert key is not None
    for ended in (now - SKEW // 2, now - SKEW - 1):
        written, _ = sign_token(
            served.connection, programme_id, key.key, "ann", scopes=("read",), expires_at=ended, now=now
        )  # fmt: skip
        late.append(ask(served, written, "GET", "/v1/members/me").status_code)
    assert late == [200, 401]  # the clocks of two servers may differ by a little


def test_a_token_opens_no_other_programme(served: Served) -> None:
    document = (tokens.__file__).replace("api/tokens.py", "programme/templates/star-club.yaml")
    with open(document, encoding="utf-8") as file:
        other = create_programme(served.connection, file.read(), now=real_now(), actor="test")
    terms = ApiKeyTerms(name="app", scopes=("read", "use", "tokens"))
    key = make_key(served.connection, other.programme_id, terms, now=real_now(), actor="test")
    refused = ask(served, key, "POST", "/v1/members/ann/token", json={})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_member")


def test_secrets_are_renewed_and_forgotten_when_nothing_of_theirs_opens(database_url: str) -> None:
    with connect(database_url) as connection:
        document = (tokens.__file__).replace(
            "api/tokens.py", "programme/templates/coffee-club.yaml"
        )
        with open(document, encoding="utf-8") as file:
            programme = create_programme(connection, file.read(), now=real_now(), actor="test")
        now, id = real_now(), programme.programme_id
        terms = ApiKeyTerms(name="app", scopes=("read", "tokens"))
        make_key(connection, id, terms, now=now, actor="test")
        with cursor(connection) as sql:
            sql.execute(
                "INSERT INTO token_secret SELECT %s, d::text, decode('00', 'hex'), now() - d * interval '1 day'"
                " FROM unnest(ARRAY[30.5, 31.5]) AS d", [id]
            )  # fmt: skip
        from jifen.api.member_access import _signing_secret

        secret_id, secret = _signing_secret(connection, id, now)
        assert _signing_secret(connection, id, now + DAY) == (secret_id, secret)
        left = connection.execute("SELECT secret_id FROM token_secret ORDER BY made_at").fetchall()
        assert left == [("30.5",), (secret_id,)]  # what it signed last may open for a day
        assert LONGEST_LIFE == DAY


def test_a_member_asks_only_so_often(served: Served) -> None:
    served.client.post("/v1/members", json={"id": "fay"}).raise_for_status()
    token = signed(served, "fay")
    answers = (ask(served, token, "GET", "/v1/members/me") for _ in range(600))
    stopped = next(one for one in answers if one.status_code != 200)  # one a second comes back
    assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "1")
    other = ask(served, signed(served, "bob"), "GET", "/v1/members/me")
    assert other.headers["ratelimit-policy"] == '"minute";q=60;w=60'
    assert other.status_code == 200
