"""Lives in which rewards are issued, redeemed, alone and in sets, used and undone in any order: at their end everything
is proved."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.intake.asking.commands import Cancel, Command, Redeem, Return, UseReward
from jifen.proof.proving import prove
from jifen.whatif.replaying import replay

DOCUMENT = """
programme: lively-cafe
name: {zh: 热闹咖啡, en: Lively Cafe}
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: {rolling: 1 months}, unit_price: 0.10}
rewards:
  coffee: {name: {zh: 咖啡, en: coffee}, price: 30 points, valid: 10 days, worth: 20, limit: 6 coffee per week}
  mug: {name: {zh: 马克杯, en: mug}, worth: 50}
  snack: {name: {zh: 点心套装, en: snack}, set: {coffee: 25 points, mug: 21 points}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: third, on: purchase, issue: coffee, milestone: {of: count('purchase'), every: 3}}
  - {id: big, on: purchase, when: amount >= 80, issue: [coffee, mug], pending: 2 days, limit: 2 per month}
  - {id: thanks, on: redeemed, when: quantity >= 2, issue: coffee, limit: 1 per week}
  - {id: back, on: expired, give: 1 points per 10 of points}
limits: [4 coffee per month]
tiers:
  measure: amount
  window: rolling 2 months
  down: {at: period_end, to: highest_kept}
  ladder: [{id: basic, reach: 0}, {id: gold, reach: 150, reward_discount: 15%, multiply: base by 1.5}]
"""
MEMBERS = ("ann", "bob", "cid")


@pytest.fixture(scope="module", params=range(3))
def bank(request: pytest.FixtureRequest, module_database_url: str) -> Iterator[Bank]:
    chance = random.Random(request.param)
    document = DOCUMENT.replace("lively-cafe", f"lively-cafe-{request.param}")
    with connect(module_database_url) as connection:
        bank = Bank(connection, document, "2026-01-01 09:00")
        bank.enrol(*MEMBERS)
        done: list[Command] = []
        for place in range(90):
            asked = _act(bank, chance, place, done)
            bank.do(f"2026-{1 + place // 28:02d}-{1 + place % 28:02d} 10:00", asked)
            done.append(asked)
        yield bank


def _act(bank: Bank, chance: random.Random, place: int, done: list[Command]) -> Command:
    member, id = chance.choice(MEMBERS), f"{place:02d}"
    before = [one for one in done if one.member == member]
    bought = [one.id for one in before if one.id.startswith("buy")]
    used = [one.id for one in before if isinstance(one, Redeem | UseReward)]
    kind = chance.random()
    if kind < 0.15 and bought:
        of, whole = chance.choice(bought), chance.random() < 0.6
        return Return(
            id=f"return-{id}", member=member, of=of, full=whole, amount=None if whole else 1500
        )
    if kind < 0.3 and used:
        quantity, of = chance.choice((None, 1, 2)), chance.choice(used)
        if of.startswith("snack") and chance.random() < 0.4:
            of = f"{of}~{chance.choice(('coffee', 'mug'))}"
        return Cancel(id=f"cancel-{id}", member=member, of=of, quantity=quantity)
    if kind < 0.45:
        return UseReward(id=f"use-{id}", member=member, reward=chance.choice(("coffee", "mug")))
    if kind < 0.65:
        quantity, reward = chance.randrange(1, 4), chance.choice(("coffee", "coffee", "snack"))
        return Redeem(
            id=f"{reward}-{id}", member=member, reward=reward, quantity=quantity, currency="points"
        )
    late = "2026-01-01 12:00" if chance.random() < 0.1 else ""
    return bank.bought(f"buy-{id}", member, chance.randrange(10, 120) * 100, late)


def test_everything_is_proved(bank: Bank) -> None:
    assert prove(bank.connection, bank.programme).differences == []


def test_every_reward_is_in_one_state(bank: Bank) -> None:
    seen = set[str]()
    for member in MEMBERS:
        counts: dict[str, int] = {}
        view = member_view(bank.connection, bank.programme, member, bank.now)
        for one in view.rewards:
            counts[one.state] = counts.get(one.state, 0) + one.count
        seen |= counts.keys()
        moved = bank.connection.execute(
            "SELECT coalesce(sum(p.points), 0) FROM posting p JOIN member m USING (programme_id, member_id)"
            " WHERE m.programme_id = %s AND external_id = %s AND account = 1 AND p.points > 0 AND currency > 0",
            (bank.programme.programme_id, member),
        ).fetchone()
        states = ("issued", "pending", "used", "expired", "withdrawn")
        assert moved is not None
        assert moved[0] == sum(counts.get(state, 0) for state in states) - counts.get("owed", 0)
    assert {"used", "expired", "withdrawn"} <= seen


def test_a_replay_of_the_same_document_moves_nobody(bank: Bank) -> None:
    report = replay(bank.connection, bank.programme, bank.programme.programme)
    assert {total.id for total in report.currencies} == {"points", "coffee", "mug", "snack"}
    assert all(total.points.published == total.points.draft for total in report.currencies)
