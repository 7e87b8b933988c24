"""What a mall provider sends is believed where it is signed, in time and whole; and every other request is not."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from jifen.mall_provider.callbacks import (
    NOTICES_LATE,
    Addition,
    Believed,
    Deduction,
    Deed,
    NotDone,
    Notice,
    parameters_of,
    read,
)
from jifen.mall_provider.logging_in import login_address
from jifen.mall_provider.orders import Held, Outcome, State, addition, id_of, next_step
from jifen.mall_provider.signing import LOGIN_MARK, is_signed, signature

KEY, SECRET = "key-1", "s3cret"
MINUTE = 60_000_000
NOW = 1_418_625_055_000_000
BELIEVED = Believed(KEY, [SECRET], ("balance", "deduct", "add"), 5)


ORDER = {"uid": "ann", "credits": "100", "orderNum": "D1", "type": "object", "actualPrice": "0"}


def sent(said: dict[str, str] = ORDER, at: int = NOW, secret: str = SECRET) -> dict[str, str]:
    """Parameters as a provider sends them."""
    parameters = {"appKey": KEY, "timestamp": str(at // 1000), **said}
    return {**parameters, "sign": signature(parameters, secret)}


# Each text was put together by hand: values by the order of their names, capitals first, the secret as `appSecret`.
@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"uid": "u", "credits": "1", "appKey": "k", "timestamp": "9"}, "ks3cret19u"),
        ({"b": "2", "a": "1"}, "1s3cret2"),
        ({"b": "2", "Z": "1", "appSecret": "not this one", "sign": "nor this"}, "1s3cret2"),
        ({"description": "话费 5 元", "uid": "安"}, "s3cret话费 5 元安"),
        ({}, "s3cret"),
    ],
)
def test_a_signature_is_the_md5_of_all_values_by_name(
    parameters: dict[str, str], text: str
) -> None:
    assert signature(parameters, SECRET) == hashlib.md5(text.encode()).hexdigest()
    assert is_signed(
        {**parameters, "sign": hashlib.md5(text.encode()).hexdigest().upper()}, [SECRET]
    )


def test_while_secrets_change_either_is_believed_and_no_third() -> None:
    for secret, believed in (("new", True), ("old", True), ("other", False)):
        assert is_signed(sent(secret=secret), ["new", "old"]) is believed
    assert not is_signed({"appKey": KEY}, ["new"])
    assert not is_signed(sent(), [])


def test_a_deduction_is_read_without_what_says_where_somebody_lives() -> None:
    told = ORDER | {"description": "水杯", "ip": "1.2.3.4", "params": "安:139:某路 1 号"}
    about = {"type": "object", "description": "水杯", "actualPrice": "0"}
    assert read("deduct", sent(told), BELIEVED, NOW) == Deduction("ann", 100, "D1", about)


@pytest.mark.parametrize(
    ("deed", "late", "believed"),
    [
        ("deduct", 5 * MINUTE, True),
        ("deduct", 5 * MINUTE + 1000, False),
        ("deduct", -5 * MINUTE, True),
        ("deduct", -5 * MINUTE - 1000, False),
        ("notice", NOTICES_LATE + 5 * MINUTE, True),
        ("notice", NOTICES_LATE + 5 * MINUTE + 1000, False),
        ("notice", -5 * MINUTE - 1000, False),
    ],
)
def test_what_is_too_old_or_too_new_is_not_believed(deed: Deed, late: int, believed: bool) -> None:
    parameters = sent(ORDER | {"success": "true"}, NOW - late)
    if believed:
        assert read(deed, parameters, BELIEVED, NOW)
    else:
        with pytest.raises(NotDone, match="wrong_timestamp"):
            read(deed, parameters, BELIEVED, NOW)


@pytest.mark.parametrize(
    ("deed", "changed", "code"),
    [
        ("deduct", {"credits": "-1"}, "wrong_parameters"),
        ("deduct", {"credits": "1.5"}, "wrong_parameters"),
        ("deduct", {"credits": "٣"}, "wrong_parameters"),
        ("deduct", {"orderNum": ""}, "wrong_parameters"),
        ("deduct", {"uid": "a" * 256}, "wrong_parameters"),
        ("add", {"type": ""}, "wrong_parameters"),
        ("notice", {"success": "perhaps"}, "wrong_parameters"),
        ("deduct", {"appKey": "key-2"}, "wrong_app_key"),
        ("deduct", {"timestamp": "now"}, "wrong_timestamp"),
    ],
)
def test_each_thing_that_is_wrong_has_its_name(
    deed: Deed, changed: dict[str, str], code: str
) -> None:
    said = {"appKey": KEY, "timestamp": str(NOW // 1000), **ORDER, "success": "true"} | changed
    with pytest.raises(NotDone, match=code):
        read(deed, {**said, "sign": signature(said, SECRET)}, BELIEVED, NOW)


@pytest.mark.parametrize("name", [*ORDER, "timestamp"])
def test_a_value_that_was_changed_is_not_believed(name: str) -> None:
    parameters = sent()
    with pytest.raises(NotDone, match="wrong_signature"):
        read("deduct", parameters | {name: parameters[name] + "0"}, BELIEVED, NOW)


def test_a_provider_asks_only_what_it_may() -> None:
    narrow = BELIEVED._replace(may=("balance",))
    with pytest.raises(NotDone, match="not_allowed"):
        read("deduct", sent(), narrow, NOW)
    assert read("notice", sent({"orderNum": "D1", "success": "FALSE"}), narrow, NOW) == Notice(
        "D1", False
    )


@pytest.mark.parametrize(
    ("query", "form"),
    [
        (b"a=1&a=2", b""),
        (b"a=1", b"a=2"),
        (b"a=%80", b""),  # as a signature would be gone on behind
        (b"a=%00", b""),
        (b"%0a=1", b""),
        ("a=é".encode(), b""),
        (b"&".join(b"%d=" % n for n in range(61)), b""),
    ],
)
def test_parameters_that_are_no_text_or_stand_twice_are_refused(query: bytes, form: bytes) -> None:
    with pytest.raises(NotDone, match="wrong_parameters"):
        parameters_of(query, form)


def test_parameters_stand_behind_the_question_mark_or_in_a_form() -> None:
    written = urlencode({"a": "1 2", "b": "安", "c": ""}).encode()
    assert (
        parameters_of(written, b"")
        == parameters_of(b"", written)
        == {"a": "1 2", "b": "安", "c": ""}
    )


def login(redirect: str | None) -> dict[str, str]:
    """The parameters of a login, as the member who has its address can read them."""
    url = login_address(
        "https://mall.example/in",
        KEY,
        SECRET,
        member="ann",
        credits=500,
        redirect=redirect,
        now=NOW,
    )
    assert url.startswith("https://mall.example/in?")
    return dict(parse_qsl(urlsplit(url).query))


def test_a_login_is_signed_as_the_provider_expects() -> None:
    said = login("/page?a=b&c=安")
    text = KEY + SECRET + "500" + LOGIN_MARK + "/page?a=b&c=安" + "1418625055000" + "ann"
    assert said.pop("sign") == hashlib.md5(text.encode()).hexdigest()
    assert said == {
        "uid": "ann", "credits": "500", "appKey": KEY, "timestamp": "1418625055000",
        "dcustom": LOGIN_MARK, "redirect": "/page?a=b&c=安",
    }  # fmt: skip


def test_no_login_can_be_sent_back_as_a_callback() -> None:
    """Values stand behind one another, so that those of a login can be cut into those of an addition."""
    stamp = str(NOW // 1000)
    said = login(f"X9{stamp}gamebob")
    forged = {
        "appKey": KEY, "credits": "500", "description": LOGIN_MARK, "orderNum": "X9", "timestamp": stamp,
        "type": "game", "uid": "bob", "zz": f"{stamp}ann", "sign": said["sign"],
    }  # fmt: skip
    assert signature(forged, SECRET) == said["sign"]
    with pytest.raises(NotDone, match="wrong_signature"):
        read("add", forged, BELIEVED, NOW)
    honest = {**forged, "description": "issuer of cards"}
    honest["sign"] = signature(honest, SECRET)
    assert isinstance(read("add", honest, BELIEVED, NOW), Addition)


def test_orders_are_told_apart_whatever_stands_in_their_numbers() -> None:
    assert id_of("duiba", "1/2") != id_of("duiba", "1") + "/2"
    assert parse_qs(f"id={id_of('duiba', '1')}")["id"] == ["/mall/duiba/1"]


def held(state: State) -> Held:
    return Held("ann", "points", "100", state, {"mall": "duiba", "order": "D1"})


@pytest.mark.parametrize(
    ("success", "state", "kind", "outcome", "refusal"),
    [
        (True, "open", "capture", "captured", ""),
        (True, "captured", None, "captured", ""),
        (True, "timed_out", "spend", "taken_late", ""),
        (True, "voided", "spend", "taken_late", ""),
        (True, None, None, "open", "unknown_hold"),
        (False, "open", "void", "released", ""),
        (False, "voided", None, "released", ""),
        (False, "timed_out", None, "released", ""),
        (False, "captured", None, "open", "hold_closed"),
        (False, None, None, "never_held", ""),
    ],
)
def test_what_a_notice_brings_follows_from_what_stands(
    success: bool, state: State | None, kind: str | None, outcome: Outcome, refusal: str
) -> None:
    stands = None if state is None else held(state)
    step = next_step("duiba", "D1", success=success, held=stands, tries=0)
    asked = step.command and step.command.kind
    assert (asked, step.outcome, step.refusal) == (kind, outcome, refusal)


def test_what_was_refused_is_asked_again_under_another_id() -> None:
    ids = {
        step.command.body["id"]
        for tries in (0, 1, 1, 2)
        if (step := next_step("duiba", "D1", success=True, held=held("open"), tries=tries)).command
    }
    assert len(ids) == 3


def test_points_of_a_paid_order_go_back_where_they_came_from() -> None:
    asked = Addition("ann", 40, "D1", "S1", True, {"type": "postsale"})
    back = addition("duiba", asked, held("captured"), currency="points")
    assert (back.kind, back.body["of"]) == ("cancel", "/mall/duiba/D1")
    assert addition("duiba", asked, None, currency="points").kind == "adjust"
    given = addition("duiba", asked._replace(gives_back=False), held("captured"), currency="points")
    assert given.kind == "adjust"
