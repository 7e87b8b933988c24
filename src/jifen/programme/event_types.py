"""What an event may carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from jifen.programme.saying.naming import Name

FieldKind = Literal["money", "integer", "number", "text", "boolean", "date", "texts", "member"]
"""`texts`, several of them, and `member`, who is something to a member, are for facts of members alone."""


class Field(msgspec.Struct, frozen=True):
    """A field of an event or of its lines. `scale` is how many decimals its integers keep."""

    name: str
    kind: FieldKind
    scale: int = 0


def numbers(fields: Iterable[Field]) -> dict[str, Field]:
    """Those of the fields that can be counted and summed up, by name."""
    return {field.name: field for field in fields if field.kind in ("money", "integer", "number")}


class EventType(msgspec.Struct, frozen=True, cache_hash=True):
    """What an event may carry. `costs_money`: a member pays for it, so it bounds itself."""

    id: str
    name: Name
    fields: tuple[Field, ...]
    line_fields: tuple[Field, ...] = ()
    costs_money: bool = False
