"""A name that an object says twice: of the two values no reader may choose one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

_ENCODER: Final = msgspec.json.Encoder()
_ESCAPED_COLON: Final = rb"\u003"


class _Names(list[tuple[str, Any]]):
    """An object as it was written."""


def repeated_name(body: bytes, read: Any) -> str | None:
    """Where an object of a body says a name again, as a pointer; None where each is said once. `read` is what was made
    of the body, and holds of a name the last value alone.

    Every name brings a colon, and what was dropped lacks its own when the rest is written again: so two counts of a
    byte tell, without a walk through what was read.
    """
    may_hide = b"\\" in body and _ESCAPED_COLON in body
    if not may_hide and body.count(b":") == _ENCODER.encode(read).count(b":"):
        return None
    written = json.loads(body, object_pairs_hook=_Names, parse_int=str, parse_float=str)
    return _repeated_in(written, "")


def _repeated_in(written: Any, pointer: str) -> str | None:
    parts: Sequence[tuple[object, Any]] = ()
    if isinstance(written, _Names):
        known: set[str] = set()
        for name, _ in written:
            if name in known:
                return f"{pointer}/{name}"
            known.add(name)
        parts = written
    elif isinstance(written, list):
        parts = list(enumerate(written))
    for place, value in parts:
        if (found := _repeated_in(value, f"{pointer}/{place}")) is not None:
            return found
    return None
