"""What a mapping file says: which columns of a file make which part of an event."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

Letters = Literal["as_written", "upper", "lower"]
Unmatched = Literal["reject", "mirror"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a column or formula (`text`), a sum of it over the rows of an event
    (`total`), the same text everywhere (`constant`), or a column of a table looked up (`table`).

    `values` translates what stands in the file; what it does not name becomes `otherwise`, or is an error.
    """

    text: str = ""
    line: int = 0
    total: bool = False
    constant: str | None = None
    table: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    letters: Letters = "as_written"


@dataclass(frozen=True, slots=True)
class Key:
    """An id made of columns, joined by hyphens, after a prefix."""

    columns: tuple[str, ...]
    prefix: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """The column of the time. Without `format` it is ISO; readings without an offset are of `zone`."""

    column: str
    zone: ZoneInfo
    format: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Test:
    """Whether a row is meant: its column is empty, is one of some words, begins so, or is below a number."""

    __test__ = False  # not a test of pytest

    column: str
    empty: bool = False
    one_of: tuple[str, ...] = ()
    starts_with: str | None = None
    below: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Skip:
    """Rows that are no events: counted by reason, not rejected."""

    when: Test
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """A small file that stays in memory: for each value of `key`, one row."""

    name: str
    path: Path
    key: str  # its column, and that of the file of events
    line: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """One way to find the sale that a returned line belongs to, among earlier ones of the same member.

    `same`: columns that agree (without regard to case). `whole_line`: the amounts of both lines agree and
    nothing of the sale has been returned. `at_least`: only amounts from here on, as decimal text.
    """

    same: tuple[str, ...]
    whole_line: bool = False
    at_least: str = "0"
    when: Test | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Returns:
    """Which rows are returns, and of what: a column names it (`of`), or it is found (`match`, in this order). What
    becomes of those whose purchase nobody knows: `mirror` takes them as returns that name none."""

    when: Test
    of: Key | None = None
    full: bool = False
    match: tuple[Match, ...] = ()
    unmatched: Unmatched = "reject"


@dataclass(frozen=True, slots=True)
class InExchange:
    """Which sales are in exchange for something: those of which a column names the sale that it is of. All of that
    comes back, or an `amount`."""

    of: Key
    amount: Source | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column of the row, translated by `values` where they name it."""

    column: str
    values: dict[str, str]
    line: int = 0


Part = Cell | str | dict[str, "Part"] | tuple["Part", ...]
"""A part of a body: written out, or with cells in it."""


@dataclass(frozen=True, slots=True)
class OpeningMapping:
    """A mapping of members of a former system: `body` is that of an opening, with cells in it, `facts` are what is
    known of the member, the birthday among them; `guarded` as below."""

    path: Path
    body: dict[str, Part]
    facts: dict[str, Cell]
    file: Path | None = None
    delimiter: str = ","
    encoding: str = "utf-8"
    guarded: bool = False
    enrol: bool = False
    skip: tuple[Skip, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping file, checked. `file` is the data it is made for, if it names one; in a `guarded` one, text that
    a spreadsheet would take for a formula has an apostrophe in front.

    `guest` names the card or device of rows without a member; `member` has no columns where there are only guests.
    `sequence` is the column that orders events of the same moment, `referrer` names who brought the member,
    `facts` and `birthday` say what is known of them. `metadata` are texts that go along with every event and return.
    """

    path: Path
    time: Clock
    event: Source
    id: Key
    member: Key
    fields: tuple[tuple[str, Source], ...]
    lines: tuple[tuple[str, Source], ...] = ()
    file: Path | None = None
    delimiter: str = ","
    encoding: str = "utf-8"
    guarded: bool = False
    decimal: str = "."
    thousands: str = ""
    sequence: Key | None = None
    referrer: Key | None = None
    facts: tuple[tuple[str, Source], ...] = ()
    birthday: Source | None = None
    metadata: tuple[tuple[str, Source], ...] = ()
    enrol: bool = False
    skip: tuple[Skip, ...] = ()
    tables: tuple[Table, ...] = ()
    returns: Returns | None = None
    guest: Key | None = None
    in_exchange: InExchange | None = None
