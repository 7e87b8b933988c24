"""What a replay says becomes of points is what the bank holds: of what is published, and of a bank under the draft."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Adjust, Cancel, Return, Spend, Transfer
from jifen.intake.asking.member_commands import Merge, OpenedLot, Opening
from jifen.programme.loading import load
from jifen.whatif.replaying import replay
from jifen.whatif.report import Both, LifeTotal

DOCUMENT = """
programme: shop
name: {zh: 小店, en: Shop}
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: {zh: 积分, en: points}
    expiry: {rolling: 3 months}
    transfers: {expiry: keep}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
MORE = DOCUMENT.replace("give: 1 points", "give: 3 points")
PARTS = """
  - {id: quick, on: purchase, when: amount >= 50, give: 30 points, expires: 7 days}
  - {id: half, on: purchase, multiply: base by 1.5, expires: 20 days}
"""
FEES = """
  - {id: small, on: purchase, when: amount <= 40, take: 45 points}
"""
LADDER = """
tiers:
  measure: purchases
  window: lifetime
  down: never
  ladder: [{id: basic, reach: 0}, {id: silver, reach: 2}]
"""
EXPIRIES = {
    "plain": "{rolling: 3 months}",
    "extended": "{rolling: 2 months, extend: {on: purchase, most: 5 months}}",
    "idle": "{idle: 40 days, on: [purchase]}",
    "month": "{rolling: 1 months, until: month_end}",
    "yearly": "{yearly: 03-31}",
    "tier": "{rolling: 2 months, by_tier: {silver: {rolling: 4 months}}}",
    "spared": "{idle: 40 days, on: [purchase], by_tier: {silver: never}}",
    "lost": "{idle: 130 days, on: [visit], by_tier: {silver: never}}",
}
LOSING = LADDER.replace("lifetime", "rolling 1 months").replace(
    "never", "{at: period_end, to: highest_kept}"
)
LADDERS = {"tier": LADDER, "spared": LOSING, "lost": LOSING}


def lived(bank: Bank) -> Bank:
    """Half a year with everything that moves points."""
    bank.enrol("ann", "bob", "cat")
    brought = [OpenedLot(currency="points", points=70, expires_at=bank.instant("2026-03-01 00:00"))]
    bank.do("2026-01-02 09:00", Opening(id="i1", member="cat", lots=brought))
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 12_000), bank.bought("b1", "bob", 9000))
    bank.do("2026-01-20 10:00", bank.bought("a2", "ann", 4000))
    bank.do("2026-01-25 10:00", Spend(id="s1", member="ann", points=40, currency="points"))
    bank.do("2026-02-10 10:00", bank.bought("a3", "ann", 6000), bank.bought("c1", "cat", 2000))
    bank.do("2026-02-11 10:00", Cancel(id="x1", of="s1", points=15))
    give = Adjust(id="j1", member="bob", points=25, currency="points", reason="sorry")
    bank.do("2026-02-12 10:00", give)
    take = Adjust(id="j2", member="bob", points=-10, currency="points", reason="too much")
    bank.do("2026-02-13 10:00", take)
    gift = Transfer(id="t1", member="bob", to="cat", points=30, currency="points")
    bank.do("2026-02-14 10:00", gift)
    bank.do("2026-03-05 10:00", Return(id="r1", member="ann", of="a3", amount=2000))
    bank.do("2026-03-06 10:00", Spend(id="s2", member="ann", points=35, currency="points"))
    bank.do("2026-04-20 10:00", bank.bought("b2", "bob", 5000), bank.bought("a4", "ann", 3000))
    bank.travel("2026-06-30 12:00")
    return bank


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        yield lived(Bank(connection, DOCUMENT, "2026-01-01 09:00"))


def held_by(bank: Bank) -> tuple[int, int]:
    """Points outstanding and expired, of all members."""
    found = bank.connection.execute(
        "SELECT sum(points)::bigint, sum(expired)::bigint FROM balance WHERE programme_id = %s",
        (bank.programme.programme_id,),
    ).fetchone()
    assert found is not None
    return found[0], found[1]


def life(bank: Bank, draft: str) -> LifeTotal:
    found = replay(bank.connection, bank.programme, load(draft)).life
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("expiry", "parts"),
    [
        *((expiry, LADDERS.get(expiry, "")) for expiry in EXPIRIES),
        *((one, PARTS) for one in ("plain", "month", "yearly")),
        *((one, FEES) for one in ("plain", "extended", "month")),
    ],
)
def test_both_sides_are_what_the_bank_holds(
    bank: Bank, database_url: str, expiry: str, parts: str
) -> None:
    draft = MORE.replace("{rolling: 3 months}", EXPIRIES[expiry]).rstrip() + parts
    found = life(bank, draft)
    with connect(database_url) as connection:
        other = held_by(lived(Bank(connection, draft, "2026-01-01 09:00")))
    assert (found.outstanding.published, found.lapsed.published) == held_by(bank)
    assert (found.outstanding.draft, found.lapsed.draft) == other
    assert found.uncovered == Both(0, 0)
    for side in ("published", "draft"):
        figures = {
            name: getattr(getattr(found, name), side) for name in LifeTotal.__struct_fields__[3:-1]
        }
        assert figures["granted"] == figures["used"] + figures["lapsed"] + figures["outstanding"]
        lapsing = sum(getattr(month.lapsed, side) for month in found.months)
        assert lapsing == figures["lapsed"] + figures["outstanding"]


def test_what_points_do_not_reach_for_is_said(bank: Bank) -> None:
    fewer = DOCUMENT.replace("1 points per 1 of", "1 points per 100 of")
    found = life(bank, fewer)
    assert found.uncovered.published == 0
    assert found.uncovered.draft > 0
    assert found.used.published == found.used.draft + found.uncovered.draft
    assert found.outstanding.draft >= 0


def test_months_ahead_tell_when_the_rest_lapses(bank: Bank) -> None:
    found = life(bank, DOCUMENT)
    ahead = [month for month in found.months if month.ahead]
    assert sum(month.lapsed.published for month in ahead) == found.outstanding.published
    assert ahead[-1].outstanding == Both(0, 0)
    assert all(month.lapsed.difference == 0 for month in found.months)


IDLE = DOCUMENT.replace("{rolling: 3 months}", "{idle: 40 days, on: [purchase]}")


@pytest.mark.parametrize("last", ["2026-02-20 10:00", "2026-01-25 10:00"])
def test_what_a_merged_member_did_keeps_the_survivors_points_alive_from_the_merge_on(
    database_url: str, last: str
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, IDLE, "2026-01-01 09:00")
        bank.enrol("ann", "bob")
        bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 9000), bank.bought("b1", "bob", 5000))
        bank.do("2026-01-20 10:00", bank.bought("a2", "ann", 1000))
        bank.do(last, bank.bought("b2", "bob", 3000))
        bank.do("2026-02-25 10:00", Merge(id="m", member="bob", into="ann", reason="one person"))
        for when in ("2026-02-27", "2026-03-02", "2026-03-10", "2026-04-02", "2026-05-30"):
            bank.travel(f"{when} 12:00")
            for draft in (IDLE, MORE):
                found = life(bank, draft)
                assert (found.outstanding.published, found.lapsed.published) == held_by(bank), when
