"""A page of a catalogue of 1,000 rewards, as a member with a history sees it, over HTTP."""

from __future__ import annotations

import statistics
import time
from typing import Final

import httpx

from bench.bank import bank
from bench.reporting import Row, row
from bench.serving import HOST, served
from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.intake.asking.commands import Event, Redeem
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import create_programme

REWARDS: Final = 1_000
PURCHASES: Final = 60
REDEMPTIONS: Final = 40
RUNS: Final = 3
PAGES: Final = 200
_DAY: Final = 86_400_000_000
_HEAD: Final = """
programme: mall
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: {rolling: 12 months}}
tables:
  by-tier: {by: tier, rows: {basic: 500, silver: 450, gold: 400}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
tiers:
  measure: amount
  window: rolling 12 months
  ladder:
    - {id: basic, name: {zh: 普卡, en: Basic}, reach: 0}
    - {id: silver, name: {zh: 银卡, en: Silver}, reach: 1000, reward_discount: 5%}
    - {id: gold, name: {zh: 金卡, en: Gold}, reach: 5000, reward_discount: 10%}
rewards:
"""
_TERMS: Final = (
    "price: {price} points",
    "price: {price} points, limit: 3 per month",
    "price: 'table[by-tier] points'",
    "price: {price} points, shown: tier >= 'silver'",
    "price: {price} points, when: \"count('purchase', 'month') >= 2\", balance: 300 points",
)


def document() -> str:
    """A programme whose rewards are of five sorts: plain, limited, by tier, shown to some, asking for history."""
    return _HEAD + "".join(
        f"  reward-{number}: {{name: {{zh: 礼品 {number}, en: reward {number}}}, category: c{number % 12},"
        f" description: {{zh: 第 {number} 件礼品, en: the {number}th thing}},"
        f" {_TERMS[number % len(_TERMS)].format(price=100 + number * 7 % 5_000)}}}\n"
        for number in range(REWARDS)
    )


def measure() -> list[Row]:
    """What a page takes, one asked for behind the other: the median, and the slowest hundredth."""
    with bank() as connection:
        now = real_now()
        mall = create_programme(connection, document(), now=now, actor="bench")
        joined_at = now - 400 * _DAY
        enrol_members(
            connection, mall, [NewMember(id="ann", joined_at=joined_at)], now=now, actor="bench"
        )
        for number in range(PURCHASES):
            bought = Event(
                id=f"o{number}", member="ann", type="purchase", occurred_at=now - (PURCHASES - number) * _DAY,
                fields={"amount": 10_000},
            )  # fmt: skip
            submit(connection, mall, [bought], now=now, actor="bench")
        for number in range(REDEMPTIONS):
            asked = Redeem(
                id=f"r{number}", member="ann", reward=f"reward-{number % 5 * 5 + 1}", quantity=1, currency="points",
                fields={}, price=None,
            )  # fmt: skip
            submit(connection, mall, [asked], now=now, actor="bench")
        connection.execute("VACUUM ANALYZE")
        terms = ApiKeyTerms(name="bench", scopes=("read",))
        key = make_key(connection, mall.programme_id, terms, now=now, actor="bench")
        with served(connection) as server:
            asking = httpx.Client(
                base_url=f"http://{HOST}:{server.port}", headers={"authorization": f"Bearer {key}"}
            )
            _page(asking)
            runs = [[_page(asking) for _ in range(PAGES)] for _ in range(RUNS)]
    medians = [statistics.median(run) for run in runs]
    slowest = [sorted(run)[PAGES * 99 // 100] for run in runs]
    return [
        row(f"catalogue: a page of 50 of {REWARDS} rewards, median", medians, "ms"),
        row(f"catalogue: a page of 50 of {REWARDS} rewards, p99", slowest, "ms"),
    ]


def _page(asking: httpx.Client) -> float:
    began = time.perf_counter()
    answer = asking.get("/v1/members/ann/catalogue")
    took = (time.perf_counter() - began) * 1_000
    answer.raise_for_status()
    if answer.json()["found"] != REWARDS:
        raise RuntimeError(f"{answer.json()['found']} of {REWARDS} rewards were found")
    return took
