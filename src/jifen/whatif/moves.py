"""What moved members' points besides awards: the same under every draft, as far as its points reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg

from jifen.db.statements import statements
from jifen.instants import LONG_AGO
from jifen.whatif.unions import Union

if TYPE_CHECKING:
    from jifen.whatif.history import Integers

SQL = statements(Path(__file__).with_suffix(".sql"))


@dataclass(frozen=True, slots=True)
class Moves:
    """Tables of integers, members by their place in the history, currencies by their number in the bank.

    `uses` (rows, 6): member, currency, when points were set aside, when they were used, how many were set aside and how
    many used (< 0 came back); each member's in the order of time. `brought` (rows, 5): member, currency, earned at,
    expires at, points. `renewed` (rows, 6): member, currency, earned at, expires at, and from when on and until when it
    was so in the end, those that ended first in front. `unions` in the order of time.
    """

    uses: Integers
    brought: Integers
    renewed: Integers
    unions: Sequence[Union] = ()


NO_MOVES = Moves(np.zeros((0, 6), np.int64), np.zeros((0, 5), np.int64), np.zeros((0, 6), np.int64))


def read_moves(
    sql: psycopg.Cursor[tuple[Any, ...]], programme: str, numbers: Mapping[bytes, int]
) -> Moves:
    """The moves of a programme (hexadecimal id). `numbers`: the place of a member by the 16 bytes of its id."""

    def table(name: str, width: int) -> Integers:
        rows = sql.execute(SQL[name], {"programme": programme}).fetchall()
        found = [(numbers[member.bytes], *rest) for member, *rest in rows]
        return np.array(found, np.int64).reshape(len(found), width)

    unions = [
        Union(numbers[member.bytes], numbers[other.bytes], at, parts, counts_from or LONG_AGO)
        for member, other, at, parts, counts_from in sql.execute(
            SQL["unions"], {"programme": programme}
        )
    ]
    return Moves(table("uses", 6), table("brought", 5), table("renewed", 6), unions)
