"""Budgets: what rules may give all members together, allotted in the order in which events are recorded.

What is left is looked at under a lock that a batch takes after its members'. Where an event would get more
than is left, and for every event behind the closing of the campaign, what it may still get is kept on the
event as a fact, so that judging it again agrees for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import msgspec
import psycopg

from jifen.db.statements import statements
from jifen.engine.plan import Plan
from jifen.instants import day_of, local_day_of
from jifen.intake.asking.commands import Command, Event
from jifen.intake.judging.evaluating import (
    Component,
    Evaluation,
    evaluate,
    input_of,
    unpacked_components,
)
from jifen.intake.judging.payload import Payload
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.budget import Budget, budget_fact
from jifen.programme.rules import Rule

SQL = statements(Path(__file__).with_suffix(".sql"))


class Before(Protocol):
    """The award of an event that held so far."""

    @property
    def revision(self) -> int: ...

    @property
    def components(self) -> bytes: ...


class Closing(NamedTuple):
    """The command with which a budget was used up."""

    member_id: bytes
    seq: int


@dataclass(slots=True)
class Budgets:
    """How the budgets that a batch has locked stand, and what the batch makes of them, by id of the rule."""

    used: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    given: dict[str, int] = field(default_factory=dict)  # by this batch
    closings: dict[str, Closing] = field(default_factory=dict)  # by this batch
    untold: dict[Closing, list[dict[str, Any]]] = field(default_factory=dict)
    """What the journal is still to tell of closings, each with its own command."""


def budgeted(plan: Plan, event_type: str, day: int) -> list[Rule]:
    """The rules with a budget that an event of a type may touch on a local day."""
    return [
        rule
        for rule in plan.rules
        if rule.budget is not None and rule.on == event_type and _is_inside(rule, day)
    ]


def _is_inside(rule: Rule, day: int) -> bool:
    first, last = rule.between
    return (first is None or day >= day_of(first)) and (last is None or day <= day_of(last))


def budgets_of(
    programme: OpenProgramme, commands: Iterable[Command], now: int, *, past: bool
) -> set[str]:
    """The rules whose budgets commands may touch: where the past may change, all."""
    if not programme.budgeted:
        return set()
    if past:
        return set(programme.budgeted)
    found: set[str] = set()
    for command in commands:
        if isinstance(command, Event):
            occurred_at = now if command.occurred_at is None else command.occurred_at
            plan, day = (
                programme.engine.plan_at(occurred_at),
                local_day_of(occurred_at, programme.zone),
            )
            found.update(rule.id for rule in budgeted(plan, command.type, day))
    return found


def look_at_budgets(
    sql: psycopg.Cursor[tuple[Any, ...]],
    programme: OpenProgramme,
    rules: Collection[str],
    *,
    lock: bool,
) -> Budgets:
    """How some budgets stand. With `lock` nobody else allots of them until the transaction ends."""
    if not rules:
        return Budgets()
    values = {"programme_id": programme.programme_id, "rules": sorted(rules)}
    rows = sql.execute(SQL["lock_budgets" if lock else "read_budgets"], values).fetchall()
    if lock and len(rows) < len(rules):
        sql.execute(SQL["open_budgets"], values)
        rows = sql.execute(SQL["lock_budgets"], values).fetchall()
    return Budgets(
        dict.fromkeys(rules, 0) | {rule: used for rule, used, _ in rows},
        {rule for rule, _, closed in rows if closed},
    )


def judge_within_budgets(
    programme: OpenProgramme,
    budgets: Budgets,
    state: list[int],
    event: Event,
    occurred_at: int,
    day: int,
    payload: Payload,
) -> tuple[Payload, Evaluation]:
    """Judge a new event as `evaluate`, at most what budgets leave; its payload with what they left, if too little."""

    rules = (
        budgeted(programme.engine.plan_at(occurred_at), event.type, day)
        if programme.budgeted
        else []
    )
    asked = input_of(event.id, event.type, occurred_at, day, payload)
    if not rules:
        return payload, evaluate(programme, state, asked)
    payload = with_closed(budgets, rules, payload)
    left = {rule.id: left_of_budget(budgets, rule) for rule in rules}
    while (
        True
    ):  # what one budget clips may make room for another rule in the limits over everything
        trial = list(state)
        found = evaluate(programme, trial, asked._replace(facts=payload.facts))
        over = {
            rule.id: left[rule.id]
            for rule in rules
            if points_of_budget(found, rule) > left[rule.id]
        }
        if not over:
            state[:] = trial
            return payload, found
        payload = with_left(payload, over)


def with_closed(budgets: Budgets, rules: Iterable[Rule], payload: Payload) -> Payload:
    """The event, which gets nothing any more of campaigns that are closed."""
    return with_left(payload, {rule.id: 0 for rule in rules if rule.id in budgets.closed})


def with_left(payload: Payload, left: Mapping[str, int]) -> Payload:
    """The event with what budgets still had for it."""
    if not left:
        return payload
    facts = {budget_fact(rule): points for rule, points in left.items()}
    return msgspec.structs.replace(payload, facts={**payload.facts, **facts})


def points_of_budget(found: Evaluation, rule: Rule) -> int:
    """What an event gets of the budget of a rule."""
    part = parts_of(found.plan, found.components).get(rule.id)
    return part[1] if part else 0


def left_of_budget(budgets: Budgets, rule: Rule) -> int:
    """What the budget of a rule has left for the next event."""
    assert rule.budget is not None
    if rule.id in budgets.closed:
        return 0
    return max(0, rule.budget.points - budgets.used[rule.id])


def parts_of(plan: Plan, components: Iterable[Component]) -> dict[str, tuple[Budget, int]]:
    """The budgets that an award is about, and what it gave of each."""
    budgets = {rule.id: rule.budget for rule in plan.rules if rule.budget is not None}
    return {
        id: (budgets[id], after)
        for slot, _, after in components
        if (id := plan.slots[slot].rule_id) in budgets
    }


def use_budgets(
    programme: OpenProgramme,
    budgets: Budgets,
    member_id: bytes,
    seq: int,
    event_id: str,
    found: Evaluation | None,
    before: Before | None = None,
) -> None:
    """Count what an event gets now by a command of its member, less what it got `before`; close what is used up."""
    if not programme.budgeted:
        return
    if before is not None and before.components:
        plan = programme.engine.plans[before.revision]
        for rule, (_, points) in parts_of(plan, unpacked_components(before.components)).items():
            _give(budgets, rule, -points)
    if found is None:
        return
    closing = Closing(member_id, seq)
    for rule, (budget, points) in parts_of(found.plan, found.components).items():
        _give(budgets, rule, points)
        if rule in budgets.closed or budgets.used.get(rule, 0) < budget.points:
            continue
        budgets.closed.add(rule)
        budgets.closings[rule] = closing
        payload = {"rule": rule, "event": event_id, "points": {budget.currency: budgets.used[rule]}}
        budgets.untold.setdefault(closing, []).append(payload)


def _give(budgets: Budgets, rule: str, points: int) -> None:
    budgets.given[rule] = budgets.given.get(rule, 0) + points
    if rule in budgets.used:
        budgets.used[rule] += points


def write_budgets(
    sql: psycopg.Cursor[tuple[Any, ...]], programme: OpenProgramme, budgets: Budgets, now: int
) -> None:
    """Keep what a batch has made of budgets."""
    rules = sorted(
        rule for rule, points in budgets.given.items() if points or rule in budgets.closings
    )
    if not rules:
        return
    closings = [budgets.closings.get(rule) for rule in rules]
    values = {
        "programme_id": programme.programme_id,
        "rules": rules,
        "points": [budgets.given[rule] for rule in rules],
        "closed_at": [now if closing else None for closing in closings],
        "members": [UUID(bytes=closing.member_id) if closing else None for closing in closings],
        "seqs": [closing.seq if closing else None for closing in closings],
    }
    sql.execute(SQL["use_budgets"], values)
