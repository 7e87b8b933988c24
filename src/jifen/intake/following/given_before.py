"""Since when a member has had what the own history brings about: what takes the place of something that was withdrawn
is as old as that, so that a small return revives nothing that has long ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from jifen.db.statements import statements
from jifen.engine.events import Value
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.judging.history import Sql
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import decode_payload
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.terms import expires_at
from jifen.programme.events import OF_HISTORY

SQL = statements(Path(__file__).with_suffix(".sql"))


class Came(NamedTuple):
    """That at an instant so many of one kind came to stand in a member's history, or (below 0) were withdrawn."""

    recorded_at: int
    times: int


def kind_of(event_type: str, fields: Mapping[str, Value]) -> tuple[Value | None, ...]:
    """What makes one event take the place of another: the milestones of one rule, the steps to one tier."""
    return event_type, fields.get("rule"), fields.get("to_tier"), fields.get("up")


def times_of(fields: Mapping[str, Value]) -> int:
    """How many of its kind an event is: one may pass several milestones."""
    times = fields.get("times", 1)
    assert isinstance(times, int)
    return times


def had_since(before: Iterable[Came], times: int, cause_recorded_at: int, now: int) -> int:
    """When there first stood so many of a kind as with those that come `now`, but not before their cause was known.

    `before`: what came and was withdrawn before, in the order recorded.
    """
    known = list(before)
    so_many = sum(one.times for one in known) + times
    stood = 0
    for one in known:
        stood += one.times
        if stood >= so_many:
            return max(one.recorded_at, cause_recorded_at)
    return now


def lives_from(
    sql: Sql,
    programme: OpenProgramme,
    member_id: UUID,
    came: Iterable[tuple[PastEvent, Evaluation | None]],
    now: int,
) -> dict[int, int]:
    """From when the least life of what events that come now give counts, by their numbers, where it is not from now."""
    found: dict[int, int] = {}
    coming: list[PastEvent] = []
    for event, evaluation in came:
        if event.type not in OF_HISTORY:
            continue
        if evaluation is not None and _lives_longer(programme, event, evaluation, now):
            kind, fields = kind_of(event.type, event.payload.fields), event.payload.fields
            known = _came_before(sql, programme, member_id, event.type, kind)
            known += [
                Came(now, times_of(one.payload.fields))
                for one in coming
                if kind_of(one.type, one.payload.fields) == kind
            ]
            caused_at = _recorded_at(sql, programme, member_id, event)
            found[event.seq] = had_since(known, times_of(fields), caused_at, now)
        coming.append(event)
    return found


def _lives_longer(programme: OpenProgramme, event: PastEvent, found: Evaluation, now: int) -> bool:
    """Whether the least life makes any difference to what an event gives."""
    return any(
        expires_at(terms, event.day, now) != expires_at(terms, event.day, None)
        for terms in found.points_by_terms(programme)
    )


def _came_before(
    sql: Sql,
    programme: OpenProgramme,
    member_id: UUID,
    event_type: str,
    kind: tuple[Value | None, ...],
) -> list[Came]:
    values = {"programme_id": programme.programme_id, "member_id": member_id, "type": event_type}
    rows = [
        (recorded_at, sign, decode_payload(payload).fields)
        for recorded_at, sign, payload in sql.execute(SQL["came_and_went"], values)
    ]
    return [
        Came(recorded_at, sign * times_of(fields))
        for recorded_at, sign, fields in rows
        if kind_of(event_type, fields) == kind
    ]


def _recorded_at(sql: Sql, programme: OpenProgramme, member_id: UUID, event: PastEvent) -> int:
    """When the cause of an event was recorded; of what time brings, when it was."""
    values = {
        "programme_id": programme.programme_id,
        "member_id": member_id,
        "occurred_at": event.occurred_at,
        "event_id": event.payload.fields.get("cause", ""),
    }
    row = sql.execute(SQL["recorded_at"], values).fetchone()
    return event.occurred_at if row is None else int(row[0])
