"""Text in a CSV that a spreadsheet would take for a formula: kept as text by an apostrophe in front.

Who joins as `=HYPERLINK(…)` shall not have it opened by whoever looks at an export.
"""

from __future__ import annotations

import re
from typing import Final, TypeVar

# the wide ones begin a formula as well where people write Chinese or Japanese
_BEGINNING: Final = r"'*[=+\-@\t\r＝＋－＠]"
_FORMULA: Final = re.compile(_BEGINNING)
GUARDED: Final = f"^'({_BEGINNING})"
"""What `guarded` writes, as a pattern; its first group is what was there before."""

Cell = TypeVar("Cell")


def guarded(cell: Cell) -> Cell | str:
    """A cell as it is written: what begins as a formula, or as what is so guarded, has one apostrophe more. Only of
    text: a number below zero is one."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """A cell as it was before."""
    return re.sub(GUARDED, r"\1", cell)
