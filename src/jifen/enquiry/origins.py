"""What people know an event by that has only an id of our own: the friend whose deed it tells of, the day that came."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import LiteralString
from uuid import UUID

import msgspec

from jifen.db.arrays import bigints, texts
from jifen.db.statements import statements
from jifen.instants import date_of
from jifen.intake.judging.history import Sql
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import (
    ANNIVERSARY,
    BIRTHDAY,
    CLOCK_MADE,
    FROM_RELATION,
    MEMBERSHIP_YEAR_END,
    NEVER_SENT,
    OF_HISTORY,
    OF_POINTS,
    REFERRAL_COMPLETED,
)

SQL = statements(Path(__file__).with_name("origins.sql"))


class OccasionView(msgspec.Struct, frozen=True):
    """What of the member was an event by itself: its type and when it was, with the month if need be."""

    kind: str
    year: int
    month: int | None = None


class Origin(msgspec.Struct, frozen=True):
    """Whose deed an event tells of, a friend's or that of somebody whose relation the member is, or which day of the
    member came; most events are neither."""

    friend: str | None = None
    doer: str | None = None
    occasion: OccasionView | None = None


YEARLY = (BIRTHDAY, ANNIVERSARY, MEMBERSHIP_YEAR_END)
OCCASIONS = CLOCK_MADE | OF_HISTORY | OF_POINTS
NO_ORIGIN = Origin()


def ask_for_origins(
    sql: Sql, programme: OpenProgramme, member_id: UUID, seqs: Collection[int] | None = None
) -> None:
    """Ask ahead for what `origins_of` will look at."""
    if _has_origins(programme):
        sql.ahead(*_asked(programme, member_id, seqs))


def origins_of(
    sql: Sql, programme: OpenProgramme, member_id: UUID, seqs: Collection[int] | None = None
) -> Mapping[str, Origin]:
    """What the member's events came of that nobody sent, all of them or those of some numbers, by their ids."""
    if not _has_origins(programme):
        return {}
    rows = sql.rows(*_asked(programme, member_id, seqs))
    return {event_id: _origin(type, day, whose) for event_id, type, day, whose in rows}


def _has_origins(programme: OpenProgramme) -> bool:
    """Whether any of its events is one that nobody sends."""
    own = programme.own_events or programme.points_events
    return bool(programme.derives or programme.occasions or own)


def _asked(
    programme: OpenProgramme, member_id: UUID, seqs: Collection[int] | None
) -> tuple[LiteralString, dict[str, object]]:
    values: dict[str, object] = {"programme": programme.programme_id, "member": member_id}
    values["types"] = texts(sorted(NEVER_SENT))
    if seqs is None:
        return SQL["events_nobody_sent"], values
    return SQL["some_nobody_sent"], values | {"seqs": bigints(sorted(seqs))}


def origin_of(event: PastEvent) -> Origin:
    """What one event came of."""
    fields = event.payload.fields
    return _origin(event.type, event.day, fields.get("friend", fields.get("doer")))


def _origin(type: str, day: int, whose: object) -> Origin:
    if type in OCCASIONS:
        date = date_of(day)
        return Origin(
            occasion=OccasionView(type, date.year, None if type in YEARLY else date.month)
        )
    if type == REFERRAL_COMPLETED and whose is not None:
        return Origin(friend=str(whose))
    if type == FROM_RELATION and whose is not None:
        return Origin(doer=str(whose))
    return NO_ORIGIN
