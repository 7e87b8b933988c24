"""What a member brings from a former system, put into a row of counters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from jifen.engine.generating.helpers import (
    feed_ring,
    membership_year_of,
    month_of_day,
    whole_days,
    whole_months,
)
from jifen.engine.layout import JOINED, TIER, TIER_UNTIL, Counter, Layout
from jifen.engine.plan import Plan
from jifen.instants import MISSING, week_of_day

CarriedKind = Literal["count", "total", "field", "line field", "days", "earned", "last day"]


class Carried(NamedTuple):
    """One thing that history cannot know: so much of something, as of a local day.

    `day` None: longer ago than any window looks. Of a `last day`, `value` is the days in a row that end with it.
    """

    kind: CarriedKind
    of: str
    value: int
    day: int | None


def carry(
    plan: Plan, state: list[int], carried: Iterable[Carried], day: int, joined_day: int
) -> None:
    """Add what is carried to the counters of a state that has come to `day`; later ones belong to that day."""
    if JOINED in plan.layout and state[plan.layout.place(JOINED)] == MISSING:
        state[plan.layout.place(JOINED)] = joined_day
    for one in sorted(carried, key=lambda one: -1 if one.day is None else one.day):
        as_of = None if one.day is None else min(one.day, day)
        if one.kind == "last day":
            _last_day(plan.layout, state, one, as_of)
            continue
        for counter in plan.layout.counters:
            if (counter.kind, counter.subject) != (one.kind, one.of):
                continue
            period = None
            if counter.window == "week" and as_of is not None:
                period = week_of_day(as_of, plan.programme.week_starts)
            elif as_of is not None:
                period = _period(counter.window, as_of, joined_day)
            _add(plan.layout, state, counter, one.value, period)


def carry_tier(plan: Plan, state: list[int], code: int, until: int) -> None:
    """Lift a state to a tier that was reached elsewhere and holds up to and with a local day (NEVER: stays)."""
    layout = plan.layout
    if TIER not in layout or _rank(plan, code) <= _rank(plan, state[layout.place(TIER)]):
        return
    state[layout.place(TIER)] = code
    if TIER_UNTIL in layout:
        state[layout.place(TIER_UNTIL)] = until


def tier_after(plan: Plan, state: list[int], day: int) -> int:
    """Let tier periods that ended by a day end; the code of the tier that is left."""
    out = plan.new_out()
    plan.step(state, plan.encoder.look(day), [[] for _ in plan.line_columns], 0, 0, out)
    return out[0]


def _rank(plan: Plan, code: int) -> int:
    return plan.tier_codes.index(code) if code in plan.tier_codes else 0


def _add(
    layout: Layout, state: list[int], counter: Counter, value: int, period: int | None
) -> None:
    place = layout.place(counter)
    if counter.window == "lifetime":
        state[place] += value
    elif period is not None and counter.size:
        _add_to_ring(state, place, counter.size, period, value)
    elif period is not None and period >= state[place]:
        kept = state[place + 1] if period == state[place] else 0
        state[place], state[place + 1] = period, kept + value


def _add_to_ring(state: list[int], place: int, size: int, period: int, value: int) -> None:
    """Also to a period before the last one fed, as long as the ring still holds it."""
    fed = state[place]
    if period >= fed:
        feed_ring(state, place, size, period, value)
    elif fed - period < size:
        state[place + 1] += value
        state[place + 2 + period % size] += value


def _last_day(layout: Layout, state: list[int], one: Carried, day: int | None) -> None:
    last, streak = Counter("last day", one.of), Counter("streak", one.of)
    if last not in layout or day is None or day <= state[layout.place(last)]:
        return
    state[layout.place(last)] = day
    if streak in layout:
        state[layout.place(streak)] = one.value


def _period(window: str, day: int, joined_day: int) -> int:
    """The number of the period of a window, weeks excepted, in which a day lies."""
    month = month_of_day(day)
    kind, _, length = window.partition("_")
    match window:
        case "day" | "days":
            return day
        case "month" | "months":
            return month
        case "quarter":
            return month // 3
        case "year" | "years":
            return month // 12
        case "membership_year":
            return membership_year_of(day, day - joined_day)
        case _ if kind == "joining" and window.endswith("_days"):
            return whole_days(joined_day, day) // int(length.removesuffix("_days"))
        case _ if kind == "joining":
            return whole_months(joined_day, day) // int(length)
        case _ if kind == "calendar":
            return month // int(length)
        case _:
            return 0
