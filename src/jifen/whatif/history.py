"""All history of a programme as it stands after returns, in columns: read once, judged as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import psycopg

from jifen.db.adapting import cursor
from jifen.db.copying import read_rows
from jifen.db.snapshot import snapshot
from jifen.db.tables import EVENT, EVENT_RETURN, MEMBER
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.judging.payload import Returned, decode_returned
from jifen.intake.occasions import Person
from jifen.intake.versions.opening import OpenProgramme
from jifen.whatif.brought import brought_by_draft
from jifen.whatif.moves import NO_MOVES, Moves, read_moves
from jifen.whatif.occasions import days_of_draft
from jifen.whatif.rows import PLACE, Row
from jifen.whatif.sides import BOTH, DRAFT, Sided, after_returns, published_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_PERSON = {name: place for place, (name, _) in enumerate(MEMBER.columns)}
_OF_PROGRAMME = "WHERE programme_id = %(programme)s::uuid"


@dataclass(frozen=True, slots=True)
class History:
    """Events in the order in which each member's are judged. All arrays are (events,) int64.

    `members` are places in `names` and `facts`, `types` places in `type_names`; `payloads` is JSON. `ids`
    are the senders', of which draws are made. `recorded_at` is when we heard of them. `sides` says which of them stand
    on one side of a replay only, and `alone` (events,) bool which came back, as `sides.Sided` does; None: nothing does.
    """

    names: list[str]
    facts: list[dict[str, Any]]
    members: Integers
    occurred_at: Integers
    days: Integers
    types: Integers
    ids: list[str]
    type_names: list[str]
    payloads: list[bytes]
    recorded_at: Integers
    moves: Moves = NO_MOVES
    sides: Integers | None = None
    alone: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.payloads)

    def standing_on(self, side: int) -> NDArray[np.bool_]:
        """Which of the events one side has, of `sides.PUBLISHED` and `sides.DRAFT`."""
        if self.sides is None:
            return np.ones(len(self), bool)
        standing: NDArray[np.bool_] = (self.sides == side) | (self.sides == BOTH)
        return standing


def read_history(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    draft: OpenProgramme | None = None,
) -> History:
    """Every member and everything that is left of what they did, with days that only a draft makes events."""
    values = {"programme": programme.programme_id.hex}
    with snapshot(connection), collecting_no_garbage():
        sql = cursor(connection)
        people = [MEMBER.unpack(row) for row in read_rows(sql, MEMBER, _OF_PROGRAMME, values)]
        rows = [EVENT.unpack(row) for row in read_rows(sql, EVENT, _OF_PROGRAMME, values)]
        returned = _returned(sql, values)
        numbers = {person[_PERSON["member_id"]]: number for number, person in enumerate(people)}
        names = [person[_PERSON["external_id"]] for person in people]
        facts = [msgspec.json.decode(person[_PERSON["facts"]]) for person in people]
        sides, brought = [programme], list[Sided]()
        if draft is not None:
            acting = _acting(people, names, facts)
            rows += days_of_draft(programme, draft, acting)
            kinds, rows_of_draft = brought_by_draft(draft, acting, rows, returned)
            sides, brought = [programme, draft], [Sided(row, DRAFT) for row in rows_of_draft]
            if kinds:
                who = {member_id for member_id, _ in acting}
                of_one_side = [
                    row[PLACE["type"]] in kinds and row[PLACE["member_id"]] in who for row in rows
                ]
                brought += published_only(programme, list(compress(rows, of_one_side)), returned)
                rows = [row for row, own in zip(rows, of_one_side, strict=True) if not own]
        rows, others = after_returns(sides, rows, returned)
        moves = read_moves(sql, values["programme"], numbers)
        found = _in_order(rows, [*others, *brought], numbers, names, facts)
        return replace(found, moves=moves)


def _acting(
    people: list[tuple[Any, ...]], names: list[str], facts: list[dict[str, Any]]
) -> list[tuple[bytes, Person]]:
    """Members, but those who were merged into another, by their 16 bytes."""
    return [
        (person[_PERSON["member_id"]], Person(name, person[_PERSON["joined_at"]], known))
        for person, name, known in zip(people, names, facts, strict=True)
        if person[_PERSON["survivor_id"]] == person[_PERSON["member_id"]]
    ]


def _returned(
    sql: psycopg.Cursor[Any], values: dict[str, str]
) -> dict[tuple[bytes, int], list[Returned]]:
    found: dict[tuple[bytes, int], list[Returned]] = {}
    order = f"{_OF_PROGRAMME} ORDER BY member_id, member_seq"
    for row in read_rows(sql, EVENT_RETURN, order, values):
        _, member_id, _, event_seq, payload = EVENT_RETURN.unpack(row)
        found.setdefault((member_id, event_seq), []).append(decode_returned(payload))
    return found


def _in_order(
    rows: list[Row],
    others: list[Sided],
    numbers: dict[bytes, int],
    names: list[str],
    facts: list[dict[str, Any]],
) -> History:
    whole, rows = len(rows), [*rows, *(one.row for one in others)]

    def column(name: str) -> Iterator[Any]:
        return (row[PLACE[name]] for row in rows)

    def integers(values: Iterator[int]) -> Integers:
        return np.fromiter(values, np.int64, len(rows))

    members = integers(numbers[member_id] for member_id in column("member_id"))
    occurred_at, sequences = integers(column("occurred_at")), integers(column("sequence"))
    ids = np.array([id.encode() for id in column("event_id")] or [b""], np.bytes_)[: len(rows)]
    sides, alone = np.zeros(len(rows), np.int64), np.zeros(len(rows), bool)
    sides[whole:] = [one.side for one in others]
    alone[whole:] = [one.alone for one in others]
    order = np.lexsort((~alone, ids, sequences, occurred_at, members))
    known: dict[str, int] = {}
    types = integers(known.setdefault(name, len(known)) for name in column("type"))
    return History(
        names=names,
        facts=facts,
        members=members[order],
        occurred_at=occurred_at[order],
        days=integers(column("local_date"))[order],
        types=types[order],
        ids=[rows[place][PLACE["event_id"]] for place in order.tolist()],
        type_names=list(known),
        payloads=[rows[place][PLACE["payload"]] for place in order.tolist()],
        recorded_at=integers(column("recorded_at"))[order],
        sides=sides[order],
        alone=alone[order],
    )
