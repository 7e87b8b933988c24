"""Identifiers that sort by the time they were made (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import uuid


def new_id(now: int) -> uuid.UUID:
    """A UUIDv7 of an instant (microseconds since 1970) and 74 random bits."""
    milliseconds = now // 1000
    value = int.from_bytes(milliseconds.to_bytes(6, "big") + os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)
