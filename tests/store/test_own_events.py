"""What a member's own history brings about comes once, goes with its cause, and is found wanting where it lacks."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tampering import found, found_of_rewritten
from travelled_bank import GROWING, Bank

from jifen.db.connection import connect
from jifen.intake import submitting
from jifen.intake.asking.commands import Return
from jifen.intake.asking.member_commands import Merge, Unmerge
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.proof.proving import prove

PLAIN = (
    GROWING
    + """\
tiers:
  measure: growth
  window: calendar quarter
  down: {at: period_end, to: one_level, grace: 10 days}
  ladder:
    - {id: basic, name: {zh: 普通, en: Basic}, reach: 0}
    - {id: silver, name: {zh: 银卡, en: Silver}, reach: 100}
    - {id: gold, name: {zh: 金卡, en: Gold}, reach: 300, multiply: base by 2}
    - {id: black, name: {zh: 黑卡, en: Black}, reach: 500}
"""
)
DOCUMENT = PLAIN.replace(
    "tiers:\n",
    """  - {id: up, on: tier_changed, when: up, give: 1000 points}
  - {id: head-start, on: tier_changed, when: up and tier == 'gold', give: 60 growth}
  - {id: down, on: tier_changed, when: "not up and count('tier_changed', 'year') > 1", give: 7 points}
  - {id: hundreds, on: balance_reached, milestone: {of: earned('growth'), every: 100}, give: 3 points per 1 of times}
tiers:
""",
)
BEGINS = "2026-01-01 10:00"


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, BEGINS)
        bank.enrol("ann")
        yield bank


def standing(bank: Bank, member: str = "ann") -> list[tuple[str, str]]:
    """Date and new tier of each step that stands, in order of history."""
    steps = bank.standing("tier_changed", member=member)
    return [(day, fields["to_tier"]) for day, _, fields in steps]


def test_steps_of_deeds_and_of_time_stand_where_they_happened(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30_000))
    bank.travel("2026-12-01 10:00")
    assert standing(bank) == [
        ("2026-01-05", "gold"),
        ("2026-07-11", "silver"),
        ("2026-10-11", "basic"),
    ]
    assert bank.points() == 300 + 1000 + 2 * 7 + 3 * 3
    assert prove(bank.connection, bank.programme).holds


def test_history_that_is_brought_at_once_brings_its_steps(bank: Bank) -> None:
    bank.travel("2027-01-05 10:00")
    old = [
        bank.bought("o1", "ann", 30_000, "2026-01-05 10:00"),
        bank.bought("o2", "ann", 100, "2026-08-01 10:00"),
        bank.bought("o3", "ann", 10_000, "2026-11-01 10:00"),
    ]
    submit(bank.connection, bank.programme, old, now=bank.now, actor="file", imported=True)
    assert standing(bank) == [
        ("2026-01-05", "gold"),
        ("2026-07-11", "silver"),
        ("2026-10-11", "basic"),
        ("2026-11-01", "silver"),
    ]
    assert prove(bank.connection, bank.programme).holds


def test_a_step_that_is_undone_in_the_same_batch_leaves_nothing(bank: Bank) -> None:
    bank.do(
        "2026-01-05 10:00", bank.bought("o1", "ann", 30_000), Return(id="r1", of="o1", full=True)
    )
    assert (standing(bank), bank.points()) == ([], 0)
    assert prove(bank.connection, bank.programme).holds


def test_a_step_that_a_killed_process_left_is_taken_by_the_sweep(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(submitting, "deliver", lambda *_: [])
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 10_000))
        assert prove(bank.connection, bank.programme).holds
        bank.do("2026-01-06 10:00", Return(id="r1", of="o1", full=True))
        bank.do("2026-01-07 10:00", bank.bought("o2", "ann", 10_000))
    assert standing(bank) == []
    sweep(bank.connection, bank.programme, bank.now)
    assert standing(bank) == [("2026-01-07", "silver")]
    assert bank.points() == 1103
    assert prove(bank.connection, bank.programme).holds


def test_who_turns_out_to_be_one_person_was_welcomed_once(bank: Bank) -> None:
    bank.enrol("bob")
    bank.do("2026-01-05 10:00", bank.bought("b1", "bob", 10_000))
    bank.do("2026-01-06 10:00", bank.bought("o1", "ann", 10_000))
    assert (bank.points(), bank.points("bob")) == (1103, 1103)
    bank.do("2026-01-07 10:00", Merge(id="m1", member="bob", into="ann", reason="one person"))
    assert bank.points() == 1206
    assert prove(bank.connection, bank.programme).holds
    bank.travel("2026-08-01 10:00")
    bank.do("2026-08-02 10:00", Unmerge(id="u1", member="ann", of="bob", reason="two persons"))
    assert prove(bank.connection, bank.programme).holds


def test_a_step_that_was_brought_along_and_is_withdrawn_leaves_room_for_ones_own(
    bank: Bank,
) -> None:
    bank.enrol("bob")
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 10_000), bank.bought("o2", "bob", 10_000))
    bank.travel("2026-08-01 10:00")
    fallen = [("2026-01-05", "silver"), ("2026-07-11", "basic")]
    assert standing(bank, "ann") == standing(bank, "bob") == fallen
    bank.do("2026-08-02 10:00", Merge(id="m1", member="bob", into="ann", reason="one person"))
    assert standing(bank, "ann") == fallen[:1]
    bank.do("2026-08-03 10:00", Return(id="r1", member="bob", of="o2", full=True))
    assert standing(bank, "bob") == []
    assert standing(bank, "ann") == fallen
    assert prove(bank.connection, bank.programme).differences == []


def test_a_correction_of_the_past_brings_the_steps_that_nobody_was_told_of(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, PLAIN, BEGINS)
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 10_000))
        bank.do("2026-02-05 10:00", bank.bought("o2", "ann", 100))
        bank.correct(DOCUMENT, "2026-01-01 00:00")
        assert standing(bank) == [("2026-01-05", "silver")]
        assert prove(connection, bank.programme).holds


def test_nobody_returns_what_nobody_sent(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 10_000))
    rows = bank.connection.execute("SELECT event_id FROM event WHERE type <> 'purchase'").fetchall()
    asked = [Return(id=f"r{number}", of=id, full=True) for number, (id,) in enumerate(rows)]
    answers = bank.do("2026-01-06 10:00", *asked)
    assert [answer.refusal for answer in answers] == ["not_returnable"] * 2
    assert bank.points() == 1103
    assert prove(bank.connection, bank.programme).holds


def test_a_step_taken_out_of_the_books_is_missed(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 10_000))
    assert "own_event" in found_of_rewritten(bank, "tier_changed", "silver", "golden")
    assert found(bank) == []


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_late_or_back_it_ends_as_if_known_from_the_start(
    database_url: str, seed: int
) -> None:
    draw = random.Random(seed)
    amounts = {
        f"o{number}": (
            f"2026-{draw.randint(1, 12):02}-{draw.randint(1, 28):02} {draw.randint(0, 23):02}:00",
            draw.choice((1_000, 8_000, 12_000, 31_000, 60_000)),
        )
        for number in range(14)
    }
    returned = set(draw.sample(sorted(amounts), 5))
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, BEGINS)
        bank.enrol("ann", "bea")
        bank.travel("2027-02-01 10:00")
        order = sorted(amounts)
        draw.shuffle(order)
        for id in order:
            when, amount = amounts[id]
            bank.do("2027-02-01 10:00", bank.bought(id, "ann", amount, when))
            if id in returned:
                bank.do("2027-02-01 10:00", Return(id=f"r{id}", of=id, full=True))
        kept = sorted((when, id, amount) for id, (when, amount) in amounts.items())
        for when, id, amount in kept:
            if id not in returned:
                bank.do("2027-02-01 10:00", bank.bought(f"{id}b", "bea", amount, when))
        assert standing(bank) == standing(bank, "bea")
        assert bank.points() == bank.points("bea")
        assert prove(connection, bank.programme).differences == []
