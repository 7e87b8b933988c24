"""What is written becomes integers, or is named with its place."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Event,
    Hold,
    LinePart,
    Return,
    Spend,
)
from jifen.intake.asking.member_commands import Freeze, SetFact
from jifen.intake.asking.normalise import command_of
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.programme.loading import load

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
PROGRAMME = load(
    """
programme: door
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points, scale: 1}
  growth: {name: growth, spendable: false}
events:
  ride: {fields: {kilometres: number (2), night: boolean, day: date}}
facts: {segment: text, height: integer, tags: texts}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: ride, on: ride, when: night, give: 1 points, limit: 1 per day}
"""
)
PURCHASE: dict[str, Raw] = {"id": "o1", "member": "ann", "type": "purchase", "amount": "60.00"}
JANUARY_5TH_10H = 1767578400_000000  # 2026-01-05T02:00Z


def read(kind: str, zone: ZoneInfo = SHANGHAI, **body: Raw) -> object:
    return command_of(kind, {"id": "c1", "member": "ann", **body}, PROGRAMME, zone)


def test_a_purchase_is_counted_in_cents() -> None:
    command = command_of(
        "event", {**PURCHASE, "discount": "0.5", "channel": "app"}, PROGRAMME, SHANGHAI
    )
    assert isinstance(command, Event)
    assert command.fields == {"amount": 6000, "discount": 50, "channel": "app"}
    assert command.occurred_at is None


def test_a_line_may_cost_less_than_nothing_as_a_discount_does() -> None:
    lines: Raw = [{"sku": "tea", "amount": "19.99"}, {"sku": "coupon", "amount": "-5.00"}]
    command = read("event", type="purchase", lines=lines)
    assert isinstance(command, Event)
    assert (command.lines["amount"], command.fields) == ([1999, -500], {"amount": 1499})


def test_lines_become_columns_and_make_the_bill_where_none_is_stated() -> None:
    lines: Raw = [
        {"sku": "tea", "quantity": "2", "amount": "19.99"},
        {"quantity": "0.125", "amount": 3},
    ]
    command = read("event", type="purchase", lines=lines)
    assert isinstance(command, Event)
    assert command.lines == {"sku": ["tea", None], "quantity": [2000, 125], "amount": [1999, 300]}
    assert command.fields == {"amount": 2299}


def test_every_kind_of_field_has_its_integer() -> None:
    command = read("event", type="ride", kilometres=Decimal("1.50"), night="true", day="1970-01-02")
    assert isinstance(command, Event)
    assert command.fields == {"kilometres": 150, "night": True, "day": 1}


@pytest.mark.parametrize(
    ("written", "zone", "instant"),
    [
        ("2026-01-05 10:00", SHANGHAI, JANUARY_5TH_10H),
        ("2026-01-05T02:00:00Z", SHANGHAI, JANUARY_5TH_10H),
        ("2026-01-05T10:00:00.000001+08:00", NEW_YORK, JANUARY_5TH_10H + 1),
        ("1970-01-02", SHANGHAI, 16 * 3600_000000),
        ("2018-11-04 01:30", NEW_YORK, 1541309400_000000),  # came twice: the earlier, 05:30Z
        ("2018-03-11 02:30", NEW_YORK, 1520753400_000000),  # never came: an hour on, 07:30Z
    ],
)
def test_local_times_are_those_of_the_zone(written: str, zone: ZoneInfo, instant: int) -> None:
    command = read("event", zone, type="purchase", amount="1", occurred_at=written)
    assert isinstance(command, Event)
    assert command.occurred_at == instant


@pytest.mark.parametrize(
    ("body", "pointer", "refusal"),
    [
        ({"type": "purchas"}, "/type", "unknown_event"),
        ({"amount": "60.001"}, "/amount", "malformed"),
        ({"amount": 60.0}, "/amount", "malformed"),
        ({"amount": True}, "/amount", "malformed"),
        ({"amount": "6e3"}, "/amount", "malformed"),
        ({"amount": "６０"}, "/amount", "malformed"),
        ({"amount": "1,000.00"}, "/amount", "malformed"),
        ({"amount": None}, "/amount", "malformed"),
        ({"amount": "-60.00"}, "/amount", "invalid_amount"),
        ({"amount": "10000000000.01"}, "/amount", "invalid_amount"),
        ({"amount": "9" * 40}, "/amount", "malformed"),
        ({"ammount": "1"}, "/ammount", "malformed"),
        ({"id": ""}, "/id", "malformed"),
        ({"id": "x" * 501}, "/id", "malformed"),
        ({"id": "a\x00b"}, "/id", "malformed"),
        ({"channel": "\ud800"}, "/channel", "malformed"),
        ({"member": None}, "/member", "malformed"),
        ({"occurred_at": "yesterday"}, "/occurred_at", "malformed"),
        ({"occurred_at": "2026-02-30"}, "/occurred_at", "malformed"),
        ({"occurred_at": "9999-12-31T23:59:59Z"}, "/occurred_at", "malformed"),  # 10000 in Shanghai
        ({"occurred_at": "0001-01-01T00:00+14:00"}, "/occurred_at", "malformed"),
        ({"lines": "tea"}, "/lines", "malformed"),
        ({"lines": ["tea"]}, "/lines/0", "malformed"),
        ({"lines": [{}, {"colour": "red"}]}, "/lines/1/colour", "malformed"),
        ({"lines": [{"quantity": "-1"}]}, "/lines/0/quantity", "invalid_amount"),
        (
            {"amount": None, "lines": [{"amount": "5.00"}, {"amount": "-5.01"}]},
            "/lines",
            "invalid_amount",
        ),
        (
            {"amount": None, "lines": [{"amount": "1"}, {"sku": "x"}]},
            "/lines/1/amount",
            "malformed",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    body: dict[str, Raw], pointer: str, refusal: str
) -> None:
    with pytest.raises(Malformed) as caught:
        command_of("event", {**PURCHASE, **body}, PROGRAMME, SHANGHAI)
    assert (caught.value.pointer, caught.value.refusal) == (pointer, refusal)
    assert caught.value.en
    assert caught.value.zh


def test_a_misspelt_name_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(Malformed, match="did you mean 'amount'"):
        command_of("event", {**PURCHASE, "ammount": "1"}, PROGRAMME, SHANGHAI)


def test_points_are_in_the_unit_of_their_currency() -> None:
    spend = read("spend", points="1.5")
    assert isinstance(spend, Spend)
    assert (spend.points, spend.currency) == (15, "points")  # the only one that can be spent
    hold = read("hold", points="2", minutes="60")
    assert isinstance(hold, Hold)
    assert (hold.points, hold.minutes) == (20, 60)
    with pytest.raises(Malformed, match="more than 1 decimals"):
        read("spend", points="0.25")
    with pytest.raises(Malformed, match="no currency 'miles'"):
        read("spend", points="1", currency="miles")


def test_of_several_currencies_it_is_asked_which_one_is_meant() -> None:
    two = load(
        "{programme: two, timezone: Asia/Shanghai, money: CNY, currencies: {points: {}, leaves: {}},"
        " earn: [{id: base, on: purchase, give: 1 points per 1 of amount}]}"
    )
    with pytest.raises(Malformed, match=r"which currency is meant: points, leaves\?"):
        command_of("spend", {"id": "c1", "member": "ann", "points": "1"}, two, SHANGHAI)


def test_of_what_a_hold_or_a_spend_used_the_currency_is_asked_only_where_units_differ() -> None:
    head = "programme: two\ntimezone: Asia/Shanghai\nmoney: CNY\ncurrencies:\n  points: {name: points}\n"
    earn = "earn:\n  - {id: base, on: purchase, give: 1 points per 1 of amount}\n"
    alike = load(f"{head}  miles: {{name: miles}}\n{earn}")
    differ = load(f"{head}  miles: {{name: miles, scale: 2}}\n{earn}")
    asked: dict[str, Raw] = {"id": "c1", "member": "ann", "of": "h1", "points": "20"}
    for kind in ("capture", "cancel"):
        command = command_of(kind, asked, alike, SHANGHAI)
        assert isinstance(command, Capture | Cancel)
        assert command.points == 20
        with pytest.raises(Malformed, match="which currency"):
            command_of(kind, asked, differ, SHANGHAI)
        command = command_of(kind, {**asked, "currency": "miles"}, differ, SHANGHAI)
        assert isinstance(command, Capture | Cancel)
        assert command.points == 2000


def test_an_adjustment_has_a_reason_and_may_have_a_last_day() -> None:
    adjust = read("adjust", points="-3", reason="typed twice")
    assert isinstance(adjust, Adjust)
    assert (adjust.points, adjust.expires_at) == (-30, None)
    given = read("adjust", points="3", reason="sorry", expires="1970-01-01")
    assert isinstance(given, Adjust)
    assert given.expires_at == 16 * 3600_000000  # the end of that day in Shanghai
    with pytest.raises(Malformed):
        read("adjust", points="3")


def test_a_return_says_one_thing() -> None:
    full = read("return", of="o1", full="true")
    lines = read("return", of="o1", lines=[{"line": "2", "quantity": "0.5"}])
    assert isinstance(full, Return)
    assert isinstance(lines, Return)
    assert (full.full, full.amount, full.lines) == (True, None, [])
    assert lines.lines == [LinePart(1, 500)]  # people count lines from 1
    unclear: list[dict[str, Raw]] = [
        {},
        {"amount": "1", "full": "true"},
        {"full": "false"},
        {"lines": []},
        {"lines": [{"quantity": "1"}]},
        {"lines": [{"line": "1", "quantity": "1", "amount": "1"}]},
        {"lines": [{"line": "1", "amount": "-1"}]},
        {"amount": "0"},
    ]
    for said in unclear:
        with pytest.raises(Malformed):
            command_of(
                "return", {"id": "r", "member": "ann", "of": "o1", **said}, PROGRAMME, SHANGHAI
            )


def test_of_a_line_money_comes_back_or_all_that_is_left() -> None:
    given = read("return", of="o1", lines=[{"line": "1", "amount": "2.50"}, {"line": "3"}])
    assert isinstance(given, Return)
    assert given.lines == [LinePart(0, amount=250), LinePart(2)]


def test_facts_are_read_as_the_programme_declares_them() -> None:
    assert isinstance(read("set_fact", name="birthday", value="1990-05-17"), SetFact)
    height = read("set_fact", name="height", value="180")
    assert isinstance(height, SetFact)
    assert height.value == 180
    with pytest.raises(Malformed, match="unknown fact 'weight'"):
        read("set_fact", name="weight", value="80")


def test_several_texts_are_the_same_however_they_are_listed() -> None:
    written: tuple[Raw, ...] = (
        ["vip", "app", "vip"],
        "vip,app",
        "app; vip",
        "app、vip",
        "vip|app|",
    )
    for value in written:
        tagged = read("set_fact", name="tags", value=value)
        assert isinstance(tagged, SetFact)
        assert tagged.value == ("app", "vip")
    nothings: tuple[Raw, ...] = ([], "")
    for nothing in nothings:
        none = read("set_fact", name="tags", value=nothing)
        assert isinstance(none, SetFact)
        assert none.value == ()
    for wrong in (["vip", ""], None, [f"{n}" for n in range(101)], True):
        with pytest.raises(Malformed):
            read("set_fact", name="tags", value=wrong)


def test_freezing_and_unfreezing_are_one_command() -> None:
    frozen, thawed = read("freeze", reason="why"), read("unfreeze", reason="why")
    assert isinstance(frozen, Freeze)
    assert isinstance(thawed, Freeze)
    assert (frozen.frozen, thawed.frozen) == (True, False)
