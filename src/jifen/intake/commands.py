"""What may be asked of a programme, as checked structs: points and money already in smallest units."""

from __future__ import annotations

from typing import Literal

import msgspec

Value = int | str | bool


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something a member did. Fields and lines are integers, text or booleans by the programme's event type.

    `lines` is columnar: {"sku": [...], "quantity": [...], "amount": [...]}; None where a line lacks the field.
    """

    id: str
    member: str
    type: str
    occurred_at: int
    sequence: int = 0
    fields: dict[str, Value] = {}
    lines: dict[str, list[Value | None]] = {}


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """Something of an event was returned: all of it, an amount, or (line index, quantity) pairs."""

    id: str
    member: str
    of: str
    occurred_at: int
    amount: int | None = None
    lines: list[tuple[int, int]] = []
    full: bool = False


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    member: str
    points: int
    currency: str
    occurred_at: int


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    member: str
    points: int
    currency: str
    occurred_at: int
    minutes: int = 15


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    member: str
    of: str
    occurred_at: int
    points: int | None = None


class Void(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    member: str
    of: str
    occurred_at: int


class Adjust(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    member: str
    points: int
    currency: str
    reason: str
    occurred_at: int
    expires_at: int | None = None


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    member: str
    frozen: Literal[True, False]
    occurred_at: int


Command = Event | Return | Spend | Hold | Capture | Void | Adjust | Freeze
