"""Counters read from a state outside `step`."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.engine.helpers import (
    membership_year_of,
    month_of_day,
    ring_cell,
    ring_sum,
    table_used,
)
from jifen.engine.layout import Counter, Layout
from jifen.engine.needs import measure_counters
from jifen.instants import MISSING
from jifen.programme.model import Tiers
from jifen.programme.requirement import Measure


def measured(tiers: Tiers, measure: Measure, layout: Layout, state: Sequence[int], day: int) -> int:
    """A measure of a ladder, over its window as it stands on a local day."""
    return counter_value(measure_counters(tiers, measure)[0], layout, state, day)


def counter_value(
    counter: Counter,
    layout: Layout,
    state: Sequence[int],
    day: int,
    days_since_joining: int = MISSING,
    value: int = MISSING,
) -> int:
    """A counter as it stands on a local day; 0 if the layout does not keep it.

    `value`: the identity of the field's value that a table of values is asked about.
    """
    if counter not in layout:
        return 0
    row, place = list(state), layout.place(counter)
    month = month_of_day(day)
    periods = {
        "day": day,
        "week": (day + 3) // 7,
        "month": month,
        "quarter": month // 3,
        "year": month // 12,
        "membership_year": membership_year_of(day, days_since_joining),
        "lifetime": 0,
    }
    if counter.kind == "limit by":
        return table_used(row, place, periods[counter.window], value)
    match counter.window:
        case "years":
            return int(ring_cell(row, place, counter.size, month // 12))
        case "days" | "months":
            period = day if counter.window == "days" else month
            return int(ring_sum(row, place, counter.size, period))
        case "lifetime":
            return int(row[place])
        case window:
            return int(row[place + 1]) if row[place] == periods[window] else 0
