"""Members in slices of their ids that together leave no id out, with every row of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, LiteralString, NamedTuple

from jifen.db.copying import Table, read_rows
from jifen.db.statements import statements
from jifen.db.tables import BALANCE, CHAINED, CHECKPOINT, EVENT, MEMBER, REFUSED_BODY
from jifen.intake.asking.commands import Event, Return
from jifen.intake.following.own_events import Brought
from jifen.intake.judging.history import Sql
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned
from jifen.ledger.book import POSTINGS

SQL = statements(Path(__file__).with_name("slices.sql"))
ROWS_PER_SLICE: Final = 50_000

_IN_SLICE: Final = (
    "WHERE programme_id = %(programme)s::uuid"
    " AND member_id >= %(first)s::uuid AND member_id <= %(last)s::uuid"
)
_NUMBERED: Final = f"{_IN_SLICE} ORDER BY member_id, member_seq"
_IN_HISTORY: Final = f"{_IN_SLICE} ORDER BY member_id, occurred_at, sequence, event_id"

_MEMBER_ID: Final = slice(26, 42)  # of a packed row, behind the count of fields and programme_id
_member_id_of = itemgetter(_MEMBER_ID)


class Slice(NamedTuple):
    """All member ids from `first` to `last` (hexadecimal), whether there is such a member or not."""

    first: str
    last: str


class MemberRow(NamedTuple):
    """A row of member."""

    programme_id: bytes
    member_id: bytes
    external_id: str
    joined_at: int
    opened_at: int
    frozen: bool
    facts: bytes
    facts_since: int
    member_seq: int
    chain: bytes
    revision: int
    generation: int
    state: bytes
    events_evaluated: int
    last_occurred_at: int
    last_sequence: int
    last_event_id: str
    next_due_at: int
    survivor_id: bytes
    counts_from: int

    @property
    def merged(self) -> bool:
        """Whether another member now acts for this one."""
        return self.survivor_id != self.member_id


class CameBack(NamedTuple):
    """What was returned of an event, by number, and the member's command with which that came to be known."""

    seq: int
    number: int
    returned: Returned


class Standing(NamedTuple):
    """What merged members brought into a history: their events, and what was returned of them, by number.

    `since`: the survivor's command with which each event came; `came_back`: with which each return did, in order.
    `merges`: the keys of the survivor's counterparts of merges that hold, as far as all that came with them is known.
    """

    events: Sequence[PastEvent]
    returns: Mapping[int, list[Returned]]
    since: Mapping[int, int]
    came_back: Sequence[CameBack]
    merges: frozenset[str]


NOTHING_STANDING: Final = Standing((), {}, {}, (), frozenset())


@dataclass(slots=True)
class Records:
    """Everything kept of one member, packed: `rows` by the place of the table in CHAINED, caches apart.

    Rows come in the order of their numbers, events in history order. `member` is None where rows belong to nobody.
    """

    member_id: bytes
    member: MemberRow | None = None
    rows: list[list[bytes]] = field(default_factory=lambda: [[] for _ in CHAINED])
    standing: Standing = NOTHING_STANDING
    waiting: Sequence[Event | Return] = ()  # in the inbox; read only where proof asks for it
    brought: Sequence[
        Brought
    ] = ()  # by what became of the points; read only where proof asks for it
    balances: list[bytes] = field(default_factory=list)
    checkpoints: list[bytes] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    _unpacked: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict, init=False)
    _posted: dict[int, list[tuple[Any, ...]]] | None = field(default=None, init=False)

    def read(self, place: int) -> list[tuple[Any, ...]]:
        """The values of the rows of a table, by its place in CHAINED: unpacked once, however many checks ask."""
        rows = self._unpacked.get(place)
        if rows is None:
            rows = self._unpacked[place] = CHAINED[place].unpack_all(self.rows[place])
        return rows

    def posted(self, account: int) -> Sequence[tuple[Any, ...]]:
        """The postings of an account, read."""
        if self._posted is None:
            self._posted = {}
            for posting in self.read(POSTINGS):
                self._posted.setdefault(posting[6], []).append(posting)
        return self._posted.get(account, ())


def slices(sql: Sql, programme_id: bytes, rows: int = ROWS_PER_SLICE) -> list[Slice]:
    """Slices of about so many rows each, by the numbers of their members' commands; at least one."""
    values = {"programme": programme_id.hex(), "commands": max(1, rows // 8)}
    ends = [row[0].hex for row in sql.execute(SQL["last_of_slices"], values)]
    lasts = [*ends[:-1], "f" * 32]
    firsts = ["0" * 32, *(f"{int(last, 16) + 1:032x}" for last in lasts[:-1])]
    return [Slice(first, last) for first, last in zip(firsts, lasts, strict=True)]


def records_in(sql: Sql, programme_id: bytes, ids: Slice) -> Iterator[Records]:
    """The records of each member of a slice, in the order of ids; those of nobody among them."""
    found: dict[bytes, Records] = {}
    values = {"programme": programme_id.hex(), "first": ids.first, "last": ids.last}

    def rows_of(table: Table, order: LiteralString) -> Iterator[tuple[Records, Iterator[bytes]]]:
        for member_id, rows in groupby(read_rows(sql, table, order, values), _member_id_of):
            yield found.setdefault(member_id, Records(member_id)), rows

    for records, (packed,) in rows_of(MEMBER, f"{_IN_SLICE} ORDER BY member_id"):
        records.member = MemberRow(*MEMBER.unpack(packed))
    for place, table in enumerate(CHAINED):
        numbered = any(name == "row_no" for name, _ in table.columns)
        order = _IN_HISTORY if table is EVENT else f"{_NUMBERED}, row_no" if numbered else _NUMBERED
        for records, rows in rows_of(table, order):
            records.rows[place] = list(rows)
    for records, rows in rows_of(BALANCE, f"{_IN_SLICE} ORDER BY member_id"):
        records.balances = list(rows)
    for records, rows in rows_of(CHECKPOINT, _IN_HISTORY):
        records.checkpoints = list(rows)
    for records, rows in rows_of(REFUSED_BODY, _NUMBERED):
        records.refused = list(rows)
    return (found[member_id] for member_id in sorted(found))
