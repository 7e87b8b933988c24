"""A batch holds what several people asked: each command stands in the journal in the name of who asked it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Adjust, Command, Event, Hold, Return, Spend, Transfer
from jifen.intake.asking.member_commands import Refer
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import set_test_clock
from jifen.proof.proving import prove

GIVING = "points: {name: {zh: 积分, en: points}, transfers: {min: 1}}"
DOCUMENT = (
    (Path(__file__).parents[1] / "stories/programmes/inviting.yaml")
    .read_text("utf-8")
    .replace("points: {name: {zh: 积分, en: points}}", GIVING)
)


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann", "bob", "cleo")
        yield bank
        assert prove(connection, bank.programme).holds


def ask(bank: Bank, *asked: tuple[str, Command]) -> None:
    actors, commands = [actor for actor, _ in asked], [command for _, command in asked]
    submit(bank.connection, bank.programme, commands, now=bank.now, actor=actors)


def actors(bank: Bank) -> dict[str, str]:
    """Who asked what of members who had joined, by key; what nobody asked under its kind."""
    rows = bank.connection.execute(
        "SELECT CASE WHEN kind = 'settle' THEN kind ELSE key END, actor FROM command ORDER BY recorded_at, key"
    )
    return dict(rows.fetchall())


def test_every_command_of_a_batch_is_journalled_by_who_asked_it(bank: Bank) -> None:
    bank.travel("2026-01-05 10:00")
    ask(
        bank,
        ("desk", Refer(id="r", member="bob", referrer="ann")),
        ("till/ann", bank.bought("pan", "ann", 1000)),
        ("till/bea", bank.bought("kettle", "bob", 6000)),
        ("app", Spend(id="s", member="ann", points=5, currency="points")),
        ("app/member", Transfer(id="t", member="ann", to="cleo", points=1, currency="points")),
        ("kiosk", Spend(id="too-much", member="ann", points=10**6, currency="points")),
        ("till/bea", Return(id="early", of="later", full=True)),
    )
    told = actors(bank)
    assert told["refer/r"] == "desk"
    assert told["event/pan"] == "till/ann"
    assert told["event/kettle"] == "till/bea"
    assert told["spend/s"] == "app"
    given = [actor for key, actor in told.items() if key.endswith("transfer/t")]
    assert given == ["app/member"] * 2  # with the giver and with the recipient
    assert told["spend/too-much"] == "kiosk"
    derived = [actor for key, actor in told.items() if key.startswith("event/referral_completed")]
    assert derived == ["till/bea"]  # what a deed brings about is in the name of who asked for it
    assert "return/early" not in told
    ask(bank, ("till/ann", bank.bought("later", "cleo", 2000)))
    assert actors(bank)["return/early"] == "till/bea"


def test_changes_of_the_past_keep_their_askers_apart(bank: Bank) -> None:
    bank.travel("2026-01-05 10:00")
    ask(bank, ("till", bank.bought("pan", "ann", 1000)), ("till", bank.bought("pot", "bob", 1000)))
    bank.travel("2026-01-06 10:00")
    late = [
        Event(id=f"late-{place}", member="ann", type="purchase", fields={"amount": 100},
              occurred_at=bank.instant(f"2026-01-04 10:0{place}"))
        for place in range(3)
    ]  # fmt: skip
    ask(
        bank,
        ("desk/eve", Return(id="back-ann", of="pan", full=True)),
        ("desk/kim", Return(id="back-bob", of="pot", full=True)),
        ("import", late[0]),
        ("import", late[1]),
        ("head office", late[2]),
    )
    told = actors(bank)
    assert (told["return/back-ann"], told["return/back-bob"]) == ("desk/eve", "desk/kim")
    assert [told[f"event/late-{place}"] for place in range(3)] == [
        "import",
        "import",
        "head office",
    ]


def test_what_time_brings_is_nobodys_command(bank: Bank) -> None:
    ask(
        bank,
        ("desk", Adjust(id="a", member="ann", points=9, currency="points", reason="kind")),
        ("till", Hold(id="h", member="ann", points=5, currency="points")),
    )
    later = bank.instant("2026-01-02 10:00")
    bank.programme = set_test_clock(bank.connection, bank.programme, later)
    ask(bank, ("kiosk", Spend(id="s", member="ann", points=9, currency="points")))
    told = actors(bank)
    assert (told["settle"], told["spend/s"]) == ("clock", "kiosk")
