"""Whatever changes the past, no more points live because of it than it gives anew."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from lives_of_four import DOCUMENT, differences
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Command, Return

SHORT = DOCUMENT.replace("{rolling: 2 months}", "{rolling: 45 days}").replace(
    "300 points", "120 points"
)
MILESTONES = SHORT.replace(
    "\nlimits:",
    """
  - {id: hundred, on: balance_reached, milestone: {of: earned('growth'), every: 100}, give: 7 points per 1 of times}
  - {id: up, on: tier_changed, when: up, give: 30 points}
limits:""",
)


def given_anew(bank: Bank, since: int) -> int:
    """How many points more each command since one of a number gave than it took; what comes and goes by itself is taken
    together with what takes its place."""
    rows = bank.connection.execute(
        "SELECT key, points FROM posting JOIN command USING (programme_id, member_id, member_seq)"
        " JOIN currency USING (programme_id, currency)"
        " WHERE currency.id = 'points' AND account = 1 AND member_seq > %s",
        (since,),
    )
    more = Counter[str]()
    for key, points in rows.fetchall():
        _, named, *rest = key.split("/")
        more[named if rest else key] += points
    return sum(points for points in more.values() if points > 0)


def commands_of(bank: Bank) -> int:
    row = bank.connection.execute("SELECT max(member_seq) FROM member").fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("document", [SHORT, MILESTONES], ids=["awards", "own events"])
@pytest.mark.parametrize("seed", range(3))
def test_no_more_lives_than_is_given_anew(database_url: str, seed: int, document: str) -> None:
    dice = random.Random(seed)
    with connect(database_url) as connection:
        bank = Bank(connection, document, "2026-01-01 00:00")
        bank.enrol("ann")
        for day in range(1, 21):
            bought = bank.bought(f"o{day}", "ann", dice.randrange(1, 120) * 100)
            bank.do(f"2026-01-{day:02d} 10:00", bought)
        bank.travel("2026-06-01 00:00")
        assert bank.points() == 0, "all has ended"
        for day in range(1, 21):
            if dice.random() < 0.6:
                amount = dice.randrange(1, 40) * 100
                changed: Command = Return(
                    id=f"r{day}", of=f"o{dice.randrange(1, 21)}", amount=amount
                )
            else:
                when = f"2026-01-{dice.randrange(1, 21):02d} 09:{day:02d}"
                changed = bank.bought(f"l{day}", "ann", dice.randrange(1, 60) * 100, when)
            lived, before = bank.points(), commands_of(bank)
            bank.do(f"2026-06-{day:02d} 10:00", changed)
            assert bank.points() - lived <= given_anew(bank, before), (seed, day)
        assert differences(bank) == []
