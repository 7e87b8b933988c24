"""Events that are not judged in one go: what came back, for which the rules are asked alone, and what members brought
from a former system amid the history of somebody with whom they became one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jifen.engine.events import EventInput
from jifen.engine.plan import Plan
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.judging.opened import open_state
from jifen.intake.undoing.return_policies import less

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jifen.whatif.history import Integers


class Apart(NamedTuple):
    """Which of some rows are judged in their own way: parts `alone` (rows,) bool, and `openings` by row; `tiers` are
    the engine's."""

    tiers: Sequence[str]
    alone: NDArray[np.bool_]
    openings: Mapping[int, EventInput]

    def __bool__(self) -> bool:
        return bool(self.openings) or bool(self.alone.any())


def interpret_one_by_one(
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
    working: list[list[int]] = states.tolist()
    line_lists, firsts = lines.tolist(), line_first.tolist()
    parts: list[Evaluation] = []
    of_rows = zip(members.tolist(), rows.tolist(), apart.alone.tolist(), strict=True)
    for number, (member, row, is_part) in enumerate(of_rows):
        result = plan.new_out()
        if number in apart.openings:
            open_state(plan, apart.tiers, working[member], apart.openings[number])
            out[number] = result
            continue
        state = list(working[member]) if is_part else working[member]
        plan.step(state, row, line_lists, firsts[number], firsts[number + 1], result)
        found = Evaluation(plan, result)
        if is_part:
            parts.append(found)
            continue
        out[number] = (less(found, parts) if parts else found).out
        parts = []
    out[apart.alone] = 0
    states[:] = working
