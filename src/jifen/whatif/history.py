"""All history of a programme as it stands after returns, in columns: read once, judged as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import psycopg

from jifen.db.adapting import cursor
from jifen.db.copying import read_rows
from jifen.db.snapshot import snapshot
from jifen.db.tables import EVENT, EVENT_RETURN, MEMBER
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.judging.past_event import money_fields
from jifen.intake.judging.payload import (
    Returned,
    after_returns,
    decode_payload,
    decode_returned,
    encode_payload,
)
from jifen.intake.occasions import Person
from jifen.intake.versions.opening import OpenProgramme
from jifen.whatif.moves import NO_MOVES, Moves, read_moves
from jifen.whatif.occasions import days_of_draft

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_PERSON = {name: place for place, (name, _) in enumerate(MEMBER.columns)}
_EVENT = {name: place for place, (name, _) in enumerate(EVENT.columns)}
_OF_PROGRAMME = "WHERE programme_id = %(programme)s::uuid"


@dataclass(frozen=True, slots=True)
class History:
    """Events in the order in which each member's are judged. All arrays are (events,) int64.

    `members` are places in `names` and `facts`, `types` places in `type_names`; `payloads` is JSON. `ids`
    are the senders', of which draws are made. `recorded_at` is when we heard of them.
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

    def __len__(self) -> int:
        return len(self.payloads)


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
        if returned:
            rows = list(_after_returns(programme, rows, returned))
        numbers = {person[_PERSON["member_id"]]: number for number, person in enumerate(people)}
        names = [person[_PERSON["external_id"]] for person in people]
        facts = [msgspec.json.decode(person[_PERSON["facts"]]) for person in people]
        if draft is not None:
            rows += days_of_draft(programme, draft, _acting(people, names, facts))
        moves = read_moves(sql, values["programme"], numbers)
        return replace(_in_order(rows, numbers, names, facts), moves=moves)


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


def _after_returns(
    programme: OpenProgramme,
    rows: list[tuple[Any, ...]],
    returned: dict[tuple[bytes, int], list[Returned]],
) -> Iterator[tuple[Any, ...]]:
    """The events with what came back taken out of them, those of which nothing is left dropped."""
    member, seq, occurred_at, kind, payload = (
        _EVENT[name] for name in ("member_id", "member_seq", "occurred_at", "type", "payload")
    )
    for row in rows:
        returns = returned.get((row[member], row[seq]))
        if returns is None or _points_stay(programme, row[occurred_at]):
            yield row
            continue
        fields = money_fields(programme, row[kind])
        left = after_returns(decode_payload(row[payload]), returns, fields)
        if left is not None:
            yield (*row[:payload], encode_payload(left), *row[payload + 1 :])


def _points_stay(programme: OpenProgramme, instant: int) -> bool:
    """Whether what came back of an event of an instant counts as bought. Where only a part is taken for what came
    back, as where it is undone, what is left counts."""
    return programme.engine.plan_at(instant).programme.returns.policy == "keep"


def _in_order(
    rows: list[tuple[Any, ...]],
    numbers: dict[bytes, int],
    names: list[str],
    facts: list[dict[str, Any]],
) -> History:
    def column(name: str) -> Iterator[Any]:
        return (row[_EVENT[name]] for row in rows)

    def integers(values: Iterator[int]) -> Integers:
        return np.fromiter(values, np.int64, len(rows))

    members = integers(numbers[member_id] for member_id in column("member_id"))
    occurred_at, sequences = integers(column("occurred_at")), integers(column("sequence"))
    ids = np.array([id.encode() for id in column("event_id")] or [b""], np.bytes_)[: len(rows)]
    order = np.lexsort((ids, sequences, occurred_at, members))
    known: dict[str, int] = {}
    types = integers(known.setdefault(name, len(known)) for name in column("type"))
    return History(
        names=names,
        facts=facts,
        members=members[order],
        occurred_at=occurred_at[order],
        days=integers(column("local_date"))[order],
        types=types[order],
        ids=[rows[place][_EVENT["event_id"]] for place in order.tolist()],
        type_names=list(known),
        payloads=[rows[place][_EVENT["payload"]] for place in order.tolist()],
        recorded_at=integers(column("recorded_at"))[order],
    )
