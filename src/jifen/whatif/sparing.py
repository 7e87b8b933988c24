"""Where members lost a tier that keeps points alive, between two of their events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jifen.engine.compile import Engine
from jifen.whatif.turns import Running, places_in_ranges

if TYPE_CHECKING:
    from jifen.whatif.history import Integers


def before_losses(
    running: Running, of_events: Integers, tiers: Integers, met: Integers
) -> dict[int, list[int]]:
    """The states behind those events on a tier that spares points which time took before the next event, by their
    places. Members who have such are judged again, from one to the next.

    `of_events`: in which turn each was judged; `tiers`: behind it, `met`: before it.
    """
    sparing, history = _sparing_tiers(running.engine), running.history
    if not sparing:
        return {}
    counts = of_events >= 0
    if history.alone is not None:
        counts &= ~history.alone
    judged = np.flatnonzero(counts)
    last, following = judged[:-1], judged[1:]
    goes_on = history.members[last] == history.members[following]
    lost = last[goes_on & np.isin(tiers[last], sparing) & (met[following] != tiers[last])]
    begins = np.searchsorted(history.members, np.arange(len(history.names)))
    again, found = running.anew(), dict[int, list[int]]()
    while len(lost):
        first = np.concatenate([[True], history.members[lost[1:]] != history.members[lost[:-1]]])
        now, lost = lost[first], lost[~first]
        whose = history.members[now]
        stretches = places_in_ranges(begins[whose], now + 1)
        chosen = np.full(len(history), -1)
        chosen[stretches] = of_events[stretches]
        for _ in again.through(chosen):
            pass
        found |= dict(zip(now.tolist(), again.states[whose].tolist(), strict=True))
        begins[whose] = now + 1
    return found


def _sparing_tiers(engine: Engine) -> list[int]:
    """The codes of tiers that spare points of any currency in any version."""
    spared = {
        tier
        for plan in engine.plans.values()
        for currency in plan.programme.currencies
        if currency.extension is not None
        for tier in currency.extension.spares
    }
    return [code for code, tier in enumerate(engine.tiers) if tier in spared]
