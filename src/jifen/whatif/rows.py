"""Rows as of the table of events, as a history is read from them and as a draft adds to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jifen.db.tables import EVENT
from jifen.engine.events import Known
from jifen.instants import local_day_of
from jifen.intake.asking.commands import Event
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Payload, Returned, decode_payload, encode_payload
from jifen.intake.occasions import Person
from jifen.intake.relations.deriving import is_friend
from jifen.intake.versions.opening import OpenProgramme

Row = tuple[Any, ...]
Returns = Mapping[tuple[bytes, int], Sequence[Returned]]
"""What came back, by the 16 bytes of the member and the number of the event."""
PLACE: Final = {name: place for place, (name, _) in enumerate(EVENT.columns)}


def past_of(row: Row) -> PastEvent:
    """An event from its row."""
    seq, at, sequence, event_id, kind, day = (
        row[PLACE[name]]
        for name in ("member_seq", "occurred_at", "sequence", "event_id", "type", "local_date")
    )
    return PastEvent(seq, at, sequence, event_id, kind, day, decode_payload(row[PLACE["payload"]]))


def changed(row: Row, **values: Any) -> Row:
    """A row with other values in some of its columns."""
    return tuple(values.get(name, row[place]) for name, place in PLACE.items())


def row_of(draft: OpenProgramme, member_id: bytes, event: PastEvent) -> Row:
    """The row of an event that a draft adds: nothing of it was recorded, so it counts as recorded when it occurs."""
    _, at, sequence, event_id, kind, day, payload = event
    owner = draft.programme_id.bytes, member_id, 0
    return (*owner, at, sequence, at, day, event_id, kind, encode_payload(payload))


def past_for(draft: OpenProgramme, person: Person, event: Event) -> PastEvent:
    """An event that a draft adds, with what rules may look at of the member on its day."""
    at = event.occurred_at
    assert at is not None
    day = local_day_of(at, draft.zone)
    joined_day = local_day_of(person.joined_at, draft.zone)
    week_starts = draft.engine.plan_at(at).programme.week_starts
    facts: dict[str, Known] = facts_on(day, person.facts, joined_day, week_starts)
    if draft.referring:
        facts["referred"] = is_friend(person.facts)
    payload = Payload(fields=event.fields, facts=facts)
    return PastEvent(0, at, event.sequence, event.id, event.type, day, payload)
