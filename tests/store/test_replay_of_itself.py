"""What is published, replayed against itself over whatever was lived, moves nobody and is what the proved books say."""

from __future__ import annotations

import random

import pytest
from given_and_awarded import awarded, given
from lives_together import live, random_document
from short_checkpoints import checkpoint_every
from travelled_bank import GROWING, Bank

from jifen.db.connection import connect
from jifen.intake.versions.corrections import open_correction
from jifen.proof.proving import prove
from jifen.whatif import brought, history
from jifen.whatif.batch import lines
from jifen.whatif.counting import count
from jifen.whatif.replaying import replayed
from jifen.whatif.running import Replay
from jifen.whatif.walking import Walk

FAULTS: dict[str, tuple[int, object, str, object]] = {
    "whoever was merged counts for nobody else": (1, history, "brought_along", lambda *_: ()),
    "nothing comes about by a member's own history": (1, Walk, "_new", lambda *_: []),
    "nothing goes to others": (3, brought._Lives, "_arriving", lambda _: {}),
}


@pytest.mark.parametrize("seed", range(6))
def test_what_is_published_moves_nobody(
    module_database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _replay_of_itself(module_database_url, seed, 30, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_what_is_published_moves_nobody_at_length(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _replay_of_itself(database_url, seed, 90, monkeypatch)


@pytest.mark.parametrize("seed", [9042, 9043])
def test_what_is_published_in_turn_moves_nobody(
    module_database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _replay_of_itself(module_database_url, seed, 30, monkeypatch, versions=3)


@pytest.mark.long
@pytest.mark.parametrize("seed", [7051, 8044, 9002, 9046, *range(1200, 1240)])
def test_what_is_published_in_turn_moves_nobody_at_length(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _replay_of_itself(database_url, seed, 60, monkeypatch, versions=3)


@pytest.mark.parametrize("seed", [61, 63])
def test_who_was_merged_before_a_correction_is_replayed_as_the_books_have_it(
    module_database_url: str, seed: int
) -> None:
    _replay_of_corrected(module_database_url, seed)


def test_who_was_merged_before_a_correction_is_judged_without_it(database_url: str) -> None:
    doubled = GROWING.replace("give: 1 points", "give: 2 points")
    with connect(database_url) as connection:
        bank = Bank(connection, GROWING, "2026-01-01 09:00")
        bank.enrol("ann", "bob")
        bank.do(
            "2026-01-02 10:00", bank.bought("a1", "ann", 2_000), bank.bought("b1", "bob", 3_000)
        )
        bank.merge_or_part("2026-01-03 10:00", "m", merge=True)
        bank.correct(doubled, "2026-01-01 00:00")
        found = replayed(connection, bank.programme, bank.programme.programme)
        assert given(found.published, found.history) == awarded(bank)
        assert given(found.published, found.history)["bob", "points"] == 30, (
            "what was given before a merge stands"
        )
        report = count(bank.programme, found)
        assert (report.better, report.worse) == (1, 0), "a draft of the same would give bob more"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    database_url: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed, place, name, faulty = FAULTS[fault]
    monkeypatch.setattr(place, name, faulty)
    with pytest.raises(AssertionError, match="seed"):
        _replay_of_itself(database_url, seed, 30, monkeypatch)


def _replay_of_itself(
    url: str, seed: int, steps: int, patch: pytest.MonkeyPatch, versions: int = 1
) -> None:
    if seed % 2:  # so that corrections start from checkpoints too
        checkpoint_every(patch, 4)
    chance = random.Random(seed)
    document = random_document(chance, f"lives-{seed}")
    with connect(url) as connection:
        bank = Bank(connection, document, "2026-01-01 09:00")
        later = {
            steps * number // versions: random_document(chance, f"lives-{seed}")
            for number in range(1, versions)
        }
        live(chance, bank, steps, later)
        lived = "\n".join([f"seed {seed}", document, *later.values()])
        assert prove(connection, bank.programme).differences == [], lived
        newest, begins = bank.programme.programme, bank.instant("2026-01-01 09:00")
        since = max(begins, bank.programme.engine.versions[-1].effective_from)
        found = replayed(connection, bank.programme, newest, since=since if later else None)
        _moves_nobody(bank, found, lived)
        assert given(found.published, found.history) == awarded(bank), lived
        open_correction(
            connection, bank.programme, (document, *later.values())[-1],
            since=since, until=None, now=bank.now, actor="owner",
        )  # fmt: skip
        corrected = replayed(connection, bank.programme, newest, since=since, budgets="as recorded")
        assert list(lines(corrected)) == [], lived


def _replay_of_corrected(url: str, seed: int) -> None:
    """A life, all of which is judged otherwise at its end."""
    chance = random.Random(seed)
    document = random_document(chance, f"corrected-{seed}")
    other = document.replace("multiply: all by 1.5", "multiply: all by 3").replace(
        " of amount", " of amount over 7"
    )
    with connect(url) as connection:
        bank = Bank(connection, document, "2026-01-01 09:00")
        live(chance, bank, 30)
        bank.correct(other, "2026-01-01 00:00")
        lived = f"seed {seed}\n{other}"
        assert prove(connection, bank.programme).differences == [], lived
        found = replayed(connection, bank.programme, bank.programme.programme)
        assert given(found.published, found.history) == awarded(bank), lived


def _moves_nobody(bank: Bank, found: Replay, lived: str) -> None:
    report = count(bank.programme, found)
    assert (report.better, report.worse) == (0, 0), lived
    assert {one.id for one in report.currencies if one.points.difference} == set(), lived
    assert {one.id for one in report.rules if one.points.difference} == set(), lived
    assert all(tier.members.difference == 0 for tier in report.tiers), lived
    for budget in report.budgets:
        assert budget.given.difference == 0, lived
        assert budget.closed_published == budget.closed_draft, lived
    for life in report.lives:
        for both in (life.granted, life.used, life.uncovered, life.lapsed, life.outstanding):
            assert both.difference == 0, lived
    sides = found.history.sides
    assert sides is not None
    assert not sides.any(), lived
