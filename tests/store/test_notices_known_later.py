"""Notices of points that activity or a tier keeps alive are derived again where others' deeds came to count later, and
where the past was corrected."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest
from tampering import forge_chains, found, unguarded
from test_notices import FAITHFUL, FORGETFUL, LENGTHENED, SPARED, asked, nobody_sweeps_until, proved
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Command, Event, Hold, Return, Spend
from jifen.intake.asking.member_commands import Merge
from jifen.intake.versions.corrections import (
    open_correction,
    post_correction,
    publish_correction,
)

Draw = random.Random
DOCUMENTS = (LENGTHENED, SPARED, FORGETFUL, FAITHFUL)
OTHERWISE = (
    ("1 points per 1", "2 points per 1"),
    ("on: purchase, most", "on: [purchase, visit], most"),
    ("on: [purchase, visit]", "on: purchase"),
    ("reach: 2}", "reach: 1}"),
)
MEMBERS = ("ann", "bob")
STEPS = 24


def merge_once(bank: Bank, draw: Draw, step: int, day: dt.date) -> None:
    """Let Bob be one with Ann, for ever."""
    if step == STEPS // 3:
        asked(bank, Merge(id="m1", member="bob", into="ann", reason="one"))


def correct_now_and_then(bank: Bank, draw: Draw, step: int, day: dt.date) -> None:
    """Publish another past; who does something is judged again first, and some time everybody is."""
    if draw.random() < 0.15:
        document = draw.choice(DOCUMENTS)
        since = bank.instant(f"{day - dt.timedelta(days=draw.choice((20, 50, 100)))} 00:00")
        opened = document.replace(*draw.choice(OTHERWISE))
        open_correction(
            bank.connection, bank.programme, opened, since=since, now=bank.now, actor="owner"
        )
        bank.programme = publish_correction(
            bank.connection, bank.programme, now=bank.now, actor="owner"
        )
    if draw.random() < 0.15:
        bank.programme, _ = post_correction(
            bank.connection, bank.programme, now=bank.now, actor="owner"
        )


def something(bank: Bank, draw: Draw, step: int, day: dt.date, bought: list[str]) -> Command:
    """Something that a member does, perhaps an earlier day."""
    who = draw.choice(MEMBERS)
    match draw.randrange(7):
        case 0 if bought:
            full = draw.random() < 0.6
            return Return(id=f"r{step}", of=bought.pop(), full=full, amount=None if full else 1_000)
        case 1:
            return Spend(id=f"s{step}", member=who, currency="points", up_to=30)
        case 2:
            return Event(id=f"v{step}", member=who, type="visit", occurred_at=None)
        case 3:
            return Hold(id=f"h{step}", member=who, points=5, currency="points", minutes=30_000)
        case _:
            late = max(dt.date(2026, 1, 2), day - dt.timedelta(days=draw.choice((0, 9, 45))))
            bought.append(f"o{step}")
            return bank.bought(bought[-1], who, draw.choice((3_000, 8_000)), f"{late} 09:00")


@pytest.mark.parametrize(
    ("what_else", "seed"), [(merge_once, 0), (merge_once, 1), (correct_now_and_then, 107)]
)
def test_what_was_told_is_derived_again(
    database_url: str, what_else: Callable[[Bank, Draw, int, dt.date], None], seed: int
) -> None:
    lived(database_url, what_else, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
@pytest.mark.parametrize("what_else", [merge_once, correct_now_and_then])
def test_what_was_told_is_derived_again_at_length(
    database_url: str, what_else: Callable[[Bank, Draw, int, dt.date], None], seed: int
) -> None:
    lived(database_url, what_else, seed)


def lived(
    database_url: str, what_else: Callable[[Bank, Draw, int, dt.date], None], seed: int
) -> None:
    """The proof agrees at every step, and at the end misses what others were not told."""
    draw = random.Random(seed)
    with connect(database_url) as connection:
        bank = Bank(connection, draw.choice(DOCUMENTS), "2026-01-01 10:00")
        bank.enrol(*MEMBERS)
        day, bought = dt.date(2026, 1, 1), list[str]()
        for step in range(STEPS):
            day += dt.timedelta(days=draw.choice((1, 6, 15, 33, 60)))
            arrive: Callable[[Bank, str], None] = draw.choice((Bank.travel, nobody_sweeps_until))
            arrive(bank, f"{day} 10:00")
            what_else(bank, draw, step, day)
            asked(bank, something(bank, draw, step, day, bought))
            assert proved(bank) == []
        bank.travel("2029-12-01 10:00")
        assert proved(bank) == []
        with unguarded(bank):
            deleted = connection.execute("DELETE FROM outbox WHERE name = 'points.expiring'")
            assert deleted.rowcount
            forge_chains(bank)
            assert "notice" in found(bank)
