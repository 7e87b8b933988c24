"""`raise_notice: 30 days`: how long before a reward becomes dearer that is published."""

from __future__ import annotations

from jifen.programme.amounts import Language
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import days

LONGEST_DAYS = 366


def read_raise_notice(node: Node) -> int:
    """So many full days."""
    return days(LONGEST_DAYS)(node)


def raise_notice_sentence(notice_days: int, language: Language) -> str:
    """When rewards may become dearer, in one sentence."""
    if language == "zh":
        return f"礼品涨价或停止兑换，须提前 {notice_days} 天公布。"
    full = "1 full day" if notice_days == 1 else f"{notice_days} full days"
    return f"A reward becomes dearer, or is no longer offered, {full} after that is published."


def own_raise_notice(notice_days: int, language: Language) -> str:
    """The same of one reward, as a part of its sentence."""
    if language == "zh":
        return f"涨价提前 {notice_days} 天公布" if notice_days else "涨价不必提前公布"
    if not notice_days:
        return "raised without notice"
    return f"raised with a notice of {notice_days} day{'' if notice_days == 1 else 's'}"
