"""Events as rows of integers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from jifen.engine.drawing import draw
from jifen.engine.errors import EngineError
from jifen.instants import MISSING, date_of, moment_of, month_of_day
from jifen.wording import Said

Value = int | str | bool
Known = Value | tuple[str, ...] | dict[str, str]
"""What is known of a member: one value, several texts, or texts by name, which no rule asks."""
FIELD_MOST = 10**12
"""No field of an event, and no sum of a line column, is further from zero."""
UNKNOWN_TYPE = -1
"""The code of an event type that a version does not know: none of its rules reads such an event."""


def within_bounds(number: int) -> int:
    """A number that nobody sent, such as a balance, as a field holds it: what is beyond FIELD_MOST is told as that."""
    return max(-FIELD_MOST, min(number, FIELD_MOST))


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class EventInput(NamedTuple):
    """An event as the engine takes it: money and quantities in smallest units.

    `day`: the local day. `gross`: the bill, MISSING if there is none. `lines` is columnar, None where a
    line lacks the field. `facts` holds the member's dated facts, `days_since_joining` among them. `id`: the
    sender's, of which draws are made.
    """

    type: str
    occurred_at: int
    day: int
    gross: int = MISSING
    fields: Mapping[str, Value] = _NOTHING
    lines: Mapping[str, Sequence[Value | None]] = _NOTHING
    facts: Mapping[str, Known] = _NOTHING
    id: str = ""


ColumnSource = Literal[
    "type",
    "day",
    "instant",
    "month",
    "gross",
    "field",
    "value",
    "draw",
    "line",
    "line value",
    "fact",
    "among",
    "calendar",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A place of the event row, or a column of lines. `words` holds the codes of compared texts. The name of one
    that says whether a fact of several texts holds one is that of the fact, then the text."""

    source: ColumnSource
    name: str
    words: dict[str, int]

    @property
    def label(self) -> str:
        """What the place is called."""
        own = self.source in ("type", "day", "instant", "month", "gross")
        return self.name if own else f"{self.source} {self.name}"

    def code(self, value: Known | None) -> int:
        """The integer of a value: text by the constants it is compared with, 0 for other text. Several texts, which
        another version asks for, are no value."""
        if value is None or isinstance(value, tuple | list | dict):
            return MISSING
        if isinstance(value, str):
            return self.words.get(value, 0)
        if self.words:
            raise EngineError(
                Said(
                    f"'{self.name}' must be text, not {value}.",
                    f"“{self.name}”须是文字，不能是 {value}。",
                )
            )
        if value != MISSING and not -FIELD_MOST <= value <= FIELD_MOST:
            raise EngineError(
                Said(
                    f"'{self.name}' is {value}: beyond ±10^12, which no sum here may reach.",
                    f"“{self.name}”为 {value}，超出 ±10^12 的范围。",
                )
            )
        return int(value)


class Columns:
    """The places that a plan asks for, in the order it first asks."""

    def __init__(self) -> None:
        self._places: dict[tuple[ColumnSource, str], int] = {}
        self.columns: list[Column] = []

    def place(self, source: ColumnSource, name: str) -> int:
        """Where a value stands in the row."""
        key = (source, name)
        if key not in self._places:
            self._places[key] = len(self.columns)
            self.columns.append(Column(source, name, {}))
        return self._places[key]

    def word(self, source: ColumnSource, name: str, text: str) -> int:
        """The code of a text in its column."""
        words = self.columns[self.place(source, name)].words
        return words.setdefault(text, len(words) + 1)


class Encoder:
    """From events to the rows of one plan."""

    def __init__(
        self,
        type_codes: Mapping[str, int],
        columns: Sequence[Column],
        line_columns: Sequence[Column],
        zone: ZoneInfo,
        programme_id: str,
    ) -> None:
        self.zone = zone
        self._programme_id = programme_id
        self._types = type_codes
        self._columns = columns
        self._line_columns = [(one, {None: MISSING, **one.words}) for one in line_columns]
        self._no_lines: list[list[int]] = [[] for _ in line_columns]  # read only
        self._read_row = _row_reader(columns, type_codes, zone, programme_id)

    def encode(self, event: EventInput) -> tuple[list[int], list[list[int]]]:
        """The event row and the line columns. EngineError: an absurd value."""
        if event.gross != MISSING and not 0 <= event.gross <= FIELD_MOST:
            raise EngineError(
                Said(
                    f"The bill is {event.gross}: it must be from 0 to 10^12.",
                    f"账单金额为 {event.gross}，须在 0 至 10^12 之间。",
                )
            )
        row = self._read_row(event)
        if not event.lines:
            return row, self._no_lines
        return row, [_line_codes(column, words, event) for column, words in self._line_columns]

    def reader(self, place: int) -> Callable[[EventInput], int]:
        """What reads one place of an event's row."""
        read = _row_reader([self._columns[place]], self._types, self.zone, self._programme_id)
        return lambda event: read(event)[0]

    def type_code(self, event_type: str) -> int:
        """The code of an event type, UNKNOWN_TYPE for one that the version does not know."""
        return self._types.get(event_type, UNKNOWN_TYPE)

    def look(self, day: int, days_since_joining: int = 0) -> list[int]:
        """The row of the question how a member stands on a day: it awards and counts nothing."""
        own = {
            ("day", "day"): day,
            ("month", "month"): month_of_day(day),
            ("fact", "days_since_joining"): days_since_joining,
        }
        return [own.get((column.source, column.name), 0) for column in self._columns]


def _row_reader(
    columns: Sequence[Column], type_codes: Mapping[str, int], zone: ZoneInfo, programme_id: str
) -> Callable[[EventInput], list[int]]:
    """All places of an event's row in one expression: to call one function for each costs as much as reading them.

    What a document says reaches the expression as values under made-up names, never as text.
    """
    known: dict[str, Any] = {
        "types": type_codes, "zone": zone, "programme_id": programme_id, "identity": identity,
        "draw": draw, "month_of_day": month_of_day, "moment_of": moment_of, "date_of": date_of,
        "holds_text": holds_text,
    }  # fmt: skip
    for place, column in enumerate(columns):
        fact, _, text = column.name.partition(" ")
        known |= {f"name_{place}": column.name, f"code_{place}": column.code}
        known |= {f"fact_{place}": fact, f"text_{place}": text}
    places = ", ".join(_reading(column, place) for place, column in enumerate(columns))
    read: Callable[[EventInput], list[int]] = eval(f"lambda event: [{places}]", known)
    return read


def _reading(column: Column, place: int) -> str:
    match column.source:
        case "type":
            return f"types.get(event.type, {UNKNOWN_TYPE})"
        case "day":
            return "event.day"
        case "instant":
            return "event.occurred_at"
        case "gross":
            return "event.gross"
        case "month":
            return "month_of_day(event.day)"
        case "value":
            return f"identity(event.fields.get(name_{place}))"
        case "draw":
            return f"draw(programme_id, name_{place}, event.id)"
        case "field":
            return f"code_{place}(event.fields.get(name_{place}))"
        case "fact":
            return f"code_{place}(event.facts.get(name_{place}))"
        case "among":
            return f"int(holds_text(event.facts.get(fact_{place}), text_{place}))"
        case _ if column.name == "hour":
            return "moment_of(event.occurred_at, zone).hour"
        case _:
            return "date_of(event.day).day"


def holds_text(known: Known | None, text: str) -> bool:
    """Whether one of several texts is this one. A single text, as another version had it, is one of one."""
    if isinstance(known, str):
        return known == text
    return isinstance(known, tuple | list) and text in known


def identity(value: Value | None) -> int:
    """An integer that stands for a value, whatever it is compared with: of text 63 bits of its SHA-256."""
    if value is None:
        return MISSING
    return _text_identity(value) if isinstance(value, str) else int(value)


@lru_cache(maxsize=100_000)
def _text_identity(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def _line_codes(column: Column, words: Mapping[Value | None, int], event: EventInput) -> list[int]:
    values = event.lines.get(column.name)
    if values is None:
        count = max((len(other) for other in event.lines.values()), default=0)
        return [MISSING] * count
    if column.source == "line value":
        return [identity(value) for value in values]
    if column.words:
        return list(map(words.get, values, repeat(0)))
    codes = [value if type(value) is int else column.code(value) for value in values]
    known = [code for code in codes if code != MISSING] if MISSING in codes else codes
    if sum(map(abs, known)) > FIELD_MOST:
        raise EngineError(
            Said(
                f"The lines' '{column.name}' add up to more than 10^12.",
                f"各商品行的“{column.name}”合计超过 10^12。",
            )
        )
    return codes
