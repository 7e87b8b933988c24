"""A small bank of all that becomes of points beside being earned and spent: redeemed, exchanged, taken and shared, and
the rewards that rules issue."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from travelled_bank import Bank

from jifen.intake.asking.commands import (
    Cancel,
    Event,
    Exchange,
    Redeem,
    Return,
    Transfer,
    UseReward,
)
from jifen.intake.asking.member_commands import Group
from jifen.intake.asking.tenders import Pay

DOCUMENT: Final = """
programme: rewarded
name: {zh: 礼品, en: Rewarded}
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: {zh: 积分, en: points}
    expiry: {rolling: 3 months}
    pay: {rate: 0.10}
    transfers: {}
    exchange: {give: 1 beans per 10 points, fee: 2}
  beans: {name: {zh: 咖啡豆, en: beans}, exchange: {give: 8 points per 1 beans}}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
rewards:
  coffee: {name: {zh: 咖啡, en: coffee}, price: [40 points, 5 beans], valid: 30 days, worth: 30.00, notice: 7 days,
    stock: {low: 2}, limit_for_all: [20 per month, 100 ever]}
  tasting: {name: {zh: 品鉴会, en: tasting}, price: 20 points, when: tier >= 'gold'}
  mug: {name: {zh: 马克杯, en: mug}, worth: 50.00}
earn:
  - {id: base, on: purchase, give: [1 points per 1 of amount, 1 growth per 1 of amount]}
  - {id: treat, on: visit, when: store == 'north', issue: coffee, limit: 9 per day, budget: 3 coffee}
  - {id: fine, on: visit, when: store == 'south', take: [6 points, 1 growth]}
  - {id: late, on: purchase, when: amount >= 300, issue: mug, pending: 7 days}
  - {id: hello, on: visit, notify: {zh: 你好, en: hello}, limit: once}
  - {id: pair, on: redeemed, when: quantity >= 2, issue: mug, limit: 9 per day}
  - {id: thanks, on: exchanged, give: 3 points, limit: 9 per day}
  - {id: sorry, on: expired, when: of_currency == 'points', give: 1 points per 10 of points}
households: {share: points}
tiers:
  measure: growth
  window: lifetime
  down: never
  ladder:
    - {id: basic, name: {zh: 普通, en: Basic}, reach: 0}
    - {id: gold, name: {zh: 金卡, en: Gold}, reach: 500, reward_discount: 10%}
"""


def rewarded_bank(connection: psycopg.Connection[Any]) -> Bank:
    """Ann is a gold member, Bob and Cid are a family, Dee owes, and what Eve has not used ends."""
    bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
    bank.enrol("ann", "bob", "cid", "dee", "eve")
    bank.do(
        "2026-01-05 10:00",
        *(bank.bought(f"{who}1", who, 60_000) for who in ("ann", "eve")),
        *(bank.bought(f"{who}1", who, 10_000) for who in ("bob", "cid", "dee")),
        *(Group(id=who, member=who, household="bakers") for who in ("bob", "cid")),
    )
    bank.stock("coffee", add=20)
    bank.stock("coffee", take=1)
    bank.stock("coffee", set=18)
    bank.do(
        "2026-01-06 10:00",
        redeem("r1", "ann", "coffee", 3),
        redeem("r2", "ann", "tasting"),
        redeem("r3", "bob", "coffee", 4),  # some of it with what Cid has
        redeem("r4", "dee", "coffee"),
        redeem("r5", "eve", "coffee"),
        exchange("x1", "ann", 100),
        exchange("x2", "ann", 50),
        exchange("x3", "eve", 100),
    )
    bank.do("2026-01-07 10:00", use("u1", "ann", 2), use("u2", "bob"), use("u3", "dee"))
    bank.do(
        "2026-01-08 10:00",
        Cancel(id="c1", member="ann", of="u1", quantity=1),
        Cancel(id="c2", member="ann", of="r1", quantity=1),
        Cancel(id="c3", member="ann", of="x2"),
        Cancel(id="c4", member="bob", of="r3", quantity=1),
        redeem("r6", "eve", "coffee", 2, "beans"),
        visit("v1", "ann", "north"),
        visit("v2", "ann", "south"),
        visit("v3", "dee", "north"),
        visit("v4", "dee", "south"),
        visit("v5", "eve", "north"),
        visit("v6", "eve", "south"),
    )
    bank.do("2026-01-09 10:00", use("u4", "dee"))
    bank.do(
        "2026-01-10 10:00",
        Return(id="b1", of="v3", full=True),  # its coffee is drunk
        Return(id="b2", of="v6", full=True),
        Return(id="b3", of="dee1", full=True),  # its points are used
        Transfer(id="t1", member="eve", to="ann", points=30, currency="points"),
        Event(
            id="ann2", member="ann", type="purchase", fields={"amount": 9000},
            pay=Pay(currency="points", points=50),
        ),
    )  # fmt: skip
    late = bank.instant("2026-01-04 10:00")
    bank.do("2026-01-10 11:00", visit("v7", "ann", "south", late))
    bank.travel("2026-05-01 10:00")
    bank.do(
        "2026-05-01 11:00", bank.bought("eve2", "eve", 40_000), bank.bought("bob2", "bob", 50_000)
    )
    bank.do("2026-05-02 10:00", redeem("r7", "eve", "coffee", 2), redeem("r8", "bob", "coffee"))
    bank.do("2026-05-02 11:00", use("u5", "eve"), use("u6", "eve", 5))  # she has not as many
    return bank


def redeem(
    id: str, member: str, reward: str, quantity: int = 1, currency: str = "points"
) -> Redeem:
    return Redeem(id=id, member=member, reward=reward, quantity=quantity, currency=currency)


def use(id: str, member: str, quantity: int = 1) -> UseReward:
    return UseReward(id=id, member=member, reward="coffee", quantity=quantity)


def exchange(id: str, member: str, points: int) -> Exchange:
    return Exchange(id=id, member=member, currency="points", to="beans", amount=points)


def visit(id: str, member: str, store: str, at: int | None = None) -> Event:
    return Event(id=id, member=member, type="visit", occurred_at=at, fields={"store": store})
