"""The sections of a page on what becomes of points, and on budgets."""

from __future__ import annotations

import datetime as dt
from html import escape

from jifen.whatif.charts import months_chart
from jifen.whatif.page_parts import Parts, both_sides, plain_table
from jifen.whatif.page_words import number
from jifen.whatif.report import Both, LifeTotal


def life_section(parts: Parts, life: LifeTotal) -> str:
    """Granted, used, lapsed and outstanding, and month by month what is outstanding and lapses."""
    figures = [
        (name, getattr(life, name.replace(" ", "_")))
        for name in ("granted", "used", "uncovered", "lapsed", "outstanding")
        if name != "uncovered" or life.uncovered != Both(0, 0)
    ]
    widest = max([1, *(abs(both.difference) for _, both in figures)])
    rows = [
        [
            f"{escape(parts.word(name))}<br><small>{escape(parts.word(f'{name} means'))}"
            f"{parts.narrow(both)}</small>",
            *parts.cells(both, widest),
        ]
        for name, both in figures
    ]
    ahead = next((place for place, one in enumerate(life.months) if one.ahead), None)
    title = parts.word("outstanding by month", of=parts.name)
    chart = months_chart(
        [(month.month, month.outstanding) for month in life.months],
        life.scale,
        title,
        parts.word("difference"),
        parts.language,
        ahead=None if ahead is None else (ahead, parts.word("now")),
        alone=parts.report.alone,
    )
    sides = (("draft", "outstanding"),) if parts.report.alone else _BOTH
    return parts.section(
        "life",
        f"{parts.table('points', rows)}"
        f"<h3>{escape(title)}</h3>{parts.key(*sides)}{chart}"
        f"<details><summary><span>{escape(parts.word('by month'))}</span></summary>{_by_month(parts, life)}</details>",
    )


_BOTH = (("published", "published"), ("draft", "draft"))


def _by_month(parts: Parts, life: LifeTotal) -> str:
    def cell(both: Both) -> str:
        if parts.report.alone:
            return number(both.draft, life.scale)
        return both_sides(both, life.scale)

    rows = [
        [f"{one.month:%Y-%m}{' *' * one.ahead}", cell(one.lapsed), cell(one.outstanding)]
        for one in life.months
    ]
    heads = [escape(parts.word(name)) for name in ("month", "lapsed", "outstanding")]
    note = f"<p><small>* {escape(parts.word('ahead'))}</small></p>"
    return plain_table(heads, rows) + note


def budgets_section(parts: Parts) -> str:
    """What every budget gave, and the day on which it was used up."""

    def closed(day: dt.date | None, budget: int) -> str:
        return "–" if budget == 0 else parts.word("open") if day is None else day.isoformat()

    rows = []
    for one in parts.report.budgets:
        scale = parts.report.total(one.currency).scale
        name = parts.said(one.name)
        if parts.report.alone:
            used = (number(one.budget.draft, scale), number(one.given.draft, scale))
            rows.append([name, *used, closed(one.closed_draft, one.budget.draft)])
            continue
        days = (
            closed(one.closed_published, one.budget.published),
            closed(one.closed_draft, one.budget.draft),
        )
        budget = " → ".join(number(of, scale) if of else "–" for of in one.budget.sides)
        both = (budget, both_sides(one.given, scale))
        rows.append([name, *both, escape(" → ".join(days))])
    heads = [escape(parts.word(name)) for name in ("rule", "budget", "given", "used up")]
    return parts.section("budgets", plain_table(heads, rows))
