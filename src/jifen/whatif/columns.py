"""The payloads of a whole history as the integers of a plan, a column at a time.

What a plan asks for is decoded, flattened and turned into integers as `engine.events.Encoder` does it event by
event; tests hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from jifen.engine.drawing import draw
from jifen.engine.errors import EngineError
from jifen.engine.events import FIELD_MOST, UNKNOWN_TYPE, Column, Known, Value, holds_text, identity
from jifen.engine.plan import Plan
from jifen.instants import MISSING, date_of, moment_of, month_of_day
from jifen.intake.judging.evaluating import input_of
from jifen.intake.judging.payload import decode_payload
from jifen.whatif.granting import of_each
from jifen.wording import Said

if TYPE_CHECKING:
    from jifen.whatif.history import History, Integers

Part = str  # fields, lines or facts
_OF_PAYLOAD: dict[str, Part] = {
    "field": "fields",
    "value": "fields",
    "line": "lines",
    "line value": "lines",
    "fact": "facts",
    "among": "facts",
}
_QUARTER_OF_AN_HOUR = 15 * 60 * 1_000_000  # every zone's offset is a multiple of it since 1972


@dataclass(frozen=True, slots=True)
class Values:
    """A column before any plan has seen it: `numbers` themselves, or places in `words`, (rows,) int64."""

    numbers: Integers
    words: list[Known] | None = None

    def coded(self, column: Column) -> Integers:
        """The column as a plan wants it. EngineError as `Column.code`."""
        if self.words is not None:
            codes = [MISSING, *(column.code(word) for word in self.words)]
            coded: Integers = np.array(codes, np.int64)[self.numbers]
            return coded
        given = self.numbers[self.numbers != MISSING]
        if column.words and len(given):
            raise EngineError(
                Said(
                    f"'{column.name}' must be text, not {given[0]}.",
                    f"“{column.name}”须是文字，不能是 {given[0]}。",
                )
            )
        if len(given) and max(-int(given.min()), int(given.max())) > FIELD_MOST:
            raise EngineError(
                Said(
                    f"'{column.name}' is beyond ±10^12, which no sum here may reach.",
                    f"“{column.name}”超出 ±10^12 的范围。",
                )
            )
        return self.numbers

    def identities(self) -> Integers:
        """The column as limits know its values by."""
        if self.words is None:
            return self.numbers
        known = [0 if isinstance(word, tuple | dict) else identity(word) for word in self.words]
        return np.array([MISSING, *known], np.int64)[self.numbers]

    def holding(self, text: str) -> Integers:
        """1 where one of several texts is this one, else 0."""
        held = [0, *(int(holds_text(word, text)) for word in self.words or ())]
        places = self.numbers if self.words else np.zeros_like(self.numbers)
        return np.array(held, np.int64)[places]


@dataclass(slots=True)
class Columns:
    """What the plans of some timelines ask of a history. `first`: where each event's lines begin, (events + 1,)."""

    history: History
    first: Integers
    by_name: dict[tuple[Part, str], Values]
    _calendar: dict[tuple[str, str], Integers] = field(default_factory=dict)

    def rows(self, plan: Plan, chosen: Integers) -> Integers:
        """The event rows of a plan for some events: (chosen, columns) int64."""
        rows = np.empty((len(chosen), len(plan.event_columns)), np.int64)
        for place, column in enumerate(plan.event_columns):
            rows[:, place] = self._event_column(plan, place, column)[chosen]
        return rows

    def lines(self, plan: Plan) -> Integers:
        """The line columns of a plan, of all events: (line columns, lines) int64."""
        lines = np.empty((len(plan.line_event_columns), int(self.first[-1])), np.int64)
        for place, column in enumerate(plan.line_event_columns):
            values = self.by_name["lines", column.name]
            if column.source == "line value":
                lines[place] = values.identities()
                continue
            lines[place] = values.coded(column)
            if not column.words:
                self._check_sums(column.name, lines[place])
        return lines

    def _event_column(self, plan: Plan, place: int, column: Column) -> Integers:
        history = self.history
        match column.source:
            case "type":
                codes = [plan.encoder.type_code(name) for name in history.type_names]
                return np.array([*codes, UNKNOWN_TYPE], np.int64)[history.types]
            case "day":
                return history.days
            case "instant":
                return history.occurred_at
            case "draw":
                programme_id = plan.programme.id
                draws = (draw(programme_id, column.name, id) for id in history.ids)
                return np.fromiter(draws, np.int64, len(history))
            case "value":
                return self.by_name["fields", column.name].identities()
            case "month":
                return of_each(history.days, month_of_day)
            case "gross":
                return self.by_name["fields", "amount"].coded(column)
            case "field":
                return self.by_name["fields", column.name].coded(column)
            case "fact":
                return self.by_name["facts", column.name].coded(column)
            case "among":
                fact, _, text = column.name.partition(" ")
                return self.by_name["facts", fact].holding(text)
            case "calendar" if column.name == "hour":
                return self._hours(plan)
            case "calendar" if column.name == "day_of_month":
                return of_each(history.days, lambda day: date_of(day).day)
            case _:
                return self._event_by_event(plan, place)

    def _event_by_event(self, plan: Plan, place: int) -> Integers:
        """A column that is not known here, as the engine's encoder reads it."""
        history = self.history
        inputs = (
            input_of(id, history.type_names[kind], occurred_at, day, decode_payload(payload))
            for id, kind, occurred_at, day, payload in zip(
                history.ids,
                history.types.tolist(),
                history.occurred_at.tolist(),
                history.days.tolist(),
                history.payloads,
                strict=True,
            )
        )
        read = plan.encoder.reader(place)
        return np.fromiter((read(one) for one in inputs), np.int64, len(history))

    def _hours(self, plan: Plan) -> Integers:
        zone = plan.encoder.zone
        quarters = self.history.occurred_at // _QUARTER_OF_AN_HOUR
        return of_each(quarters, lambda part: moment_of(part * _QUARTER_OF_AN_HOUR, zone).hour)

    def _check_sums(self, name: str, values: Integers) -> None:
        sizes = np.abs(np.where(values == MISSING, 0, values))
        most = int((self.first[1:] - self.first[:-1]).max(initial=0))
        if len(sizes) == 0 or int(sizes.max()) * most <= FIELD_MOST:
            return
        sums = np.concatenate([[0], np.cumsum(sizes)])
        if (sums[self.first[1:]] - sums[self.first[:-1]]).max() > FIELD_MOST:
            raise EngineError(
                Said(
                    f"The lines' '{name}' add up to more than 10^12.",
                    f"各商品行的“{name}”合计超过 10^12。",
                )
            )


def columns_of(history: History, plans: Sequence[Plan]) -> Columns:
    """Everything that plans ask of a history."""
    wanted: dict[Part, set[str]] = {"fields": {"amount"}, "lines": set(), "facts": set()}
    for plan in plans:
        for column in (*plan.event_columns, *plan.line_event_columns):
            if column.source in _OF_PAYLOAD:
                name = column.name.partition(" ")[0] if column.source == "among" else column.name
                wanted[_OF_PAYLOAD[column.source]].add(name)
    names = {part: sorted(found) for part, found in wanted.items()}
    decoded = _decoded(history.payloads, names)
    by_name: dict[tuple[Part, str], Values] = {}
    for part in ("fields", "facts"):
        for number, name in enumerate(names[part]):
            read = _reader(part, number)
            by_name[part, name] = _values([read(payload) for payload in decoded])
    counts, of_lines = _lines(history, decoded, names["lines"])
    by_name |= {("lines", name): values for name, values in of_lines.items()}
    first = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
    return Columns(history, first, by_name)


def _decoded(payloads: list[bytes], names: dict[Part, list[str]]) -> list[Any]:
    """Only what is wanted of each payload, decoded in one go; anything else is skipped."""
    kinds: dict[Part, Any] = {"fields": Value | None, "facts": Known | None}
    kinds["lines"] = list[Value | None] | None
    parts = []
    for part, of_part in names.items():
        places = [(f"c{number}", kinds[part], None) for number in range(len(of_part))]
        renamed = {f"c{number}": name for number, name in enumerate(of_part)}
        struct = msgspec.defstruct(part, places, rename=renamed, gc=False)
        parts.append((part, struct, msgspec.field(default_factory=struct)))
    wanted = msgspec.defstruct("Wanted", parts, gc=False)
    decoder = msgspec.json.Decoder(list[wanted])  # type: ignore[valid-type]
    return decoder.decode(b"[" + b",".join(payloads) + b"]")


def _reader(part: Part, number: int) -> Callable[[Any], Any]:
    place = f"c{number}"
    return lambda payload: getattr(getattr(payload, part), place)


def _values(column: Sequence[Known | None]) -> Values:
    try:
        return Values(np.array([MISSING if v is None else v + 0 for v in column], np.int64))  # type: ignore[operator]
    except (TypeError, OverflowError):  # there are words, or absurd numbers
        known: dict[Any, int] = {}
        places = [0 if v is None else known.setdefault(v, len(known)) + 1 for v in column]
        return Values(np.array(places, np.int64), list(known))


def _lines(
    history: History, decoded: list[Any], names: list[str]
) -> tuple[Integers, dict[str, Values]]:
    """How many lines each event has, and its columns one behind the other."""
    if not names:
        return np.zeros(len(decoded), np.int64), {}
    columns = [
        [getattr(payload.lines, f"c{number}") for payload in decoded]
        for number in range(len(names))
    ]
    counts = [
        max([len(found) for found in lines if found] or [0]) for lines in zip(*columns, strict=True)
    ]
    for place, count in enumerate(counts):
        if count == 0:
            lines = decode_payload(history.payloads[place]).lines
            counts[place] = max((len(column) for column in lines.values()), default=0)
    found = {}
    for name, column in zip(names, columns, strict=True):
        whole = [
            lines if lines is not None else [None] * counts[place]
            for place, lines in enumerate(column)
        ]
        found[name] = _values(list(chain.from_iterable(whole)))
    return np.array(counts, np.int64), found
