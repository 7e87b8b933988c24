"""`look_back: 30 days`: what happened before joining and is taken in all the same."""

from __future__ import annotations

from jifen.programme.amounts import Language
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import days
from jifen.wording import Said

LONGEST_DAYS = 366


def read_look_back(node: Node) -> int:
    """So many local days before the day of joining, at least one."""
    found = days(LONGEST_DAYS)(node)
    if not found:
        raise Wrong(
            Said("0 days look back on nothing", "0 天等于不追溯"),
            Said("leave it out, or write such as 30 days", "请省略，或写成 30 days"),
        )
    return found


def look_back_sentence(look_back_days: int, language: Language) -> str:
    """From which day on events count, in one sentence."""
    if language == "zh":
        return f"入会前 {look_back_days} 天内的事件同样计入。"
    if look_back_days == 1:
        return "Events of the day before joining count as well."
    return f"Events of the {look_back_days} days before joining count as well."
