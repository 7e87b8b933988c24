"""Pools of codes, each of which is handed out with one of a reward."""

from __future__ import annotations

import datetime as dt

import msgspec

from jifen.programme.saying.naming import Name


class CodePool(msgspec.Struct, frozen=True):
    """Codes of one kind. `last_day` on which those can be used that do not say otherwise, None: they never end; of so
    few left as `low`, others are told."""

    id: str
    name: Name
    last_day: dt.date | None = None
    low: int = 0
