"""Examples of what is asked and answered, recorded from a real server by the tour (tests/contracts/tour.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

PLACE: Final = Path(__file__).parent


class Example(msgspec.Struct, frozen=True):
    """One request to an operation, and its answer."""

    operation: str
    status: int
    answer: Any
    path: dict[str, Any] = {}
    query: dict[str, Any] = {}
    headers: dict[str, str] = {}
    body: Any = None


@cache
def examples(language: str) -> list[Example]:
    """Those of a language, `zh` or `en`, in the order of the tour."""
    recorded = PLACE.joinpath(f"examples.{language}.json").read_bytes()
    return msgspec.json.decode(recorded, type=list[Example])
