"""Plain aligned text for terminals, where Chinese characters are two cells wide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Alignment = Literal["left", "right"]
_LONG_NUMBER = re.compile(r"(?<![\d.-])\d{4,}(?![\d-])")  # no decimals, no dates


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    alignment: Alignment = "left"


def width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    cells = 0
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
            continue
        cells += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return cells


def padded(text: str, cells: int, alignment: Alignment = "left") -> str:
    """The text filled with spaces to so many cells."""
    space = " " * max(0, cells - width(text))
    return space + text if alignment == "right" else text + space


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table: a header, then the rows, columns two cells apart."""
    cells = [
        max([width(column.title), *(width(row[place]) for row in rows)])
        for place, column in enumerate(columns)
    ]
    shown = [[column.title for column in columns], *rows]
    return [
        "  ".join(
            padded(text, cells[place], columns[place].alignment) for place, text in enumerate(row)
        ).rstrip()
        for row in shown
    ]


def pairs(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Lines of `name  value`, values under each other."""
    cells = max((width(name) for name, _ in rows), default=0)
    return [f"{padded(name, cells)}  {value}".rstrip() for name, value in rows]


def grouped_in(text: str) -> str:
    """`1234.50 yuan and 20 purchases` as `1,234.50 yuan and 20 purchases`."""
    return _LONG_NUMBER.sub(lambda found: f"{int(found[0]):,}", text)


def grouped(value: str) -> str:
    """`-1234567.50` as `-1,234,567.50`."""
    sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
    whole, dot, fraction = digits.partition(".")
    return f"{sign}{int(whole):,}{dot}{fraction}"
