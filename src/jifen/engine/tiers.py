"""Tiers in the generated source: periods that have ended, and steps up."""

from __future__ import annotations

from jifen.engine.calendars import period_of, reading
from jifen.engine.layout import TIER, TIER_UNTIL
from jifen.engine.needs import measure_counter, steps_down
from jifen.engine.source import Source, indented
from jifen.programme.model import Tiers


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
    counter = measure_counter(tiers)
    place = source.layout.place(counter)
    if tiers.window == "year":
        ended = f"month_of_day(state[{until}] - {tiers.grace_days}) // 12"
        judged = f"measure = ring_cell(state, {place}, 2, moment)"
        lines = [f"moment = {ended}", judged]
        later = f"first_day_of_month(moment * 12 + 24) - 1 + {tiers.grace_days}"
    else:
        window = f"{place}, {counter.size}, month_of_day(moment)"
        lines = [f"moment = state[{until}] + 1", f"measure = ring_sum(state, {window})"]
        later = period_end(source, tiers, "moment")
    lines += ["kept = 0"]
    for rank, tier in enumerate(tiers.ladder[1:], start=1):
        lines += [f"if rank >= {rank} and measure >= {tier.keep}:", f"    kept = {rank}"]
    if tiers.down == "one_level":
        lines += ["if kept < rank - 1:", "    kept = rank - 1"]
    return [*lines, "rank = kept", f"state[{until}] = {later} if rank > 0 else NEVER"]


def period_end(source: Source, tiers: Tiers, day: str) -> str:
    """An expression for the last day, grace included, of a period that begins on a day."""
    if tiers.window == "year":
        if day == "day":
            source.use_period("year")
            return f"first_day_of_month(year * 12 + 12) - 1 + {tiers.grace_days}"
        raise AssertionError(day)
    return f"months_later({day}, {tiers.window_months}) - 1 + {tiers.grace_days}"


def step_up(source: Source, tiers: Tiers) -> list[str]:
    """After everything else: the highest tier that the measure reaches."""
    counter = measure_counter(tiers)
    source.use_period(period_of(counter))
    if counter.window == "years":
        value = f"ring_cell(state, {source.layout.place(counter)}, 2, year)"
    else:
        value = reading(counter, source.layout)
    top = len(tiers.ladder) - 1
    if top == 0:
        return []
    lines = [f"measure = {value}", "reached = rank"]
    for rank, tier in enumerate(tiers.ladder[1:], start=1):
        lines += [f"if rank < {rank} and measure >= {tier.reach}:", f"    reached = {rank}"]
    until = source.layout.place(TIER_UNTIL)
    end = period_end(source, tiers, "day") if steps_down(tiers) else "NEVER"
    lines += ["if reached > rank:", "    rank = reached", f"    state[{until}] = {end}"]
    return [f"if rank < {top}:", *indented(lines)]


def keep_tier(source: Source, by_rank: bool) -> str:
    """Write the tier to state and answer."""
    code = "rank" if by_rank else "CODES[rank]"
    return f"state[{source.layout.place(TIER)}] = out[0] = {code}"
