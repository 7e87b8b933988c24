"""What people know an event by that has only an id of our own: the friend whose deed it tells of, the day that came."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from jifen.db.statements import statements
from jifen.instants import date_of
from jifen.intake.judging.case import Case
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


def origins_of(sql: Sql, programme: OpenProgramme, case: Case) -> Mapping[str, Origin]:
    """What the member's events came of that nobody sent, by their ids."""
    own = programme.own_events or programme.points_events
    if not (programme.derives or programme.occasions or own):
        return {}
    ids = {"programme": programme.programme_id.hex, "member": case.member_id.hex()}
    values = ids | {"types": sorted(NEVER_SENT)}
    return {
        event_id: _origin(type, day, whose)
        for event_id, type, day, whose in sql.execute(SQL["events_nobody_sent"], values)
    }


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
