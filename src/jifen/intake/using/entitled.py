"""Who may use points in a way: what `when` asks of the member as of today, and of what was done before."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from jifen.engine.events import EventInput, Known, Value
from jifen.engine.explaining.explain_values import EventValues
from jifen.engine.explaining.truth import holds
from jifen.engine.plan import Plan
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.case import Case, local_day
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import NOTHING_ASKED, Asked, Entitled
from jifen.programme.condition import Condition, Operand, TierRank
from jifen.programme.prices import ByTable, Price, price_with


def entitlement(programme: OpenProgramme, case: Case) -> Entitled:
    """Whether the member, as the case has them by then, meets every one of conditions at an instant.

    The case's book keeps the answer, so it must not keep the case: in a circle they would outlive their batch.
    """
    person = weakref.proxy(case)

    def met(conditions: Sequence[Condition], now: int, asked: Asked = NOTHING_ASKED, /) -> bool:
        plan, day = programme.engine.plan_at(now), local_day(programme, now)
        known = KnownOn(day, person.facts, person.joined_day)
        return not conditions or meets(plan, person.state, known, now, conditions, asked)

    return met


class KnownOn(NamedTuple):
    """What is known of a member on a local day."""

    day: int
    facts: Mapping[str, Known]
    joined_day: int


def meets(
    plan: Plan,
    state: Sequence[int],
    known: KnownOn,
    now: int,
    conditions: Sequence[Condition],
    asked: Asked = NOTHING_ASKED,
) -> bool:
    """Whether a member with such a state, who asks for something with such fields, meets every one of conditions at an
    instant."""
    value = values_of(plan, state, known, now, asked)
    return all(holds(condition, value) for condition in conditions)


def price_listed(
    plan: Plan,
    state: Sequence[int],
    known: KnownOn,
    now: int,
    price: Price,
    fields: Mapping[str, Value],
) -> int | None:
    """What one of a reward costs a member with such a state who asks for it with such fields; None where no row of its
    table fits."""
    if not isinstance(price, ByTable):
        return price_with(price, fields)
    return price_by(price, fields, values_of(plan, state, known, now, fields))


def price_by(
    price: Price, fields: Mapping[str, Value], value: Callable[[Operand], Value | None]
) -> int | None:
    """What one costs with such fields, by what operands are; None where no row of its table fits."""
    if not isinstance(price, ByTable):
        return price_with(price, fields)
    rows = zip(price.whens, price.prices, strict=True)
    return next((price_with(one, fields) for when, one in rows if holds(when, value)), None)


def values_of(
    plan: Plan, state: Sequence[int], known: KnownOn, now: int, fields: Mapping[str, Value]
) -> Callable[[Operand], Value | None]:
    """What operands are of a member with such a state, who asks for something with such fields."""
    day, facts, joined_day = known
    out = plan.looked_on(state, day, day - joined_day)
    about = facts_on(day, facts, joined_day, plan.programme.week_starts)
    values = EventValues(plan, EventInput("", now, day, fields=fields, facts=about), out)

    def value(operand: Operand) -> Value | None:
        if isinstance(operand, TierRank):
            return plan.tier_codes.index(out[0]) if out[0] in plan.tier_codes else None
        return values.value(operand)

    return value
