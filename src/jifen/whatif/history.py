"""All history of a programme as it stands after returns, in columns: read once, judged as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import numpy as np
import psycopg

from jifen.db.adapting import cursor
from jifen.db.copying import read_rows
from jifen.db.snapshot import snapshot
from jifen.db.tables import EVENT, EVENT_RETURN
from jifen.intake.following.of_points import Use
from jifen.intake.following.points_events import WHOLE, uses_asked_for
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.judging.payload import Returned, decode_returned
from jifen.intake.versions.opening import OpenProgramme
from jifen.whatif.brought import with_brought
from jifen.whatif.moves import NO_MOVES, Moves, read_moves
from jifen.whatif.occasions import days_of_draft
from jifen.whatif.people import Someone, known_to, read_people
from jifen.whatif.points_events import AS_RECORDED, OfDraft
from jifen.whatif.rows import PLACE, Returns, Row, past_for, row_of
from jifen.whatif.sides import BOTH, DRAFT, PUBLISHED, Sided, after_returns
from jifen.whatif.united import brought_along
from jifen.whatif.walking import Left

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_OF_PROGRAMME = "WHERE programme_id = %(programme)s::uuid"


@dataclass(frozen=True, slots=True)
class History:
    """Events in the order in which each member's are judged. All arrays are (events,) int64.

    `members` are places in `names` and `facts`, `types` places in `type_names`; `payloads` is JSON. `ids`
    are the senders', of which draws are made. `recorded_at` is when we heard of them. `sides` says which of them stand
    on one side of a replay only, and `alone` and `stands` (events,) bool which came back and which only count, as
    `sides.Sided` does; None: nothing does.
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
    stands: NDArray[np.bool_] | None = None
    merged: frozenset[int] = frozenset()
    """The places of members for whom others act: a correction leaves alone what they were given."""

    unseen: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Of some of these: revisions that corrected the past when they were merged already."""

    def __len__(self) -> int:
        return len(self.payloads)

    def standing_on(self, side: int) -> NDArray[np.bool_]:
        """Which of the events one side has, of `sides.PUBLISHED` and `sides.DRAFT`."""
        if self.sides is None:
            return np.ones(len(self), bool)
        standing: NDArray[np.bool_] = (self.sides == side) | (self.sides == BOTH)
        return standing


class Reading(NamedTuple):
    """What the bank has of a programme's history: members, rows of the table of events, what came back, what moved
    points besides, and what was exchanged and redeemed, by the 16 bytes of the member."""

    people: Sequence[Someone]
    rows: Sequence[Row]
    returned: Returns
    moves: Moves
    uses: Sequence[tuple[bytes, Use]]


def read_history(
    connection: psycopg.Connection[Any], programme: OpenProgramme, draft: OpenProgramme
) -> Reading:
    """Every member and everything they did; exchanges and redemptions where rules of either timeline are about them."""
    values = {"programme": programme.programme_id.hex}
    with snapshot(connection), collecting_no_garbage():
        sql = cursor(connection)
        people = read_people(sql, programme, _OF_PROGRAMME)
        rows = [EVENT.unpack(row) for row in read_rows(sql, EVENT, _OF_PROGRAMME, values)]
        returned = _returned(sql, values)
        numbers = {one.member_id: number for number, one in enumerate(people)}
        moves = read_moves(sql, values["programme"], numbers)
        asked = people if draft.points_events else ()
        touched = {UUID(bytes=one.member_id): WHOLE for one in asked}
        uses = [(whose.bytes, use) for whose, use in uses_asked_for(sql, draft, touched)]
        return Reading(people, rows, returned, moves, uses)


def history_of(
    reading: Reading,
    programme: OpenProgramme,
    draft: OpenProgramme,
    left: Left | None = None,
    of_points: OfDraft = AS_RECORDED,
    *,
    posting: bool = False,
) -> History:
    """What is left of what members did, with what only a draft makes events. `left` and `posting` as `with_brought`;
    `of_points`: what becomes of points otherwise."""
    people, rows, returned, moves, _ = reading
    with collecting_no_garbage():
        rows = [*rows, *days_of_draft(programme, draft, people, moves.unions)]
        rows, gone = _without(rows, of_points)
        new = _rows_of_points(draft, people, of_points)
        rows, brought = with_brought(
            programme, draft, people, rows, returned, left, new, posting=posting
        )
        unseeing = {
            one.member_id: [known_to(side, one) for side in (programme, draft)]
            for one in people
            if one.unseen
        }
        rows, others = after_returns([programme, draft], rows, returned, unseeing)
        others += [*gone, *brought, *(Sided(row, DRAFT) for row in new)]
        others += list(brought_along(people, rows, others))
        return replace(_in_order(rows, others, people), moves=moves)


def _without(rows: Sequence[Row], of_points: OfDraft) -> tuple[Sequence[Row], list[Sided]]:
    """The rows that both sides have, and what only the published one has of what became of points."""
    if not of_points.gone:  # as of most programmes, with millions of rows
        return rows, []
    member, seq = PLACE["member_id"], PLACE["member_seq"]
    gone = [Sided(row, PUBLISHED) for row in rows if (row[member], row[seq]) in of_points.gone]
    return [row for row in rows if (row[member], row[seq]) not in of_points.gone], gone


def _rows_of_points(
    draft: OpenProgramme, people: Sequence[Someone], of_points: OfDraft
) -> list[Row]:
    """What only the draft has of what becomes of points."""
    by_id = {one.member_id: one.person for one in people}
    return [
        row_of(draft, whose, past_for(draft, by_id[whose], one.event_for(by_id[whose].external_id)))
        for whose, one in of_points.new
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
    people: Sequence[Someone],
) -> History:
    whole, rows = len(rows), [*rows, *(one.row for one in others)]

    def column(name: str) -> Iterator[Any]:
        return (row[PLACE[name]] for row in rows)

    def integers(values: Iterator[int]) -> Integers:
        return np.fromiter(values, np.int64, len(rows))

    numbers = {one.member_id: number for number, one in enumerate(people)}
    members = integers(numbers[member_id] for member_id in column("member_id"))
    occurred_at, sequences = integers(column("occurred_at")), integers(column("sequence"))
    ids = np.array([id.encode() for id in column("event_id")] or [b""], np.bytes_)[: len(rows)]
    sides = np.zeros(len(rows), np.int64)
    alone, stands = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    sides[whole:] = [one.side for one in others]
    alone[whole:] = [one.alone for one in others]
    stands[whole:] = [one.stands for one in others]
    order = np.lexsort((~alone, ids, sequences, occurred_at, members))
    known: dict[str, int] = {}
    types = integers(known.setdefault(name, len(known)) for name in column("type"))
    return History(
        names=[one.person.external_id for one in people],
        facts=[dict(one.person.facts) for one in people],
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
        stands=stands[order],
        merged=frozenset(place for place, one in enumerate(people) if one.merged),
        unseen={place: one.unseen for place, one in enumerate(people) if one.unseen},
    )
