"""Counters read from a state outside `step`."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.engine.generating.helpers import (
    membership_year_of,
    month_of_day,
    months_later,
    ring_cell,
    ring_count,
    ring_sum,
    roll_over,
    table_used,
    whole_days,
    whole_months,
)
from jifen.engine.layout import JOINED, Counter, Layout
from jifen.engine.needs import (
    consumed_counter,
    measure_counters,
    most_over,
    rolled_counter,
    steps_reached,
)
from jifen.instants import MISSING, MONDAY, week_of_day
from jifen.programme.model import Tiers
from jifen.programme.requirement import Measure


def measured(tiers: Tiers, measure: Measure, layout: Layout, state: Sequence[int], day: int) -> int:
    """What is left of a measure of a ladder, over its window as it stands on a local day."""
    counter = measure_counters(tiers, measure)[0]
    if measure.kind == "months":
        first, last = _months(tiers, month_of_day(day))
        place = layout.place(counter)
        return int(ring_count(list(state), place, counter.size, first, last, measure.least))
    if rolled := rolled_counter(tiers, measure):
        row, places = list(state), (layout.place(counter), layout.place(rolled))
        period = _period(tiers, layout, row, day)
        roll_over(row, *places, rolled.size, period, steps_reached(tiers), most_over(tiers))
        return sum(int(ring_cell(row, place, rolled.size, period)) for place in places)
    consumed = consumed_counter(tiers, measure)
    used = _in_window(tiers, consumed, layout, state, day) if consumed else 0
    return _in_window(tiers, counter, layout, state, day) - used


def _in_window(
    tiers: Tiers, counter: Counter, layout: Layout, state: Sequence[int], day: int
) -> int:
    row, place, month = list(state), layout.place(counter), month_of_day(day)
    if tiers.window.kind == "previous":
        unit = day if tiers.window.days else month
        rolling = ring_sum(row, place, counter.size, unit)
        return int(rolling - ring_cell(row, place, counter.size, unit))
    if tiers.window.kind == "period":
        return int(ring_cell(row, place, counter.size, _period(tiers, layout, row, day)))
    return counter_value(counter, layout, state, day)


def day_of_judgement(tiers: Tiers, until: int) -> int:
    """The day whose windows tell whether a tier is kept that ends, grace included, with the day `until`."""
    assert tiers.period is not None
    if tiers.window.kind == "period":
        months = tiers.grace.months
        return months_later(until + 1, -months) - 1 if months else until - tiers.grace.days
    looks_back = tiers.window.kind == "previous" or tiers.period.start == "tier"
    return until + 1 if looks_back else until


def _months(tiers: Tiers, month: int) -> tuple[int, int]:
    """The first and the last calendar month of a ladder's window."""
    match tiers.window.kind:
        case "previous":
            return month - tiers.window.months, month - 1
        case "period":
            assert tiers.period is not None
            first = month // tiers.period.months * tiers.period.months
            return first, first + tiers.period.months - 1
        case _:
            return month - tiers.window.months + 1, month


def _period(tiers: Tiers, layout: Layout, row: list[int], day: int) -> int:
    """The number of the ladder's period in which a day lies."""
    assert tiers.period is not None
    if tiers.period.start == "calendar":
        return month_of_day(day) // tiers.period.months
    joined = row[layout.place(JOINED)]
    if joined == MISSING:
        return 0
    if tiers.period.days:
        return whole_days(joined, day) // tiers.period.days
    return whole_months(joined, day) // tiers.period.months


def counter_value(
    counter: Counter,
    layout: Layout,
    state: Sequence[int],
    day: int,
    days_since_joining: int = MISSING,
    value: int = MISSING,
    week_starts: int = MONDAY,
    hour: int = 0,
) -> int:
    """A counter as it stands on a local day; 0 if the layout does not keep it.

    `value`: the identity of the field's value that a table of values is asked about.
    """
    if counter not in layout:
        return 0
    row, place = list(state), layout.place(counter)
    month = month_of_day(day)
    periods = {
        "hour": 24 * day + hour,
        "day": day,
        "week": week_of_day(day, week_starts),
        "month": month,
        "quarter": month // 3,
        "year": month // 12,
        "membership_year": membership_year_of(day, days_since_joining),
        "lifetime": 0,
    }
    if counter.kind in ("limit by", "limit by line"):
        return table_used(row, place, periods[counter.window], value)
    match counter.window:
        case "days" | "months":
            period = day if counter.window == "days" else month
            return int(ring_sum(row, place, counter.size, period))
        case "lifetime":
            return int(row[place])
        case window:
            return int(row[place + 1]) if row[place] == periods[window] else 0
