"""Members as a replay meets them: since when they have a history, who was merged into whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from jifen.db.arrays import uuids
from jifen.db.copying import read_rows
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.db.tables import MEMBER
from jifen.instants import NEVER
from jifen.intake.gathering.absorbed import Absorbed, absorbed_by
from jifen.intake.occasions import Person
from jifen.intake.versions.opening import OpenProgramme
from jifen.intake.versions.unseen import unseen_by, without

SQL = statements(Path(__file__).with_suffix(".sql"))
_PLACE = {name: place for place, (name, _) in enumerate(MEMBER.columns)}


@dataclass(slots=True)
class Someone:
    """A member by the 16 bytes of the id. `begins`: what was before is none of their history; `until`: when they were
    merged into the survivor, NEVER if they were not; `unseen`: revisions that corrected the past only after that, and
    left theirs alone; `absorbed`: whose events count for them too, also by way of a
    third."""

    member_id: bytes
    person: Person
    begins: int
    survivor_id: bytes
    until: int = NEVER
    unseen: frozenset[int] = frozenset()
    absorbed: list[Absorbed] = field(default_factory=list)

    @property
    def merged(self) -> bool:
        """Whether another member acts for this one."""
        return self.survivor_id != self.member_id

    @property
    def all_in_one(self) -> list[bytes]:
        """The ids of the member and of whom it absorbed."""
        return [self.member_id, *(by.member_id.bytes for by in self.absorbed)]


def read_people(sql: Cursor, programme: OpenProgramme, order: str) -> list[Someone]:
    """Every member of a programme. `order`: which rows of the table of members, as the replay reads its tables."""
    values = {"programme": programme.programme_id.hex}
    rows = [MEMBER.unpack(row) for row in read_rows(sql, MEMBER, order, values)]
    people = [_someone(row, programme) for row in rows]
    _unite(sql, programme, people)
    return people


def known_to(programme: OpenProgramme, someone: Someone) -> OpenProgramme:
    """A programme without what corrected it once a member was merged."""
    return without(programme, someone.unseen)


def _someone(row: Sequence[Any], programme: OpenProgramme) -> Someone:
    joined_at = row[_PLACE["joined_at"]]
    facts = msgspec.json.decode(row[_PLACE["facts"]])
    return Someone(
        member_id=row[_PLACE["member_id"]],
        person=Person(row[_PLACE["external_id"]], joined_at, facts),
        begins=max(joined_at, row[_PLACE["opened_at"]]),
        survivor_id=row[_PLACE["survivor_id"]],
        unseen=unseen_by(
            programme,
            row[_PLACE["revision"]],
            row[_PLACE["last_occurred_at"]],
            merged=row[_PLACE["survivor_id"]] != row[_PLACE["member_id"]],
        ),
    )


def _unite(sql: Cursor, programme: OpenProgramme, people: Sequence[Someone]) -> None:
    """Say of everybody who was merged since when, and of who survives whom."""
    merged = [one for one in people if one.merged]
    if not merged:
        return
    by_id = {UUID(bytes=one.member_id): one for one in people}
    values = {
        "programme_id": programme.programme_id,
        "member_ids": uuids([one.member_id for one in merged]),
    }
    for member_id, merged_at in sql.execute(SQL["merges"], values).fetchall():
        by_id[member_id].until = merged_at
    survivors = {UUID(bytes=one.survivor_id) for one in merged}
    for absorbed in absorbed_by(sql, programme, survivors):
        by_id[absorbed.survivor_id].absorbed.append(absorbed)
