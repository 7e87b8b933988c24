"""What stands once in each event: its id, member, type, time and place in the order of history."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from jifen.intake.files.binding import Binding
from jifen.intake.files.mapping import Clock, Key, Mapping, Source
from jifen.intake.files.numbers import as_text, as_units, why_no_number
from jifen.intake.files.times import as_instants
from jifen.intake.files.values import text_column
from jifen.intake.files.zones import Localised
from jifen.wording import Said

_ROUNDED = r"\d(\.\d+)?E\+\d{2}"
"""How spreadsheets write long numbers: the last digits are lost, and different ids become one."""


@dataclass(slots=True)
class Heads:
    """By the number of the event; `broken` says why one cannot be taken (its other values mean nothing)."""

    mapping: Mapping
    ids: list[str]
    members: list[str]
    guests: list[bool]
    types: list[str]
    times: Localised
    sequences: list[int]
    referrers: list[str | None]
    broken: dict[int, Said] = field(default_factory=dict)

    def instant(self, event: int) -> int:
        """The time of an event that is not broken."""
        instant = self.times.instants[event]
        assert instant is not None
        return instant

    def member_of_rows(self, rows: pa.RecordBatch) -> list[str | None]:
        """The member that each row names, where an event has several rows."""
        members: list[str | None] = who_of_rows(rows, self.mapping).to_pylist()
        return members


def heads_of(binding: Binding, firsts: pa.RecordBatch) -> Heads:
    """Read them from the first row of each event."""
    mapping = binding.mapping
    ids, broken = _words(joined(firsts, mapping.id), *mapping.id.columns)
    members, more = _words(who_of_rows(firsts, mapping), *_named(mapping))
    types, no_type = _types(binding, firsts)
    times = as_instants(firsts.column(mapping.time.column), mapping.time)
    sequences, no_sequence = _sequences(binding, firsts)
    for other in (more, no_type, _no_time(firsts, mapping.time, times), no_sequence):
        broken = other | broken
    referrers: list[str | None] = [None] * firsts.num_rows
    if mapping.referrer is not None:
        referrers = joined(firsts, mapping.referrer).to_pylist()
    guests = [False] * firsts.num_rows
    if mapping.guest is not None:
        guests = _members(firsts, mapping).is_null().to_pylist()
    return Heads(mapping, ids, members, guests, types, times, sequences, referrers, broken)


def who_of_rows(rows: pa.RecordBatch, mapping: Mapping) -> pa.StringArray:
    """The member whom each row names, else the card or device of a guest."""
    members = _members(rows, mapping)
    return members if mapping.guest is None else pc.coalesce(members, joined(rows, mapping.guest))


def _members(rows: pa.RecordBatch, mapping: Mapping) -> pa.StringArray:
    if mapping.member.columns:
        return joined(rows, mapping.member)
    return pa.nulls(rows.num_rows, pa.string())


def _named(mapping: Mapping) -> tuple[str, ...]:
    """The columns of which one is necessary."""
    return (*mapping.member.columns, *(mapping.guest.columns if mapping.guest else ()))


def joined(rows: pa.RecordBatch, key: Key) -> pa.StringArray:
    """Ids from their columns; null where any of these is empty."""
    parts = [as_text(rows.column(name)) for name in key.columns]
    ids = pc.binary_join_element_wise(*parts, "-") if len(parts) > 1 else parts[0]
    return pc.binary_join_element_wise(key.prefix, ids, "") if key.prefix else ids


def _words(text: pa.StringArray, *columns: str) -> tuple[list[str], dict[int, Said]]:
    column = text_column(text, columns[0], Source())
    for row in pc.indices_nonzero(pc.is_null(text)).to_pylist():
        column.broken[row] = empty(*columns)
    rounded = pc.fill_null(pc.match_substring_regex(text, _ROUNDED), False)
    for row in pc.indices_nonzero(rounded).to_pylist():
        column.broken[row] = _rounded(text[row].as_py()).of(columns[0])
    return [str(word) for word in column.values], column.broken


def _rounded(word: str) -> Said:
    return Said(
        f"'{word}' was rounded by a spreadsheet: export the column as text",
        f"“{word}”被电子表格取过近似值：请把该列设为文本后重新导出",
    )


def _types(binding: Binding, rows: pa.RecordBatch) -> tuple[list[str], dict[int, Said]]:
    source = binding.mapping.event
    if source.constant is not None:
        return [source.constant] * rows.num_rows, {}
    name = binding.event[0].columns[0]
    column = text_column(as_text(rows.column(name)), name, source)
    for row, word in enumerate(column.values):
        if word not in binding.types:
            said = Said(f"the programme has no event '{word}'", f"计划中没有“{word}”这种事件")
            column.broken.setdefault(row, empty(name) if word is None else said)
    return [str(word) for word in column.values], column.broken


def _no_time(rows: pa.RecordBatch, clock: Clock, times: Localised) -> dict[int, Said]:
    missing = [row for row, instant in enumerate(times.instants) if instant is None]
    column = rows.column(clock.column)
    return {row: _why_no_time(as_text(column.slice(row, 1))[0].as_py(), clock) for row in missing}


def empty(*columns: str) -> Said:
    """Of a row that lacks what makes an event; with several columns one of them is enough."""
    return Said(f"{' and '.join(columns)} is empty", f"{' 和 '.join(columns)} 为空")


def _why_no_time(word: str | None, clock: Clock) -> Said:
    if word is None:
        return empty(clock.column)
    said, said_zh = f"'{word[:40]}' is not a time", f"“{word[:40]}”不是"
    if clock.format:
        why = Said(f"{said} of the form {clock.format}", f"{said_zh} {clock.format} 格式的时间")
    elif re.fullmatch(r"\d+(\.\d+)?", word):
        why = Said(
            f"{said}: if it counts, say of what, `format: excel_days` or `unix_seconds`",
            f"{said_zh}时间：若是计数，请写明 `format: excel_days` 或 `unix_seconds`",
        )
    elif re.match(r"\d{4}-\d\d-\d\d", word):
        why = Said(
            f"{said} that exists in the years 1900 to 2199",
            f"{said_zh} 1900 至 2199 年间存在的时间",
        )
    else:
        why = Said(
            f"{said} such as 2026-01-31 10:00: name its `format` in the mapping",
            f"{said_zh} 2026-01-31 10:00 这样的时间：请在映射中写明 `format`",
        )
    return why.of(clock.column)


def _sequences(binding: Binding, rows: pa.RecordBatch) -> tuple[list[int], dict[int, Said]]:
    key = binding.mapping.sequence
    if key is None:
        return [0] * rows.num_rows, {}
    column = rows.column(key.columns[0])
    found = as_units(column, 0, binding.style).to_pylist()
    broken = {}
    for row, value in enumerate(found):
        if value is None:
            word = as_text(column.slice(row, 1))[0].as_py()
            name = key.columns[0]
            broken[row] = (
                empty(name) if word is None else why_no_number(word, 0, binding.style).of(name)
            )
    return [value or 0 for value in found], broken
