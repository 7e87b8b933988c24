"""An event as it is kept, and what is left of it after its returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jifen.engine.events import EventInput
from jifen.intake.asking.pay_bodies import FIELD as PAID_FIELD
from jifen.intake.judging.case import HistoryKey
from jifen.intake.judging.evaluating import input_of
from jifen.intake.judging.payload import MoneyFields, Payload, Returned, after_returns
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.money_off import RewardReturned
from jifen.programme.ways_out import PointsReturned


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
    return after_returns(event.payload, returns, money_fields(programme, event))


def money_fields(programme: OpenProgramme, event: PastEvent) -> MoneyFields:
    """The money of an event, and what becomes of it when something comes back.

    What was paid with points that do not come back with a part of it stays paid with points.
    """
    names: frozenset[str] = frozenset()
    for known in programme.programme.events:
        if known.id == event.type:
            names = frozenset(field.name for field in known.fields if field.kind == "money")
    paid_in = event.payload.paid_in
    if isinstance(paid_in, str) and points_returned(programme, event, paid_in) != "in_proportion":
        return MoneyFields(names - {PAID_FIELD}, frozenset({PAID_FIELD}))
    return MoneyFields(names)


def points_returned(programme: OpenProgramme, event: PastEvent, currency: str) -> PointsReturned:
    """When points of a currency with which an event was paid come back: as the version in force at the event says, and
    in proportion where that knew of no such payment."""
    known = programme.engine.plan_at(event.occurred_at).programme.currencies
    paying = next((one.paying for one in known if one.id == currency), None)
    return "in_proportion" if paying is None else paying.returned


def reward_returned(programme: OpenProgramme, event: PastEvent, reward: str) -> RewardReturned:
    """When a reward that was used on an event comes back: as the version in force at the event says, and with the last
    of it where that knew of no such use."""
    known = programme.engine.plan_at(event.occurred_at).programme.rewards
    off = next(
        (one.reward.handed_out.off for one in known if one.id == reward and one.reward), None
    )
    return "only_in_full" if off is None else off.returned
