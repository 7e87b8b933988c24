"""What members who were merged brought into the histories of those who survive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from jifen.db.arrays import bigints, uuids
from jifen.db.statements import statements
from jifen.intake.gathering.absorbed import Absorbed, absorbed_by, ways_up
from jifen.intake.judging.history import BEGINNING, Sql, events_behind, returns_of_members
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned, decode_returned
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.slices import CameBack, Records, Standing

SQL = statements(Path(__file__).with_suffix(".sql"))


class _Merge(NamedTuple):
    """How somebody came to be merged: the member's own command, those above's and its key; and what the journal has
    since then, by number, as those above heard it."""

    own_seq: int
    seq: int
    key: str
    heard: dict[int, int]


class _Branch(NamedTuple):
    """Somebody absorbed, and the merges on the way to the survivor."""

    of: Absorbed
    merges: Sequence[_Merge]

    @property
    def last(self) -> _Merge:
        """The merge into the survivor."""
        return self.merges[-1]

    def heard(self, seq: int) -> int | None:
        """With which of the survivor's commands one of the member's came to be known; None if with none."""
        came: int | None = seq
        for merge in self.merges:
            if came is not None:
                came = merge.seq if came < merge.own_seq else merge.heard.get(came)
        return came


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
    came_back = _came_back(sql, programme, absorbed)
    for member_id, ways in ways_up(absorbed).items():
        of_member = [
            _Branch(way[0], [merges[one.member_id] for one in way])
            for way in ways
            if all(one.member_id in merges for one in way)
        ]
        standing = [event for event in events[member_id] if event.stands]
        brought = [
            _brought(branch, standing, came_back.get(branch.of.member_id, ()))
            for branch in of_member
        ]
        by_id[member_id].standing = Standing(
            standing,
            {number: parts for number, parts in returns[member_id].items() if number < 0},
            {number: seq for one in brought for number, seq in one.since.items()},
            sorted((back for one in brought for back in one.came_back), key=lambda back: back.seq),
            frozenset(branch.last.key for branch in of_member)
            - {one.merge.key for one in brought if not one.known},
        )


class _Brought(NamedTuple):
    """What came with somebody absorbed, by which of the survivor's commands, and whether that is known of all."""

    merge: _Merge
    since: dict[int, int]
    came_back: list[CameBack]
    known: bool


def _brought(
    branch: _Branch, standing: Sequence[PastEvent], came_back: Sequence[tuple[int, int, Returned]]
) -> _Brought:
    of, last = branch.of, branch.last
    came = {
        event.seq: branch.heard(of.own_number(event.seq)) for event in standing if of.has(event.seq)
    }
    back = [(branch.heard(seq), of.number(about), part) for seq, about, part in came_back]
    return _Brought(
        last,
        {number: last.seq if seq is None else seq for number, seq in came.items()},
        [CameBack(last.seq if seq is None else seq, number, part) for seq, number, part in back],
        None not in came.values() and all(seq is not None for seq, *_ in back),
    )


def _merges(sql: Sql, programme: OpenProgramme, absorbed: Sequence[Absorbed]) -> dict[UUID, _Merge]:
    """The merges that hold, by who was merged."""
    above = {one.member_id: one.into_id for one in absorbed}
    values = {
        "programme_id": programme.programme_id,
        "member_ids": uuids([member_id.bytes for member_id in above]),
    }
    found = {
        member_id: _Merge(own_seq, seq, key, {})
        for member_id, own_seq, key, seq in sql.execute(SQL["merges"], values).fetchall()
    }
    values |= {
        "member_ids": uuids([member_id.bytes for member_id in found]),
        "above": uuids([above[member_id].bytes for member_id in found]),
        "since": bigints([merge.own_seq for merge in found.values()]),
    }
    for member_id, own_seq, seq in sql.execute(SQL["heard"], values):
        found[member_id].heard[own_seq] = seq
    return found


def _came_back(
    sql: Sql, programme: OpenProgramme, absorbed: Sequence[Absorbed]
) -> dict[UUID, list[tuple[int, int, Returned]]]:
    """What was returned of the events of those absorbed: the number of the command, of the event, and what."""
    values = {
        "programme_id": programme.programme_id,
        "member_ids": uuids([one.member_id.bytes for one in absorbed]),
    }
    found: dict[UUID, list[tuple[int, int, Returned]]] = {}
    for member_id, seq, event_seq, payload in sql.execute(SQL["came_back"], values):
        found.setdefault(member_id, []).append((seq, event_seq, decode_returned(payload)))
    return found
