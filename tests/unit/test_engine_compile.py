"""Compiling: what the source may hold, what is refused, what versions share."""

from __future__ import annotations

import ast
import re

import pytest
from engine_random import random_case
from msgspec.structs import replace

from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.engine.errors import EngineError
from jifen.engine.events import EventInput
from jifen.instants import MISSING, NEVER
from jifen.programme.condition import Arithmetic, Compare, EventField, Number, Past, Word
from jifen.programme.event_types import EventType, Field
from jifen.programme.loading import template
from jifen.programme.model import NO_GRACE, Base, Currency, Programme, Tier, Tiers, TierWindow
from jifen.programme.requirement import NOTHING, AtLeast, Measure
from jifen.programme.rules import Give, Multiply, Rule
from jifen.programme.saying.naming import Name
from jifen.programme.ways import Amount, Rate
from jifen.programme.ways_out import Limit

NAME = Name("名", "name")
PURCHASE = EventType(
    "purchase", NAME, (Field("channel", "text"),), (Field("amount", "money", 2),), True
)


def _programme(*rules: Rule, **parts: object) -> Programme:
    programme = Programme(
        "p",
        NAME,
        "Asia/Shanghai",
        "CNY",
        2,
        (Currency("points", NAME),),
        (PURCHASE, EventType("survey", NAME, ())),
        Base(),
        rules,
        (),
        "add",
        (),
        None,
    )
    return replace(programme, **parts)


def _per_yuan(id: str, points: int = 1) -> Rule:
    return Rule(id, "purchase", Give("points", Rate(points, 100, "amount")))


def _engine(*programmes: Programme) -> Engine:
    return compile_timeline([Version(n + 1, n * 1000, p) for n, p in enumerate(programmes)])


def test_no_text_of_a_document_reaches_the_source() -> None:
    hostile = "x'\"\n    import os #中文"
    field = Field(hostile, "text")
    event = replace(PURCHASE, id=hostile, fields=(field,))
    rule = Rule(
        hostile,
        hostile,
        Give(hostile, Amount(5)),
        (Compare("==", EventField(hostile), Word(hostile)),),
        limits=(Limit("points", 7, "day", hostile),),
    )
    five = AtLeast(Measure("earned", hostile), 5)
    first = Tier(hostile, NAME, NOTHING, NOTHING)
    second = Tier("b", NAME, five, five, Multiply((hostile,), 2, 1))
    tiers = Tiers(
        five.measure,
        TierWindow("lifetime"),
        None,
        "once",
        False,
        "never",
        NO_GRACE,
        (first, second),
    )
    programme = _programme(
        rule, currencies=(Currency(hostile, NAME),), events=(event,), tiers=tiers
    )
    plan = _engine(programme).plans[1]
    assert "import" not in plan.source
    assert plan.source.replace("×", "x").replace("−", "-").isascii()
    row, lines = plan.encode(EventInput(hostile, 0, 20_000, 100, {hostile: hostile}))
    out = plan.new_out()
    plan.step(_engine(programme).new_state(), row, lines, 0, 0, out)
    assert plan.components(out) == [(0, 5, 5)]


@pytest.mark.parametrize("id", ["state", "class", "min", "amount", "out", "ring-sum", "a-b", "a_b"])
def test_a_rule_may_bear_any_name(id: str) -> None:
    programme = _programme(_per_yuan(id), _per_yuan("a-b-points"), _per_yuan("a_b-points"))
    plan = _engine(programme).plans[1]
    out = plan.new_out()
    row, lines = plan.encode(EventInput("purchase", 0, 20_000, 700))
    plan.step([], row, lines, 0, 0, out)
    assert [after for _, _, after in plan.components(out)] == [7, 7, 7]


def test_fields_and_currencies_may_bear_the_names_of_sums() -> None:
    asked = Compare("==", EventField("points_earned"), Number(3))
    rules = (
        replace(_per_yuan("a"), action=Give("a-b", Amount(1)), when=(asked,)),
        replace(_per_yuan("b"), action=Give("a_b", Amount(10)), when=(asked,)),
    )
    event = replace(PURCHASE, fields=(Field("points_earned", "integer"),))
    programme = _programme(
        *rules,
        currencies=tuple(Currency(id, NAME) for id in ("a-b", "a_b", "points")),
        events=(event,),
        limits=tuple(Limit("points", 15, "day", id) for id in ("a-b", "a_b", "points")),
    )
    engine = _engine(programme)
    plan, state = engine.plans[1], engine.new_state()
    gave = []
    for _ in range(3):
        row, lines = plan.encode(EventInput("purchase", 0, 20_000, 1, {"points_earned": 3}))
        out = plan.new_out()
        plan.step(state, row, lines, 0, 0, out)
        gave.append([after for _, _, after in plan.components(out)])
    assert gave == [[1, 10], [1, 5], [1, 0]]
    assert state[engine.layout.names.index("earned points day: value")] == 0


def test_a_field_of_a_helpers_name_hides_no_helper() -> None:
    asked = Compare("==", EventField("clip"), Number(3))
    ten = replace(_per_yuan("clip"), action=Give("points", Amount(10)), when=(asked,))
    event = replace(PURCHASE, fields=(Field("clip", "integer"),))
    programme = _programme(ten, events=(event,), limits=(Limit("points", 15, "day", "points"),))
    engine = _engine(programme)
    plan, state = engine.plans[1], engine.new_state()
    gave = []
    for _ in range(3):
        row, lines = plan.encode(EventInput("purchase", 0, 20_000, 1, {"clip": 3}))
        out = plan.new_out()
        plan.step(state, row, lines, 0, 0, out)
        gave += [after for _, _, after in plan.components(out)]
    assert gave == [10, 5, 0]


def test_the_source_is_plain_integer_python() -> None:
    for seed in range(60):
        for plan in compile_timeline(
            [Version(1, 0, random_case(seed).programmes[0])]
        ).plans.values():
            tree = ast.parse(plan.source)
            calls = {
                node.func.id
                for node in ast.walk(tree)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert calls - own <= {"range"}
            assert not any(isinstance(node, ast.Import | ast.Attribute) for node in ast.walk(tree))
            assert not re.search(r"\d\.\d|[^/]/[^/]", re.sub(r'#.*|""".*"""', "", plan.source))


@pytest.mark.parametrize("name", ["coffee-club", "four-tier", "grocery"])
def test_every_template_compiles(name: str) -> None:
    plan = _engine(template(name)).plans[1]
    assert len(plan.rules) == len(template(name).rules)
    assert plan.columns[:2] == ("type", "day")


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (_per_yuan("much", 10**16), "could give"),
        (
            Rule(
                "exact",
                "purchase",
                Give("points", Rate(10**7, 10**9, "amount", proportional=True)),
            ),
            "The rate of rule 'exact' might reach",
        ),
        (
            Rule(
                "sum",
                "purchase",
                Give("points", Amount(1)),
                (
                    Compare(
                        ">",
                        Arithmetic("*", Past("total", "purchase"), Number(1000)),
                        Number(1),
                    ),
                ),
            ),
            "A product in a condition might reach",
        ),
        (
            Rule(
                "per-line-steps",
                "purchase",
                Give("points", Rate(1, 100, "amount")),
                per_line=True,
            ),
            "gives per line",
        ),
    ],
)
def test_what_might_not_fit_or_cannot_be_is_refused(rule: Rule, sentence: str) -> None:
    with pytest.raises(EngineError, match=sentence):
        _engine(_programme(rule))


def test_absurd_events_are_refused() -> None:
    plan = _engine(_programme(_per_yuan("base"))).plans[1]
    for event in (
        EventInput("purchase", 0, 20_000, -1),
        EventInput("purchase", 0, 20_000, 10**12 + 1),
    ):
        with pytest.raises(EngineError):
            plan.encode(event)


def test_versions_share_counters_and_number_by_first_appearance() -> None:
    weekly = Compare(">=", Past("count", "purchase", "week"), Number(2))
    first = _programme(replace(_per_yuan("a"), when=(weekly,)))
    second = _programme(
        replace(_per_yuan("b"), when=(weekly,), limits=(Limit("times", 3, "month"),)),
        currencies=(Currency("stars", NAME), Currency("points", NAME)),
    )
    engine = _engine(first, second)
    assert engine.currencies == ("points", "stars")
    assert engine.layout.names == (
        "count purchase week: period",
        "count purchase week: value",
        "limit b times month: period",
        "limit b times month: value",
    )
    assert engine.plans[2].slots[0].currency == 0
    assert 0 <= engine.layout.generation < 2**63
    assert engine.layout.generation == _engine(first, second).layout.generation
    assert engine.layout.generation != _engine(first).layout.generation


def test_a_counter_goes_on_across_a_version_boundary() -> None:
    third = Compare("==", Past("count", "purchase", "week"), Number(3))
    habit = Rule("habit", "purchase", Give("points", Amount(9)), (third,))
    engine = _engine(_programme(_per_yuan("base")), _programme(habit))
    state = engine.new_state()
    gave = []
    for occurred_at in (0, 10, 2000):
        plan = engine.plan_at(occurred_at)
        row, lines = plan.encode(EventInput("purchase", occurred_at, 20_003, 100))
        out = plan.new_out()
        plan.step(state, row, lines, 0, 0, out)
        gave.append((plan.revision, sum(after for _, _, after in plan.components(out))))
    assert gave == [(1, 1), (1, 1), (2, 9)]


def test_what_only_a_later_version_knows_is_counted_from_the_beginning() -> None:
    third = Compare("==", Past("count", "dance"), Number(3))
    dances = replace(PURCHASE, id="dance")
    later = _programme(
        Rule("dancer", "dance", Give("points", Amount(9)), (third,)), events=(PURCHASE, dances)
    )
    engine = _engine(_programme(_per_yuan("base")), later)
    state = engine.new_state()
    gave = []
    for occurred_at in (0, 10, 2000):
        plan = engine.plan_at(occurred_at)
        row, lines = plan.encode(EventInput("dance", occurred_at, 20_003, 700))
        out = plan.new_out()
        plan.step(state, row, lines, 0, 0, out)
        gave.append((plan.components(out), plan.base(out)))
    assert gave == [([], 700), ([], 700), ([(0, 9, 9)], 700)]


def test_the_version_of_an_instant_is_the_last_one_before_it() -> None:
    versions = [
        Version(1, 5000, _programme(_per_yuan("a"))),
        Version(2, 9000, _programme(_per_yuan("b"))),
        Version(3, 9000, _programme(_per_yuan("c"))),
    ]
    engine = compile_timeline(versions)
    found = [engine.plan_at(at).revision for at in (0, 5000, 8999, 9000, NEVER)]
    assert found == [1, 1, 1, 3, 3]


def test_text_becomes_the_number_of_the_constant_it_is_compared_with() -> None:
    app = Compare("==", EventField("channel"), Word("app"))
    web = Compare("!=", EventField("channel"), Word("web"))
    plan = _engine(_programme(replace(_per_yuan("a"), when=(app, web)))).plans[1]
    place = plan.columns.index("field channel")
    codes = [
        plan.encode(EventInput("purchase", 0, 20_000, 1, fields))[0][place]
        for fields in ({"channel": "app"}, {"channel": "web"}, {"channel": "shop"}, {})
    ]
    assert codes == [1, 2, 0, MISSING]


def test_the_best_multiplier_is_the_one_that_adds_most() -> None:
    lower = Rule("lower", "purchase", Multiply(("base",), 12, 10), rounding="up")
    higher = Rule("higher", "purchase", Multiply(("base",), 14, 10))
    base = replace(_per_yuan("base"), action=Give("points", Amount(2)))
    plan = _engine(_programme(base, higher, lower, combine="best")).plans[1]
    out = plan.new_out()
    row, lines = plan.encode(EventInput("purchase", 0, 20_000, 700))
    plan.step([], row, lines, 0, 0, out)
    assert {plan.slots[slot].name: after for slot, _, after in plan.components(out)} == {
        "base": 2,
        "lower": 1,
    }
