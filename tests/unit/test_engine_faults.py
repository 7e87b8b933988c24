"""Faults planted in the generated source: the comparison with the reference must find each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engine_comparing import Differs, compare, engine_of
from engine_random import random_case

MOST_CASES = 3500
RARE = (65, 119, 122, 137, 138, 184, 202, 250, 777, 1224, 1756, 3404)
"""Cases that show what few others show; looked at first."""

# What is broken, the text that is found, and what stands there instead.
FAULTS = {
    "a threshold is missed by one": (r"if (\w+) < (\d+):", r"if \1 <= \2:"),
    "a day too late in between": (r"day > (\d+)", r"day >= \1"),
    "unknown is taken for true": (r" != MISSING and ", r" != MISSING or "),
    "the week begins on Sunday": (r"\(day \+ 3\) // 7", r"(day + 4) // 7"),
    "weekdays are counted from nought": (r"\(day \+ 3\) % 7 \+ 1", r"(day + 3) % 7"),
    "a window forgets to begin anew": (r"if state\[\d+\] == month else 0", r""),
    "the present event is not counted": (r"(_count_\w+ = .*) \+ 1\n", r"\1\n"),
    "two visits a day are two days": (r"if earlier_day != day:", r"if True:"),
    "a streak survives a gap": (r"\+ 1 if earlier_day == day - 1 else 1", r"+ 1"),
    "a streak of another type never dies": (r" if state\[\d+\] >= day - 1 else 0", r""),
    "a ring keeps what has left it": (r"held -= state\[cell\]", r"pass"),
    "a ring is read as it was fed": (
        r"state\[(\d+)\] if state\[\d+\] == \w+ else ring_sum\((?:[^()]|\([^()]*\))*\)",
        r"state[\1]",
    ),
    "a ring sums expired cells": (r"total -= state\[at \+ 2", r"total -= 0 * state[at + 2"),
    "half a point is rounded down": (r"\* 2 \+ (\d+)\) // (\d+)", r"* 2) // \2"),
    "halves never go to the even": (r"nearest % 2 == 1", r"nearest % 2 == 2"),
    "rounding up is rounding down": (r"-\(-(\w+) \* (\d+) // (\d+)\)", r"(\1 * \2 // \3)"),
    "left out fields are left in": (r"amount -= \w+", r"amount -= 0"),
    "lines without a match give": (r"\w+_lines == 0", r"False"),
    "own limits are not used up": (r"(_given > 0:\n +state\[\d+\] = .*) \+ .*\n", r"\1\n"),
    "what is left may be negative": (r"= left if left > 0 else 0", r"= left"),
    "the last of a group wins": (r"if winner == 0 and (\w+) > 0:", r"if \1 > 0:"),
    "the second best of a group wins ties": (r"> most:", r">= most:"),
    "reading does not end": (r"ended = True", r"ended = False"),
    "multipliers multiply what was given already": (r"more = (\w+_points) // 2\n", r"more = \1\n"),
    "factors below one take too much": (r"more = -whole", r"pass"),
    "a limit counts only the first rule": (r"left -= out\[place\]", r"left -= 0"),
    "limits forget what was earned": (r"left = (\d+) - \(?state.*\n", r"left = \1\n"),
    "tiers are kept a day too long": (
        r"while state\[(\d+)\] < day:",
        r"while state[\1] < day - 1:",
    ),
    "a tier falls to the bottom": (r"kept = rank - 1", r"kept = 0"),
    "a step up is only one step": (r"reached = [23]\n", r"reached = rank + 1\n"),
    "periods of tiers are not renewed": (r"= .* if rank > 0 else NEVER", r"= NEVER"),
    "months clamp to the next month": (r"later if later < last else last", r"later"),
    "a cooldown cools nothing": (r"> instant - \d+:", r"> instant:"),
    "a rule forgets when it last gave": (r"\n( +)state\[\d+\] = instant\n", r"\n\1pass\n"),
    "what was passed before is passed again": (r"// (\d+) - count_before // \d+", r"// \1"),
    "a milestone gives at every event": (r"_passed == 0:", r"_passed < 0:"),
    "several milestones at once give once": (r"(\w+_points) \*= \w+_passed", r"pass"),
    "every draw wins": (r"elif event\[\d+\] >= \d+:(\n +out\[\d+\] = 249)", r"elif False:\1"),
    "the wrong row of a table": (r"elif (\w+ == \d+):(\n +\w+_points)", r"elif not \1:\2"),
    "all values of a field share a limit": (
        r"(table_used|feed_table)\((state, \d+, \w+), event\[\d+\]",
        r"\1(\2, 0",
    ),
    "a rolling limit forgets what was given": (
        r"feed_ring\(state, \d+, \d+, \w+, \w+_given\)",
        r"pass",
    ),
    "years of membership are calendar years": (r"= membership_year_of\(.*\)", r"= day // 365"),
    "periods from joining begin long ago": (r"= whole_months\(joined, day\)", r"= day // 30"),
    "months that spent just enough do not count": (r"(ring_count\(.*), (\d+)\)", r"\1, \2 + 1)"),
    "all of several measures is any of them": (
        r"(measure_\d >= \d+) and (measure_\d)",
        r"\1 or \2",
    ),
    "a tier that was given ends a day early": (
        r"state\[(\d+)\] >= day:(\n +rank)",
        r"state[\1] > day:\2",
    ),
    "a step up uses up nothing": (
        r"(if reached == \d+ .*:\n +)(?:state\[\d+\] \+= \d+|use_up\(.*\))",
        r"\1pass",
    ),
    "keeping a tier uses up nothing": (
        r"if kept == \d+ and rank >= kept and measure >= \d+:\n +state\[\d+\] \+= \d+",
        r"pass",
    ),
    "all lines are summed up instead of some": (
        r"if .* and (\w+ != MISSING):(\n +\w+_of_lines\w* \+= )",
        r"if \1:\2",
    ),
    "a tier multiplies one rank too low": (r"if rank == (\d):", r"if rank == \1 + 1:"),
}


def _executed(source: str) -> Callable[..., None]:
    namespace: dict[str, Any] = {}
    exec(compile(source, "<planted>", "exec"), namespace)
    step: Callable[..., None] = namespace["step"]
    return step


def test_each_planted_fault_is_found() -> None:
    hidden = dict(FAULTS)
    for seed in (*RARE, *range(MOST_CASES)):
        if not hidden:
            break
        case = random_case(seed)
        sources = [plan.source for plan in engine_of(case).plans.values()]
        for name, (found, instead) in list(hidden.items()):
            planted = [re.sub(found, instead, source) for source in sources]
            if planted == sources:
                continue
            try:
                compare(case, [_executed(source) for source in planted])
            except (Differs, RecursionError):
                del hidden[name]
    assert not hidden, f"not found in {MOST_CASES} cases: {sorted(hidden)}"
