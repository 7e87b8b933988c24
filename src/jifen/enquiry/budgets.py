"""How campaigns with a budget stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.budget import Budget

SQL = statements(Path(__file__).with_suffix(".sql"))


class BudgetView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's budget: points in the smallest unit of `currency`; `closed_at` an instant, None while it is open.

    `money`: in its smallest unit, None where the budget is written in points. `member` and `event`: with which it
    was used up.
    """

    rule: str
    currency: str
    budget: int
    money: int | None = None
    given: int
    left: int
    closed_at: int | None = None
    member: str | None = None
    event: str | None = None


def budgets(connection: psycopg.Connection[Any], programme: OpenProgramme) -> list[BudgetView]:
    """Every budget that a version names, as the newest of these has it, by id of the rule."""
    written: dict[str, Budget] = {
        rule.id: rule.budget
        for _, plan in sorted(programme.engine.plans.items())
        for rule in plan.rules
        if rule.budget is not None
    }
    rows = cursor(connection).execute(SQL["budgets"], {"programme_id": programme.programme_id})
    standing = {rule: row for rule, *row in rows}
    found = []
    for rule, budget in sorted(written.items()):
        used, closed_at, member, event = standing.get(rule, (0, None, None, None))
        left = 0 if closed_at is not None else max(0, budget.points - used)
        found.append(
            BudgetView(
                rule=rule,
                currency=budget.currency,
                budget=budget.points,
                money=budget.money,
                given=used,
                left=left,
                closed_at=closed_at,
                member=member,
                event=event,
            )
        )
    return found
