"""What steps of a ladder use up of what it measures, in the generated source."""

from __future__ import annotations

from collections.abc import Mapping

from jifen.engine.generating.calendars import period_of
from jifen.engine.generating.source import Source, indented
from jifen.engine.generating.tier_measures import holds, period_number
from jifen.engine.needs import consumed_counter, measure_counters
from jifen.programme.model import Consuming, Tiers
from jifen.programme.requirement import AnyReached, AtLeast, Measure, Requirement, leaves

Names = Mapping[Measure, str]


def consume(
    source: Source, tiers: Tiers, way: Consuming, rank: str, names: Names, of_ended: str = ""
) -> list[str]:
    """Use up what the tier of `rank` took to reach or to keep, if that is met.

    `of_ended`: the condition under which a period that is over takes it; none at an event.
    """
    lines: list[str] = []
    also = f" and {of_ended}" if of_ended else ""
    for number, tier in enumerate(tiers.ladder):
        step = tier.reach if way == "reach" else tier.keep
        if way in tiers.consume and _measures(step):
            used = _use_up(source, tiers, step, names, bool(of_ended))
            lines += [
                f"if {rank} == {number}{also} and {holds(step, names)}:",
                *indented(used),
            ]
    return lines


def _use_up(
    source: Source, tiers: Tiers, step: Requirement, names: Names, ended: bool
) -> list[str]:
    if isinstance(step, AtLeast):
        return [_of_measure(source, tiers, step.measure, str(step.value), ended)]
    taken = {measure: f"used_of_{names[measure]}" for measure in _measures(step)}
    return [
        *(f"{local} = 0" for local in taken.values()),
        *_taken(step, names, taken),
        *(_of_measure(source, tiers, one, local, ended) for one, local in taken.items()),
    ]


def _measures(step: Requirement) -> list[Measure]:
    return list(dict.fromkeys(leaf.measure for leaf in leaves(step)))


def _taken(step: Requirement, names: Names, taken: Names) -> list[str]:
    """So much of each measure as the step asks for: all of `all`, and the first part of `any` that is met."""
    if isinstance(step, AtLeast):
        local = taken[step.measure]
        return [f"if {local} < {step.value}:", f"    {local} = {step.value}"]
    lines: list[str] = []
    for place, part in enumerate(step.parts):
        inner = _taken(part, names, taken)
        if isinstance(step, AnyReached):
            word = "elif" if place else "if"
            inner = [f"{word} {holds(part, names)}:", *indented(inner or ["pass"])]
        lines += inner
    return lines


def _of_measure(source: Source, tiers: Tiers, measure: Measure, value: str, ended: bool) -> str:
    """Use up so much of one measure: of the cells in the window the oldest first, as they leave it first."""
    counter, consumed = measure_counters(tiers, measure)[0], consumed_counter(tiers, measure)
    assert consumed is not None
    place, used = source.layout.place(counter), source.layout.place(consumed)
    match tiers.window.kind:
        case "lifetime":
            return f"state[{used}] += {value}"
        case "period":
            last = period_number(tiers, "ended") if ended else period_of(counter)
            first = last
        case kind:
            now = period_of(counter)
            if ended:
                now = "moment" if tiers.window.days else "month_of_day(moment)"
            last = f"{now} - 1" if kind == "previous" else now
            first = f"{now} - {counter.size - 1}"
    return f"use_up(state, {place}, {used}, {counter.size}, {first}, {last}, {value})"
