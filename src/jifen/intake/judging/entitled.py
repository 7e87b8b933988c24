"""Who may use points in a way: what `when` asks of the member as of today."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence

from jifen.engine.events import EventInput, Value
from jifen.engine.explaining.explain_values import EventValues
from jifen.engine.explaining.truth import holds
from jifen.engine.plan import Plan
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.case import Case, local_day
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.condition import Condition, Operand, TierRank


def entitlement(programme: OpenProgramme, case: Case) -> Callable[[Sequence[Condition], int], bool]:
    """Whether the member, as the case has them by then, meets every one of conditions at an instant.

    The case's book keeps the answer, so it must not keep the case: in a circle they would outlive their batch.
    """
    person = weakref.proxy(case)

    def met(conditions: Sequence[Condition], now: int) -> bool:
        plan, day = programme.engine.plan_at(now), local_day(programme, now)
        facts = facts_on(day, person.facts, person.joined_day, plan.programme.week_starts)
        event = EventInput("", now, day, facts=facts)
        values = EventValues(plan, event, plan.new_out())

        def value(operand: Operand) -> Value | None:
            if isinstance(operand, TierRank):
                return _rank(plan, person.state, day)
            return values.value(operand)

        return all(holds(condition, value) for condition in conditions)

    return met


def _rank(plan: Plan, state: Sequence[int], day: int) -> int | None:
    code = plan.tier_on(state, day)
    return plan.tier_codes.index(code) if code in plan.tier_codes else None
