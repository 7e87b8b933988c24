"""Every point has its reason, in numbers and in both languages."""

from __future__ import annotations

import pytest
from engine_comparing import engine_of, input_of, judged
from engine_random import random_case
from msgspec.structs import replace

from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.engine.events import EventInput
from jifen.engine.explaining.explain import explain
from jifen.engine.explaining.trace_sentences import trace_sentences
from jifen.engine.plan import COOLING_DOWN, LOST_IN_GROUP, NOTHING_HELD
from jifen.programme.condition import (
    Calendar,
    Compare,
    EventField,
    Fact,
    LineField,
    Number,
    Past,
    Word,
)
from jifen.programme.event_types import EventType, Field
from jifen.programme.model import NO_GRACE, Base, Currency, Programme, Tier, Tiers, TierWindow
from jifen.programme.reading.taking import goes_by_what_is_held
from jifen.programme.requirement import NOTHING, AtLeast, Measure
from jifen.programme.rules import Give, Group, Multiply, Notify, Rule
from jifen.programme.saying.naming import Name
from jifen.programme.ways import Amount, Rate
from jifen.programme.ways_out import Limit

PURCHASE = EventType(
    "purchase",
    Name("消费", "purchase"),
    (Field("channel", "text"), Field("tax", "money", 2)),
    (Field("department", "text"), Field("amount", "money", 2)),
    True,
)
PER_YUAN = Rate(1, 100, "amount")
MONDAY = 20_003


def _rule(id: str, action: Give | Multiply | Notify, **parts: object) -> Rule:
    return replace(Rule(id, "purchase", action), **parts)


def _club(rules: tuple[Rule, ...], **parts: object) -> Programme:
    club = Programme(
        "club",
        Name("会员", "Club"),
        "Asia/Shanghai",
        "CNY",
        2,
        (Currency("points", Name("积分", "points")),),
        (PURCHASE, EventType("survey", Name("问卷", "survey"), ())),
        Base(),
        rules,
        (),
        "add",
        (),
        None,
    )
    return replace(club, **parts)


def _bought(amount: int, day: int = MONDAY, **parts: object) -> EventInput:
    return EventInput("purchase", 0, day, amount)._replace(**parts)  # type: ignore[arg-type]


def _said(programme: Programme, *events: EventInput) -> tuple[list[str], list[str]]:
    """The sentences about the last of some events, in Chinese and English."""
    engine: Engine = compile_timeline([Version(1, 0, programme)])
    plan, state = engine.plans[1], engine.new_state()
    for event in events[:-1]:
        row, lines = plan.encode(event)
        plan.step(state, row, lines, 0, len(lines[0]) if lines else 0, plan.new_out())
    trace = explain(plan, events[-1], state, engine.currencies)
    return trace_sentences(programme, trace, "zh"), trace_sentences(programme, trace, "en")


BASE = _rule("base", Give("points", PER_YUAN))
TEN = AtLeast(Measure("earned", "points"), 10)
BIG = _rule(
    "big-basket",
    Give("points", Amount(20)),
    when=(Compare(">=", EventField("amount"), Number(5000)),),
)
TOLD = _rule(
    "told",
    Notify(Name("送您一杯咖啡。", "A coffee is on us.")),
    limits=(Limit("times", 1, "month"),),
)
WEEKLY = _rule(
    "weekly",
    Give("points", Amount(100)),
    when=(Compare("==", Past("count", "purchase", "week"), Number(3)),),
)
APP = _rule(
    "app", Multiply(("base",), 3, 2), when=(Compare("==", EventField("channel"), Word("app")),)
)
WELCOME = _rule(
    "welcome",
    Give("points", Amount(50)),
    when=(Compare("==", Past("first", "purchase", "lifetime"), Number(1)),),
)
BIRTHDAY = _rule(
    "birthday", Multiply(("base",), 2, 1), when=(Compare("==", Fact("birthday_month"), Number(1)),)
)
DAIRY = _rule(
    "dairy",
    Give("points", Rate(1, 50, "amount", of_lines=True)),
    lines=Compare("==", LineField("department"), Word("dairy")),
)
MILK = {"department": ["dairy", "toys"], "amount": [500, 2000]}

FRESH = _rule(
    "fresh",
    Give("points", Rate(1, 100, "amount", of_lines=True)),
    lines=Compare("==", LineField("department"), Word("fresh")),
)
TWO_LINES = {"department": ["fresh", "toys"], "amount": [4000, 6000]}
LESS_A_DISCOUNT = {"department": ["fresh", "discount"], "amount": [10_000, -3000]}
CASES = {
    "a rate shows its arithmetic": (
        _club((BASE,)),
        (_bought(6000),),
        "“base”：60 元 × 1 = 60 积分。",
        "“base”: 60 yuan × 1 = 60 points.",
    ),
    "what does not fill a step is shown": (
        _club((_rule("tens", Give("points", Rate(2, 1000, "amount"))),)),
        (_bought(5980),),
        "“tens”：59.80 元（计 50 元） ÷ 10 元 × 2 = 10 积分。",
        "“tens”: 59.80 yuan (50 yuan in whole steps) ÷ 10 yuan × 2 = 10 points.",
    ),
    "a bill and what of it does not count": (
        _club((BASE,), base=Base(("tax",))),
        (_bought(6000, fields={"tax": 360}),),
        "计入积分的金额 56.40 元（账单 60 元，不计税 3.60 元）。",
        "56.40 yuan counts (bill 60 yuan, left out: tax 3.60 yuan).",
    ),
    "another day of the week": (
        _club(
            (
                _rule(
                    "tea-day",
                    Give("points", Amount(5)),
                    when=(Compare("==", Calendar("weekday"), Number(3)),),
                ),
            )
        ),
        (_bought(1000),),
        "“tea-day”：未适用：需在周三，而当天是周一。",
        "“tea-day”: does not apply: it asks that it is Wednesday, but it was Monday.",
    ),
    "a condition that failed shows wanted and seen": (
        _club((BASE, BIG)),
        (_bought(4900),),
        "“big-basket”：未适用：需金额满 50 元，而金额为 49 元。",
        "“big-basket”: does not apply: it asks that the amount is at least 50 yuan, "
        "but the amount was 49 yuan.",
    ),
    "the past shows how far it is": (
        _club((BASE, WEEKLY)),
        (_bought(1000), _bought(1000, MONDAY + 1)),
        "“weekly”：未适用：需是本周第 3 次消费，而本周消费次数为 2 次。",
        "“weekly”: does not apply: it asks that it is the 3rd purchase this week, "
        "but the number of “purchase” events this week was 2.",
    ),
    "what is missing is named": (
        _club((BASE, APP)),
        (_bought(1000),),
        "“app”：未适用：需渠道为“app”，而事件没有渠道。",
        "“app”: does not apply: it asks that the channel is “app”, but the event has no channel.",
    ),
    "a birthday that is not": (
        _club((BASE, BIRTHDAY)),
        (_bought(1000, facts={"birthday_month": False}),),
        "“birthday”：未适用：需在生日当月，而当天不在生日当月。",
        "“birthday”: does not apply: it asks that it is the member's birthday month, "
        "but it is not the member's birthday month.",
    ),
    "a birthday that nobody knows": (
        _club((BASE, BIRTHDAY)),
        (_bought(1000),),
        "“birthday”：未适用：需在生日当月，而会员资料没有生日。",
        "“birthday”: does not apply: it asks that it is the member's birthday month, "
        "but the birthday is not known.",
    ),
    "a purchase that is not the first": (
        _club((BASE, WELCOME)),
        (_bought(1000), _bought(1000)),
        "“welcome”：未适用：需是首次消费，而实际不是首次消费。",
        "“welcome”: does not apply: it asks that it is the first purchase, "
        "but it is not the first purchase.",
    ),
    "a multiplier says what it adds": (
        _club((BASE, APP)),
        (_bought(1000, fields={"channel": "app"}),),
        "“app”：1.5 倍，多得 5 积分。",
        "“app”: times 1.5, 5 points more.",
    ),
    "one line is told as one": (
        _club(
            (
                _rule(
                    "milk-bonus",
                    Give("points", Amount(20)),
                    lines=Compare("==", LineField("department"), Word("dairy")),
                    per_line=True,
                ),
            )
        ),
        (_bought(2500, lines=MILK),),
        "“milk-bonus”：1 行商品，共得 20 积分。",
        "“milk-bonus”: gives 20 points for 1 line.",
    ),
    "lines that fit are added up": (
        _club((DAIRY,)),
        (_bought(2500, lines=MILK),),
        "“dairy”：5 元 ÷ 0.50 元 × 1 = 10 积分。",
        "“dairy”: 5 yuan ÷ 0.50 yuan × 1 = 10 points.",
    ),
    "only what lies over a threshold counts": (
        _club((_rule("beyond", Give("points", replace(PER_YUAN, over=5000))),)),
        (_bought(12050),),
        "“beyond”：70.50 元（超过 50 元的部分）（计 70 元） × 1 = 70 积分。",
        "“beyond”: 70.50 yuan over 50 yuan (70 yuan in whole steps) × 1 = 70 points.",
    ),
    "what does not reach a threshold": (
        _club((_rule("beyond", Give("points", replace(PER_YUAN, over=5000))),)),
        (_bought(5000),),
        "“beyond”：条件符合，但不足以得分。",
        "“beyond”: applies, but there was too little to give points for.",
    ),
    "no line fits": (
        _club((DAIRY,)),
        (_bought(2500),),
        "“dairy”：未适用：没有符合条件的商品。",
        "“dairy”: does not apply: no line fits.",
    ),
    "a limit says what it took": (
        _club((BASE,), limits=(Limit("points", 50, "day", "points"),)),
        (_bought(3000), _bought(4000)),
        "“base”：40 元 × 1 = 40 积分；每天最多得 50 积分，实得 20 积分。",
        "“base”: 40 yuan × 1 = 40 points; at most 50 points a day, so 20 points count.",
    ),
    "a limit that is used up": (
        _club((replace(BIG, limits=(Limit("times", 1, "month"),)),)),
        (_bought(5000), _bought(5000)),
        "“big-basket”：未得分：每月最多 1 次，已用完。",
        "“big-basket”: gives nothing: at most once a month, used up.",
    ),
    "a rule that notifies, with its words": (
        _club((TOLD,)),
        (_bought(5000),),
        "“told”：通知会员：“送您一杯咖啡”。",
        "“told”: tells the member “A coffee is on us”.",
    ),
    "a rule that has notified as often as it may": (
        _club((TOLD,)),
        (_bought(5000), _bought(5000)),
        "“told”：未通知：每月最多 1 次，已用完。",
        "“told”: tells nothing: at most once a month, used up.",
    ),
    "a rule whose name keeps the spacing that the document gives it": (
        _club((replace(BIG, name=Name("满80加赠", "80 and more")),)),
        (_bought(6000),),
        "“满80加赠”：得 20 积分。",
        "“80 and more”: gives 20 points.",
    ),
    "the loser of a group": (
        _club(
            (
                replace(BASE, group="one"),
                replace(BIG, group="one"),
            ),
            groups=(Group("one", "best"),),
        ),
        (_bought(6000),),
        "“big-basket”：未计入：同组只取得分最多的一条（本可得 20 积分）。",
        "“big-basket”: does not count: only the best of its group does "
        "(it would have given 20 points).",
    ),
    "reading that ended": (
        _club((replace(BIG, last=True), BASE)),
        (_bought(6000),),
        "“base”：未看：前面的规则得分后不再往下看。",
        "“base”: was not read: a rule before it gave points and ended the reading.",
    ),
    "a tier that was reached": (
        _club(
            (BASE,),
            tiers=Tiers(
                Measure("earned", "points"),
                TierWindow("lifetime"),
                None,
                "once",
                False,
                "never",
                NO_GRACE,
                (
                    Tier("basic", Name("普卡", "Basic"), NOTHING, NOTHING),
                    Tier("silver", Name("银卡", "Silver"), TEN, TEN),
                ),
            ),
        ),
        (_bought(1000),),
        "等级由普卡升为银卡，自下一次事件起适用。",
        "The tier rises from Basic to Silver, from the next event on.",
    ),
    "what lines cost that count in part": (
        _club((FRESH,), base=Base(("tax",))),
        (_bought(10_000, fields={"tax": 5000}, lines=TWO_LINES),),
        "商品行合计 100 元，各行按比例分摊计入的 50 元。",
        "The lines cost 100 yuan: each counts for its part of 50 yuan.",
    ),
    "a rule about lines that count in part": (
        _club((FRESH,), base=Base(("tax",))),
        (_bought(10_000, fields={"tax": 5000}, lines=TWO_LINES),),
        "“fresh”：20 元 × 1 = 20 积分。",
        "“fresh”: 20 yuan × 1 = 20 points.",
    ),
    "lines that cost more than the bill": (
        _club((FRESH,)),
        (_bought(7000, lines=LESS_A_DISCOUNT),),
        "“fresh”：70 元（商品合计 100 元，不超过计入积分的金额） × 1 = 70 积分。",
        "“fresh”: 70 yuan (its lines cost 100 yuan, but no more of the bill counts) × 1 = 70 points.",
    ),
    "a discount that is left out": (
        _club(
            (BASE,), base=Base(("tax",), Compare("!=", LineField("department"), Word("discount")))
        ),
        (_bought(7000, fields={"tax": 1000}, lines=LESS_A_DISCOUNT),),
        "计入积分的金额 60 元（账单 70 元，不计税 10 元）。",
        "60 yuan counts (bill 70 yuan, left out: tax 10 yuan).",
    ),
    "an event that gave nothing": (
        _club((BIG,)),
        (_bought(1000),),
        "合计：没有得分。",
        "In all: nothing.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_trace_says(name: str) -> None:
    programme, events, zh, en = CASES[name]
    said_zh, said_en = _said(programme, *events)
    assert zh in said_zh, said_zh
    assert en in said_en, said_en


def test_traces_of_random_events_add_up_and_name_every_limit_that_took_something() -> None:
    for seed in range(200):
        case = random_case(seed)
        engine = engine_of(case)
        state = engine.new_state()
        for (version, event), answer in zip(case.events, judged(case), strict=True):
            plan = engine.plans[version + 1]
            trace = explain(plan, input_of(event), state, engine.currencies)
            wanted: dict[str, int] = {}
            elsewhere = {slot.rule_id for slot in plan.slots if not slot.of_member}
            for (id, currency), points in answer.after.items():
                if id not in elsewhere:
                    wanted[currency] = wanted.get(currency, 0) + points
            found = {currency: points for currency, points in trace.points.items() if points}
            assert found == {c: points for c, points in wanted.items() if points}, f"seed {seed}"
            for rule in trace.rules:
                for given in rule.given:
                    told = rule.reason in (LOST_IN_GROUP, COOLING_DOWN, NOTHING_HELD)
                    lost = abs(given.after) < abs(given.before) and not told
                    took = bool(given.clipped_by) or given.budget is not None
                    held = rule.rule is not None and goes_by_what_is_held(rule.rule.action)
                    assert took == lost or (lost and held), f"seed {seed}: {rule}"
                assert not rule.failed or rule.seen or not rule.reason, f"seed {seed}: {rule}"
            row, lines = plan.encode(input_of(event))
            plan.step(state, row, lines, 0, len(event.lines), plan.new_out())
