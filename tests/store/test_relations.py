"""Points for relations: told by whose deed they came, carried through deaths of processes, and proved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tampering import found, unguarded
from travelled_bank import Bank

from jifen.cli.language import speak
from jifen.cli.statements import called
from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.enquiry.statement import statement
from jifen.enquiry.why import why
from jifen.intake import submitting
from jifen.intake.asking.commands import Event
from jifen.intake.asking.member_commands import Group, SetFact
from jifen.intake.gathering.enrolling import NewMember, NotEnrolled, enrol_members
from jifen.intake.submitting import submit

DOCUMENT = (Path(__file__).parents[1] / "stories/programmes/relations.yaml").read_text("utf-8")


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann", "bob", "cleo")
        bank.do("2026-01-05 10:00", SetFact(id="f", member="bob", name="employer", value="ann"))
        bank.do("2026-01-05 11:00", Group(id="g1", member="cleo", household="h", role="owner"))
        bank.do("2026-01-05 12:00", Group(id="g2", member="bob", household="h"))
        yield bank


def flight(bank: Bank) -> Event:
    return Event(id="f1", member="bob", type="flight", fields={"amount": 80_000})


def test_whose_deed_brought_points_is_told_wherever_they_show(bank: Bank) -> None:
    bank.do("2026-01-06 10:00", flight(bank))
    (movement,) = statement(bank.connection, bank.programme, "ann", bank.now).movements
    (lot,) = member_view(bank.connection, bank.programme, "ann", bank.now).currencies["points"].lots
    speak("en")
    assert {called(movement, ""), called(lot, "")} == {"Through · bob"}
    speak("zh")
    assert called(movement, "") == "关系人带来 · bob"
    event = movement.about or ""
    assert "gives 80 points, which come through a relation" in " ".join(
        why(bank.connection, bank.programme, event, "en").sentences
    )
    assert "80 points, for the member's employer" in " ".join(
        why(bank.connection, bank.programme, "f1", "en").sentences
    )


def test_what_a_killed_process_left_arrives_once(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.travel("2026-01-06 10:00")
    with monkeypatch.context() as killed:
        killed.setattr(submitting, "deliver", lambda *_: [])
        submit(bank.connection, bank.programme, [flight(bank)], now=bank.now, actor="shop")
    assert bank.points("ann") == 0
    assert found(bank) == []
    for _ in range(2):
        bank.do("2026-01-06 10:00", flight(bank))
        assert bank.points("ann") == 80


@pytest.mark.parametrize(
    "forgery",
    [
        "DELETE FROM inbox",
        "UPDATE inbox SET body = replace(body::text, '\"points\":80', '\"points\":90')::json",
        "UPDATE inbox SET body = replace(body::text, '\"bob\"', '\"cleo\"')::json",
        "UPDATE household_member SET role = 'member'",
        "UPDATE household_member SET since = since - interval '1 day'",
        "UPDATE household_member SET until = since",
        "DELETE FROM household_member",
    ],
)
def test_the_proof_finds_what_is_changed_behind_its_back(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, forgery: str
) -> None:
    bank.travel("2026-01-06 10:00")
    with monkeypatch.context() as killed:
        killed.setattr(submitting, "deliver", lambda *_: [])
        submit(bank.connection, bank.programme, [flight(bank)], now=bank.now, actor="shop")
    with unguarded(bank) as connection:
        changed: psycopg.Cursor[tuple[object, ...]] = connection.execute(forgery)
        assert changed.rowcount
        assert found(bank) != []


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("zoe", "dan cannot join with 'employer': The other member whom it names does not exist"),
        ("dan", "dan cannot join with 'employer': They are one member already"),
    ],
)
def test_nobody_joins_with_a_stranger_or_oneself_for_a_relation(
    bank: Bank, named: str, sentence: str
) -> None:
    """And nobody who would have joined beside them."""
    joining = [
        NewMember(id="eve", joined_at=bank.now),
        NewMember(id="dan", joined_at=bank.now, facts={"employer": named}),
    ]
    with pytest.raises(NotEnrolled) as refused:
        enrol_members(bank.connection, bank.programme, joining, now=bank.now, actor="till 3")
    assert str(refused.value) == sentence
    assert bank.do("2026-01-06 10:00", bank.bought("e1", "eve", 100))[0].refusal == "unknown_member"
