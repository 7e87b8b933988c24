"""Who may ask what: every address under every scope, and keys that make keys."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest
from served_bank import TEMPLATES, serving
from test_described import addresses

from jifen.api.access import make_key
from jifen.api.caller import Caller
from jifen.api.commands import KINDS, OF_ONE
from jifen.api.described.everything import OPERATIONS
from jifen.api.key_terms import ApiKeyTerms
from jifen.api.keyring import MOST_ATTEMPTS, Keyring
from jifen.api.reading import Readers
from jifen.api.scopes import OF_KIND, SCOPES
from jifen.cli.serving import proxies
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.opening import OpenProgramme, create_programme

DOCS = Path(__file__).parents[2] / "docs"
ALLOWED_BY: dict[tuple[str, str], str] = {
    # every address, and the least scope that opens it; "" opens to everybody
    ("GET", "/health"): "",
    ("GET", "/ready"): "",
    ("GET", "/problems/{}"): "",
    ("GET", "/v1/members"): "read",
    ("GET", "/v1/members/{}"): "read",
    ("GET", "/v1/members/{}/statement"): "read",
    ("GET", "/v1/members/{}/statement.csv"): "read",
    ("GET", "/v1/members/{}/statement.ndjson"): "read",
    ("GET", "/v1/members/{}/balances"): "read",
    ("GET", "/v1/events/{}"): "read",
    ("GET", "/v1/programme"): "read",
    ("GET", "/v1/programme/versions"): "read",
    ("GET", "/v1/programme/versions/{}"): "read",
    ("GET", "/v1/programme/versions/{}/differences"): "read",
    ("POST", "/v1/programme/plan"): "programme",
    ("POST", "/v1/programme/versions"): "programme",
    ("POST", "/v1/programme/versions/{}/withdraw"): "programme",
    ("GET", "/v1/programme/correction"): "programme",
    ("GET", "/v1/programme/correction/differences"): "programme",
    ("POST", "/v1/programme/correction"): "programme",
    ("DELETE", "/v1/programme/correction"): "programme",
    ("POST", "/v1/programme/correction/post"): "programme",
    ("GET", "/v1/stock"): "read",
    ("POST", "/v1/stock"): "write",
    ("GET", "/v1/audit"): "audit",
    ("GET", "/v1/holds/{}"): "read",
    ("GET", "/v1/spends/{}"): "read",
    ("GET", "/v1/redemptions/{}"): "read",
    ("GET", "/v1/spins/{}"): "read",
    ("GET", "/v1/transfers/{}"): "read",
    ("GET", "/v1/exchanges/{}"): "read",
    ("GET", "/v1/orders"): "read",
    ("GET", "/v1/orders/{}"): "read",
    ("GET", "/v1/orders/{}/address"): "addresses",
    ("GET", "/v1/shipments"): "addresses",
    ("POST", "/v1/orders/{}/code"): "use",
    ("POST", "/v1/pickups"): "counter",
    ("PUT", "/v1/orders/{}/address"): "use",
    ("POST", "/v1/orders/{}/approve"): "fulfil",
    ("POST", "/v1/orders/{}/reschedule"): "fulfil",
    ("POST", "/v1/orders/{}/ship"): "fulfil",
    ("POST", "/v1/orders/{}/close"): "fulfil",
    ("POST", "/v1/orders/{}/pickup"): "fulfil",
    ("POST", "/v1/orders/{}/cancel"): "fulfil",
    ("POST", "/v1/orders/{}/takeback"): "fulfil",
    ("GET", "/v1/members/{}/holds"): "read",
    ("GET", "/v1/members/{}/lots"): "read",
    ("GET", "/v1/members/{}/expiries"): "read",
    ("GET", "/v1/members/{}/codes"): "codes",
    ("GET", "/v1/code-pools"): "codes",
    ("GET", "/v1/members/{}/referrals"): "read",
    ("GET", "/v1/members/{}/catalogue"): "read",
    ("POST", "/v1/members/{}/calculator"): "read",
    ("GET", "/v1/members/{}/wishes"): "read",
    ("PUT", "/v1/members/{}/wishes/{}"): "use",
    ("DELETE", "/v1/members/{}/wishes/{}"): "use",
    ("GET", "/v1/programme/rewards/{}/prices"): "read",
    ("GET", "/v1/members/{}/friends"): "read",
    ("GET", "/v1/stream"): "read",
    ("GET", "/v1/openapi.json"): "",
    ("GET", "/"): "",
    ("GET", "/docs"): "",
    ("POST", "/v1/quotes"): "read",
    ("POST", "/v1/members"): "earn",
    ("POST", "/v1/jobs"): "jobs",
    ("GET", "/v1/jobs"): "jobs",
    ("GET", "/v1/jobs/{}"): "jobs",
    ("PUT", "/v1/jobs/{}/data"): "jobs",
    ("POST", "/v1/jobs/{}/cancel"): "jobs",
    ("GET", "/v1/jobs/{}/files/{}"): "jobs",
    ("POST", "/v1/members/{}/token"): "tokens",
    ("GET", "/v1/keys"): "keys",
    ("POST", "/v1/keys"): "keys",
    ("GET", "/v1/keys/{}"): "keys",
    ("POST", "/v1/keys/{}/rotate"): "keys",
    ("DELETE", "/v1/keys/{}"): "keys",
    ("POST", "/v1/events"): "earn",
    ("POST", "/v1/returns"): "earn",
    ("POST", "/v1/confirmations"): "earn",
    ("POST", "/v1/referrals"): "earn",
    ("POST", "/v1/events/{}/return"): "earn",
    ("POST", "/v1/events/{}/confirm"): "earn",
    ("POST", "/v1/spends"): "use",
    ("POST", "/v1/redemptions"): "use",
    ("POST", "/v1/uses"): "use",
    ("POST", "/v1/spins"): "use",
    ("GET", "/v1/draws"): "read",
    ("GET", "/v1/members/{}/draws"): "read",
    ("POST", "/v1/draws/{}/open"): "write",
    ("POST", "/v1/draws/{}/close"): "write",
    ("POST", "/v1/holds"): "use",
    ("POST", "/v1/reversals"): "use",
    ("POST", "/v1/transfers"): "use",
    ("POST", "/v1/exchanges"): "use",
    ("POST", "/v1/holds/{}/capture"): "use",
    ("POST", "/v1/holds/{}/void"): "use",
    ("POST", "/v1/holds/{}/cancel"): "use",
    ("POST", "/v1/spends/{}/cancel"): "use",
    ("POST", "/v1/redemptions/{}/cancel"): "use",
    ("POST", "/v1/exchanges/{}/cancel"): "use",
    ("POST", "/v1/transfers/{}/cancel"): "use",
    ("GET", "/v1/webhooks"): "webhooks",
    ("POST", "/v1/webhooks"): "webhooks",
    ("GET", "/v1/webhooks/{}"): "webhooks",
    ("PATCH", "/v1/webhooks/{}"): "webhooks",
    ("DELETE", "/v1/webhooks/{}"): "webhooks",
    ("POST", "/v1/webhooks/{}/secret"): "webhooks",
    ("POST", "/v1/webhooks/{}/test"): "webhooks",
    ("POST", "/v1/webhooks/{}/replay"): "webhooks",
    ("GET", "/v1/webhooks/{}/deliveries"): "webhooks",
    ("GET", "/v1/webhooks/{}/deliveries/{}/attempts"): "webhooks",
    ("GET", "/v1/mall-providers"): "malls",
    ("POST", "/v1/mall-providers"): "malls",
    ("GET", "/v1/mall-providers/{}"): "malls",
    ("PATCH", "/v1/mall-providers/{}"): "malls",
    ("POST", "/v1/mall-providers/{}/secret"): "malls",
    ("DELETE", "/v1/mall-providers/{}"): "malls",
    ("GET", "/v1/mall-providers/{}/notices"): "malls",
    ("POST", "/v1/members/{}/mall-login"): "use",
    ("GET", "/v1/mall/{}/{}/{}"): "",
    ("POST", "/v1/mall/{}/{}/{}"): "",
    ("GET", "/v1/mall/{}/{}/notice"): "",
    ("POST", "/v1/mall/{}/{}/notice"): "",
    ("POST", "/v1/adjustments"): "write",
    ("POST", "/v1/revivals"): "write",
    ("POST", "/v1/merges"): "write",
    ("POST", "/v1/claims"): "write",
    ("POST", "/v1/openings"): "write",
    ("POST", "/v1/members/{}/freeze"): "write",
    ("POST", "/v1/members/{}/unfreeze"): "write",
    ("POST", "/v1/members/{}/facts"): "write",
    ("POST", "/v1/members/{}/tier"): "write",
    ("POST", "/v1/members/{}/household"): "write",
    ("POST", "/v1/members/{}/unmerge"): "write",
}
WITHIN_WRITE = {"write", "earn", "use", "fulfil"}


class Served(NamedTuple):
    """A bank with a server in front of it."""

    connection: psycopg.Connection[Any]
    programme: OpenProgramme
    client: httpx.Client
    keys: dict[str, str]  # by scope, a key with that one

    def ask(self, key: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {key}", **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    document = (TEMPLATES / "coffee-club.yaml").read_text(encoding="utf-8")
    with connect(module_database_url) as connection:
        now = real_now()
        programme = create_programme(connection, document, now=now, actor="test")
        people = [NewMember(id=name, joined_at=now - 1) for name in ("ann", "bob")]
        enrol_members(connection, programme, people, now=now, actor="test")
        keys = {
            scope: make_key(
                connection, programme.programme_id,
                ApiKeyTerms(name=f"only-{scope}", scopes=(scope,)), now=now, actor="test",
            )
            for scope in SCOPES
        }  # fmt: skip
        with (
            serving(module_database_url) as address,
            httpx.Client(base_url=address, trust_env=False) as client,
        ):
            yield Served(connection, programme, client, keys)


def test_the_table_lists_every_address_there_is() -> None:
    assert sorted(ALLOWED_BY) == sorted(addresses())


def test_what_is_described_names_the_scope_that_is_asked_for() -> None:
    described = {(one.method, re.sub(r"{[^}]*}", "{}", one.path)): one.scope for one in OPERATIONS}
    assert described == {address: scope or None for address, scope in ALLOWED_BY.items()}


def test_every_command_has_a_scope() -> None:
    assert {*KINDS.values(), *OF_ONE.values()} <= OF_KIND.keys()


@pytest.mark.parametrize(("method", "path"), ALLOWED_BY)
def test_an_address_opens_to_its_scope_and_to_no_other(
    served: Served, method: str, path: str
) -> None:
    needed = ALLOWED_BY[method, path]
    where = path.replace("{}", "nobody")
    if needed:
        unnamed = served.client.request(method, where, json={})
        assert (unnamed.status_code, unnamed.json()["code"]) == (401, "unauthorised")
    for scope, key in served.keys.items():
        answer = served.ask(key, method, where, json=None if method == "GET" else {})
        opens = needed in ("", scope) or (scope == "write" and needed in WITHIN_WRITE)
        closed = answer.status_code == 403 and answer.json()["figures"] == {"scope": needed}
        assert closed is not opens, (scope, answer.text)
        assert answer.status_code < 500


def test_a_key_is_made_listed_rotated_and_revoked_over_http(served: Served) -> None:
    maker = served.keys["keys"]
    strong = make_key(
        served.connection, served.programme.programme_id,
        ApiKeyTerms(name="office", scopes=("keys", "read", "earn")), now=real_now(), actor="test",
    )  # fmt: skip
    body = {"name": "till-1", "scopes": ["read", "earn"], "expires": "2099-12-31"}
    made = served.ask(strong, "POST", "/v1/keys", json=body)
    assert (made.status_code, made.json()["made_by"]) == (201, "office")
    assert made.json()["expires_at"] == "2100-01-01T00:00:00+08:00"
    key, key_id = made.json()["key"], made.json()["id"]
    assert served.ask(key, "GET", "/v1/members/ann").status_code == 200
    shown = served.ask(maker, "GET", f"/v1/keys/{key_id}").json()
    assert (shown["name"], shown["last_used_at"] is None) == ("till-1", False)
    assert key.split("_", 2)[2] not in served.ask(maker, "GET", "/v1/keys").text
    renewed = served.ask(strong, "POST", f"/v1/keys/{key_id}/rotate", json={}).json()
    assert (renewed["name"], renewed["scopes"]) == ("till-1", ["earn", "read"])
    for one in (key, renewed["key"]):
        assert served.ask(one, "GET", "/v1/members/ann").status_code == 200
    assert served.ask(maker, "DELETE", f"/v1/keys/{renewed['id']}").status_code == 204
    again = served.ask(maker, "DELETE", f"/v1/keys/{renewed['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "not_found")
    gone = served.ask(maker, "GET", f"/v1/keys/{renewed['id']}").json()
    assert (gone["revoked_by"], gone["revoked_at"] is None) == ("only-keys", False)


STRONGER: dict[str, dict[str, Any]] = {
    "another scope": {"scopes": ["read", "write"]},
    "a scope within which lies one that it lacks": {"scopes": ["write"]},
    "a longer life": {"expires": "2099-12-31"},
    "no end": {"expires": None},
    "more a minute": {"commands_per_minute": 101},
    "no limit": {"commands_per_minute": None},
}


@pytest.mark.parametrize("more", STRONGER.values(), ids=STRONGER)
def test_no_key_makes_a_stronger_one(served: Served, more: dict[str, Any]) -> None:
    terms = ApiKeyTerms(
        name=f"weak-{real_now()}", scopes=("keys", "read"), expires_at=real_now() + 86_400_000_000,
        commands_per_minute=100,
    )  # fmt: skip
    weak = make_key(
        served.connection, served.programme.programme_id, terms, now=real_now(), actor="test"
    )
    fine = {"scopes": ["read"], "commands_per_minute": 100, "expires": "2026-01-01"}
    body = {"name": f"made-{real_now()}", **fine, **more}
    refused = served.ask(weak, "POST", "/v1/keys", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert served.ask(weak, "POST", "/v1/keys", json={**body, **fine}).status_code == 201


def test_a_stronger_key_is_not_rotated_by_a_weaker_one(served: Served) -> None:
    writer = served.keys["write"].split("_")[1]
    refused = served.ask(served.keys["keys"], "POST", f"/v1/keys/{writer}/rotate", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("name", ["only-read", "clock", "command line", "till/ann", "", "x" * 101])
def test_nobody_takes_the_name_of_somebody_else(served: Served, name: str) -> None:
    body = {"name": name, "scopes": ["keys"]}
    refused = served.ask(served.keys["keys"], "POST", "/v1/keys", json=body)
    assert refused.json()["pointer"] == "/name"
    assert refused.status_code == (409 if name == "only-read" else 400)


def test_a_key_that_does_not_exist_is_not_told_from_one_with_another_secret(served: Served) -> None:
    known = "_".join(served.keys["read"].split("_")[:2])
    for sent in (f"{known}_wrong", "jifen_00000000_wrong", "jifen_é_x"):
        headers = {b"authorization": b"Bearer " + sent.encode()}
        answer = served.client.get("/v1/members/ann", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")


def test_the_clerk_at_the_till_is_journalled_beside_the_key(served: Served) -> None:
    key = make_key(
        served.connection, served.programme.programme_id,
        ApiKeyTerms(name="till-9", scopes=("write", "actors")), now=real_now(), actor="test",
    )  # fmt: skip
    for id, name in (("by-ann", "安娜"), ("by-kim", "Kim"), ("by-nobody", None)):
        body = {"id": id, "member": "ann", "points": 1, "reason": "kind"}
        headers = {} if name is None else {"jifen-actor": name.encode()}
        served.ask(key, "POST", "/v1/adjustments", json=body, headers=headers).raise_for_status()
    rows = served.connection.execute(
        "SELECT key, actor FROM command WHERE key LIKE 'adjust/by-%' ORDER BY key"
    )
    assert rows.fetchall() == [
        ("adjust/by-ann", "till-9/安娜"),
        ("adjust/by-kim", "till-9/Kim"),
        ("adjust/by-nobody", "till-9"),
    ]


@pytest.mark.parametrize("name", [b"", b"a/b", b"member", b"x" * 101, b"\xff", b"clock"])
def test_a_clerk_has_a_name_that_is_nobody_elses(served: Served, name: bytes) -> None:
    key = make_key(
        served.connection, served.programme.programme_id,
        ApiKeyTerms(name=f"till-{real_now()}", scopes=("read", "actors")), now=real_now(), actor="test",
    )  # fmt: skip
    answer = served.ask(key, "GET", "/v1/members/ann", headers={"jifen-actor": name})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_who_acts_is_said_by_keys_that_may(served: Served) -> None:
    headers = {"jifen-actor": b"kim"}
    refused = served.ask(served.keys["read"], "GET", "/v1/members/ann", headers=headers)
    assert (refused.status_code, refused.json()["figures"]) == (403, {"scope": "actors"})


def test_a_limit_is_told_and_kept(served: Served) -> None:
    key = make_key(
        served.connection, served.programme.programme_id,
        ApiKeyTerms(name="slow", scopes=("read", "write"), commands_per_minute=5), now=real_now(),
        actor="test",
    )  # fmt: skip
    seen = served.ask(key, "GET", "/v1/members/ann")
    assert seen.headers["ratelimit-policy"] == '"minute";q=5;w=60'
    assert seen.headers["ratelimit"] == '"minute";r=4;t=12'
    body = [{"id": f"slow-{n}", "member": "ann", "points": 1, "reason": "kind"} for n in range(3)]
    many = served.ask(key, "POST", "/v1/adjustments", json=body)
    assert many.headers["ratelimit"].startswith('"minute";r=1;')
    beyond = served.ask(key, "POST", "/v1/adjustments", json=body)
    assert (beyond.status_code, beyond.json()["code"]) == (429, "too_many")
    assert 1 <= int(beyond.headers["retry-after"]) <= 24
    assert beyond.headers["ratelimit"].startswith('"minute";r=0;')
    unlimited = served.ask(served.keys["read"], "GET", "/v1/members/ann")
    assert "ratelimit" not in unlimited.headers


def test_whoever_tries_keys_is_stopped_and_whoever_has_one_is_not(
    module_database_url: str, served: Served
) -> None:
    with serving(module_database_url) as address, httpx.Client(base_url=address) as client:

        def ask(key: str) -> httpx.Response:
            return client.get("/v1/members/ann", headers={"authorization": f"Bearer {key}"})

        assert ask(served.keys["read"]).status_code == 200
        began, attempts = time.monotonic(), 1
        while ask(f"jifen_00000000_{attempts}").status_code == 401:
            attempts += 1
        # one more is allowed every second
        assert 0 <= attempts - 1 - MOST_ATTEMPTS <= time.monotonic() - began + 1
        assert int(ask("x").headers["retry-after"]) >= 1
        assert ask(served.keys["read"]).status_code == 200


def test_a_new_key_may_come_on_many_connections_at_once(
    module_database_url: str, served: Served
) -> None:
    written = f"Bearer {served.keys['read']}".encode()
    scope = {"headers": [(b"authorization", written)], "client": ("203.0.113.7", 1)}
    readers = Readers(module_database_url)
    keyring = Keyring(readers)

    async def ask() -> list[Caller]:
        asked = (keyring.caller_of(scope, "read") for _ in range(3 * MOST_ATTEMPTS))
        return await asyncio.gather(*asked)

    readers.open()
    try:
        assert len(asyncio.run(ask())) == 3 * MOST_ATTEMPTS
    finally:
        readers.close()


@pytest.mark.parametrize("trusted", [None, "10.0.0.0/8", "127.0.0.0/8"])
def test_a_proxys_word_is_taken_where_it_is_trusted_and_nowhere_else(
    module_database_url: str, served: Served, monkeypatch: pytest.MonkeyPatch, trusted: str | None
) -> None:
    if trusted is not None:
        monkeypatch.setenv("JIFEN_TRUSTED_PROXIES", trusted)
    with (
        serving(module_database_url, **proxies()) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):

        def ask(place: str) -> int:
            headers = {"authorization": "Bearer x", "x-forwarded-for": f"{place}, 203.0.113.9"}
            return client.get("/v1/members/ann", headers=headers).status_code

        places = (f"198.51.{n // 250}.{n % 250}" for n in range(10 * MOST_ATTEMPTS))
        # what stands before the last address anybody can write
        assert any(ask(place) == 429 for place in places)
        headers = {"authorization": "Bearer x", "x-forwarded-for": "203.0.113.10"}
        others = {client.get("/v1/members/ann", headers=headers).status_code for _ in range(10)}
        assert (429 in others) == (trusted != "127.0.0.0/8")


@pytest.mark.parametrize(
    "page",
    [
        f"{stem}{language}.md"
        for stem in ("guides/access", "reference/commands")
        for language in ("", ".zh-CN")
    ],
)
def test_every_scope_is_told_where_keys_are(page: str) -> None:
    written = (DOCS / page).read_text(encoding="utf-8")
    assert [scope for scope in SCOPES if f"`{scope}`" not in written.replace("--scope ", "")] == []
