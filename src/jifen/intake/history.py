"""A member's history, evaluated again with a change: returns and late events are nothing else.

Read from the last checkpoint before the change, judge every event from there on, and compare with what
was awarded: the differences are what is posted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from jifen.db.statements import statements
from jifen.instants import LONG_AGO
from jifen.intake.case import EVENTS_PER_CHECKPOINT, HistoryKey, state_list
from jifen.intake.evaluating import Evaluation, evaluate, unpacked_components
from jifen.intake.opening import OpenProgramme
from jifen.intake.payload import (
    Payload,
    Returned,
    after_returns,
    decode_payload,
    decode_returned,
)

SQL = statements(Path(__file__).with_name("gather.sql"))

Sql = psycopg.Cursor[tuple[Any, ...]]


class PastEvent(NamedTuple):
    """An event as it is kept."""

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


class Awarded(NamedTuple):
    """The award of an event that holds now."""

    revision: int
    tier: int
    reasons: bytes
    components: bytes


@dataclass(frozen=True, slots=True)
class Start:
    """A place in history and the state there."""

    key: HistoryKey
    events: int
    state: list[int]


@dataclass(slots=True)
class Reevaluation:
    """What judging a stretch of history again gave. `found` maps an event's number to its evaluation,
    None where nothing is left of the event."""

    found: dict[int, Evaluation | None]
    state: list[int]
    events: int
    checkpoints: list[Start]


BEGINNING: HistoryKey = (LONG_AGO, 0, b"")


def past_event(row: Sequence[Any]) -> PastEvent:
    """An event from a row of `events_after` or of `known_commands`."""
    return PastEvent(*row[:6], decode_payload(row[6]))


def start_before(sql: Sql, programme: OpenProgramme, member_id: UUID, key: HistoryKey) -> Start:
    """The last checkpoint before a place in history, else the beginning."""
    layout = programme.engine.layout
    values = place(programme, member_id, key) | {"generation": layout.generation}
    row = sql.execute(SQL["checkpoint_before"], values).fetchone()
    if row is None:
        return Start(BEGINNING, 0, programme.engine.new_state())
    return Start((row[0], row[1], row[2].encode()), row[3], state_list(row[4]))


def events_after(
    sql: Sql, programme: OpenProgramme, member_id: UUID, key: HistoryKey
) -> list[PastEvent]:
    """The member's events behind a place in history, in order."""
    return [
        past_event(row)
        for row in sql.execute(SQL["events_after"], place(programme, member_id, key))
    ]


def returns_of(sql: Sql, programme: OpenProgramme, member_id: UUID) -> dict[int, list[Returned]]:
    """What was returned of each event, by the event's number, in the order recorded."""
    values = {"programme_id": programme.programme_id, "member_id": member_id}
    returns: dict[int, list[Returned]] = {}
    for event_seq, payload in sql.execute(SQL["returns_of_member"], values):
        returns.setdefault(event_seq, []).append(decode_returned(payload))
    return returns


def awards_of(
    sql: Sql, programme: OpenProgramme, member_id: UUID, events: Iterable[PastEvent]
) -> dict[int, Awarded]:
    """The awards that hold now, by event number. An event's awards are never recorded before the event."""
    first = min((event.seq for event in events), default=None)
    if first is None:
        return {}
    values = {"programme_id": programme.programme_id, "member_id": member_id, "member_seq": first}
    return {row[1]: Awarded(*row[2:]) for row in sql.execute(SQL["awards_since"], values)}


def reevaluate(
    programme: OpenProgramme,
    start: Start,
    events: Sequence[PastEvent],
    returns: Mapping[int, Sequence[Returned]],
) -> Reevaluation:
    """Judge events in history order from a start on; pure."""
    state = list(start.state)
    result = Reevaluation({}, state, start.events, [])
    for event in events:
        payload = left_of(programme, event, returns.get(event.seq, ()))
        result.found[event.seq] = (
            None
            if payload is None
            else evaluate(programme, state, event.type, event.occurred_at, event.day, payload)
        )
        result.events += 1
        if result.events % EVENTS_PER_CHECKPOINT == 0:
            result.checkpoints.append(Start(event.key, result.events, list(state)))
    return result


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


def differs(found: Evaluation | None, awarded: Awarded | None) -> bool:
    """Whether an event is now judged otherwise than its award says."""
    if awarded is None:
        return True
    if found is None:
        return bool(awarded.components or awarded.reasons)
    return (
        found.packed_components != awarded.components
        or found.reasons != awarded.reasons
        or found.tier != awarded.tier
    )


def points_awarded(programme: OpenProgramme, awarded: Awarded | None) -> dict[int, int]:
    """The points of an award by currency number."""
    points: dict[int, int] = {}
    if awarded is None or not awarded.components:
        return points
    slots = programme.engine.plans[awarded.revision].slots
    for slot, _, after in unpacked_components(awarded.components):
        currency = slots[slot].currency
        points[currency] = points.get(currency, 0) + after
    return points


def place(programme: OpenProgramme, member_id: UUID, key: HistoryKey) -> dict[str, Any]:
    """A place in a member's history, as the statements want it."""
    return {
        "programme_id": programme.programme_id,
        "member_id": member_id,
        "occurred_at": key[0],
        "sequence": key[1],
        "event_id": key[2].decode(),
    }
