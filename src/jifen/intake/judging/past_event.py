"""An event as it is kept, and what is left of it after its returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jifen.engine.events import EventInput
from jifen.intake.judging.case import HistoryKey
from jifen.intake.judging.evaluating import input_of
from jifen.intake.judging.payload import Payload, Returned, after_returns
from jifen.intake.versions.opening import OpenProgramme


class PastEvent(NamedTuple):
    """An event as it is kept. `seq` is its number; below zero that of an event that another member brought by a
    merge: it counts, but its award stands with that member."""

    seq: int
    occurred_at: int
    sequence: int
    event_id: str
    type: str
    day: int
    payload: Payload

    @property
    def key(self) -> HistoryKey:
        """Its place in history."""
        return self.occurred_at, self.sequence, self.event_id.encode()

    @property
    def stands(self) -> bool:
        """Whether its award stands: evaluated for what it counts, never compared or posted."""
        return self.seq < 0


def asked_again(event: PastEvent, payload: Payload) -> EventInput:
    """The engine's view of an event, with what counts of its payload."""
    _, occurred_at, _, event_id, event_type, day, _ = event
    return input_of(event_id, event_type, occurred_at, day, payload)


def left_of(
    programme: OpenProgramme, event: PastEvent, returns: Sequence[Returned]
) -> Payload | None:
    """What is left of an event after its returns. Raises ExceedsPurchase."""
    if not returns:
        return event.payload
    return after_returns(event.payload, returns, money_fields(programme, event.type))


def money_fields(programme: OpenProgramme, event_type: str) -> frozenset[str]:
    """The fields of an event type that are money."""
    for known in programme.programme.events:
        if known.id == event_type:
            return frozenset(field.name for field in known.fields if field.kind == "money")
    return frozenset()
