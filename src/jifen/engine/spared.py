"""How long a tier on which idleness ends nothing keeps points alive, if nothing more happens."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from jifen.engine.carried import tier_after
from jifen.engine.compile import Engine
from jifen.engine.layout import Counter
from jifen.engine.needs import spared_counter
from jifen.engine.plan import Plan
from jifen.engine.tier_steps import stretches
from jifen.instants import MISSING, NEVER

_AHEAD_DAYS = (3 * 366, 100 * 366)
"""What windows hold is gone after three years; a tier that is kept for a hundred is kept for ever."""


def last_day_alive(engine: Engine, zone: ZoneInfo, state: Sequence[int], active: Counter) -> int:
    """The last local day that keeps the points of an activity counter alive: that of an activity, or on a tier that
    spares them, which ends by time alone; NEVER if it does not. MISSING: there was none. The state stays as it is."""
    layout = engine.layout
    if active not in layout:
        return MISSING
    place, spared = layout.place(active), spared_counter(active)
    since = int(state[place])
    if spared not in layout or since in (MISSING, NEVER):
        return since
    held, currency = layout.place(spared), active.of.partition(" ")[0]
    row, begins = list(state), since + 1
    for days in _AHEAD_DAYS:
        for plan, _, last in stretches(engine, zone, begins, since + days):
            if not spares(plan, currency):
                if row[held]:
                    return row[place]
                continue
            tier_after(plan, row, last)
        if not row[held]:
            return row[place]
        begins = since + days + 1
    return NEVER


def spares(plan: Plan, currency: str) -> bool:
    """Whether a version spares points of a currency on some tier."""
    return any(
        one.id == currency and one.extension is not None and one.extension.spares
        for one in plan.programme.currencies
    )
