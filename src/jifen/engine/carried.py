"""What a member brings from a former system, put into a row of counters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from jifen.engine.helpers import feed_ring, month_of_day
from jifen.engine.layout import TIER, TIER_UNTIL, Counter, Layout
from jifen.engine.plan import Plan

CarriedKind = Literal["count", "total", "days", "earned", "last day"]


class Carried(NamedTuple):
    """One thing that history cannot know: so much of something, as of a local day.

    `day` None: longer ago than any window looks. Of a `last day`, `value` is the days in a row that end with it.
    """

    kind: CarriedKind
    of: str
    value: int
    day: int | None


def carry(plan: Plan, state: list[int], carried: Iterable[Carried], day: int) -> None:
    """Add what is carried to the counters of a state that has come to `day`; later ones belong to that day."""
    for one in sorted(carried, key=lambda one: -1 if one.day is None else one.day):
        as_of = None if one.day is None else min(one.day, day)
        if one.kind == "last day":
            _last_day(plan.layout, state, one, as_of)
            continue
        for counter in plan.layout.fed_by(one.kind, one.of):
            _add(plan.layout, state, counter, one.value, as_of)


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


def _add(layout: Layout, state: list[int], counter: Counter, value: int, day: int | None) -> None:
    place = layout.place(counter)
    if counter.window == "lifetime":
        state[place] += value
    elif day is not None and counter.size:
        _add_to_ring(state, place, counter.size, _period(counter.window, day), value)
    elif day is not None:
        period = _period(counter.window, day)
        if period >= state[place]:
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


def _period(window: str, day: int) -> int:
    """The number of the period of a window in which a day lies."""
    month = month_of_day(day)
    match window:
        case "week":
            return (day + 3) // 7
        case "month" | "months":
            return month
        case "quarter":
            return month // 3
        case "year" | "years":
            return month // 12
        case _:
            return day
