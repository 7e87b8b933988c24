"""Names of periods and counters in the generated source, and how a counter is read and fed."""

from __future__ import annotations

import re

from jifen.engine.layout import Counter, Layout
from jifen.instants import week_shift

# A period's local name and how it follows from the ones before it.
PERIODS = {
    "week": "(day + {shift}) // 7",
    "quarter": "month // 3",
    "year": "month // 12",
}
_SEVERAL = re.compile(r"(calendar|joining)_([0-9]+)(_days)?", re.ASCII)
_RING_PERIODS = {
    "days": "day",
    "weeks": "week",
    "months": "month",
    "quarters": "quarter",
    "years": "year",
}
_THIS = {"day": "today", "lifetime": "ever"}


def period_of(counter: Counter) -> str:
    """The local that numbers the counter's periods."""
    return (
        "clock_hour"
        if counter.window == "hour"
        else _RING_PERIODS.get(counter.window, counter.window)
    )


def period_formula(period: str, week_starts: int) -> str | None:
    """How the number of a period follows from locals set before it; None where it is one itself."""
    found = _SEVERAL.fullmatch(period)
    if found is None:
        formula = PERIODS.get(period)
        return formula and formula.format(shift=week_shift(week_starts))
    if found[1] == "calendar":
        return f"month // {found[2]}"
    return f"whole_{'days' if found[3] else 'months'}(joined, day) // {found[2]}"


def window_words(window: str, size: int) -> str:
    """A window in a name: `this_week`, `in_30_days`."""
    return f"in_{size}_{window}" if size else _THIS.get(window, f"this_{window}")


def reading(counter: Counter, layout: Layout) -> str:
    """An expression for a counter's value at the present event."""
    place = layout.place(counter)
    if counter.size:
        period = period_of(counter)
        expired = f"ring_sum(state, {place}, {counter.size}, {period})"
        return f"state[{place + 1}] if state[{place}] == {period} else {expired}"
    if len(counter.cells) == 1:
        return f"state[{place}]"
    return f"state[{place + 1}] if state[{place}] == {period_of(counter)} else 0"


def reading_before(counter: Counter, layout: Layout) -> str:
    """An expression for what a ring holds of the period before the present one."""
    place, period = layout.place(counter), period_of(counter)
    return f"ring_cell(state, {place}, {counter.size}, {period} - 1)"


def reading_streak(counters: tuple[Counter, ...], layout: Layout) -> str:
    """An expression for a streak as the present event meets it, which may still lengthen it: of weeks or months, or,
    with the counter of the last day behind it, of days."""
    place = layout.place(counters[0])
    if len(counters) == 1:
        period = period_of(counters[0])
        return f"state[{place + 1}] if state[{place}] >= {period} - 1 else 0"
    return f"state[{place}] if state[{layout.place(counters[1])}] >= day - 1 else 0"


def lengthening(streak: Counter, layout: Layout) -> list[str]:
    """Statements that let a streak of weeks or months take in the present one."""
    place, period = layout.place(streak), period_of(streak)
    last, length = f"state[{place}]", f"state[{place + 1}]"
    return [
        f"if {last} != {period}:",
        f"    {length} = {length} + 1 if {last} == {period} - 1 else 1",
        f"    {last} = {period}",
    ]


def embedded(expression: str) -> str:
    """The expression as part of another one."""
    return f"({expression})" if " if " in expression else expression


def feeding(counter: Counter, layout: Layout, value: str, total: str | None = None) -> list[str]:
    """Statements that add a value to a counter; `total` names a local that then holds its new value."""
    place = layout.place(counter)
    if counter.size:
        ring = f"feed_ring(state, {place}, {counter.size}, {period_of(counter)}, {value})"
        return [ring] if total is None else [ring, f"{total} = state[{place + 1}]"]
    if len(counter.cells) == 1:
        if total is None:
            return [f"state[{place}] += {value}"]
        return [f"{total} = state[{place}] + {value}", f"state[{place}] = {total}"]
    now = f"({reading(counter, layout)}) + {value}"
    if total is None:
        return [f"state[{place + 1}] = {now}", f"state[{place}] = {period_of(counter)}"]
    return [
        f"{total} = {now}",
        f"state[{place}] = {period_of(counter)}",
        f"state[{place + 1}] = {total}",
    ]
