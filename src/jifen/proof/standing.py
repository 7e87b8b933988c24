"""What members who were merged brought into the histories of those who survive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from jifen.db.arrays import uuids
from jifen.db.statements import statements
from jifen.intake.gathering.absorbed import Absorbed, absorbed_by
from jifen.intake.judging.history import BEGINNING, Sql, events_behind, returns_of_members
from jifen.intake.judging.payload import decode_returned
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.slices import CameBack, Records, Standing

SQL = statements(Path(__file__).with_suffix(".sql"))


class _Merge(NamedTuple):
    """How somebody who was merged came to be so: the survivor's command, and what came back since, by number.

    `known`: with which of the survivor's commands everything came.
    """

    key: str
    seq: int
    came_back: list[CameBack]
    known: bool


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
    merges = _merges(sql, programme, absorbed)
    for member_id in survivors:
        own = [one for one in absorbed if one.survivor_id == member_id and one.member_id in merges]
        standing = [event for event in events[member_id] if event.stands]
        came_back = (back for one in own for back in merges[one.member_id].came_back)
        by_id[member_id].standing = Standing(
            standing,
            {number: parts for number, parts in returns[member_id].items() if number < 0},
            {
                event.seq: merges[one.member_id].seq
                for one in own
                for event in standing
                if one.has(event.seq)
            },
            sorted(came_back, key=lambda back: back.seq),
            frozenset(found.key for one in own if (found := merges[one.member_id]).known),
        )


def _merges(sql: Sql, programme: OpenProgramme, absorbed: Sequence[Absorbed]) -> dict[UUID, _Merge]:
    """The merges that hold, by who was merged."""
    by_id = {one.member_id: one for one in absorbed}
    values = {
        "programme_id": programme.programme_id,
        "member_ids": uuids([one.member_id.bytes for one in absorbed]),
    }
    found = {
        member_id: _Merge(key, seq, [], not later)
        for member_id, key, seq, later in sql.execute(SQL["merges"], values).fetchall()
    }
    for member_id, event_seq, payload, seq, heard in sql.execute(SQL["came_back"], values):
        merge = found.get(member_id)
        if merge is not None:
            number, returned = by_id[member_id].number(event_seq), decode_returned(payload)
            merge.came_back.append(CameBack(max(seq, merge.seq), number, returned))
            found[member_id] = merge._replace(known=merge.known and heard)
    return found
