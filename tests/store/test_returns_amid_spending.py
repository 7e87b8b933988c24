"""Using, setting aside, giving away and losing points in between changes nothing of what a return takes back."""

from __future__ import annotations

import random
from collections import Counter
from itertools import groupby
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from random_histories import FIRST_INSTANT, random_history
from travelled_bank import Bank

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.instants import MICROSECONDS_PER_DAY, date_of, local_day_of
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Event,
    Hold,
    Return,
    Spend,
    Transfer,
    Void,
)
from jifen.proof.proving import prove

MEMBERS = [f"m{number}" for number in range(16)]
BUFFER = 1_000_000
"""What calm members have besides, so that they can use what the others used before it was taken back."""

DOCUMENT = """
programme: amid
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points, EXPIRY, transfers: {}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount, limit: 150 points per day}
  - {id: third, on: purchase, when: "count('purchase', 'week') == 3", give: 30 points}
  - {id: every, on: purchase, milestone: {of: count('purchase'), every: 4}, give: 9 points, pending: 3 days}
  - {id: app, on: purchase, when: channel == 'app', multiply: base by 1.5}
  - {id: survey, on: survey, give: 40 points, limit: 1 per month}
limits: [250 points per day]
"""
NEVER_ENDS = "expiry: never"
SOON_ENDS = "expiry: {rolling: 12 days}, min_life: 0 days"

END = "2027-06-01 10:00"
BEGINNING = "2026-01-01 10:00"
USES = 180
TYPES = ("purchase", "survey")
KINDS = ("Event", "Return", "Transfer", "Cancel", "Capture", "Void", "Hold", "Spend")

_BALANCES = """
SELECT m.external_id, b.points, b.lifetime, b.debt, b.held, b.spent, b.expired
FROM member m JOIN balance b USING (programme_id, member_id)
WHERE m.programme_id = %(programme_id)s AND b.currency = 0
"""


class Balance(NamedTuple):
    """Of a member, `points` net of debt."""

    points: int
    lifetime: int
    debt: int
    held: int
    spent: int
    expired: int

    @property
    def comparable(self) -> tuple[int, ...]:
        """What does not depend on what was there, and for how long, when things came back."""
        return self.points + self.expired, self.lifetime, self.held, self.spent


class Doing(NamedTuple):
    """Something at an instant."""

    at: int
    command: Command


@pytest.mark.parametrize("seed", range(2))
def test_without_an_end_of_points_balances_are_those_of_what_stayed(
    module_database_url: str, calm_database_url: str, seed: int
) -> None:
    lives = _live_twice(module_database_url, calm_database_url, f"never-{seed}", NEVER_ENDS)
    assert lives.apart() == {}
    assert all(balance.expired == 0 for balance in lives.wild.values())
    assert min(lives.seen[kind] for kind in (*KINDS, "debt")) > 0, lives.seen


@pytest.mark.parametrize("seed", range(2))
def test_where_points_end_balances_differ_by_what_lapsed_in_between(
    module_database_url: str, calm_database_url: str, seed: int
) -> None:
    lives = _live_twice(module_database_url, calm_database_url, f"soon-{seed}", SOON_ENDS)
    assert lives.apart() == {}
    assert any(balance.expired for balance in lives.wild.values())


@pytest.mark.parametrize("name", ["clip-0"])
def test_what_is_forgiven_is_found(
    module_database_url: str, calm_database_url: str, name: str
) -> None:
    terms = f"{NEVER_ENDS}, overdraft: {{clip: 500 points per year}}"
    assert _live_twice(module_database_url, calm_database_url, name, terms).apart() != {}


@pytest.mark.long
@pytest.mark.parametrize("terms", [NEVER_ENDS, SOON_ENDS])
@pytest.mark.parametrize("seed", range(20))
def test_balances_amid_spending_at_length(
    module_database_url: str, calm_database_url: str, seed: int, terms: str
) -> None:
    name = f"long-{seed}-{'soon' if terms == SOON_ENDS else 'never'}"
    assert _live_twice(module_database_url, calm_database_url, name, terms).apart() == {}


class Lives(NamedTuple):
    """Balances of a bank in which things came back, and of one in which they were never bought, while members used,
    set aside and gave away the same; and how often each kind of act came to something in the first."""

    wild: dict[str, Balance]
    calm: dict[str, Balance]
    seen: Counter[str]

    def apart(self) -> dict[str, tuple[Balance, Balance]]:
        """The members who have not the same but for what has expired."""
        return {
            member: (here, self.calm[member])
            for member, here in self.wild.items()
            if here.comparable != self.calm[member].comparable
        }


def _live_twice(wild_url: str, calm_url: str, name: str, terms: str) -> Lives:
    chance = random.Random(name)
    document = DOCUMENT.replace("EXPIRY", terms).replace("amid", name)
    told = [random_history(chance, member) for member in MEMBERS]
    sent = _sent(chance, [command for one in told for command in one.wild])
    sent += _uses(chance)
    calm = [
        Doing(_moment(event), event) for one in told for event in one.calm if event.type in TYPES
    ]
    with connect(wild_url) as connection:
        bank = Bank(connection, document, BEGINNING)
        bank.enrol(*MEMBERS)
        done, seen = _lived(bank, sent)
        report = prove(connection, bank.programme)
        assert [str(difference) for difference in report.differences] == [], name
        ends = _balances(bank, given=0)
    calm += [one for one in done if not isinstance(one.command, Event | Return)]
    with connect(calm_url) as connection:
        bank = Bank(connection, document, BEGINNING)
        bank.enrol(*MEMBERS)
        bank.do(BEGINNING, *(_buffer(bank, member) for member in MEMBERS))
        calm_done, _ = _lived(bank, calm)
        assert len(calm_done) == len(calm), name
        return Lives(ends, _balances(bank, given=BUFFER), seen)


def _moment(event: Event) -> int:
    assert event.occurred_at is not None
    return event.occurred_at


def _buffer(bank: Bank, member: str) -> Adjust:
    end = bank.instant("2200-01-01 00:00")
    return Adjust(
        id=f"b-{member}", member=member, points=BUFFER, currency="points", reason="calm", expires_at=end,
    )  # fmt: skip


def _sent(chance: random.Random, commands: list[Command]) -> list[Doing]:
    """Events when they happened or some days late, and what came back later."""
    sent: dict[str, int] = {}
    doings: list[Doing] = []
    for command in commands:
        if isinstance(command, Event) and command.type in TYPES:
            late = chance.choice((0, 0, 0, 0, 3)) * MICROSECONDS_PER_DAY
            sent[command.id] = _moment(command) + late
            doings.append(Doing(sent[command.id], command))
        elif isinstance(command, Return) and command.of in sent:
            sent[command.of] += chance.randrange(1, 20 * 24) * MICROSECONDS_PER_DAY // 24
            doings.append(Doing(sent[command.of], command))
    return doings


def _uses(chance: random.Random) -> list[Doing]:
    """Points used, given back, set aside and given away, at any time."""
    doings: list[Doing] = []
    for number in range(USES):
        at = FIRST_INSTANT + int(chance.random() ** 2 * 400 * MICROSECONDS_PER_DAY)
        later = at + chance.randrange(1, 9 * 24) * MICROSECONDS_PER_DAY // 24
        member, other = chance.sample(MEMBERS, 2)
        points, id = chance.randrange(1, 90), f"u{number}"
        part = chance.choice((None, (points + 1) // 2))
        hold = Hold(id=id, member=member, points=points, currency="points", minutes=14_400)
        spend = Spend(id=id, member=member, up_to=points * 9, currency="points")
        match chance.choice(KINDS[2:]):
            case "Transfer":
                given = Transfer(id=id, member=member, to=other, points=points, currency="points")
                doings.append(Doing(at, given))
            case "Cancel":
                doings += [
                    Doing(at, spend),
                    Doing(later, Cancel(id=id, member=member, of=id, points=part)),
                ]
            case "Capture":
                doings += [
                    Doing(at, hold),
                    Doing(later, Capture(id=id, member=member, of=id, points=part)),
                ]
            case "Void":
                doings += [Doing(at, hold), Doing(later, Void(id=id, member=member, of=id))]
            case "Hold":
                doings.append(Doing(at, hold))
            case _:
                doings.append(Doing(at, spend))
    return doings


def _lived(bank: Bank, doings: list[Doing]) -> tuple[list[Doing], Counter[str]]:
    """Do everything, that of a day at the day's end; what was not refused, and how often what came about."""
    done: list[Doing] = []
    seen: Counter[str] = Counter()
    ordered = sorted(doings, key=lambda one: (one.at, one.command.id))
    for day, of_day in groupby(ordered, key=lambda one: local_day_of(one.at, bank.zone)):
        asked = list(of_day)
        for one, answer in zip(
            asked, bank.do(f"{date_of(day)} 23:59", *(x.command for x in asked)), strict=True
        ):
            if answer.refusal is None:
                done.append(_exactly(one, answer))
                seen[type(one.command).__name__] += 1
        seen["debt"] += sum(balance.debt > 0 for balance in _balances(bank, given=0).values())
    bank.travel(END)
    return done, seen


def _exactly(doing: Doing, answer: Answer) -> Doing:
    """The same, of a spend with as many points as it took."""
    if not isinstance(doing.command, Spend):
        return doing
    return Doing(doing.at, replace(doing.command, points=answer.taken, up_to=None))


def _balances(bank: Bank, given: int) -> dict[str, Balance]:
    """By member, without what was given to calm ones."""
    values = {"programme_id": bank.programme.programme_id}
    rows = cursor(bank.connection).execute(_BALANCES, values)
    return {
        name: Balance(points - given, lifetime - given, *rest)
        for name, points, lifetime, *rest in rows
    }
