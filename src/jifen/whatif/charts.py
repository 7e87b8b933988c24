"""Charts as inline SVG. Without a viewBox: shapes stretch with the page in percent, text keeps its size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from jifen.programme.amounts import Language
from jifen.whatif.page_words import number, signed
from jifen.whatif.report import Bar, Both

_LINES_HIGH, _GAP, _BARS_HIGH, _FOOT = 150, 32, 70, 22
_SPREAD_HIGH = _LINES_HIGH + _GAP + _BARS_HIGH + _FOOT
_MOST_LABELS = 6
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


Month = tuple[dt.date, Both]
"""The first day of a month, and a figure on both sides."""


def months_chart(
    months: Sequence[Month],
    scale: int,
    title: str,
    below: str,
    language: Language,
    *,
    ahead: tuple[int, str] | None = None,
    alone: bool = False,
) -> str:
    """Both sides as lines, and below them what the draft gives more or less (called `below`).

    `alone`: only the draft's line. `ahead`: the place from which on months are ahead, and what is said there.
    """
    high = _LINES_HIGH + (0 if alone else _GAP + _BARS_HIGH) + _FOOT
    sides = [(both.published, both.draft) for _, both in months]
    most = max([1, *map(max, sides)])
    least = min([most, *map(min, sides)])
    floor = 0 if least < most // 2 else least - (most - least)
    spans = most - floor or 1
    widest = max([1, *(abs(both.difference) for _, both in months)])
    step, shapes = 100 / max(1, len(months)), list[str]()
    middle = _LINES_HIGH + _GAP + _BARS_HIGH / 2

    def height(value: int) -> float:
        return 12 + (_LINES_HIGH - 24) * (1 - (value - floor) / spans)

    for side, name in ((1, "draft"),) if alone else ((0, "published"), (1, "draft")):
        points = [
            (step * (place + 0.5), height(values[side])) for place, values in enumerate(sides)
        ]
        shapes += [
            f'<line class="{name}" x1="{x1:.2f}%" y1="{y1:.1f}" x2="{x2:.2f}%" y2="{y2:.1f}"/>'
            for (x1, y1), (x2, y2) in pairwise(points)
        ]
        shapes += [f'<circle class="{name}" cx="{x:.2f}%" cy="{y:.1f}" r="3"/>' for x, y in points]
    every = -(-len(months) // _MOST_LABELS) or 1
    if ahead is not None:
        x = step * (ahead[0] + 0.5)
        shapes.append(f'<line class="now" x1="{x:.2f}%" x2="{x:.2f}%" y1="10" y2="{_LINES_HIGH}"/>')
        shapes.append(_label(x, 5, ahead[1]))
    for place, (month, both) in enumerate(months):
        difference = both.difference
        size = (_BARS_HIGH / 2 - 4) * abs(difference) / widest
        top = middle - size if difference > 0 else middle
        if not alone:
            shapes.append(
                f'<rect class="{_kind(difference)}" x="{step * (place + 0.2):.2f}%" y="{top:.1f}"'
                f' width="{step * 0.6:.2f}%" height="{max(size, 0.5):.1f}" rx="2">'
                f"<title>{month:%Y-%m}: {signed(difference, scale)}</title></rect>"
            )
        if place % every == 0:
            shapes.append(_label(step * (place + 0.5), high - 6, _month(month, language)))
    if not alone:
        shapes.append(f'<line class="axis" x1="0" x2="100%" y1="{middle}" y2="{middle}"/>')
        shapes.append(_label(0, _LINES_HIGH + _GAP, below, "start"))
    shapes.append(_label(0, height(most) - 2, number(most, scale), "start"))
    shapes.append(_label(0, height(least) + 15, number(least, scale), "start"))
    return _svg(high, title, shapes)


def spread_chart(bars: Sequence[Bar], scale: int, title: str) -> str:
    """A column for each range of points gained or lost."""
    most = max([1, *(bar.members for bar in bars)])
    step, room = 100 / max(1, len(bars)), _SPREAD_HIGH - _FOOT
    shapes = []
    for place, bar in enumerate(bars):
        size = (room - 18) * bar.members / most
        kind = _kind(0 if bar.least <= 0 < bar.below else bar.least)
        reach = f"{signed(bar.least, scale)} … {signed(bar.below - 1, scale)}"
        shapes.append(
            f'<rect class="{kind}" x="{step * (place + 0.1):.2f}%" y="{room - size:.1f}"'
            f' width="{step * 0.8:.2f}%" height="{max(size, 0.5):.1f}" rx="2">'
            f"<title>{reach}: {number(bar.members)}</title></rect>"
        )
        if bar.members == most or (bar.least <= 0 < bar.below and bar.members):
            shapes.append(_label(step * (place + 0.5), room - size - 5, number(bar.members)))
    shapes.append(f'<line class="axis" x1="0" x2="100%" y1="{room}" y2="{room}"/>')
    if len(bars) > 1:
        shapes.append(_label(0, _SPREAD_HIGH - 6, f"≤ {signed(bars[0].below - 1, scale)}", "start"))
        shapes.append(_label(50, _SPREAD_HIGH - 6, "±0"))
        shapes.append(_label(100, _SPREAD_HIGH - 6, f"≥ {signed(bars[-1].least, scale)}", "end"))
    return _svg(_SPREAD_HIGH, title, shapes)


def difference_bar(difference: int, widest: int) -> str:
    """One bar that grows to the right for more and to the left for less."""
    size = 50 * abs(difference) / max(1, widest)
    left = 50 if difference > 0 else 50 - size
    shapes = ['<line class="axis" x1="50%" x2="50%" y1="0" y2="16"/>']
    if difference:
        shapes.append(
            f'<rect class="{_kind(difference)}" x="{left:.2f}%" y="3" width="{max(size, 0.3):.2f}%"'
            ' height="10" rx="2"/>'
        )
    return _svg(16, "", shapes)


def shares_bar(parts: Sequence[tuple[str, int]]) -> str:
    """A bar cut into the shares of its parts, by class."""
    whole = sum(size for _, size in parts) or 1
    shapes, left = [], 0.0
    for kind, size in parts:
        wide = 100 * size / whole
        shapes.append(
            f'<rect class="{kind}" x="{left:.2f}%" y="0" width="{wide:.2f}%" height="12"/>'
        )
        left += wide
    return _svg(12, "", shapes)


def _month(at: dt.date, language: Language) -> str:
    if language == "zh":
        return f"{at.year}" if at.month == 1 else f"{at.month}月"
    return f"{at.year}" if at.month == 1 else _MONTHS_EN[at.month - 1]


def _kind(difference: int) -> str:
    return "gain" if difference > 0 else "loss" if difference < 0 else "none"


def _label(x: float, y: float, said: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def _svg(high: float, title: str, shapes: Sequence[str]) -> str:
    hidden = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    return f'<svg width="100%" height="{high:g}" {hidden}>{"".join(shapes)}</svg>'
