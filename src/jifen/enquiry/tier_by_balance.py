"""How a tier by the balance stands today, though the balance is looked at when the period ends: as if it ended so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jifen.engine.events import EventInput
from jifen.engine.plan import Plan
from jifen.intake.following.period_balances import fields_noted
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import PERIOD_BALANCE


def with_balance_of_today(
    programme: OpenProgramme,
    plan: Plan,
    state: Sequence[int],
    balances: Mapping[int, int],
    day: int,
    now: int,
) -> list[int]:
    """A copy of a state in which a member's balance (by currency number, in smallest units) is noted on a local day;
    as it is where the ladder looks at none."""
    row, tiers = list(state), plan.programme.tiers
    scales = plan.programme.scales
    for currency in tiers.balances if tiers else ():
        balance = balances.get(programme.currency_number(currency), 0)
        fields = fields_noted(currency, scales[currency], balance)
        noted, lines = plan.encode(EventInput(PERIOD_BALANCE, now, day, fields=fields))
        plan.step(row, noted, lines, 0, 0, plan.new_out())
    return row
