"""A history judged row by row, by the interpreter: also what is not judged in one go. That is what came back, for which
the rules are asked alone, and what members brought from a former system amid the history of somebody with whom they
became one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jifen.engine.events import EventInput
from jifen.engine.plan import Plan
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.judging.opened import open_state
from jifen.intake.undoing.return_policies import less

if TYPE_CHECKING:
    from jifen.whatif.history import Integers


class Apart(NamedTuple):
    """Which rows are judged in their own way: parts `alone`, and `openings` by row; `tiers` are the engine's."""

    tiers: Sequence[str]
    alone: Collection[int]
    openings: Mapping[int, EventInput]

    def __bool__(self) -> bool:
        return bool(self.openings) or bool(self.alone)


def interpret(
    plan: Plan,
    apart: Apart,
    states: Integers,
    members: Integers,
    rows: Integers,
    lines: Integers,
    line_first: Integers,
    out: Integers,
) -> None:
    """Judge rows as `BulkRunner.run` does. A part leaves the state as it was and gives nothing itself: the event behind
    it gives so much less. An opening is put into the state, and gives nothing either."""
    step, width, (tiers, alone, openings) = plan.step, plan.out_width, apart
    working: list[list[int]] = states.tolist()
    line_lists, firsts = lines.tolist(), line_first.tolist()
    results: list[list[int]] = []
    parts: list[Evaluation] = []
    for number, (member, row) in enumerate(zip(members.tolist(), rows.tolist(), strict=True)):
        result = [0] * width
        if number in openings:
            open_state(plan, tiers, working[member], openings[number])
            results.append(result)
            continue
        is_part = number in alone
        state = list(working[member]) if is_part else working[member]
        step(state, row, line_lists, firsts[number], firsts[number + 1], result)
        if is_part:
            parts.append(Evaluation(plan, result))
            result = [0] * width
        elif parts:
            result, parts = less(Evaluation(plan, result), parts).out, []
        results.append(result)
    out[:] = results
    states[:] = working
