"""Whoever is merged, parted and merged again in whatever order: the books hold, and what is returned leaves nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from lives_of_four import DOCUMENT, MEMBERS, differences, lives_of_four
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Cancel, Command, Confirm, Return, Spend, Transfer
from jifen.intake.asking.member_commands import Merge, SetFact, Unmerge
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.versions.opening import set_test_clock
from jifen.ledger.refusals import Refusal

WITH_STEPS = DOCUMENT.replace(
    "limits:",
    """  - {id: welcome, on: tier_changed, when: up, give: 30 points}
  - {id: hundred, on: balance_reached, milestone: {of: earned('growth'), every: 100}, give: 7 points}
limits:""",
)
WAITING = DOCUMENT.replace(
    "{rolling: 2 months}", "{rolling: 2 months}, notice: [10 days], pending: {until: delivery}"
).replace("earn:", "events: {delivery: {fields: {of: text}}}\nearn:")
LIVES = 24


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        yield Bank(connection, DOCUMENT, "2026-01-01 00:00")


@pytest.mark.parametrize("seed", range(LIVES))
def test_whatever_happens_around_merges_is_proved(bank: Bank, seed: int) -> None:
    lives_of_four(bank, random.Random(seed))


@pytest.mark.parametrize("seed", range(LIVES, 2 * LIVES))
def test_steps_and_milestones_of_who_is_merged_come_when_they_move(
    database_url: str, seed: int
) -> None:
    with connect(database_url) as connection:
        lives_of_four(Bank(connection, WITH_STEPS, "2026-01-01 00:00"), random.Random(seed))


@pytest.mark.parametrize("seed", range(2 * LIVES, 2 * LIVES + 12))
def test_what_is_confirmed_among_merges_is_found_wherever_it_lies(
    database_url: str, seed: int
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, WAITING, "2026-01-01 00:00")
        lives_of_four(bank, random.Random(seed), "dddddd")


def test_a_merged_member_is_no_longer_due(bank: Bank) -> None:
    bank.enrol(*MEMBERS)
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 50_000))
    bank.do("2026-01-03 10:00", Merge(id="m1", member="bob", into="ann", reason="two cards"))
    due = bank.connection.execute(
        "SELECT next_due_at = 'infinity' FROM member WHERE external_id = 'bob'"
    ).fetchone()
    assert due == (True,)
    view = member_view(bank.connection, bank.programme, "bob", bank.now)
    assert (view.id, view.merged) == ("ann", ["bob"])


def test_a_correction_of_the_past_leaves_alone_what_a_merged_member_was_given(bank: Bank) -> None:
    bank.enrol(*MEMBERS)
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 5_000), bank.bought("a1", "ann", 1_000))
    bank.do("2026-01-03 10:00", Merge(id="m1", member="bob", into="ann", reason="two cards"))
    bank.travel("2026-01-03 11:00")
    doubled = DOCUMENT.replace("give: 1 points per 1", "give: 2 points per 1")
    assert bank.correct(doubled, "2026-01-01 00:00") == 1
    assert bank.points("ann") == 50 + 20
    assert differences(bank) == []
    bank.do("2026-01-04 10:00", Return(id="r1", of="b1", full=True))
    assert bank.points("ann") == 20
    assert differences(bank) == []


def test_nobody_is_parted_from_who_they_were_not_merged_into(bank: Bank) -> None:
    bank.enrol(*MEMBERS)
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 5_000), bank.bought("b2", "bob", 2_000))
    bank.do("2026-01-03 10:00", Merge(id="m1", member="bob", into="ann", reason="two cards"))
    parting = Unmerge(id="u1", member="cid", of="bob", reason="two people")
    answers = bank.do("2026-01-04 10:00", parting, Return(id="r1", of="b1", full=True))
    assert [one.refusal for one in answers] == ["not_merged", None]
    assert bank.points("bob") == bank.points("ann") == 20
    assert differences(bank) == []


def test_nobody_is_merged_by_tampering(bank: Bank) -> None:
    bank.enrol(*MEMBERS)
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 5_000))
    bank.do("2026-01-03 10:00", Merge(id="m1", member="bob", into="ann", reason="two cards"))
    connection: psycopg.Connection[Any] = bank.connection
    connection.execute(
        "UPDATE member SET survivor_id = (SELECT member_id FROM member WHERE external_id = 'cid')"
        " WHERE external_id = 'bob'"
    )
    assert {found.check for found in differences(bank)} >= {"survivor", "identity"}


def test_who_came_along_with_a_merge_is_no_one_elses_by_tampering(bank: Bank) -> None:
    bank.enrol(*MEMBERS)
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 5_000))
    bank.do("2026-01-03 10:00", Merge(id="m1", member="bob", into="ann", reason="two cards"))
    bank.do("2026-01-04 10:00", Merge(id="m2", member="ann", into="cid", reason="three cards"))
    assert differences(bank) == []
    connection: psycopg.Connection[Any] = bank.connection
    connection.execute(
        "UPDATE member_identity SET member_id = (SELECT member_id FROM member WHERE external_id = 'ann')"
        " WHERE identity = 'bob'"
    )
    assert [found.check for found in differences(bank)] == ["identity"]


def test_what_comes_back_through_a_merged_member_is_told_from_what_comes_anew(bank: Bank) -> None:
    bank.enrol(*MEMBERS)
    bank.do("2026-01-02 10:00", bank.bought("c1", "cid", 20_000), bank.bought("c2", "cid", 20_000))
    bank.do("2026-01-03 10:00", Merge(id="m1", member="cid", into="bob", reason="two cards"))
    bank.do("2026-01-04 10:00", Merge(id="m2", member="bob", into="ann", reason="three cards"))
    assert bank.points("ann") == 300
    bank.do("2026-01-05 10:00", Return(id="r1", of="c1", full=True))
    assert bank.points("ann") == 200, "without c1 the day has room for all of c2"
    assert differences(bank) == []


def test_what_is_withdrawn_of_who_is_merged_in_the_same_breath_stands_no_longer(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, WITH_STEPS, "2026-01-01 00:00")
        bank.enrol(*MEMBERS)
        bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 15_000))
        assert bank.points("bob") == 150 + 7
        merge = Merge(id="m1", member="bob", into="ann", reason="two cards")
        bank.do("2026-01-03 10:00", Return(id="r1", of="b1", full=True), merge)
        bank.travel("2026-01-04 10:00")
        assert bank.standing("balance_reached", member="bob") == []
        assert bank.points("ann") == 0
        assert differences(bank) == []


@contextmanager
def giving_to_spouses(url: str, gift: str) -> Iterator[Bank]:
    """A bank with one more rule, by which ann's purchases bring something to bob."""
    document = DOCUMENT.replace("earn:", f"facts: {{spouse: member}}\nearn:\n  - {gift}")
    with connect(url) as connection:
        bank = Bank(connection, document, "2026-01-01 00:00")
        bank.enrol(*MEMBERS)
        yield bank


MARRIED = SetFact(id="f1", member="ann", name="spouse", value="bob")


def test_what_a_deed_brought_who_is_merged_in_the_same_breath_is_withdrawn_with_it(
    database_url: str,
) -> None:
    gift = "{id: gift, on: purchase, when: \"first('purchase')\", give: 8 points, to: spouse}"
    with giving_to_spouses(database_url, gift) as bank:
        bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 1_000), MARRIED)
        merge = Merge(id="m1", member="bob", into="ann", reason="two cards")
        bank.travel("2026-01-03 10:00")
        asked: list[Command] = [bank.bought("a1", "ann", 2_000), merge]
        submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop", imported=True)
        bank.travel("2026-01-04 10:00")
        assert bank.points("ann") == 10 + 20, "with b1 before it a1 is the first of nobody"
        assert differences(bank) == []


def test_what_a_deed_brought_who_is_parted_in_the_same_breath_is_withdrawn_with_it(
    database_url: str,
) -> None:
    gift = "{id: gift, on: purchase, give: 8 points, to: spouse}"
    with giving_to_spouses(database_url, gift) as bank:
        bought = bank.bought("a1", "ann", 2_000), bank.bought("c1", "cid", 500)
        bank.do("2026-01-02 10:00", MARRIED, *bought)
        bank.do("2026-01-03 10:00", Merge(id="m1", member="bob", into="cid", reason="one"))
        assert bank.points("cid") == 5 + 8
        returned = [Return(id=f"of-{one.id}", of=one.id, full=True) for one in bought]
        parted = Unmerge(id="u1", member="cid", of="bob", reason="two")
        bank.do("2026-01-04 10:00", *returned, parted)
        assert bank.points("bob") == bank.points("cid") == 0
        assert differences(bank) == []


def test_what_was_asked_in_the_breath_of_a_parting_is_told_the_same_again(bank: Bank) -> None:
    bank.enrol("ann", "bob")
    bank.do("2026-01-03 10:00", Merge(id="m", member="bob", into="ann", reason="two cards"))
    together: list[Command] = [
        SetFact(id="f", member="bob", name="birthday", value="1990-05-18"),
        Unmerge(id="u", member="bob", of="bob", reason="a brother"),
    ]
    first = submit(bank.connection, bank.programme, together, now=bank.now, actor="test")
    again = submit(bank.connection, bank.programme, together, now=bank.now, actor="test")
    assert [one.answer.state for one in first] == ["applied", "applied"]
    assert [(one.answer, one.replayed) for one in again] == [(one.answer, True) for one in first]


@pytest.mark.parametrize("asked_at", ["2026-01-02 10:00", "2026-01-05 10:00"])
def test_what_was_asked_while_two_were_one_is_told_again_whatever_the_clock_of_the_asker_said(
    bank: Bank, asked_at: str
) -> None:
    """Who waits for another has looked at the clock before, and is recorded behind."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-03 10:00", Merge(id="m", member="bob", into="ann", reason="two cards"))
    asked = [SetFact(id="f", member="bob", name="birthday", value="1990-05-18")]
    then = bank.instant(asked_at)
    first = submit(bank.connection, bank.programme, asked, now=then, actor="test")
    bank.do("2026-01-04 10:00", Unmerge(id="u", member="bob", of="bob", reason="a brother"))
    again = submit(bank.connection, bank.programme, asked, now=bank.now, actor="test")
    assert [(one.answer, one.replayed) for one in again] == [(one.answer, True) for one in first]


@pytest.mark.parametrize("seed", range(12))
def test_whoever_asks_again_is_told_the_same_whoever_became_one_with_whom(
    bank: Bank, seed: int
) -> None:
    """Asked by clocks that do not agree, among merges and partings in any order; then all is asked again."""
    chance = random.Random(seed)
    bank.enrol(*MEMBERS)
    bank.travel("2026-01-03 10:00")
    told: list[tuple[Command, Answered]] = []
    for number in range(90):
        member, other = chance.sample(MEMBERS, 2)
        commands: list[Command] = [
            Merge(id=f"{number}", member=member, into=other, reason="two cards"),
            Unmerge(id=f"{number}", member=member, of=member, reason="a brother"),
            Unmerge(id=f"{number}", member=member, of=member, reason="a sister"),
            bank.bought(f"{number}", member, 500),
            SetFact(id=f"{number}", member=member, name="birthday", value="1990-05-18"),
        ]
        asked = chance.choice(commands)
        now = bank.now + chance.randrange(-5_000_000, 5_000_000)
        told += zip(
            [asked],
            submit(bank.connection, bank.programme, [asked], now=now, actor="test"),
            strict=True,
        )
    for asked, first in told:
        if first.answer.refusal != Refusal.MALFORMED.code:
            (again,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="test")
            assert (again.answer, again.replayed) == (first.answer, True), asked
    assert sum(isinstance(asked, Unmerge) and not one.answer.refusal for asked, one in told) > 3


def test_what_was_confirmed_while_two_were_one_goes_back_to_whose_it_is_and_waits_no_longer(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, WAITING, "2026-01-01 00:00")
        bank.enrol("ann", "bob")
        bank.do(
            "2026-01-02 10:00", bank.bought("b1", "bob", 10_000), bank.bought("b2", "bob", 5_000)
        )
        bank.merge_or_part("2026-01-03 10:00", "m1", merge=True)
        bank.do("2026-01-04 10:00", Confirm(id="c1", of="b1", member="ann"))
        bank.do("2026-01-05 10:00", Spend(id="s1", member="ann", points=30, currency="points"))
        bank.merge_or_part("2026-01-06 10:00", "u1", merge=False)
        view = member_view(bank.connection, bank.programme, "bob", bank.now).currencies["points"]
        assert (view.available, view.pending) == (70, 50)
        assert bank.points("ann") == 0
        assert differences(bank) == []
        for another in ("parent_seq = 2, parent_row_no = 1", "parent_row_no = parent_row_no + 1"):
            with unguarded(bank):
                connection.execute(
                    f"UPDATE lot_parent SET {another} WHERE parent_member_id = member_id"
                )
                forge_chains(bank)
                assert found(bank) == ["lot_parent"]
        bank.do("2026-01-07 10:00", Return(id="r1", of="b1", full=True))
        view = member_view(bank.connection, bank.programme, "bob", bank.now).currencies["points"]
        assert (view.points, view.pending) == (0, 20), "b2 has paid for the 30 that ann used"
        assert differences(bank) == []


def test_a_gift_from_before_a_merge_stays_a_gift_when_it_is_undone(bank: Bank) -> None:
    bank.enrol("ann", "bob")
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 10_000))
    gift = Transfer(id="t1", member="bob", to="ann", points=40, currency="points")
    bank.do("2026-01-02 11:00", gift)
    bank.merge_or_part("2026-01-03 10:00", "m1", merge=True)
    assert bank.points("ann") == 100
    bank.merge_or_part("2026-01-04 10:00", "u1", merge=False)
    assert (bank.points("ann"), bank.points("bob")) == (40, 60)
    assert differences(bank) == []


def test_what_ends_later_for_a_missed_notice_does_so_when_two_are_parted_or_a_gift_comes_back(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(
            connection, WAITING.replace(", pending: {until: delivery}", ""), "2026-01-01 00:00"
        )
        bank.enrol(*MEMBERS)
        bank.do(
            "2026-01-02 10:00", bank.bought("b1", "bob", 10_000), bank.bought("c1", "cid", 5_000)
        )
        gift = Transfer(id="t1", member="cid", to="dee", points=50, currency="points")
        bank.do("2026-01-03 10:00", gift)
        bank.merge_or_part("2026-01-03 11:00", "m1", merge=True)
        bank.programme = set_test_clock(
            bank.connection, bank.programme, bank.instant("2026-02-28 10:00")
        )
        sweep(bank.connection, bank.programme, bank.now)
        bank.merge_or_part("2026-03-05 10:00", "u1", merge=False)
        bank.do("2026-03-05 11:00", Cancel(id="k1", of="t1"))
        assert (bank.points("ann"), bank.points("bob")) == (0, 100)
        assert (bank.points("cid"), bank.points("dee")) == (0, 0), (
            "what a giver gave has its own end"
        )
        assert differences(bank) == []
        bank.travel("2026-03-14 10:00")
        assert bank.points("bob") == 0
        assert differences(bank) == []
