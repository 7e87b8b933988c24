"""How many are left of the rewards that are counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))


class ShelfView(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a reward are `left` at a place (empty: anywhere), and how many redemptions `took` there, less what
    came back."""

    reward: str
    place: str
    left: int
    taken: int


def stock_of(connection: psycopg.Connection[Any], programme: OpenProgramme) -> list[ShelfView]:
    """Every place at which a reward lies or lay, in the order of the document and of places; of one that is counted and
    was never put in, that there is none."""
    values = {"programme_id": programme.programme_id}
    with cursor(connection) as sql:
        rows = sql.execute(SQL["stock"], values).fetchall()
    numbers = {programme.currency_number(id): id for id in programme.stocked}
    found = [
        ShelfView(reward=numbers[number], place=place, left=left, taken=taken)
        for number, place, left, taken in rows
    ]
    empty = programme.stocked - {one.reward for one in found}
    found += [ShelfView(reward=id, place="", left=0, taken=0) for id in empty]
    return sorted(found, key=lambda one: (programme.currency_number(one.reward), one.place))
