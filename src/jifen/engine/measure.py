"""What a ladder of tiers measures, read from a state outside `step`."""

from __future__ import annotations

from collections.abc import MutableSequence

from jifen.engine.helpers import month_of_day, ring_cell, ring_sum
from jifen.engine.layout import Layout
from jifen.engine.needs import measure_counter
from jifen.programme.model import Tiers


def measured(tiers: Tiers | None, layout: Layout, state: MutableSequence[int], day: int) -> int:
    """The measure over its window as it stands on a local day; 0 without a ladder."""
    if tiers is None:
        return 0
    counter = measure_counter(tiers)
    place = layout.place(counter)
    month = month_of_day(day)
    match counter.window:
        case "months":
            return int(ring_sum(state, place, counter.size, month))
        case "years":
            return int(ring_cell(state, place, counter.size, month // 12))
        case _:
            return int(state[place])
