"""What late events take of budgets: what is left when they become known."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.judging.budgets import (
    Budgets,
    budgeted,
    left_of_budget,
    points_of_budget,
    with_closed,
    with_left,
)
from jifen.intake.judging.history import Past, Reevaluation, reevaluate
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.budget import budget_fact
from jifen.programme.events import RETURNED
from jifen.programme.rules import Rule


def reevaluate_with(
    programme: OpenProgramme, budgets: Budgets, past: Past, inserted: Sequence[PastEvent]
) -> tuple[list[PastEvent], Reevaluation]:
    """The past judged again with late events; these with what budgets left them, where it was too little.

    One event uses up a budget; those behind it get nothing. So there are as many rounds as budgets at most, and one.
    """
    late = [
        event._replace(payload=with_closed(budgets, _rules(programme, event), event.payload))
        for event in sorted(inserted, key=lambda event: event.key)
    ]
    while True:
        history = past.events
        if late:
            history = sorted([*history, *late], key=lambda event: event.key)
        result = reevaluate(programme, past.start, history, past.returns)
        clipped = _clipped(programme, budgets, late, result)
        if clipped is None:
            order = {event.seq: place for place, event in enumerate(inserted)}
            return sorted(late, key=lambda event: order[event.seq]), result
        late = clipped


def _rules(programme: OpenProgramme, event: PastEvent) -> list[Rule]:
    plan = programme.engine.plan_at(event.occurred_at)
    return budgeted(plan, event.type.removeprefix(RETURNED), event.day)


def _clipped(
    programme: OpenProgramme, budgets: Budgets, late: Sequence[PastEvent], result: Reevaluation
) -> list[PastEvent] | None:
    """The late events with what is left for the first that would get too much, and nothing for those behind it."""
    given: dict[str, int] = {}
    for place, event in enumerate(late):
        found = result.found[event.seq]
        for rule in _rules(programme, event):
            if found is None or budget_fact(rule.id) in event.payload.facts:
                given[rule.id] = given.get(rule.id, 0) + (
                    points_of_budget(found, rule) if found else 0
                )
                continue
            points = points_of_budget(found, rule)
            left = left_of_budget(budgets, rule) - given.get(rule.id, 0)
            if points > left or left == 0:
                return [
                    *late[:place],
                    event._replace(payload=with_left(event.payload, {rule.id: left})),
                    *(_without(programme, one, rule.id) for one in late[place + 1 :]),
                ]
            given[rule.id] = given.get(rule.id, 0) + points
    return None


def _without(programme: OpenProgramme, event: PastEvent, rule_id: str) -> PastEvent:
    if any(rule.id == rule_id for rule in _rules(programme, event)):
        return event._replace(payload=with_left(event.payload, {rule_id: 0}))
    return event
