"""The report of a replay as lines and tables for a terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from jifen.cli.language import say, spoken, told
from jifen.cli.tables import Column, table
from jifen.programme.amounts import in_language
from jifen.programme.saying.naming import Name
from jifen.whatif.page_words import (
    change,
    compared_by,
    cost_in,
    lead,
    number,
    percent,
    signed,
    verdict,
    word,
)
from jifen.whatif.report import Both, CurrencyTotal, LifeTotal, Moved, Mover, Report

_MOVERS, _RULES_OF_A_MOVER = 5, 3
Row = tuple[str, Both, int]
"""What it is called, the figure on both sides, its decimals."""


def told_report(report: Report) -> Iterator[str]:
    """What a draft would have changed; of one document alone, what it gives."""
    main = report.total(report.main)
    yield verdict(report, spoken())
    yield lead(report, spoken())
    totals = [(_named(total.name), total.points, total.scale) for total in report.currencies]
    cost = cost_in(report.money, spoken())
    yield from _tabled(report, "", [*totals, (cost, report.cost, report.money_scale)])
    if not report.alone:
        yield ""
        for name in ("better", "worse", "same"):
            count = getattr(report, name)
            people, share = number(count), percent(count, report.members)
            yield say(f"{_word(name)}: {people} ({share})", f"{_word(name)}：{people}（{share}）")
        if report.others:
            yield compared_by(report, spoken())
    yield from _rules(report, main, _word("rule"))
    for other in report.others:
        yield from _rules(report, other, f"{_word('rule')} · {_named(other.name)}")
    yield from _budgets(report)
    months = [(f"{month.month:%Y-%m}", month.points, main.scale) for month in report.months]
    yield from _tabled(report, _word("month"), months)
    for life in report.lives:
        yield from _life(report, life)
    if report.tiers:
        title = f"{_word('tier')} · {_word('members')}"
        yield from _tabled(
            report, title, [(_named(tier.name), tier.members, 0) for tier in report.tiers]
        )
    if report.by:
        groups = report.groups
        values = [(one.value or _word("unknown"), one.points, main.scale) for one in groups]
        yield from _tabled(report, report.by, values)
    if not report.alone:
        said: set[str] = set()
        yield from _movers("gaining", report.gaining, main.scale, said)
        yield from _movers("losing", report.losing, main.scale, said)
    if report.aside:
        yield ""
    yield from map(told, report.aside)


def _word(name: str) -> str:
    return word(name, spoken())


def _named(name: Name) -> str:
    return in_language(name, spoken())


def _tabled(report: Report, title: str, rows: Sequence[Row]) -> Iterator[str]:
    """Published, draft, difference and its share of each row; of one document its figure."""
    yield ""
    if report.alone:
        cells = [[name, number(both.draft, scale)] for name, both, scale in rows]
        headed = table([Column(title), Column("", "right")], cells)
        yield from headed if title else headed[1:]
        return
    sides = [Column(_word(name), "right") for name in ("published", "draft", "difference")]
    cells = [
        [
            name,
            number(both.published, scale),
            number(both.draft, scale),
            signed(both.difference, scale),
            change(both),
        ]
        for name, both, scale in rows
    ]
    yield from table([Column(title), *sides, Column("", "right")], cells)


def _rules(report: Report, of: CurrencyTotal, title: str) -> Iterator[str]:
    """What each rule gives of a currency or reward."""
    rules = [rule for rule in report.rules if rule.currency == of.id]
    yield from _tabled(report, title, [(told(rule.name), rule.points, of.scale) for rule in rules])


def _life(report: Report, life: LifeTotal) -> Iterator[str]:
    """What has become of the points of a currency, and month by month what lapses and is outstanding."""
    rows = [
        (_word(name), getattr(life, name), life.scale)
        for name in ("granted", "used", "uncovered", "lapsed", "outstanding")
        if name != "uncovered" or life.uncovered != Both(0, 0)
    ]
    title = _word("life")
    if len(report.lives) > 1:
        title = f"{title} · {_named(life.name)}"
    yield from _tabled(report, title, rows)
    yield ""
    sides = ("draft",) if report.alone else ("published", "draft")
    heads = [Column(_word("month"))]
    for name in ("lapsed", "outstanding"):
        heads += [
            Column(_word(name) if report.alone else f"{_word(name)} · {_word(side)}", "right")
            for side in sides
        ]
    cells = [
        [
            f"{one.month:%Y-%m}{'*' if one.ahead else ''}",
            *(number(getattr(one.lapsed, side), life.scale) for side in sides),
            *(number(getattr(one.outstanding, side), life.scale) for side in sides),
        ]
        for one in life.months
    ]
    yield from table(heads, cells)
    if any(one.ahead for one in life.months):
        yield f"* {_word('ahead')}"


def _budgets(report: Report) -> Iterator[str]:
    if not report.budgets:
        return
    yield ""
    sides = ("draft",) if report.alone else ("published", "draft")
    heads = [Column(_word("budgets")), Column(_word("budget"), "right")]
    heads += [
        Column(_word(name) if report.alone else f"{_word(name)} · {_word(side)}", "right")
        for name in ("given", "used up")
        for side in sides
    ]
    rows = []
    for one in report.budgets:
        scale = report.total(one.currency).scale
        days = {"published": one.closed_published, "draft": one.closed_draft}
        rows.append(
            [
                told(one.name),
                number(one.budget.draft, scale),
                *(number(getattr(one.given, side), scale) for side in sides),
                *(_closed(days[side], getattr(one.budget, side)) for side in sides),
            ]
        )
    yield from table(heads, rows)


def _closed(day: dt.date | None, budget: int) -> str:
    return "–" if budget == 0 else _word("open") if day is None else day.isoformat()


def _movers(title: str, movers: Sequence[Mover], scale: int, said: set[str]) -> Iterator[str]:
    """The members who are moved farthest; what a rule says is told where it is named first (not yet in `said`)."""
    if not movers:
        return
    yield ""
    yield _word(title) + say(":", "：")
    for mover in movers[:_MOVERS]:
        yield f"  {mover.member}  {signed(mover.points.difference, scale)}"
        for moved in mover.by[:_RULES_OF_A_MOVER]:
            yield f"    {signed(moved.points.difference, scale)}  {told(moved.name)}"
            if moved.id not in said:
                yield from _words(moved)
            said.add(moved.id)


def _words(moved: Moved) -> Iterator[str]:
    """What the rule says, in the words of the documents between which it differs."""
    if moved.published == moved.draft:
        if moved.draft is not None and not told(moved.draft).startswith(told(moved.name)):
            yield f"      {told(moved.draft)}"
        return
    if moved.published is not None:
        yield f"      {_word('published')}{say(': ', '：')}{told(moved.published)}"
    if moved.draft is not None:
        yield f"      {_word('draft')}{say(': ', '：')}{told(moved.draft)}"
