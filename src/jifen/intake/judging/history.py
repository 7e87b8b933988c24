"""A member's history, evaluated again with a change: returns and late events are nothing else.

Read from the last checkpoint before the change, judge every event from there on, and compare with what
was awarded: the differences are what is posted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.instants import LONG_AGO
from jifen.intake.following.own_events import Brought, before_event, brought_by_event, earned_before
from jifen.intake.gathering.absorbed import Absorbed, absorbed_by
from jifen.intake.judging.case import EVENTS_PER_CHECKPOINT, HistoryKey, state_list
from jifen.intake.judging.evaluating import Evaluation, unpacked_components
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import (
    Returned,
    decode_payload,
    decode_payloads,
    decode_returned,
)
from jifen.intake.undoing.return_policies import judged
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.terms import CurrencyTerms

SQL = statements(Path(__file__).with_suffix(".sql"))

Sql = Cursor


class Awarded(NamedTuple):
    """The award of an event that holds now."""

    revision: int
    tier: int
    reasons: bytes
    components: bytes


_NOTHING_LEFT: Final = Awarded(0, 0, b"", b"")  # what is kept of an event of which nothing is left


@dataclass(frozen=True, slots=True)
class Start:
    """A place in history and the state there."""

    key: HistoryKey
    events: int
    state: list[int]


@dataclass(slots=True)
class Reevaluation:
    """What judging a stretch of history again gave. `found` maps an event's number to its evaluation,
    None where nothing is left of the event; `brought` is what is to stand in the history because of it."""

    found: dict[int, Evaluation | None]
    state: list[int]
    events: int
    checkpoints: list[Start]
    brought: list[Brought] = field(default_factory=list)


BEGINNING: HistoryKey = (LONG_AGO, 0, b"")


def past_event(row: Sequence[Any]) -> PastEvent:
    """An event from a row of `known_commands`."""
    seq, at, sequence, event_id, kind, day, payload = row
    return PastEvent(seq, at, sequence, event_id, kind, day, decode_payload(payload))


@dataclass(frozen=True, slots=True)
class Past:
    """What is kept of a member from a start on: what happened, and the awards that hold, by event number.
    `returns` are of all the member's events, in the order recorded."""

    start: Start
    events: list[PastEvent]
    returns: dict[int, list[Returned]]
    awards: dict[int, Awarded]


def pasts_before(
    sql: Sql, programme: OpenProgramme, changes: Mapping[UUID, HistoryKey]
) -> dict[UUID, Past]:
    """The past of members from the last checkpoint before a place in history on, read set-wise."""
    starts = starts_before(sql, programme, changes)
    absorbed = absorbed_by(sql, programme, changes.keys())
    events = events_behind(
        sql, programme, {member_id: start.key for member_id, start in starts.items()}, absorbed
    )
    returns = returns_of_members(sql, programme, list(changes), absorbed)
    awards = _awards_of(sql, programme, events)
    return {
        member_id: Past(start, events[member_id], returns[member_id], awards[member_id])
        for member_id, start in starts.items()
    }


def starts_before(
    sql: Sql, programme: OpenProgramme, places: Mapping[UUID, HistoryKey]
) -> dict[UUID, Start]:
    """The last checkpoint of each member before a place in history, else the beginning."""
    layout = programme.engine.layout
    starts = {member_id: Start(BEGINNING, 0, programme.engine.new_state()) for member_id in places}
    values = places_in_history(programme, list(places.items())) | {"generation": layout.generation}
    for member_id, *key, event_id, events, state in sql.execute(SQL["checkpoints_before"], values):
        starts[member_id] = Start((*key, event_id.encode()), events, state_list(state))
    return starts


def events_behind(
    sql: Sql,
    programme: OpenProgramme,
    places: Mapping[UUID, HistoryKey],
    absorbed: Sequence[Absorbed] = (),
) -> dict[UUID, list[PastEvent]]:
    """The events of each member behind a place in history, in order, with those of whom it absorbed."""
    starts = [*places.items(), *((one.member_id, places[one.survivor_id]) for one in absorbed)]
    read: list[list[PastEvent]] = [[] for _ in starts]
    rows = sql.execute(SQL["events_behind"], places_in_history(programme, starts)).fetchall()
    payloads = decode_payloads(b"[%s]" % b",".join([row[-1] for row in rows]))
    for (place, seq, at, sequence, event_id, kind, day, _), payload in zip(
        rows, payloads, strict=True
    ):
        read[place - 1].append(PastEvent(seq, at, sequence, event_id, kind, day, payload))
    events = dict(zip(places, read, strict=False))
    for one, theirs in zip(absorbed, read[len(places) :], strict=True):
        brought = [
            as_absorbed(event, one) for event in theirs if event.occurred_at >= one.counts_from
        ]
        united = [*events[one.survivor_id], *brought]
        events[one.survivor_id] = sorted(united, key=lambda event: event.key)
    return events


def as_absorbed(event: PastEvent, by: Absorbed) -> PastEvent:
    """An event of a merged member as it stands in the survivor's history, who joined on another day."""
    facts = dict(event.payload.facts)
    if isinstance(days := facts.get("days_since_joining"), int):
        facts["days_since_joining"] = days + by.joined_days_later
    payload = msgspec.structs.replace(event.payload, facts=facts)
    return event._replace(seq=by.number(event.seq), payload=payload)


def returns_of_members(
    sql: Sql,
    programme: OpenProgramme,
    member_ids: Sequence[UUID],
    absorbed: Sequence[Absorbed] = (),
) -> dict[UUID, dict[int, list[Returned]]]:
    """What was returned of each event, by member and number of the event, in the order recorded."""
    merged: dict[UUID, list[Absorbed]] = {}
    for one in absorbed:
        merged.setdefault(one.member_id, []).append(one)
    returns: dict[UUID, dict[int, list[Returned]]] = {member_id: {} for member_id in member_ids}
    whose = list({*member_ids, *merged})
    values = {"programme_id": programme.programme_id, "member_ids": whose}
    for member_id, event_seq, payload in sql.execute(SQL["returns_of_members"], values).fetchall():
        returned = decode_returned(payload)
        if member_id in returns:
            returns[member_id].setdefault(event_seq, []).append(returned)
        for one in merged.get(member_id, ()):
            number = one.number(event_seq)
            returns[one.survivor_id].setdefault(number, []).append(returned)
    return returns


def _awards_of(
    sql: Sql, programme: OpenProgramme, events: Mapping[UUID, Sequence[PastEvent]]
) -> dict[UUID, dict[int, Awarded]]:
    """The awards that hold now. An event's awards are never recorded before the event."""
    awards: dict[UUID, dict[int, Awarded]] = {member_id: {} for member_id in events}
    first = {
        member_id: min(own)
        for member_id, known in events.items()
        if (own := [event.seq for event in known if not event.stands])
    }
    values = {
        "programme_id": programme.programme_id,
        "member_ids": list(first),
        "member_seqs": list(first.values()),
    }
    of_places = [awards[member_id] for member_id in first]
    rows = sql.execute(SQL["awards_since"], values).fetchall()
    for place, event_seq, revision, tier, reasons, components in rows:
        of_places[place - 1][event_seq] = Awarded(revision, tier, reasons, components)
    return awards


def start_before(sql: Sql, programme: OpenProgramme, member_id: UUID, key: HistoryKey) -> Start:
    """The last checkpoint before a place in a member's history, else the beginning."""
    return starts_before(sql, programme, {member_id: key})[member_id]


def events_after(
    sql: Sql, programme: OpenProgramme, member_id: UUID, key: HistoryKey
) -> list[PastEvent]:
    """A member's events behind a place in history, in order."""
    absorbed = absorbed_by(sql, programme, [member_id])
    return events_behind(sql, programme, {member_id: key}, absorbed)[member_id]


def returns_of(sql: Sql, programme: OpenProgramme, member_id: UUID) -> dict[int, list[Returned]]:
    """What was returned of each of a member's events, by its number, in the order recorded."""
    absorbed = absorbed_by(sql, programme, [member_id])
    return returns_of_members(sql, programme, [member_id], absorbed)[member_id]


def reevaluate(
    programme: OpenProgramme,
    start: Start,
    events: Sequence[PastEvent],
    returns: Mapping[int, Sequence[Returned]],
) -> Reevaluation:
    """Judge events in history order from a start on; pure."""
    state, last_at = list(start.state), start.key[0]
    result = Reevaluation({}, state, start.events, [])
    brings = bool(programme.own_events)  # as few do: nothing else is asked of every event
    for place, event in enumerate(events, start=start.events + 1):
        if brings:
            result.brought += before_event(programme, state, last_at, event.day)
            earned = earned_before(programme, state, event.occurred_at)
        found = judged(programme, state, event, returns.get(event.seq, ()))
        result.found[event.seq] = found
        if brings and found is not None and not event.stands:
            result.brought += brought_by_event(
                programme, event.event_id, event.type, *event.key[:2], found, earned, state
            )
        last_at = event.occurred_at
        if place % EVENTS_PER_CHECKPOINT == 0:
            result.checkpoints.append(Start(event.key, place, list(state)))
    result.events += len(events)
    return result


def every_award_of(
    sql: Sql, programme: OpenProgramme, member_id: bytes, event_seqs: Collection[int]
) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Every evaluation that some events of a member have had: event number, revision, reasons, components; in order."""
    values = {
        "programme_id": programme.programme_id,
        "member_id": UUID(bytes=member_id),
        "event_seqs": list(event_seqs),
    }
    yield from sql.execute(SQL["awards_of_events"], values)


def judged_otherwise(past: Past, result: Reevaluation) -> list[PastEvent]:
    """The events of a past, but for those that stand anyway, that are now judged otherwise than their awards say."""
    return [
        event
        for event in past.events
        if not event.stands and differs(result.found[event.seq], past.awards.get(event.seq))
    ]


def differs(found: Evaluation | None, awarded: Awarded | None) -> bool:
    """Whether an event is now judged otherwise than its award says."""
    if awarded is None:
        return True
    if found is None:
        return awarded != _NOTHING_LEFT
    return not found.says(awarded.tier, awarded.components, awarded.reasons)


def points_awarded(programme: OpenProgramme, awarded: Awarded | None) -> dict[int, int]:
    """The points of an award by currency number."""
    if awarded is None or not awarded.components:
        return {}
    plan = programme.engine.plans[awarded.revision]
    return plan.points(unpacked_components(awarded.components))


def difference_by_terms(
    programme: OpenProgramme, found: Evaluation | None, awarded: Awarded | None
) -> dict[CurrencyTerms, int]:
    """What an event gives more (> 0) or less now than its award says, by what the points become."""
    now = found.points_by_terms(programme) if found else {}
    alike = {terms.key: terms for terms in now}
    if awarded is not None and awarded.components:
        components = unpacked_components(awarded.components)
        tier = found.tier_before if found else 0
        before = programme.awarding[awarded.revision].points(components, tier)
        for terms, points in before.items():
            same = alike.setdefault(terms.key, terms)
            now[same] = now.get(same, 0) - points
    return {terms: points for terms, points in now.items() if points}


def places_in_history(
    programme: OpenProgramme, places: Sequence[tuple[UUID, HistoryKey]]
) -> dict[str, Any]:
    """Places in the histories of members, as the statements want them."""
    return {
        "programme_id": programme.programme_id,
        "member_ids": [member_id for member_id, _ in places],
        "occurred_at": [key[0] for _, key in places],
        "sequences": [key[1] for _, key in places],
        "event_ids": [key[2].decode() for _, key in places],
    }
