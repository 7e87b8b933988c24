"""Events as rows of integers: what a version does not know, and what no event may carry."""

from __future__ import annotations

import pytest

from jifen.engine.compile import Plan, Version, compile_timeline
from jifen.engine.errors import EngineError
from jifen.engine.events import FIELD_MOST, EventInput
from jifen.programme.loading import load

DOCUMENT = """
programme: shop
name: Shop
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points}
events:
  purchase: {fields: {channel: text}}
earn:
  - {id: base, on: purchase, when: channel == 'app', give: 1 points per 1 of amount}
tiers:
  measure: points
  window: rolling 12 months
  ladder:
    - {id: basic, name: Basic, reach: 0}
    - {id: silver, name: Silver, reach: 10}
"""


@pytest.fixture
def plan() -> Plan:
    engine = compile_timeline([Version(1, 0, load(DOCUMENT, "shop"))])
    return engine.plans[1]


def _judged(plan: Plan, state: list[int], event: EventInput) -> list[int]:
    row, lines = plan.encode(event)
    out = plan.new_out()
    plan.step(state, row, lines, 0, 0, out)
    return out


def test_an_event_of_a_type_that_the_version_does_not_know_earns_and_counts_nothing(
    plan: Plan,
) -> None:
    state = [0] * plan.layout.width
    bought = EventInput("purchase", 0, 20_000, 5000, {"channel": "app", "amount": 5000})
    _judged(plan, state, bought)
    before = list(state)
    out = _judged(plan, state, EventInput("review", 1, 20_000, fields={"stars": 5}))
    assert plan.components(out) == []
    assert set(plan.reasons(out)) == {0}
    assert plan.tier(out) == 1
    assert state == before


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (EventInput("purchase", 0, 20_000, -1), "must be from 0"),
        (EventInput("purchase", 0, 20_000, FIELD_MOST + 1), "must be from 0"),
        (EventInput("purchase", 0, 20_000, 1, {"channel": 7}), "'channel' must be text"),
    ],
)
def test_an_absurd_value_is_refused_in_a_sentence(plan: Plan, event: EventInput, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        plan.encode(event)
