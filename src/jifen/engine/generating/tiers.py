"""Tiers in the generated source: periods that have ended, and steps up."""

from __future__ import annotations

from jifen.engine.generating.floors import raise_to_floors
from jifen.engine.generating.source import Source, indented
from jifen.engine.generating.sparing import keep_spared, spared_until
from jifen.engine.generating.tier_measures import (
    first_end,
    holds,
    judged,
    measured,
    next_end,
    present,
    rolled_over,
    without_grace,
)
from jifen.engine.generating.using_up import consume
from jifen.engine.layout import TIER, TIER_UNTIL
from jifen.engine.needs import has_periods
from jifen.programme.model import Tiers
from jifen.programme.requirement import UNREACHABLE


def lapse(source: Source, tiers: Tiers, by_rank: bool) -> list[str]:
    """Before anything else: every tier period that has ended by this day, one after the other."""
    code, until = source.layout.place(TIER), source.layout.place(TIER_UNTIL)
    lines = [f"rank = state[{code}]" if by_rank else f"rank = RANKS[state[{code}]]"]
    if has_periods(tiers):
        # From the first tier nothing falls: it has a period only if tiers are reached at a period's end.
        open_ended = f"state[{until}] == NEVER"
        if tiers.up == "once":
            open_ended = f"rank > 0 and {open_ended}"
        if tiers.up == "period_end" or source.several:
            lines += [f"if {open_ended}:", f"    state[{until}] = {first_end(source, tiers)}"]
        ended = [*spared_until(source, f"state[{until}]"), *_one_lapse(source, tiers, until)]
        lines += [f"while state[{until}] < day:", *indented(ended)]
    elif source.several:
        lines.append(f"state[{until}] = NEVER")
    lines += rolled_over(source, tiers, ended=False)
    raised = raise_to_floors(source)
    return [*lines, "own_rank = rank", *raised] if raised else lines


def _one_lapse(source: Source, tiers: Tiers, until: int) -> list[str]:
    rises, falls = tiers.up == "period_end", tiers.down != "never"
    steps = tiers.ladder[1:]
    asked = [tier.keep for tier in steps if falls] + [tier.reach for tier in steps if rises]
    names, measures = measured(asked, lambda measure: judged(source, tiers, measure))
    lines = [*rolled_over(source, tiers, ended=True), *measures]
    lines.append("kept = 0" if falls else "kept = rank")
    for rank, tier in enumerate(steps, start=1):
        if falls:
            lines += [f"if rank >= {rank} and {holds(tier.keep, names)}:", f"    kept = {rank}"]
        if rises:
            lines += [f"if rank < {rank} and {holds(tier.reach, names)}:", f"    kept = {rank}"]
    if tiers.down == "one_level":
        lines += ["if kept < rank - 1:", "    kept = rank - 1"]
    if rises and tiers.one_step:
        lines += ["if kept > rank + 1:", "    kept = rank + 1"]
    lines += consume(source, tiers, "keep", "kept", names, "rank >= kept") if falls else []
    lines += consume(source, tiers, "reach", "kept", names, "rank < kept") if rises else []
    later = next_end(tiers, f"state[{until}]")
    lines += [
        "rank = kept",
        f"state[{until}] = {later if rises else f'{later} if rank > 0 else NEVER'}",
    ]
    days = {
        "ended": without_grace(tiers, f"state[{until}]"),
        "moment": f"state[{until}]" + " + 1" * _looks_back_from_after(tiers),
    }
    used = (name for name in days if any(name in line for line in lines))
    return [*(f"{name} = {days[name]}" for name in used), *lines]


def _looks_back_from_after(tiers: Tiers) -> bool:
    """Whether a window of months is seen from the day after the period rather than from its last day."""
    assert tiers.period is not None
    return tiers.window.kind == "previous" or tiers.period.start == "tier"


def step_up(source: Source, tiers: Tiers) -> list[str]:
    """After everything else: the highest tier that is reached."""
    top = len(tiers.ladder) - 1
    if top == 0 or tiers.up == "period_end":
        return []
    own = _own_rank(source)
    reaches = [tier.reach for tier in tiers.ladder[1:]]
    names, measures = measured(reaches, lambda measure: present(source, tiers, measure))
    lines = [*measures, f"reached = {own}"]
    for rank, reach in enumerate(reaches, start=1):
        if reach != UNREACHABLE:
            lines += [f"if {own} < {rank} and {holds(reach, names)}:", f"    reached = {rank}"]
    if tiers.one_step:
        lines += [f"if reached > {own} + 1:", f"    reached = {own} + 1"]
    until = source.layout.place(TIER_UNTIL)
    end = first_end(source, tiers) if has_periods(tiers) else "NEVER"
    risen = consume(source, tiers, "reach", "reached", names)
    risen += [f"{own} = reached", f"state[{until}] = {end}"]
    lines += [f"if reached > {own}:", *indented(risen)]
    return [f"if {own} < {top}:", *indented(lines)]


def keep_tier(source: Source, by_rank: bool, looked: bool) -> list[str]:
    """Write the tier to state and answer; `looked`: floors have been seen to already."""
    place, raised = source.layout.place(TIER), raise_to_floors(source)
    if not raised:
        kept = [f"state[{place}] = out[0] = {'rank' if by_rank else 'CODES[rank]'}"]
        return [*kept, *keep_spared(source)]
    lines = [f"state[{place}] = {'own_rank' if by_rank else 'CODES[own_rank]'}"]
    if not looked:
        lines += ["rank = own_rank", *raised]
    return [*lines, f"out[0] = {'rank' if by_rank else 'CODES[rank]'}", *keep_spared(source)]


def _own_rank(source: Source) -> str:
    """The local of the tier that the member has by reaching it."""
    return "own_rank" if raise_to_floors(source) else "rank"
