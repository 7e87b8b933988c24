"""Rewards that take money off orders, amid merges, returns, late purchases and retries: the books hold, and whoever
changes them is found."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, LiteralString

import msgspec
import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.enquiry.why import why
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Adjust, Command, Event, LinePart, Redeem, Return
from jifen.intake.asking.member_commands import Merge
from jifen.intake.asking.tenders import RewardOnOrder
from jifen.programme.loading import load
from jifen.proof.proving import prove
from jifen.whatif.replaying import replay
from jifen.whatif.report import Both

SHOP = """
programme: shop
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, pay: {rate: 0.01}}
base: {leave_out: [points_paid]}
rewards:
  ten-off: {name: {zh: 十元券, en: ten-yuan voucher}, price: 10 points, off: 10.00}
  fifth: {name: {zh: 八折券, en: voucher}, price: 5 points, off: {share: 20%, lines: category == 'tea', min: 5.00}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: tea, on: purchase, lines: category == 'tea', give: 1 points per 1 of amount}
  - {id: third, on: purchase, issue: ten-off, milestone: {of: count('purchase'), every: 3}}
"""
LINES: dict[str, list[Any]] = {
    "category": ["tea", "cups"],
    "quantity": [2000, 1000],
    "amount": [4000, 6001],
}


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, SHOP, "2026-01-01 09:00")
        bank.enrol("ann", "bob")
        for name in ("ann", "bob"):
            given = Adjust(
                id=name, member=name, points=500, currency="points", reason="to begin with"
            )
            tens = Redeem(
                id=f"{name}-t", member=name, reward="ten-off", quantity=5, currency="points"
            )
            fifths = Redeem(
                id=f"{name}-f", member=name, reward="fifth", quantity=5, currency="points"
            )
            bank.do("2026-01-02 10:00", given, tens, fifths)
        yield bank


def ordered(bank: Bank, id: str, member: str, *rewards: str, when: str = "") -> Event:
    return msgspec.structs.replace(
        bank.bought(id, member, 10_001, when),
        lines=LINES,
        use=tuple(RewardOnOrder(reward=reward) for reward in rewards),
    )


def rewards(bank: Bank, member: str = "ann") -> dict[tuple[str, str], int]:
    view = member_view(bank.connection, bank.programme, member, bank.now)
    return {(one.reward, one.state): one.count for one in view.rewards}


def test_a_return_after_a_merge_brings_the_rewards_back_to_the_survivor(bank: Bank) -> None:
    (bought,) = bank.do("2026-01-05 10:00", ordered(bank, "o1", "bob", "ten-off", "fifth"))
    assert (bought.money_off, bought.total) == ({"ten-off": 1000, "fifth": 721}, 8280)
    bank.do("2026-01-06 10:00", Merge(id="m", member="bob", into="ann", reason="one"))
    (back,) = bank.do("2026-01-07 10:00", Return(id="r", of="o1", full=True))

    assert back.rewards_back == {"ten-off": 1, "fifth": 1}
    held = rewards(bank)
    assert (held["ten-off", "issued"], held["fifth", "issued"]) == (10, 10)
    assert prove(bank.connection, bank.programme).holds


def test_one_line_comes_back_at_what_was_paid_for_it(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", ordered(bank, "o1", "ann", "ten-off", "fifth"))
    before = bank.points()
    (back,) = bank.do("2026-01-06 10:00", Return(id="r", of="o1", lines=[LinePart(1)]))

    # the cups cost 60.01 - 6.01, the tea 40.00 - 3.99 - 7.21: 82 + 28 points become 28 + 28
    assert (back.points, back.rewards_back) == ({"points": -54}, {})
    assert bank.points() == before - 54
    said = why(bank.connection, bank.programme, "o1", "en")
    assert said is not None
    assert "10 yuan came off with ten-yuan voucher." in said.sentences
    assert prove(bank.connection, bank.programme).holds


def test_a_draft_counts_what_was_paid(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", ordered(bank, "o1", "ann", "ten-off"))
    draft = load(
        SHOP.replace(
            "1 points per 1 of amount}\n  - {id: tea", "2 points per 1 of amount}\n  - {id: tea"
        )
    )
    report = replay(bank.connection, bank.programme, draft)
    assert report.currencies[0].points == Both(90 + 36, 180 + 36)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET payload = replace(payload::text, '\"ten-off\",1000', '\"ten-off\",900')::json",
        "UPDATE event SET payload = replace(payload::text, '[399,601]', '[409,591]')::json",
        "UPDATE command SET body = replace(body::text, 'ten-off', 'fifth')::json WHERE kind = 'event'",
        "UPDATE command SET answer = replace(answer::text, '\"total\":9001', '\"total\":9000')::json"
        " WHERE kind = 'event'",
    ],
)
def test_what_came_off_is_proved(bank: Bank, change: LiteralString) -> None:
    bank.do("2026-01-05 10:00", ordered(bank, "o1", "ann", "ten-off"))
    assert found(bank) == []
    with unguarded(bank) as connection:
        assert connection.execute(change).rowcount == 1
        forge_chains(bank)
        assert "money_off" in found(bank)


def _anything(bank: Bank, dice: random.Random, number: int, bought: list[str]) -> Command:
    member = dice.choice(["ann", "bob"])
    if bought and dice.random() < 0.4:
        of = dice.choice(bought)
        parts: list[dict[str, Any]] = [
            {"full": True},
            {"amount": dice.randrange(1, 3000)},
            {"lines": [LinePart(dice.randrange(2), quantity=1000)]},
        ]
        return Return(id=f"r{number}", of=of, **dice.choice(parts))
    bought.append(f"o{number}")
    used = dice.choices(["ten-off", "fifth"], k=dice.choice([0, 1, 1, 2, 3]))
    when = f"2026-01-{dice.randrange(3, 6):02d} 12:00" if dice.random() < 0.3 else ""
    return ordered(bank, f"o{number}", member, *used, when=when)


@pytest.mark.parametrize("seed", range(6))
def test_books_hold_whatever_is_bought_and_brought_back(bank: Bank, seed: int) -> None:
    dice, bought = random.Random(seed), list[str]()
    applied: list[Answer] = []
    for number in range(40):
        today = f"2026-02-{1 + number // 4:02d}"
        if number in (25, 33):
            bank.merge_or_part(f"{today} 11:00", f"m{number}", merge=number == 25)
        applied += bank.do(f"{today} 11:00", _anything(bank, dice, number, bought))
    assert sum(bool(answer.money_off) for answer in applied) > 3
    assert prove(bank.connection, bank.programme).holds
