"""The door as integrators meet it: over a socket, with keys, retries, and problems that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx
import pytest
from served_bank import TEMPLATES, Served, purchase, served_bank

from jifen.api import problems
from jifen.api.access import make_key, revoke_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import create_programme


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url) as served:
        yield served


def test_a_purchase_is_answered_with_its_points_and_why(served: Served) -> None:
    answer = served.client.post("/v1/events", json=purchase("first"))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["id"], told["member"], told["state"]) == ("first", "ann", "applied")
    assert told["points"]["points"] == 80
    assert told["base"] == "60.00"
    assert told["rules"]["big-basket"] == {"before": 20, "after": 20}
    why = served.client.get("/v1/events/first", headers={"accept-language": "zh-CN"}).json()
    assert any("80" in sentence and "积分" in sentence for sentence in why["sentences"])


def test_a_retry_is_answered_as_the_first_time_and_marked(served: Served) -> None:
    first = served.client.post("/v1/events", json=purchase("twice", "bob"))
    again = served.client.post("/v1/events", json=purchase("twice", "bob"))
    assert again.json() == first.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    other = served.client.post("/v1/events", json=purchase("twice", "bob", "61.00"))
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert other.json()["figures"] == {"field": "fields.amount"}


def test_the_id_may_come_as_idempotency_key(served: Served) -> None:
    body = {"member": "bob", "type": "purchase", "amount": 12}
    headers = {"idempotency-key": "by-header"}
    assert served.client.post("/v1/events", json=body, headers=headers).json()["id"] == "by-header"
    two = served.client.post("/v1/events", json={**body, "id": "other"}, headers=headers)
    assert (two.status_code, two.json()["pointer"]) == (400, "/id")


def test_a_body_that_contradicts_its_address_is_a_problem(served: Served) -> None:
    wrong = served.client.post(
        "/v1/members/ann/freeze", json={"id": "f1", "member": "bob", "reason": "lost card"}
    )
    assert (wrong.status_code, wrong.json()["pointer"]) == (400, "/member")
    for member in ("ann", "bob"):
        assert served.client.get(f"/v1/members/{member}").json()["frozen"] is None


def test_no_problem_is_raised_twice() -> None:
    """What is raised again keeps what led to it every time, and everything that was at hand there."""
    assert [name for name, value in vars(problems).items() if isinstance(value, Exception)] == []


def test_many_retries_at_once_count_once(served: Served) -> None:
    before = served.client.get("/v1/members/cid").json()["currencies"]["points"]["lifetime"]

    def ask(_: int) -> httpx.Response:
        return served.client.post("/v1/events", json=purchase("at-once", "cid"))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.text for answer in answers} == {answers[0].text}
    after = served.client.get("/v1/members/cid").json()["currencies"]["points"]["lifetime"]
    assert after - before == answers[0].json()["points"]["points"]


def test_hold_capture_and_return_go_by_their_paths(served: Served) -> None:
    served.client.post("/v1/events", json=purchase("for-dan", "dan", "100.00")).raise_for_status()
    hold = served.client.post("/v1/holds", json={"id": "h1", "member": "dan", "points": 30})
    assert hold.json()["deadline"]
    captured = served.client.post("/v1/holds/h1/capture", json={"id": "c1", "member": "dan"})
    assert captured.json()["taken"] == 30
    back = served.client.post("/v1/events/for-dan/return", json={"id": "r1", "amount": "60.00"})
    assert back.json()["reversed"]["points"] == 80
    closed = served.client.post("/v1/holds/h1/void", json={"id": "v1", "member": "dan"})
    assert (closed.status_code, closed.json()["code"]) == (409, "hold_closed")


def test_one_of_many_that_is_refused_costs_the_others_nothing(served: Served) -> None:
    asked = [purchase("many-1"), purchase("many-2", "nobody"), purchase("many-3", amount="x")]
    told = served.client.post("/v1/events", json=asked).json()["results"]
    assert told[0]["state"] == "applied"
    assert (told[1]["status"], told[1]["code"]) == (404, "unknown_member")
    assert (told[2]["status"], told[2]["pointer"]) == (400, "/amount")


def test_a_quote_writes_nothing(served: Served) -> None:
    before = served.client.get("/v1/members/dan").json()["currencies"]
    quoted = served.client.post("/v1/quotes", json={"event": purchase("q", "dan", "80.00")})
    assert quoted.json()["points"]["points"] == 100
    assert served.client.get("/v1/members/dan").json()["currencies"] == before


def test_a_return_that_comes_first_waits(served: Served) -> None:
    waiting = served.client.post("/v1/returns", json={"id": "early", "of": "late", "full": True})
    assert (waiting.status_code, waiting.json()["state"]) == (202, "waiting")
    assert served.client.get("/v1/events/early").json()["code"] == "unknown_event"
    served.client.post("/v1/events", json=purchase("late", "bob")).raise_for_status()
    (came_back, *_) = served.client.get("/v1/events/early").json()["sentences"]
    assert came_back.startswith("All of the purchase “late” came back")
    moved = served.client.get("/v1/members/bob/statement?limit=3").json()["movements"]
    assert [one["points"] for one in moved][-1] < 0


def test_somebody_joins_once(served: Served) -> None:
    body = {"id": "eve", "facts": {"birthday": "1990-05-17"}}
    joined = served.client.post("/v1/members", json=body)
    assert (joined.status_code, joined.json()["facts"]) == (201, {"birthday": "1990-05-17"})
    assert "idempotent-replayed" not in joined.headers
    other = served.client.post("/v1/members", json={**body, "facts": {}})
    assert (other.status_code, other.json()["code"]) == (409, "member_exists")


def test_who_asks_again_whether_somebody_joined_is_answered_the_same(served: Served) -> None:
    body = {"id": "fay", "facts": {"birthday": "1990-05-17"}}
    joined = served.client.post("/v1/members", json=body)
    again = served.client.post("/v1/members", json=body)
    assert again.status_code == 201
    assert again.json() | {"at": "now"} == joined.json() | {"at": "now"}
    assert again.headers["idempotent-replayed"] == "true"
    at_another_time = {**body, "joined_at": "2020-01-01"}
    other = served.client.post("/v1/members", json=at_another_time)
    assert (other.status_code, other.json()["code"]) == (409, "member_exists")


def test_a_day_of_joining_that_was_said_may_be_said_again(served: Served) -> None:
    body = {"id": "gil", "joined_at": "2024-06-01"}
    for told_again in (False, True, True):
        answer = served.client.post("/v1/members", json=body)
        assert answer.status_code == 201
        assert ("idempotent-replayed" in answer.headers) is told_again


def test_members_are_listed_by_name_page_by_page(served: Served) -> None:
    for name in ("lea-3", "lea-1", "lea%", "lea-2", "le"):
        served.client.post("/v1/members", json={"id": name}).raise_for_status()
    guest = {"id": "of-lea", "guest": "lea-card", "type": "purchase", "amount": "10.00"}
    served.client.post("/v1/events", json=guest).raise_for_status()
    merged = {"id": "one-lea", "from": "lea-1", "into": "lea-2", "reason": "one person"}
    served.client.post("/v1/merges", json=merged).raise_for_status()
    asked = {"prefix": "lea", "limit": "2"}
    first = served.client.get("/v1/members", params=asked).json()
    last = served.client.get("/v1/members", params={**asked, "after": first["next"]}).json()
    assert (len(first["members"]), last["next"]) == (2, None)
    names = [(one["id"], one["guest"]) for one in first["members"] + last["members"]]
    assert sorted(names) == [
        ("lea%", False),
        ("lea-2", False),
        ("lea-3", False),
        ("lea-card", True),
    ]
    everybody = served.client.get("/v1/members?limit=500").json()["members"]
    assert {"ann", "bob", "le"} <= {one["id"] for one in everybody}
    nobody = served.client.get("/v1/members?prefix=leb").json()
    assert nobody == {"members": [], "next": None}
    wrong = served.client.get("/v1/members", params={"prefix": "a\0"})
    assert (wrong.status_code, wrong.json()["pointer"]) == (400, "/prefix")


def test_a_guests_name_is_taken_by_nobody_who_joins(served: Served) -> None:
    bought = {"id": "of-card", "guest": "card-9", "type": "purchase", "amount": "10.00"}
    served.client.post("/v1/events", json=bought).raise_for_status()
    joining = served.client.post("/v1/members", json={"id": "card-9"})
    assert (joining.status_code, joining.json()["code"]) == (409, "member_exists")


@pytest.mark.parametrize("letters", ["a/b", "会员 1", "50%2F?#", "..", "+&;=:@", "événement"])
def test_ids_may_have_any_letters_in_an_address(served: Served, letters: str) -> None:
    quoted = quote(letters, safe="").replace(".", "%2E")
    joined = served.client.post("/v1/members", json={"id": letters})
    assert joined.status_code == 201
    served.client.post("/v1/events", json=purchase(letters, letters)).raise_for_status()
    member = served.client.get(f"/v1/members/{quoted}").json()
    assert (member["id"], member["currencies"]["points"]["points"]) == (letters, 80)
    moved = served.client.get(f"/v1/members/{quoted}/statement").json()
    assert moved["member"] == letters
    assert served.client.get(f"/v1/events/{quoted}").json()["sentences"]
    frozen = {"id": f"freeze {letters}", "reason": "lost card"}
    assert (
        served.client.post(f"/v1/members/{quoted}/freeze", json=frozen).json()["member"] == letters
    )
    back = {"id": f"return {letters}", "full": True}
    returned = served.client.post(f"/v1/events/{quoted}/return", json=back)
    assert returned.json()["reversed"]["points"] == 80


def test_a_slash_that_is_not_quoted_parts_an_address(served: Served) -> None:
    for path in ("/v1/members/a/b", "/v1/events/a/b"):
        assert served.client.get(path).json()["code"] == "not_found"
    asked = served.client.post("/v1/events/a/b/return", json={"id": "r", "full": True})
    assert asked.json()["code"] == "not_found"


GOOD = b'{"id":"b1","member":"ann","type":"purchase","amount":1}'
BAD: dict[str, tuple[bytes, int, str]] = {
    # what is wrong: the body, status and code
    "no JSON": (b"{", 400, "malformed"),
    "not UTF-8": (GOOD.replace(b"ann", b"\xff"), 400, "malformed"),
    "deep nesting": (b"[" * 100_000, 400, "malformed"),
    "a number alone": (b"7", 400, "malformed"),
    "nothing": (b"", 400, "malformed"),
    "a field that nobody knows": (GOOD.replace(b"1}", b'1,"amout":2}'), 400, "malformed"),
    "not a number": (GOOD.replace(b"1}", b"NaN}"), 400, "malformed"),
    "an exponent": (GOOD.replace(b"1}", b"1e5}"), 400, "malformed"),
    "a monstrous exponent": (GOOD.replace(b"1}", b"1e999999999}"), 400, "malformed"),
    "more decimals than money has": (GOOD.replace(b"1}", b"1.005}"), 400, "malformed"),
    "an absurd amount": (GOOD.replace(b"1}", b"10000000000000}"), 422, "invalid_amount"),
    "a control character": (GOOD.replace(b"b1", b"b\\u0000"), 400, "malformed"),
    "an unknown type": (GOOD.replace(b"purchase", b"purchse"), 404, "unknown_event"),
    "too large": (b" " * 1_000_001, 413, "too_large"),
}


@pytest.mark.parametrize(("body", "status", "code"), BAD.values(), ids=BAD)
def test_what_cannot_be_understood_is_a_problem_that_says_so(
    served: Served, body: bytes, status: int, code: str
) -> None:
    answer = served.client.post("/v1/events", content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.json()["detail"]


def test_without_a_key_in_force_nothing_opens(served: Served) -> None:
    now = real_now()

    def make(terms: ApiKeyTerms) -> str:
        return make_key(
            served.connection, served.programme.programme_id, terms, now=now, actor="test"
        )

    revoked = make(ApiKeyTerms(name="gone", scopes=("read",)))
    revoke_key(
        served.connection,
        served.programme.programme_id,
        revoked.split("_")[1],
        now=now,
        actor="test",
    )
    ended = make(ApiKeyTerms(name="ended", scopes=("read",), expires_at=now - 1))
    for sent in (
        "",
        "Bearer",
        "Bearer x",
        "Basic x",
        f"Bearer {revoked}",
        f"Bearer {ended}",
        f"Bearer {ended}x",
    ):
        answer = served.client.get("/v1/members/ann", headers={"authorization": sent})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised"), sent
    reader = make(ApiKeyTerms(name="reader", scopes=("read",)))
    headers = {"authorization": f"Bearer {reader}"}
    assert served.client.get("/v1/members/ann", headers=headers).status_code == 200
    writing = served.client.post("/v1/events", json=purchase("no"), headers=headers)
    assert (writing.status_code, writing.json()["code"]) == (403, "forbidden")


def test_a_key_opens_its_own_programme_alone(served: Served) -> None:
    document = (TEMPLATES / "star-club.yaml").read_text(encoding="utf-8")
    other = create_programme(served.connection, document, now=real_now(), actor="test")
    terms = ApiKeyTerms(name="other", scopes=("read", "write"))
    key = make_key(served.connection, other.programme_id, terms, now=real_now(), actor="test")
    answer = served.client.get("/v1/members/ann", headers={"authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_member")


def test_an_address_that_is_none_and_a_method_that_is_none_are_problems(served: Served) -> None:
    assert served.client.get("/v1/nothing").json()["code"] == "not_found"
    for method, path, allowed in (
        ("DELETE", "/v1/members/ann", "GET"),
        ("PUT", "/v1/events", "POST"),
        ("GET", "/v1/holds/h1/capture", "POST"),
        ("POST", "/v1/members/ann/lots", "GET"),
        ("DELETE", "/v1/members", "GET, POST"),
    ):
        wrong = served.client.request(method, path)
        assert (wrong.status_code, wrong.json()["code"]) == (405, "not_allowed")
        assert wrong.headers["allow"] == allowed


@pytest.mark.parametrize(
    ("method", "path", "pointer", "said"),
    [
        ("GET", "/v1/members?limt=3", "/limt", "did you mean 'limit'"),
        ("GET", "/v1/members?limit=3&limit=4", "/limit", "more than once"),
        ("GET", "/v1/members?limit=many", "/limit", "`limit`"),
        ("GET", "/v1/members/ann?expand=lots", "/expand", "unknown parameter"),
        ("GET", "/v1/members/ann/balances?att=2026-03-01", "/att", "did you mean 'at'"),
        ("POST", "/v1/events?dry_run=true", "/dry_run", "unknown parameter"),
        ("POST", "/v1/holds/h1/capture?x", "/x", "unknown parameter"),
    ],
)
def test_a_parameter_that_is_none_is_named(
    served: Served, method: str, path: str, pointer: str, said: str
) -> None:
    body = purchase("never") if method == "POST" else None
    answer = served.client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert answer.json()["pointer"] == pointer
    assert said in answer.json()["detail"]
    assert served.client.get("/v1/events/never").status_code == 404


def test_whoever_opens_the_server_in_a_browser_is_led_to_its_description(served: Served) -> None:
    led = served.client.get("/")
    assert (led.status_code, led.headers["location"]) == (302, "/docs")


def test_the_type_of_a_problem_leads_to_what_it_means(served: Served) -> None:
    problem = served.client.get("/v1/members/nobody").json()
    meant = served.client.get(problem["type"])
    assert (meant.status_code, meant.headers["location"]) == (302, "/docs#problem-unknown_member")
    assert f'id="{meant.headers["location"].partition("#")[2]}"' in served.client.get("/docs").text
    assert served.client.get("/problems/nothing").json()["code"] == "not_found"


def test_a_head_is_all_but_the_body(served: Served) -> None:
    for path in ("/health", "/v1/members/ann/balances", "/v1/programme", "/v1/nothing"):
        got, head = served.client.get(path), served.client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers["content-length"] == got.headers["content-length"]


def test_an_address_with_what_no_text_holds_leads_nowhere(served: Served) -> None:
    for address in ("members/%00", "members/ann%00", "events/%00", "jobs/%00", "webhooks/%00"):
        answer = served.client.get(f"/v1/{address}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), address
    for asked in ("orders?member=a%00", "orders?after=%00", "members/ann/friends?after=%00"):
        answer = served.client.get(f"/v1/{asked}")
        told = answer.json()
        assert (answer.status_code, told["code"]) == (400, "malformed"), asked
        assert told["pointer"] == f"/{asked.partition('?')[2].partition('=')[0]}"
    signed = served.client.post("/v1/members/ann%00/token", json={})
    assert (signed.status_code, signed.json()["code"]) == (404, "not_found")
    assert signed.json()["request_id"] == signed.headers["x-request-id"]
