"""What members who were merged brought into the histories of those who survive."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from jifen.intake.gathering.absorbed import absorbed_by
from jifen.intake.judging.history import BEGINNING, Sql, events_behind, returns_of_members
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.slices import Records, Standing


def add_standing(sql: Sql, programme: OpenProgramme, some: Sequence[Records]) -> None:
    """Give each of some members' records what others brought; those are proved with their own records."""
    by_id = {UUID(bytes=records.member_id): records for records in some if records.member}
    absorbed = absorbed_by(sql, programme, by_id.keys())
    survivors = {one.survivor_id for one in absorbed}
    if not survivors:
        return
    places = dict.fromkeys(survivors, BEGINNING)
    events = events_behind(sql, programme, places, absorbed)
    returns = returns_of_members(sql, programme, list(survivors), absorbed)
    for member_id in survivors:
        by_id[member_id].standing = Standing(
            [event for event in events[member_id] if event.stands],
            {number: parts for number, parts in returns[member_id].items() if number < 0},
        )
