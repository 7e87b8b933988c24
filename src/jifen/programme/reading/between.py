"""`between: [2026-07-01, 2026-07-31]`: the first and last day of something."""

from __future__ import annotations

import datetime as dt
import re

from jifen.programme.meant import write
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Listing, Node, Scalar
from jifen.programme.reading.scalars import open_date
from jifen.programme.reading.slips import dates_meant
from jifen.wording import Said

_HOUR = re.compile(r"\d:\d\d")


def read_between(node: Node) -> tuple[dt.date | None, dt.date | None]:
    """Two local days, the second included; one of them may be `open` (None)."""
    ends = node.items if isinstance(node, Listing) else ()
    if len(ends) != 2:
        meant = dates_meant(node.text) if isinstance(node, Scalar) else None
        raise Wrong(
            Said(
                "is two dates: [2026-07-01, 2026-07-31]", "须是两个日期：[2026-07-01, 2026-07-31]"
            ),
            write(meant)
            if meant
            else Said("write open for an end without date", "不限的一端请写 open"),
        )
    if any(isinstance(end, Scalar) and _HOUR.search(end.text) for end in ends):
        raise Wrong(
            Said("is two days, both included, without hours", "须是两个日期（含首尾），不带钟点"),
            Said(
                "ask for hours beside it: `when: hour >= 20`", "钟点请另写条件：`when: hour >= 20`"
            ),
        )
    first, last = open_date(ends[0]), open_date(ends[1])
    if first and last and last < first:
        raise Wrong(Said(f"ends on {last}, before it begins", f"结束日期 {last} 早于开始日期"))
    if not first and not last:
        raise Wrong(Said("is open at both ends: leave it out", "两端都不限，可以省去不写"))
    return first, last
