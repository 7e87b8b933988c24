"""Columns of a block as the values an event carries, and a sentence for every cell that cannot be one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from jifen.instants import day_of
from jifen.intake.asking.commands import Value
from jifen.intake.files.formulas import Term
from jifen.intake.files.mapping import Source
from jifen.intake.files.numbers import (
    NumberStyle,
    as_text,
    as_units,
    product_as_units,
    total,
    why_no_number,
)
from jifen.programme.event_types import Field
from jifen.wording import Said

LONGEST_TEXT = 500
_TRUE = ("true", "yes", "y", "1", "t")
_FALSE = ("false", "no", "n", "0", "f")


@dataclass(frozen=True, slots=True)
class Column:
    """Values by row, None where there is none; `broken` says by row why a cell is no value."""

    values: list[Value | None]
    broken: dict[int, Said] = field(default_factory=dict)


def text_column(text: pa.StringArray, name: str, source: Source) -> Column:
    """Text, in the letters and words the mapping asks for."""
    if source.letters != "as_written":
        text = pc.utf8_upper(text) if source.letters == "upper" else pc.utf8_lower(text)
    if source.values:
        return _translated(text, name, source)
    wrong = pc.or_kleene(
        pc.greater(pc.utf8_length(text), LONGEST_TEXT),
        pc.match_substring_regex(text, r"[\x00-\x1f]"),
    )
    column = Column(text.to_pylist())
    for row in pc.indices_nonzero(wrong.fill_null(False)).to_pylist():
        column.broken[row] = Said(
            f"{name} is longer than {LONGEST_TEXT} or holds control characters",
            f"{name} 超过 {LONGEST_TEXT} 个字符，或含有控制字符",
        )
    return column


def _translated(text: pa.StringArray, name: str, source: Source) -> Column:
    words = dict(source.values)
    column = Column([])
    for row, word in enumerate(text.to_pylist()):
        said = None if word is None else words.get(word, source.otherwise)
        if word is not None and said is None:
            known = list(words)[:6]
            column.broken[row] = Said(
                f"{name} '{word[:40]}' is not among the values of the mapping: {', '.join(known)}",
                f"{name} 的“{word[:40]}”不在映射列出的值之中：{'、'.join(known)}",
            )
        column.values.append(said)
    return column


def value_column(
    rows: pa.RecordBatch,
    terms: tuple[Term, ...],
    source: Source,
    kind: Field,
    style: NumberStyle,
    returned: pa.BooleanArray | None = None,
    signed: bool = False,
) -> Column:
    """The values of a field of this kind. Numbers below zero are wrong, except where `returned` or `signed`."""
    if kind.kind in ("money", "integer", "number"):
        column, below = _number_column(rows, terms, source, kind, style)
        if returned is not None:
            below = pc.and_not(below, returned)
        for row in [] if signed else pc.indices_nonzero(below).to_pylist():
            column.broken[row] = below_zero(kind.name)
        return column
    column = text_column(as_text(rows.column(terms[0].columns[0])), kind.name, source)
    if kind.kind in ("text", "texts", "member"):
        return column
    return _each(column, kind.name, _boolean if kind.kind == "boolean" else _day)


def _number_column(
    rows: pa.RecordBatch,
    terms: tuple[Term, ...],
    source: Source,
    kind: Field,
    style: NumberStyle,
) -> tuple[Column, pa.BooleanArray]:
    """The numbers, and which of them are below zero."""
    arrays = {name: rows.column(name) for term in terms for name in term.columns}
    if source.values:
        translated = text_column(as_text(arrays[terms[0].columns[0]]), kind.name, source)
        arrays = {terms[0].columns[0]: pa.array(translated.values, pa.string())}
    parts = [_signed(_term_units(term, arrays, kind.scale, style), term) for term in terms]
    units = total(parts)
    column = Column(units.to_pylist())
    if units.null_count:
        for row in pc.indices_nonzero(pc.is_null(units)).to_pylist():
            cells = [as_text(array.slice(row, 1))[0].as_py() for array in arrays.values()]
            if all(cells):
                column.broken[row] = _why(kind, terms, cells, style)
    return column, pc.less(units, 0).fill_null(False)


def below_zero(name: str) -> Said:
    """Why a row or an event that is no return is not taken."""
    return Said(f"{name} is below zero, and the row is no return", f"{name} 小于零，而该行不是退货")


def _signed(units: pa.Int64Array, term: Term) -> pa.Int64Array:
    return pc.negate(units) if term.negative else units


def _term_units(
    term: Term, arrays: dict[str, pa.Array], scale: int, style: NumberStyle
) -> pa.Int64Array:
    columns = [arrays[name] for name in term.columns]
    if len(columns) == 2:
        return product_as_units(columns[0], columns[1], scale, style)
    return as_units(columns[0], scale, style)


def _why(kind: Field, terms: tuple[Term, ...], cells: list[str], style: NumberStyle) -> Said:
    multiplied = any(len(term.columns) == 2 for term in terms)
    scale = 6 if multiplied else kind.scale
    said = [why_no_number(cell, scale, style) for cell in cells]
    plain = [words for words in said if "absurdly" not in words.en]
    return (plain or said)[0].of(kind.name)


def _each(column: Column, name: str, reader: Callable[[str], Value | Said]) -> Column:
    known: dict[Value, Value | Said] = {}
    result = Column([], dict(column.broken))
    for row, word in enumerate(column.values):
        if word is None:
            result.values.append(None)
            continue
        if word not in known:
            known[word] = reader(str(word))
        value = known[word]
        if isinstance(value, Said):
            result.broken[row] = value.of(name)
        result.values.append(None if isinstance(value, Said) else value)
    return result


def _boolean(word: str) -> bool | Said:
    if word.lower() in _TRUE:
        return True
    if word.lower() in _FALSE:
        return False
    return Said(f"'{word[:40]}' is neither true nor false", f"“{word[:40]}”既不是真也不是假")


def _day(word: str) -> int | Said:
    try:
        return day_of(dt.date.fromisoformat(word[:10]))
    except ValueError:
        return Said(
            f"'{word[:40]}' is not a date such as 2026-01-31",
            f"“{word[:40]}”不是 2026-01-31 这样的日期",
        )
