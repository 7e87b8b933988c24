"""Events and what came back of them, for which the rules are asked alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jifen.engine.plan import Plan
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.undoing.return_policies import less

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jifen.whatif.history import Integers


def interpret_with_parts(
    plan: Plan,
    alone: NDArray[np.bool_],
    states: Integers,
    members: Integers,
    rows: Integers,
    lines: Integers,
    line_first: Integers,
    out: Integers,
) -> None:
    """Judge rows as `BulkRunner.run` does. A part leaves the state as it was and gives nothing itself: the event
    behind it gives so much less."""
    working: list[list[int]] = states.tolist()
    line_lists, firsts = lines.tolist(), line_first.tolist()
    parts: list[Evaluation] = []
    of_rows = zip(members.tolist(), rows.tolist(), alone.tolist(), strict=True)
    for number, (member, row, is_part) in enumerate(of_rows):
        result = plan.new_out()
        state = list(working[member]) if is_part else working[member]
        plan.step(state, row, line_lists, firsts[number], firsts[number + 1], result)
        found = Evaluation(plan, result)
        if is_part:
            parts.append(found)
            continue
        out[number] = (less(found, parts) if parts else found).out
        parts = []
    out[alone] = 0
    states[:] = working
