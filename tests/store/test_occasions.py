"""Birthdays and anniversaries come by themselves, once each, whatever processes do; and replays know them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from tampering import found, unguarded
from travelled_bank import SHOP, Bank

from jifen.cli.language import Language, speak
from jifen.cli.root import run
from jifen.cli.statements import called
from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.enquiry.origins import OccasionView
from jifen.enquiry.statement import statement
from jifen.enquiry.why import why
from jifen.intake import submitting
from jifen.intake.asking.member_commands import Merge, SetFact
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.versions.opening import set_test_clock
from jifen.programme.loading import load
from jifen.proof.proving import prove
from jifen.whatif.replaying import replay
from jifen.whatif.report import Both

DOCUMENT = (
    SHOP
    + """\
  - {id: birthday-gift, on: birthday, give: 88 points}
  - {id: anniversary-gift, on: anniversary, give: 10 points per 1 of years}
"""
)
BIRTHDAY = "2026-05-17 00:00"


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-05 10:00")
        bank.enrol("ann", birthday="1990-05-17")
        yield bank


def events(bank: Bank) -> list[tuple[str, str]]:
    """Ids and local times of all events, in order of time."""
    rows = bank.connection.execute("SELECT event_id, occurred_at FROM event ORDER BY 2, 1")
    zone = bank.zone
    return [(id, at.astimezone(zone).strftime("%Y-%m-%d %H:%M")) for id, at in rows.fetchall()]


def clock_moves_unswept(bank: Bank, when: str) -> None:
    bank.programme = set_test_clock(bank.connection, bank.programme, bank.instant(when))


def test_a_day_is_an_event_at_its_midnight(bank: Bank) -> None:
    bank.travel("2027-06-01 12:00")
    assert events(bank) == [
        ("birthday/2026/ann", "2026-05-17 00:00"),
        ("anniversary/2027/ann", "2027-01-05 00:00"),
        ("birthday/2027/ann", "2027-05-17 00:00"),
    ]
    assert bank.points() == 88 + 10 + 88


def test_points_of_a_day_are_called_by_the_day(bank: Bank) -> None:
    bank.travel("2027-02-01 00:00")
    view = member_view(bank.connection, bank.programme, "ann", bank.now)
    lots = {lot.of: lot.occasion for lot in view.currencies["points"].lots}
    assert lots == {
        "birthday/2026/ann": OccasionView("birthday", 2026),
        "anniversary/2027/ann": OccasionView("anniversary", 2027),
    }
    movements = statement(bank.connection, bank.programme, "ann", bank.now).movements
    assert {one.about: one.occasion for one in movements} == lots
    birthday = OccasionView("birthday", 2026)
    assert why(bank.connection, bank.programme, "birthday/2026/ann", "zh").occasion == birthday
    names: list[tuple[Language, str]] = [("zh", "2026 年生日"), ("en", "Birthday 2026")]
    for language, name in names:
        speak(language)
        of_birthday = next(one for one in movements if one.occasion == birthday)
        plain = msgspec.structs.replace(of_birthday, occasion=None)
        assert [called(of_birthday, ""), called(plain, "o1")] == [name, "o1"]


def test_a_statement_says_by_what_to_ask_why_of_a_day(
    bank: Bank,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bank.travel("2026-06-01 12:00")
    monkeypatch.setenv("JIFEN_DATABASE_URL", database_url)
    assert run(["member", "statement", "ann"]) == 0
    row = capsys.readouterr().out.splitlines()[-1]
    assert "Birthday 2026" in row
    assert run(["member", "why", row.split()[-1]]) == 0
    assert "88" in capsys.readouterr().out


def test_sweeping_twice_is_sweeping_once(bank: Bank) -> None:
    clock_moves_unswept(bank, "2026-05-19 10:00")
    for _ in range(2):
        sweep(bank.connection, bank.programme, bank.now)
    assert (bank.points(), len(events(bank))) == (88, 1)


def test_a_purchase_that_comes_before_the_sweep_comes_behind_the_birthday(bank: Bank) -> None:
    clock_moves_unswept(bank, "2026-05-17 10:00")
    submit(
        bank.connection,
        bank.programme,
        [bank.bought("o1", "ann", 1000)],
        now=bank.now,
        actor="shop",
    )
    assert [id for id, _ in events(bank)] == ["birthday/2026/ann", "o1"]
    assert bank.points() == 98
    assert prove(bank.connection, bank.programme).holds


def test_a_day_that_a_killed_process_left_is_taken_by_the_sweep(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(submitting, "deliver", lambda *_: [])
        bank.travel(BIRTHDAY)
    assert bank.points() == 0
    assert prove(bank.connection, bank.programme).holds
    sweep(bank.connection, bank.programme, bank.now)
    assert bank.points() == 88
    assert prove(bank.connection, bank.programme).holds


def test_another_birthday_in_the_same_year_is_no_second_one(bank: Bank) -> None:
    bank.travel(BIRTHDAY)
    change = SetFact(id="f1", member="ann", name="birthday", value="1990-08-01")
    bank.do("2026-06-01 10:00", change)
    bank.travel("2026-09-01 10:00")
    assert bank.points() == 88
    assert prove(bank.connection, bank.programme).holds


def test_a_member_whom_time_would_pass_over_is_found_by_the_proof(bank: Bank) -> None:
    with unguarded(bank) as connection:
        connection.execute("UPDATE member SET next_due_at = '2026-05-18 00:00+08'")
        assert found(bank) == ["next_due_at"]
    assert found(bank) == []


def test_where_no_rule_is_about_them_days_are_not_looked_at(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, SHOP, "2026-01-05 10:00")
        bank.enrol("ann", birthday="1990-05-17")
        due = connection.execute("SELECT next_due_at = 'infinity' FROM member").fetchone()
        assert due == (True,)


def test_a_new_version_finds_members_whom_nobody_touches(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, SHOP, "2026-01-05 10:00")
        bank.enrol("ann", birthday="1990-05-17")
        bank.travel("2026-03-01 10:00")
        bank.publish(DOCUMENT)
        bank.travel("2026-05-18 10:00")
        assert bank.points() == 88
        assert prove(connection, bank.programme).holds


def test_a_replay_counts_days_that_only_the_draft_rewards(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, SHOP, "2026-01-05 10:00")
        bank.enrol("ann", "bob", birthday="1990-05-17")
        bank.do("2026-02-01 10:00", bank.bought("o1", "ann", 1000))
        bank.travel("2027-03-01 10:00")
        report = replay(connection, bank.programme, load(DOCUMENT, "draft"))
        gained = {total.id: total.points for total in report.rules}
        assert gained["birthday-gift"] == Both(0, 2 * 88)
        assert gained["anniversary-gift"] == Both(0, 2 * 10)


def test_members_who_are_one_person_have_one_birthday(bank: Bank) -> None:
    bank.enrol("bob", birthday="1990-05-17")
    bank.do("2026-02-01 10:00", Merge(id="m1", member="bob", into="ann", reason="one person"))
    bank.travel("2026-05-18 10:00")
    assert [id for id, _ in events(bank)] == ["birthday/2026/ann"]
    assert bank.points() == 88
    assert prove(bank.connection, bank.programme).holds
