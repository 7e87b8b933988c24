"""From which day to which something holds, in words; empty where it always does."""

from __future__ import annotations

import datetime as dt

from jifen.programme.saying.words import MONTHS_EN

Between = tuple[dt.date | None, dt.date | None]


def between_en(between: Between) -> str:
    """`from 1 July to 31 July 2026, `, `from 1 July 2026 on, `: with a comma, for a sentence to go on."""
    first, last = between
    if first and last:
        start = day_en(first).removesuffix(f" {last.year}")
        return f"from {start} to {day_en(last)}, "
    if first:
        return f"from {day_en(first)} on, "
    return f"until {day_en(last)}, " if last else ""


def between_zh(between: Between) -> str:
    """`2026 年 7 月 1 日至 7 月 31 日`, `自 2026 年 7 月 1 日起`."""
    first, last = between
    if first and last:
        end = day_zh(last).removeprefix(f"{first.year} 年 ")
        return f"{day_zh(first)}至 {end}"
    if first:
        return f"自 {day_zh(first)}起"
    return f"到 {day_zh(last)}为止" if last else ""


def day_en(date: dt.date) -> str:
    """`30 June 2027`."""
    return f"{date.day} {MONTHS_EN[date.month - 1]} {date.year}"


def day_zh(date: dt.date) -> str:
    """`2027 年 6 月 30 日`."""
    return f"{date.year} 年 {date.month} 月 {date.day} 日"
