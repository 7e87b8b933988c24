"""Who was merged when a correction came keeps what was given as it was judged, until being parted again."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from lives_of_four import DOCUMENT, MEMBERS, differences, lives_of_four
from short_checkpoints import checkpoint_every
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.why import why
from jifen.intake.asking.commands import Return
from jifen.intake.asking.member_commands import Merge, Unmerge

DOUBLED = DOCUMENT.replace("give: 1 points per 1", "give: 2 points per 1")
COUNTING_OTHERWISE = DOUBLED.replace(
    "limits:",
    "  - {id: second, on: purchase, when: \"count('purchase', 'year') == 2\", give: 9 points}\nlimits:",
)
WITH_STEPS = DOCUMENT.replace(
    "limits:", "  - {id: welcome, on: tier_changed, when: up, give: 30 points}\nlimits:"
)
STEPS_OTHERWISE = WITH_STEPS.replace("reach: 400", "reach: 150").replace("30 points", "40 points")


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 00:00")
        bank.enrol(*MEMBERS)
        yield bank


@pytest.mark.parametrize("correction", [DOUBLED, COUNTING_OTHERWISE])
def test_a_return_after_a_correction_takes_back_what_was_given_and_changes_nothing_else(
    bank: Bank, correction: str
) -> None:
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 5_000), bank.bought("b2", "bob", 3_000))
    bank.merge_or_part("2026-01-03 10:00", "m", merge=True)
    bank.correct(correction, "2026-01-01 00:00")
    (answer,) = bank.do("2026-01-04 10:00", Return(id="r", of="b1", full=True))
    assert answer.points == {"points": -50, "growth": -50}
    assert bank.points("ann") == 30, "b2 gives what it gave"
    assert differences(bank) == []


def test_who_is_parted_after_a_correction_gets_it_at_once(bank: Bank) -> None:
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 5_000), bank.bought("b2", "bob", 3_000))
    bank.merge_or_part("2026-01-03 10:00", "m", merge=True)
    bank.correct(COUNTING_OTHERWISE, "2026-01-01 00:00")
    bank.do("2026-01-04 10:00", Return(id="r", of="b1", amount=1_000))
    bank.merge_or_part("2026-01-05 10:00", "u", merge=False)
    assert (bank.points("ann"), bank.points("bob")) == (0, 2 * 40 + 2 * 30 + 9)
    assert differences(bank) == []


def test_the_why_of_what_a_merged_member_was_given_is_by_the_rules_of_then(bank: Bank) -> None:
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 5_000), bank.bought("b2", "bob", 3_000))
    bank.merge_or_part("2026-01-03 10:00", "m", merge=True)
    bank.correct(COUNTING_OTHERWISE, "2026-01-01 00:00")
    bank.do("2026-01-04 10:00", Return(id="r", of="b1", amount=1_000))
    told = {id: why(bank.connection, bank.programme, id, "en") for id in ("b1", "b2", "r")}
    assert (told["b1"].revision, told["b2"].revision) == (1, 1)
    assert any("30 points" in one for one in told["b2"].sentences)
    said = " ".join(one for of in told.values() for one in of.sentences)
    assert "prove" not in said, "the award is what the rules of then give"
    assert "60" not in said
    bank.merge_or_part("2026-01-05 10:00", "u", merge=False)
    assert why(bank.connection, bank.programme, "b2", "en").revision == 2


def test_each_of_those_merged_in_turn_is_judged_by_the_corrections_of_its_own_time(
    bank: Bank,
) -> None:
    bank.do("2026-01-02 10:00", bank.bought("c1", "cid", 5_000), bank.bought("c2", "cid", 3_000))
    bank.do("2026-01-02 11:00", bank.bought("b1", "bob", 1_000))
    bank.do("2026-01-03 10:00", Merge(id="m1", member="cid", into="bob", reason="two cards"))
    assert bank.points("bob") == 80 + 10 + 50, "b1 is the third of both"
    bank.correct(DOUBLED, "2026-01-01 00:00")
    assert bank.points("bob") == 80 + 20 + 50
    bank.do("2026-01-04 10:00", Merge(id="m2", member="bob", into="ann", reason="three cards"))
    bank.correct(DOUBLED.replace("2 points per 1", "3 points per 1"), "2026-01-01 00:00")
    assert bank.points("ann") == 80 + 20 + 50
    bank.do("2026-01-05 10:00", Return(id="r", of="c1", full=True))
    assert bank.points("ann") == 30 + 20, "b1 is the second now"
    assert differences(bank) == []
    bank.do("2026-01-06 10:00", Unmerge(id="u2", member="ann", of="bob", reason="two people"))
    assert bank.points("bob") == 30 + 30
    assert differences(bank) == []
    bank.do("2026-01-07 10:00", Unmerge(id="u1", member="bob", of="cid", reason="two people"))
    assert (bank.points("bob"), bank.points("cid")) == (30, 90)
    assert differences(bank) == []


def test_the_revision_of_who_is_merged_is_proved(bank: Bank) -> None:
    bank.do("2026-01-02 10:00", bank.bought("b1", "bob", 5_000))
    bank.merge_or_part("2026-01-03 10:00", "m", merge=True)
    bank.correct(DOUBLED, "2026-01-01 00:00")
    bank.do("2026-01-04 10:00", Return(id="r", of="b1", amount=1_000))
    assert differences(bank) == []
    bank.connection.execute("UPDATE member SET revision = 2 WHERE external_id = 'bob'")
    assert [found.check for found in differences(bank)] == ["award", "state"]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_around_merges_and_corrections_is_proved(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lives_amid_corrections(database_url, seed, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 60))
def test_whatever_happens_around_merges_and_corrections_is_proved_at_length(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lives_amid_corrections(database_url, seed, monkeypatch)


def _lives_amid_corrections(url: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = (DOUBLED, COUNTING_OTHERWISE, DOCUMENT)
    if seed % 3 == 2:
        documents = (STEPS_OTHERWISE, WITH_STEPS, STEPS_OTHERWISE)
    if seed % 2:
        checkpoint_every(monkeypatch, 3)
    dice = random.Random(1000 + seed)
    days = sorted(dice.sample(range(4, 28), 3))
    with connect(url) as connection:
        begins = WITH_STEPS if seed % 3 == 2 else DOCUMENT
        bank = Bank(connection, begins, "2026-01-01 00:00")
        lives_of_four(bank, dice, "rrmmuu", dict(zip(days, documents, strict=True)))
