"""Since when a member has had what the own history brings about: what takes the place of something that was withdrawn
is as old as that, so that a small return revives nothing that has long ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from jifen.db.statements import statements
from jifen.engine.events import Value
from jifen.intake.following.own_events import Kind, kind_of
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.judging.history import Sql
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import decode_payload
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.terms import expires_at
from jifen.programme.events import OF_HISTORY

SQL = statements(Path(__file__).with_suffix(".sql"))


class Came(NamedTuple):
    """That an event came to stand in a member's history so many times, or (below 0) was withdrawn; and since when its
    cause was known."""

    event_seq: int
    recorded_at: int
    times: int
    caused_at: int


def times_of(fields: Mapping[str, Value]) -> int:
    """How many of its kind an event is: one may pass several milestones."""
    times = fields.get("times", 1)
    assert isinstance(times, int)
    return times


def had_since(moves: Iterable[Came]) -> int:
    """Since when the member has had what the last of the moves brings: as long as what was withdrawn last and has no
    successor yet. Where that did not stand any more when the cause was recorded, the cause brought it, and it is no
    older.

    `moves`: what of one kind came and was withdrawn, in the order recorded.
    """
    since, had = 0, dict[int, int]()
    gone: list[tuple[int, int]] = []  # since when the member had had it, and until when
    for one in moves:
        if one.times < 0:
            gone += [(had.get(one.event_seq, one.recorded_at), one.recorded_at)] * -one.times
            continue
        places = gone[-one.times :]
        del gone[-one.times :]
        since = one.recorded_at
        if len(places) == one.times:
            since = max(
                max(since, one.caused_at) if until < one.caused_at else since
                for since, until in places
            )
        had[one.event_seq] = since
    return since


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
            moves = _came_before(sql, programme, member_id, event.type, kind)
            moves += [
                Came(one.seq, now, times_of(one.payload.fields), now)
                for one in coming
                if kind_of(one.type, one.payload.fields) == kind
            ]
            caused_at = _recorded_at(sql, programme, member_id, event)
            moves.append(Came(event.seq, now, times_of(fields), caused_at))
            found[event.seq] = had_since(moves)
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
    kind: Kind,
) -> list[Came]:
    values = {"programme_id": programme.programme_id, "member_id": member_id, "type": event_type}
    rows = [
        (*row, decode_payload(payload).fields)
        for *row, payload in sql.execute(SQL["came_and_went"], values)
    ]
    return [
        Came(event_seq, recorded_at, sign * times_of(fields), caused_at)
        for event_seq, recorded_at, sign, caused_at, fields in rows
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
