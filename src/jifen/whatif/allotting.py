"""Budgets in a replay: what a draft's campaigns give all members together, and with which event they close.

As at work, they are allotted in the order in which events were recorded. What came back is not in the history, so that
it never took anything. Where a draft gives of a budget just what was given, what was recorded stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from jifen.engine.compile import Engine
from jifen.instants import MISSING
from jifen.intake.judging.award_terms import AwardTerms
from jifen.programme.budget import budget_fact
from jifen.whatif.columns import Columns, Values
from jifen.whatif.running import Judged, judge
from jifen.whatif.sides import DRAFT, PUBLISHED
from jifen.whatif.turns import turns_of

if TYPE_CHECKING:
    from jifen.whatif.history import History, Integers
    from jifen.whatif.walking import Left


@dataclass(frozen=True, slots=True)
class _Closing:
    """A budget is used up: by the event behind `before` others in the order of recording, for which `left` was left."""

    rule: str
    before: int
    left: int


def budgets_of(engine: Engine) -> dict[str, dict[int, int]]:
    """The points of each rule's budget, by revision; of versions that name one."""
    found: dict[str, dict[int, int]] = {}
    for revision, plan in engine.plans.items():
        for rule in plan.rules:
            if rule.budget is not None:
                found.setdefault(rule.id, {})[revision] = rule.budget.points
    return found


def judge_as_recorded(
    history: History,
    columns: Columns,
    engine: Engine,
    awarding: Mapping[int, AwardTerms],
    side: int = PUBLISHED,
) -> Judged:
    """Every event, with what budgets had left for it when it was recorded."""
    found = judge(history, columns, engine, awarding, side)
    order = _order(history)
    closings = {}
    for rule, points in budgets_of(engine).items():
        by_sum = _closing(found, history, rule, points, order)
        told = columns.by_name["facts", budget_fact(rule)].numbers[order] != MISSING
        places = [by_sum.before] if by_sum else []
        places += np.flatnonzero(told)[:1].tolist()
        if places:
            closings[rule] = int(order[min(places)])
    return replace(found, closings=closings)


def judge_within_budgets(
    history: History,
    columns: Columns,
    engine: Engine,
    awarding: Mapping[int, AwardTerms],
    side: int = PUBLISHED,
) -> Judged:
    """Every event, at most what budgets leave when they are allotted anew."""
    budgets, order = budgets_of(engine), _order(history)
    left = {rule: np.full(len(history), MISSING, np.int64) for rule in budgets}
    closings: dict[str, int] = {}
    while True:
        allotted = {("facts", budget_fact(rule)): Values(facts) for rule, facts in left.items()}
        limited = replace(columns, by_name={**columns.by_name, **allotted})
        found = judge(history, limited, engine, awarding, side)
        over = [
            closing
            for rule, points in budgets.items()
            if rule not in closings
            and (closing := _closing(found, history, rule, points, order)) is not None
        ]
        if not over:
            return replace(found, closings=closings, left=_by_event(history, left))
        first = min(over, key=lambda closing: closing.before)
        closings[first.rule] = int(order[first.before])
        left[first.rule][order[first.before + 1 :]] = 0
        left[first.rule][order[first.before]] = first.left


def judge_draft(
    history: History,
    columns: Columns,
    engine: Engine,
    awarding: Mapping[int, AwardTerms],
    published: Judged,
) -> Judged:
    """Every event under a draft: where it gives of every budget what the published timeline gave, as recorded."""
    budgets, known = budgets_of(engine), budgets_of(published.engine)
    found = judge_as_recorded(history, columns, engine, awarding, DRAFT)
    stand = (
        set(points.values()) == set(known.get(rule, {}).values())
        and np.array_equal(found.of_rule(rule), published.of_rule(rule))
        for rule, points in budgets.items()
    )
    return found if all(stand) else judge_within_budgets(history, columns, engine, awarding, DRAFT)


def _by_event(history: History, left: Mapping[str, Integers]) -> Left:
    """What budgets had left for events, by rule and id, where they were limited."""
    return {
        rule: {history.ids[place]: int(facts[place]) for place in np.flatnonzero(facts != MISSING)}
        for rule, facts in left.items()
    }


def _order(history: History) -> Integers:
    """The events as they were recorded; those of one moment as they occurred."""
    order: Integers = np.lexsort((history.occurred_at, history.recorded_at))
    return order


def _closing(
    found: Judged, history: History, rule: str, points: Mapping[int, int], order: Integers
) -> _Closing | None:
    """The first event, in order, with which all that was given comes to the budget that is in force at it."""
    turns = turns_of(history, found.engine)
    by_turn = np.array([points.get(revision, 2**62) for revision in turns.revisions], np.int64)
    budget = by_turn[turns.of_events][order]
    given = found.of_rule(rule)[order]
    sums = np.cumsum(given)
    places = np.flatnonzero((sums >= budget) & (given > 0))
    if len(places) == 0:
        return None
    before = int(places[0])
    return _Closing(rule, before, int(max(0, budget[before] - sums[before] + given[before])))
