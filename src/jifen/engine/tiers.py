"""Tiers in the generated source: periods that have ended, and steps up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jifen.engine.calendars import period_of, reading
from jifen.engine.layout import TIER, TIER_UNTIL
from jifen.engine.needs import measure_counters, steps_down
from jifen.engine.source import Source, indented
from jifen.programme.model import Tiers
from jifen.programme.requirement import AllReached, AtLeast, Measure, Requirement, leaves


def lapse(source: Source, tiers: Tiers, by_rank: bool) -> list[str]:
    """Before anything else: every tier period that has ended by this day, one after the other."""
    code, until = source.layout.place(TIER), source.layout.place(TIER_UNTIL)
    lines = [f"rank = state[{code}]" if by_rank else f"rank = RANKS[state[{code}]]"]
    if steps_down(tiers):
        if source.several:
            start = period_end(source, tiers, "day")
            lines += [f"if rank > 0 and state[{until}] == NEVER:", f"    state[{until}] = {start}"]
        lines += [f"while state[{until}] < day:", *indented(_one_lapse(source, tiers, until))]
    elif source.several:
        lines.append(f"state[{until}] = NEVER")
    return lines


def _one_lapse(source: Source, tiers: Tiers, until: int) -> list[str]:
    keeps = [tier.keep for tier in tiers.ladder[1:]]
    if tiers.window == "year":
        ended = f"month_of_day(state[{until}] - {tiers.grace_days}) // 12"
        later = f"first_day_of_month(moment * 12 + 24) - 1 + {tiers.grace_days}"
    else:
        ended = f"state[{until}] + 1"
        later = period_end(source, tiers, "moment")
    names, measured = _measured(keeps, lambda measure: _judged(source, tiers, measure))
    lines = [f"moment = {ended}", *measured, "kept = 0"]
    for rank, keep in enumerate(keeps, start=1):
        lines += [f"if rank >= {rank} and {_test(keep, names, 'and')}:", f"    kept = {rank}"]
    if tiers.down == "one_level":
        lines += ["if kept < rank - 1:", "    kept = rank - 1"]
    return [*lines, "rank = kept", f"state[{until}] = {later} if rank > 0 else NEVER"]


def _judged(source: Source, tiers: Tiers, measure: Measure) -> str:
    """A measure as the period that has ended is judged by it, at `moment`."""
    counter = measure_counters(tiers, measure)[0]
    place = source.layout.place(counter)
    if tiers.window == "year":
        return f"ring_cell(state, {place}, 2, moment)"
    return f"ring_sum(state, {place}, {counter.size}, month_of_day(moment))"


def _present(source: Source, tiers: Tiers, measure: Measure) -> str:
    """A measure as it stands at this event."""
    counter = measure_counters(tiers, measure)[0]
    source.use_period(period_of(counter))
    if counter.window == "years":
        return f"ring_cell(state, {source.layout.place(counter)}, 2, year)"
    return reading(counter, source.layout)


def _measured(
    requirements: list[Requirement], value: Callable[[Measure], str]
) -> tuple[dict[Measure, str], list[str]]:
    """A local for each measure that the requirements look at, and the statements that set them."""
    asked = dict.fromkeys(leaf.measure for asked in requirements for leaf in leaves(asked))
    names = {
        measure: f"measure_{number}" if len(asked) > 1 else "measure"
        for number, measure in enumerate(asked, start=1)
    }
    return names, [f"{name} = {value(measure)}" for measure, name in names.items()]


def _test(requirement: Requirement, names: Mapping[Measure, str], around: str) -> str:
    """The requirement as an expression, in brackets where those around it would bind it otherwise."""
    if isinstance(requirement, AtLeast):
        return f"{names[requirement.measure]} >= {requirement.value}"
    word, otherwise = ("and", "True") if isinstance(requirement, AllReached) else ("or", "False")
    parts = [_test(part, names, word) for part in requirement.parts]
    joined = f" {word} ".join(parts) or otherwise
    return joined if len(parts) < 2 or around == word else f"({joined})"


def period_end(source: Source, tiers: Tiers, day: str) -> str:
    """An expression for the last day, grace included, of a period that begins on a day."""
    if tiers.window == "year":
        if day == "day":
            source.use_period("year")
            return f"first_day_of_month(year * 12 + 12) - 1 + {tiers.grace_days}"
        raise AssertionError(day)
    return f"months_later({day}, {tiers.window_months}) - 1 + {tiers.grace_days}"


def step_up(source: Source, tiers: Tiers) -> list[str]:
    """After everything else: the highest tier that is reached."""
    top = len(tiers.ladder) - 1
    if top == 0:
        return []
    reaches = [tier.reach for tier in tiers.ladder[1:]]
    names, measured = _measured(reaches, lambda measure: _present(source, tiers, measure))
    lines = [*measured, "reached = rank"]
    for rank, reach in enumerate(reaches, start=1):
        lines += [f"if rank < {rank} and {_test(reach, names, 'and')}:", f"    reached = {rank}"]
    until = source.layout.place(TIER_UNTIL)
    end = period_end(source, tiers, "day") if steps_down(tiers) else "NEVER"
    lines += ["if reached > rank:", "    rank = reached", f"    state[{until}] = {end}"]
    return [f"if rank < {top}:", *indented(lines)]


def keep_tier(source: Source, by_rank: bool) -> str:
    """Write the tier to state and answer."""
    code = "rank" if by_rank else "CODES[rank]"
    return f"state[{source.layout.place(TIER)}] = out[0] = {code}"
