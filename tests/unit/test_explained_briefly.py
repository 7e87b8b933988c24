"""What is told of rules with several parts, of rules that take, and of numbers below zero reads like plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jifen.cli.progress import tier_rows
from jifen.engine.compile import Version, compile_timeline
from jifen.engine.events import EventInput
from jifen.engine.explaining.explain import explain
from jifen.engine.explaining.trace_sentences import trace_sentences
from jifen.enquiry.tier import Need, TierView
from jifen.programme.loading import load
from jifen.whatif.page_words import percent

if TYPE_CHECKING:
    from jifen.programme.amounts import Language

DOCUMENT = """
programme: tea
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 茶分, en: points}}
  growth: {name: {zh: 茶龄, en: growth}, spendable: false}
rewards: {snack: {name: {zh: 茶点, en: snack}}}
events: {no_show: {fields: {guests: integer}}}
earn:
  - id: draw
    on: purchase
    when: amount >= 100
    surprise: [{chance: 50%, give: [20 points, 5 growth], issue: snack}, {chance: 50%, give: 1 points}]
  - {id: app, on: purchase, when: channel == 'app', give: 5 points}
  - {id: empty-table, on: no_show, take: 10 points per 1 of guests, limit: 50 points per month}
tiers:
  measure: points
  window: lifetime
  ladder:
    - {id: guest, name: {zh: 茶客, en: Guest}, reach: 0}
    - {id: friend, name: {zh: 茶友, en: Friend}, reach: 200}
"""


def _said(event: EventInput, language: Language) -> list[str]:
    programme = load(DOCUMENT)
    engine = compile_timeline([Version(1, 0, programme)])
    trace = explain(engine.plans[1], event, engine.new_state(), engine.currencies)
    return trace_sentences(programme, trace, language)


def test_a_surprise_that_does_not_apply_says_so_once_for_all_its_prizes() -> None:
    bought = EventInput("purchase", 0, 20_003, 8000, fields={"channel": "shop"})
    assert _said(bought, "zh") == [
        "计入积分的金额 80 元。",
        "“draw”：未适用：需金额满 100 元，而金额为 80 元。",
        "“app”：未适用：需渠道为“app”，而渠道为“shop”。",
        "合计：没有得分。",
    ]


def test_a_limit_of_what_is_taken_is_no_limit_of_what_is_earned() -> None:
    stayed_away = EventInput("no_show", 0, 20_003, fields={"guests": 7})
    assert any("每月最多扣 50 茶分，实扣 50 茶分" in one for one in _said(stayed_away, "zh"))


def test_a_change_of_what_is_taken_is_a_share_of_what_was_taken() -> None:
    assert (percent(30, -50), percent(-5, -8)) == ("60.0%", "−62.5%")


def test_who_has_enough_for_the_next_tier_misses_nothing() -> None:
    view = TierView(
        id="guest",
        until=None,
        measured={"points": 200},
        next="friend",
        to_next=Need(measure="points", needed=200),
        to_keep=None,
        multiplies=None,
        reward_discount_percent=0,
        benefits=[],
        brings=[],
    )
    (_, progress) = dict(tier_rows(view, load(DOCUMENT))).values()
    assert progress == "200 points, enough for Friend"
