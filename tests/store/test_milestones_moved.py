"""What the own history brings about anew, in another place, lives no longer than what it takes the place of."""

from __future__ import annotations

import random

import pytest
from lives_of_four import DOCUMENT, differences, lives_of_four
from short_checkpoints import checkpoint_every
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Return

RULES = """
  - {id: hundred, on: balance_reached, milestone: {of: "earned('growth')", every: 100}, give: 7 points per 1 of times}
  - {id: up, on: tier_changed, when: up, give: 30 points}
limits:"""
MILESTONES = DOCUMENT.replace("{rolling: 2 months}", "{rolling: 45 days}").replace(
    "\nlimits:", RULES
)
OFTENER = MILESTONES.replace("every: 100", "every: 80").replace("reach: 400", "reach: 300")
EARNING = ("base", "third", "streak")
ONLY_MILESTONES = "\n".join(
    line for line in MILESTONES.splitlines() if not any(f"id: {rule}," in line for rule in EARNING)
).replace(", multiply: base by 2", "")


@pytest.mark.parametrize("seed", range(6))
def test_no_return_brings_to_life_what_has_ended(database_url: str, seed: int) -> None:
    dice = random.Random(seed)
    with connect(database_url) as connection:
        bank = Bank(connection, ONLY_MILESTONES, "2026-01-01 00:00")
        bank.enrol("ann")
        for day in range(1, 21):
            bought = bank.bought(f"o{day}", "ann", dice.randrange(1, 120) * 100)
            bank.do(f"2026-01-{day:02d} 10:00", bought)
        bank.travel("2026-06-01 00:00")
        given = bank.points()
        assert given == 0, "all has ended"
        for day in range(1, 21):
            of = f"o{dice.randrange(1, 21)}"
            returned = Return(id=f"r{day}", of=of, amount=dice.randrange(1, 40) * 100)
            bank.do(f"2026-06-{day:02d} 10:00", returned)
            assert bank.points() == 0, (seed, day)
        assert differences(bank) == []


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 15])
def test_whatever_moves_milestones_is_proved(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lives_with_milestones(database_url, seed, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 60))
def test_whatever_moves_milestones_is_proved_at_length(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lives_with_milestones(database_url, seed, monkeypatch)


def _lives_with_milestones(url: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed % 2:
        checkpoint_every(monkeypatch, 3)
    dice = random.Random(3000 + seed)
    short = (("45 days}", "5 days}, min_life: 4 days"), ("45 days}", "45 days}"))[seed % 2]
    documents = [one.replace(*short) for one in (OFTENER, MILESTONES)]
    days = sorted(dice.sample(range(4, 28), 2))
    with connect(url) as connection:
        bank = Bank(connection, MILESTONES.replace(*short), "2026-01-01 00:00")
        lives_of_four(bank, dice, "llllrr", dict(zip(days, documents, strict=True)))
