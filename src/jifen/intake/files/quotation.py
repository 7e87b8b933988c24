"""Quotation marks that are not closed: what they swallow looks like rows."""

from __future__ import annotations


def swallows(cell: str, place: int, columns: int, delimiter: str) -> bool:
    """Whether a cell of several lines is a rest of its row, whole rows, and the begin of one more, up to a cell that is
    quoted: that one's first mark closed what was never closed.

    `place` is the cell's among the `columns`. A note of several lines that a member wrote hardly ever has as many
    delimiters in each line as rows have there; if it does, it is handed back to be looked at.
    """
    first, *between, last = cell.split("\n")
    return (
        columns > 1
        and first.count(delimiter) == columns - 1 - place
        and all(line.count(delimiter) == columns - 1 for line in between if line.strip())
        and last.count(delimiter) == place
        and (last.endswith('"') or (place > 0 and last.endswith(delimiter)))
    )
