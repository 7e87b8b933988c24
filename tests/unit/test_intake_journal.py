"""What makes a retry a retry, and which text can be kept at all."""

from __future__ import annotations

from typing import Any

import pytest

from jifen.intake.asking.commands import Command, Event, Return, Spend
from jifen.intake.asking.member_commands import SetFact
from jifen.intake.asking.texts import unwritable
from jifen.intake.journal import first_difference, key_of

PURCHASE: dict[str, Any] = {
    "id": "o1",
    "occurred_at": 5,
    "fields": {"amount": 100, "channel": "app"},
    "lines": {"amount": [60, 40]},
}
SPEND = Spend(id="s", member="ann", points=1, currency="points")


@pytest.mark.parametrize(
    ("change", "stated_time", "difference"),
    [
        ({}, True, None),
        ({"occurred_at": 6}, True, "occurred_at"),
        ({"occurred_at": None}, False, None),
        ({"fields": {"amount": 101, "channel": "app"}}, True, "fields.amount"),
        ({"fields": {"amount": 100}}, True, "fields.channel"),
        ({"fields": {"amount": 100, "channel": "app", "store": "1"}}, True, "fields.store"),
        ({"fields": {"amount": 101}, "id": "o2"}, True, "fields.amount"),
        ({"lines": {"amount": [40, 60]}}, True, "lines.amount"),
        ({"lines": {}}, True, "lines.amount"),
        ({"sequence": 1}, True, "sequence"),
    ],
)
def test_the_first_field_that_differs_is_named(
    change: dict[str, Any], stated_time: bool, difference: str | None
) -> None:
    assert first_difference(PURCHASE, PURCHASE | change, stated_time) == difference


def test_ids_are_unique_per_kind_of_command() -> None:
    assert key_of(SPEND) == "spend/s"
    assert key_of(Return(id="s", of="o")) == "return/s"


@pytest.mark.parametrize(
    "command",
    [
        Spend(id="a\0b", member="ann", points=1, currency="points"),
        Spend(id="a", member="\ud800", points=1, currency="points"),
        Event(id="a", member="b", type="purchase", fields={"channel": "x\udfff"}),
        Event(id="a", member="b", type="purchase", lines={"sku": ["fine", "\0"]}),
        Event(id="a", member="b", type="purchase", fields={"\0": 1}),
        SetFact(id="a", member="b", name="city", value="\0"),
        Return(id="a", member="b", of="\0", full=True),
        Spend(id="a" * 501, member="b", points=1, currency="points"),
        Spend(id="a", member="b" * 501, points=1, currency="points"),
    ],
)
def test_text_that_no_database_holds_is_found_among_text_that_it_does(command: Command) -> None:
    assert list(unwritable([SPEND, command, SPEND])) == [1]


def test_any_text_that_people_write_can_be_kept() -> None:
    for text in ("咖啡 ☕", "a\\u0000b", "\\", "\t\n\x01", "e\u0301", "𝄞", "'; DROP TABLE member"):
        event = Event(id=text, member=text, type="purchase", fields={"channel": text})
        assert unwritable([event]) == {}
