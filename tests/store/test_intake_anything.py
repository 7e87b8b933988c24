"""Whatever is asked, in whatever order and however time passes, every sum can be drawn again afterwards."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, TypeVar

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Event,
    Exchange,
    Hold,
    Return,
    Spend,
    Transfer,
    Value,
    Void,
)
from jifen.intake.asking.member_commands import Freeze
from jifen.intake.judging import deciding, history
from jifen.intake.submitting import submit
from jifen.intake.sweeping import advance
from jifen.intake.versions.opening import set_test_clock
from jifen.proof.proving import prove

Kind = TypeVar("Kind")
SEEDS = range(4)
COMMANDS = 900
MEMBERS = 25
DOCUMENT = """
programme: anything
name: Anything
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: points
    expiry: {rolling: 1 months}
    pending: 3 days
    notice: [7 days, 2 days]
    transfers: {fee: 1, limit: 90 points per week}
    exchange: {give: 1 coins per 2 points, fee: 1, limit: [100 points per month, 2 per day]}
  coins: {name: coins, expiry: {rolling: 40 days}, notice: 12 days, exchange: {give: 3 points per 2 coins}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount, limit: 200 points per day}
  - {id: coin, on: purchase, give: 1 coins per 20 of amount}
  - {id: third, on: purchase, when: "count('purchase', 'week') == 3", give: 30 points}
  - {id: app, on: purchase, when: channel == 'app', multiply: base by 2}
limits: [300 points per week]
tiers:
  measure: coins
  window: rolling 2 months
  ladder:
    - {id: basic, name: b, reach: 0}
    - {id: gold, name: g, reach: 10, multiply: base by 1.5}
"""


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bank_can_be_proved_after_anything(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "EVENTS_PER_CHECKPOINT", 5)
    monkeypatch.setattr(history, "EVENTS_PER_CHECKPOINT", 5)
    chance = random.Random(seed)
    answered: Counter[tuple[str, str | None]] = Counter()
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol(*(f"m{number}" for number in range(MEMBERS)))
        asked: list[Command] = []
        while len(asked) < COMMANDS:
            _travel(bank, chance.choice((0, 0, 2, 24, 72)), swept=chance.random() < 0.6)
            batch = _batch(chance, bank, asked)
            imported = chance.random() < 0.3
            answers = submit(
                connection, bank.programme, batch, now=bank.now, actor="shop", imported=imported
            )
            for command, one in zip(batch, answers, strict=True):
                answered[type(command).__name__, one.answer.refusal] += 1
            asked += batch
        _travel(bank, 20 * 24, swept=False)
        _travel(bank, 0, swept=True)
        report = prove(connection, bank.programme)
        told = Counter(name for (name,) in connection.execute("SELECT name FROM outbox").fetchall())
        unnamed = connection.execute(
            "SELECT count(*) FROM outbox WHERE json_typeof(payload -> 'points') <> 'object'"
        ).fetchone()
    assert unnamed == (0,)  # points are told by currency
    assert told["points.expiring"] > 100
    assert told["points.expiry_delayed"] > 10
    assert [str(difference) for difference in report.differences] == []
    for kind in (
        Event, Return, Spend, Transfer, Exchange, Cancel, Hold, Capture, Void, Adjust, Freeze,
    ):  # fmt: skip
        assert answered[kind.__name__, None] >= 2, f"seed {seed}: {kind.__name__}"


def _travel(bank: Bank, hours: int, swept: bool) -> None:
    """Let time pass; unswept, everybody waits for their next deed, and notices may be missed."""
    to = bank.now + hours * MICROSECONDS_PER_DAY // 24
    if swept:
        bank.programme = advance(bank.connection, bank.programme, to).programme
    else:
        bank.programme = set_test_clock(bank.connection, bank.programme, to)


def _batch(chance: random.Random, bank: Bank, asked: list[Command]) -> list[Command]:
    """New commands about anything asked before, or in the batch itself, and some that are asked again."""
    batch: list[Command] = []
    for _ in range(chance.choice((1, 6, 40))):
        number = len(asked) + len(batch)
        if asked and chance.random() < 0.05:
            batch.append(chance.choice(asked))
        else:
            batch.append(_anything(chance, bank, [*asked[-300:], *batch], f"{number}"))
    return batch


def _anything(chance: random.Random, bank: Bank, asked: list[Command], id: str) -> Command:
    member = f"m{chance.randrange(MEMBERS)}"
    points, currency = chance.randrange(1, 60), chance.choice(("points", "points", "coins"))
    kind = chance.random()
    if kind < 0.55:
        return _purchase(chance, bank, id, member)
    if kind < 0.65:
        bought = _one_of(chance, asked, Event)
        if bought is not None:
            amount = chance.choice((None, chance.randrange(1, 5000)))
            return Return(
                id=id, member=bought.member, of=bought.id, amount=amount, full=amount is None
            )
    ways: tuple[type[Spend | Transfer | Exchange], ...] = (Spend, Transfer, Exchange)
    used = _one_of(chance, asked, chance.choice(ways))
    if used is not None and kind < 0.68:
        points_back = chance.choice((None, 2))
        return Cancel(id=id, member=used.member, of=used.id, points=points_back)
    if kind < 0.75:
        return _way_out(chance, id, member, points, currency)
    if kind < 0.83:
        minutes = chance.choice((15, 1440, 43_200))
        return Hold(id=id, member=member, points=points, currency=currency, minutes=minutes)
    held = _one_of(chance, asked, Hold)
    if held is not None and kind < 0.88:
        return Capture(id=id, member=held.member, of=held.id, points=chance.choice((None, 1)))
    if held is not None and kind < 0.93:
        return Void(id=id, member=held.member, of=held.id)
    if kind < 0.97:
        given = chance.choice((points, -points))
        return Adjust(id=id, member=member, points=given, currency=currency, reason="because")
    return Freeze(id=id, member=member, frozen=chance.random() < 0.4)


def _way_out(
    chance: random.Random, id: str, member: str, points: int, currency: str
) -> Spend | Transfer | Exchange:
    up_to = chance.random() < 0.5
    size: dict[str, Any] = {"up_to": points} if up_to else {"points": points}
    kind = chance.randrange(3)
    if kind == 0:
        return Spend(id=id, member=member, currency=currency, **size)
    if kind == 1:
        to = f"m{chance.randrange(MEMBERS)}"
        return Transfer(id=id, member=member, to=to, currency="points", **size)
    to = "coins" if currency == "points" else "points"
    size = {"up_to": points} if up_to else {"amount": points}
    return Exchange(id=id, member=member, currency=currency, to=to, **size)


def _purchase(chance: random.Random, bank: Bank, id: str, member: str) -> Event:
    ago = chance.choice((0, 0, chance.randrange(40 * 24)))
    fields: dict[str, Value] = {"channel": chance.choice(("app", "shop"))}
    fields["amount"] = chance.randrange(100, 15_000)
    return Event(
        id=id, member=member, type="purchase", fields=fields,
        occurred_at=max(bank.now - ago * MICROSECONDS_PER_DAY // 24, bank.instant("2026-01-01 10:00")),
    )  # fmt: skip


def _one_of(chance: random.Random, asked: list[Command], kind: type[Kind]) -> Kind | None:
    fitting = [command for command in asked if isinstance(command, kind)]
    return chance.choice(fitting) if fitting else None
