"""What a ladder measures, in the generated source: now, and when a period that has ended is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jifen.engine.generating.calendars import embedded, period_of, reading
from jifen.engine.generating.source import Source
from jifen.engine.layout import Counter
from jifen.engine.needs import (
    consumed_counter,
    measure_counters,
    most_over,
    period_name,
    rolled_counter,
    steps_reached,
)
from jifen.programme.model import Tiers
from jifen.programme.requirement import AllReached, AtLeast, Measure, Requirement, leaves


def present(source: Source, tiers: Tiers, measure: Measure) -> str:
    """An expression for what is left of a measure at this event."""
    counter, consumed = measure_counters(tiers, measure)[0], consumed_counter(tiers, measure)
    held = _held_now(source, tiers, measure, counter)
    if rolled := rolled_counter(tiers, measure):
        return f"{held} + {_held_now(source, tiers, measure, rolled)}"
    if consumed is None:
        return held
    return f"{embedded(held)} - ({_held_now(source, tiers, measure, consumed)})"


def _held_now(source: Source, tiers: Tiers, measure: Measure, counter: Counter) -> str:
    if measure.kind == "months" or tiers.window.kind == "previous":
        unit = "day" if tiers.window.days else "month"
        source.use_period(unit)
        return _by_units(source, tiers, measure, counter, unit)
    if tiers.window.kind == "period":
        period = period_of(counter)
        source.use_period(period)
        return f"ring_cell(state, {source.layout.place(counter)}, {counter.size}, {period})"
    source.use_period(period_of(counter))
    return reading(counter, source.layout)


def judged(source: Source, tiers: Tiers, measure: Measure) -> str:
    """What is left of a measure, as the period that is over is judged by it.

    `ended` is the period's last day without its grace, `moment` the day that looks back on it.
    """
    counter, consumed = measure_counters(tiers, measure)[0], consumed_counter(tiers, measure)
    held = _held_then(source, tiers, measure, counter)
    if rolled := rolled_counter(tiers, measure):
        return f"{held} + {_held_then(source, tiers, measure, rolled)}"
    return f"{held} - ({_held_then(source, tiers, measure, consumed)})" if consumed else held


def _held_then(source: Source, tiers: Tiers, measure: Measure, counter: Counter) -> str:
    place = source.layout.place(counter)
    match tiers.window.kind:
        case "lifetime":
            return f"state[{place}]"
        case "period" if measure.kind != "months":
            return f"ring_cell(state, {place}, {counter.size}, {period_number(tiers, 'ended')})"
        case "rolling" if measure.kind != "months":
            moment = "moment" if tiers.window.days else "month_of_day(moment)"
            return f"ring_sum(state, {place}, {counter.size}, {moment})"
        case kind:
            day = "ended" if kind == "period" else "moment"
            unit = day if tiers.window.days else f"month_of_day({day})"
            return _by_units(source, tiers, measure, counter, unit)


def rolled_over(source: Source, tiers: Tiers, ended: bool) -> list[str]:
    """Let what is above the steps roll over into the present period, or (`ended`) into one that is to be judged."""
    rolled = rolled_counter(tiers, tiers.measure) if tiers.measure else None
    if tiers.measure is None or rolled is None:
        return []
    at = source.layout.place(measure_counters(tiers, tiers.measure)[0])
    if not ended:
        source.use_period(period_of(rolled))
    period = period_number(tiers, "ended") if ended else period_of(rolled)
    ring = f"{at}, {source.layout.place(rolled)}, {rolled.size}"
    return [f"roll_over(state, {ring}, {period}, {steps_reached(tiers)}, {most_over(tiers)})"]


def _by_units(source: Source, tiers: Tiers, measure: Measure, counter: Counter, month: str) -> str:
    """Months counted, or the whole months or days before the present one summed up."""
    ring = f"state, {source.layout.place(counter)}, {counter.size}"
    if measure.kind != "months":
        return f"ring_sum({ring}, {month}) - ring_cell({ring}, {month})"
    match tiers.window.kind:
        case "rolling":
            first, last = f"{month} - {tiers.window.months - 1}", month
        case "previous":
            first, last = f"{month} - {tiers.window.months}", f"{month} - 1"
        case _:
            assert tiers.period is not None
            months = tiers.period.months
            first = f"{month} // {months} * {months}"
            last = f"{first} + {months - 1}"
    return f"ring_count({ring}, {first}, {last}, {measure.least})"


def period_number(tiers: Tiers, day: str) -> str:
    """The number of the calendar's or the member's period in which a day lies."""
    assert tiers.period is not None
    if tiers.period.start == "joining" and tiers.period.days:
        return f"whole_days(joined, {day}) // {tiers.period.days}"
    if tiers.period.start == "joining":
        return f"whole_months(joined, {day}) // {tiers.period.months}"
    return f"month_of_day({day}) // {tiers.period.months}"


def first_end(source: Source, tiers: Tiers) -> str:
    """The last day, grace included, of the period that this day begins or lies in."""
    assert tiers.period is not None
    if tiers.period.start == "tier":
        return _end_from(tiers, "day")
    source.use_period(period_name(tiers.period))
    return _end(tiers, f"{period_name(tiers.period)} + 1")


def next_end(tiers: Tiers, until: str) -> str:
    """The last day of the period that follows the one which ended with the day `until`."""
    assert tiers.period is not None
    if tiers.period.start == "tier":
        return _end_from(tiers, f"{until} + 1")
    return _end(tiers, f"{period_number(tiers, 'ended')} + 2")


def _end_from(tiers: Tiers, day: str) -> str:
    """The last day, grace included, of a period that begins with a day of its own."""
    assert tiers.period is not None
    days, grace = tiers.period.days, tiers.grace
    if not days:
        return f"months_later({day}, {tiers.period.months + grace.months}) - 1 + {grace.days}"
    later = f"months_later({day} + {days}, {grace.months})" if grace.months else f"{day} + {days}"
    return f"{later} - 1 + {grace.days}"


def _end(tiers: Tiers, number: str) -> str:
    """The day before a numbered period begins, and the grace."""
    assert tiers.period is not None
    if tiers.period.days:
        return f"joined + ({number}) * {tiers.period.days} - 1 + {tiers.grace.days}"
    months = f"({number}) * {tiers.period.months}"
    if tiers.grace.months:
        months += f" + {tiers.grace.months}"
    if tiers.period.start == "joining":
        return f"months_later(joined, {months}) - 1 + {tiers.grace.days}"
    return f"first_day_of_month({months}) - 1 + {tiers.grace.days}"


def without_grace(tiers: Tiers, until: str) -> str:
    """A day of the period that ended, grace included, with the day `until`: its last one, unless it was counted from
    the end of a month."""
    if tiers.grace.months:
        return f"months_later({until} + 1, {-tiers.grace.months}) - 1"
    return f"{until} - {tiers.grace.days}"


def measured(
    requirements: Sequence[Requirement], value: Callable[[Measure], str]
) -> tuple[dict[Measure, str], list[str]]:
    """A local for each measure that the requirements look at, and the statements that set them."""
    asked = dict.fromkeys(leaf.measure for asked in requirements for leaf in leaves(asked))
    names = {
        measure: f"measure_{number}" if len(asked) > 1 else "measure"
        for number, measure in enumerate(asked, start=1)
    }
    return names, [f"{name} = {value(measure)}" for measure, name in names.items()]


def holds(requirement: Requirement, names: Mapping[Measure, str], around: str = "and") -> str:
    """The requirement as an expression, in brackets where those around it would bind it otherwise."""
    if isinstance(requirement, AtLeast):
        return f"{names[requirement.measure]} >= {requirement.value}"
    if len(requirement.parts) == 1:
        return holds(requirement.parts[0], names, around)
    word, otherwise = ("and", "True") if isinstance(requirement, AllReached) else ("or", "False")
    parts = [holds(part, names, word) for part in requirement.parts]
    joined = f" {word} ".join(parts) or otherwise
    return joined if not parts or around == word else f"({joined})"
