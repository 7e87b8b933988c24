"""Members who were merged into others: whose they are, how they are called, what of their history counts.

An event of theirs counts for the survivor under a number of its own, below zero; its award stands with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from jifen.db.arrays import texts, uuids
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.instants import LONG_AGO, local_day_of
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
_NUMBERS_OF_ONE: Final = 1 << 40
"""More commands than any member has."""


class Absorbed(NamedTuple):
    """A member who was merged into another, perhaps by way of a third. `place` is 1, 2, … among those of one
    survivor."""

    survivor_id: UUID
    into_id: UUID  # the next on the way to the survivor
    member_id: UUID
    external_id: str
    place: int
    joined_days_later: int  # than the survivor
    counts_from: int  # what was before counts for nobody but itself

    def number(self, seq: int) -> int:
        """The number under which an event (by its own) counts for the survivor."""
        return -(self.place * _NUMBERS_OF_ONE + seq)

    def own_number(self, number: int) -> int:
        """The event's own number, of one under which it counts for the survivor."""
        return -number % _NUMBERS_OF_ONE

    def has(self, number: int) -> bool:
        """Whether this is the number of one of its events."""
        return -number // _NUMBERS_OF_ONE == self.place


def ask_for_absorbed(sql: Cursor, programme: OpenProgramme, survivors: Collection[UUID]) -> None:
    """Ask ahead for what `absorbed_by` will look at."""
    sql.ahead(SQL["absorbed_by"], _whose(programme, survivors))


def absorbed_by(
    sql: Cursor, programme: OpenProgramme, survivors: Collection[UUID]
) -> list[Absorbed]:
    """Those who were merged into some members, or into others who were; one who was merged into a third of these counts
    for each of them."""
    found: list[Absorbed] = []
    places: dict[UUID, int] = {}
    for row in sql.rows(SQL["absorbed_by"], _whose(programme, survivors)):
        survivor_id, into_id, member_id, external_id, joined_at, own_joined_at, counts_from = row
        place = places[survivor_id] = places.get(survivor_id, 0) + 1
        later = local_day_of(own_joined_at, programme.zone) - local_day_of(
            joined_at, programme.zone
        )
        found.append(
            Absorbed(survivor_id, into_id, member_id, external_id, place, later, counts_from)
        )
    return found


def _whose(programme: OpenProgramme, survivors: Collection[UUID]) -> dict[str, object]:
    member_ids = uuids([member_id.bytes for member_id in survivors])
    return {"programme_id": programme.programme_id, "member_ids": member_ids}


def ways_up(absorbed: Iterable[Absorbed]) -> dict[UUID, list[list[Absorbed]]]:
    """By survivor, everybody who was absorbed, each with those who were so in between on the way there, in order."""
    of_survivors: dict[UUID, dict[UUID, Absorbed]] = {}
    for one in absorbed:
        of_survivors.setdefault(one.survivor_id, {})[one.member_id] = one
    return {
        survivor_id: [_way_up(of_same, one) for one in of_same.values()]
        for survivor_id, of_same in of_survivors.items()
    }


def _way_up(of_same: Mapping[UUID, Absorbed], one: Absorbed) -> list[Absorbed]:
    way = [one]
    while (above := of_same.get(way[-1].into_id)) is not None and above not in way:
        way.append(above)
    return way


def was_one(
    sql: psycopg.Cursor[tuple[Any, ...]], programme: OpenProgramme, member_id: bytes, key: str
) -> bool:
    """Whether a member, or somebody for whom it acts today, was one with whose journal has a key when that was written,
    so that what either asked then was the other's."""
    values = {
        "programme_id": programme.programme_id,
        "member_id": UUID(bytes=member_id),
        "key": key,
    }
    return sql.execute(SQL["was_one"], values).fetchone() is not None


def name_of_merged(member_id: UUID) -> str:
    """How we call a member whose identity leads to another: by a number that nobody outside knows."""
    return str(member_id)


def give_identities(
    sql: psycopg.Cursor[tuple[Any, ...]],
    programme: OpenProgramme,
    member_id: UUID,
    names: Collection[str],
    survivor_id: UUID,
    counts_from: int,
) -> None:
    """From now on the survivor is meant by the names of a member, which are those whom it absorbed as well, and the
    member's events from an instant on count."""
    values = _names(programme, member_id, names)
    values |= {"survivor_id": survivor_id, "counts_from": counts_from}
    sql.execute(SQL["give_identities"], values)


def take_identities_back(
    sql: psycopg.Cursor[tuple[Any, ...]],
    programme: OpenProgramme,
    member_id: UUID,
    names: Collection[str],
) -> None:
    """From now on the member is meant by its names again."""
    values = _names(programme, member_id, names) | {"counts_from": LONG_AGO}
    sql.execute(SQL["take_identities_back"], values)


def _names(programme: OpenProgramme, member_id: UUID, names: Collection[str]) -> dict[str, object]:
    return {
        "programme_id": programme.programme_id,
        "member_id": member_id,
        "names": texts(sorted(names)),
        "number": name_of_merged(member_id),
    }
