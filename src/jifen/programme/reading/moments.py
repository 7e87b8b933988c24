"""Moments of a document, `2026-11-11 10:00`, and the time `between` two of them."""

from __future__ import annotations

import datetime as dt
import re

from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Listing, Node
from jifen.programme.reading.scalars import date_from
from jifen.programme.reading.sections import text
from jifen.wording import Said

_HOUR = re.compile(r"(\S+) ([01]\d|2[0-3]):([0-5]\d)")
_OPEN = ("open", "~", "null", "")
_DAY = dt.timedelta(days=1)

Window = tuple[dt.datetime | None, dt.datetime | None]
"""From a local moment on, until another: None where it is open."""


def moment(node: Node) -> dt.datetime:
    """A local day, with the time of day if it does not begin with it."""
    return _moment(text(node), dt.timedelta())


def read_window(node: Node) -> Window:
    """`[2026-11-11 10:00, 2026-11-12]`: from a moment on until another; a day that ends it is included, as in rules."""
    ends = node.items if isinstance(node, Listing) else ()
    if len(ends) != 2:
        raise Wrong(
            Said(
                "is two days or moments: [2026-11-11 10:00, 2026-11-12 00:00]",
                "须是两个日期或时刻：[2026-11-11 10:00, 2026-11-12 00:00]",
            ),
            Said("write open for an end without date", "不限的一端请写 open"),
        )
    opens, closes = (
        None if text(end) in _OPEN else _moment(text(end), whole_day)
        for end, whole_day in zip(ends, (dt.timedelta(), _DAY), strict=True)
    )
    if opens and closes and closes <= opens:
        raise Wrong(Said("ends before it begins", "结束早于开始"))
    if not opens and not closes:
        raise Wrong(Said("is open at both ends: leave it out", "两端都不限，可以省去不写"))
    return opens, closes


def _moment(written: str, whole_day: dt.timedelta) -> dt.datetime:
    if found := _HOUR.fullmatch(written):
        return dt.datetime.combine(date_from(found[1]), dt.time(int(found[2]), int(found[3])))
    day = date_from(written)
    return dt.datetime.combine(day, dt.time()) + (
        dt.timedelta() if day == dt.date.max else whole_day
    )
