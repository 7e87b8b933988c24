"""What members brought from a former system: with it their histories begin, or it lies amid one that a merge made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jifen.engine.compile import Engine
from jifen.engine.events import EventInput
from jifen.intake.judging.evaluating import input_of
from jifen.intake.judging.opened import OPENING, open_state
from jifen.intake.judging.payload import decode_payload

if TYPE_CHECKING:
    from jifen.whatif.history import History, Integers


def open_histories(history: History, engine: Engine, states: Integers) -> dict[int, EventInput]:
    """Let members' histories begin with what they brought; nothing comes before that. Where a merge put more into a
    history, something may: such openings are returned by their places, to be put in when it is their turn."""
    if OPENING not in history.type_names:
        return {}
    united = set[int]()
    if history.stands is not None:
        united = set(history.members[history.stands].tolist())
    amid: dict[int, EventInput] = {}
    for place in np.flatnonzero(history.types == history.type_names.index(OPENING)).tolist():
        at, member = int(history.occurred_at[place]), int(history.members[place])
        payload = decode_payload(history.payloads[place])
        opening = input_of("", OPENING, at, int(history.days[place]), payload)
        if member in united:
            amid[place] = opening
            continue
        row = states[member].tolist()
        open_state(engine.plan_at(at), engine.tiers, row, opening)
        states[member] = row
    return amid
