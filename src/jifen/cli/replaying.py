"""`jifen programme replay`: a draft on all real history, beside what is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jifen.cli.language import say, spoken, told
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.publishing import draft_arguments

if TYPE_CHECKING:
    from jifen.programme.model import Field
    from jifen.whatif.report import Both, Report


@click.command(
    "replay",
    help=say(
        "Replay all history under a draft: points, cost, tiers, who gains and who loses.",
        "用草稿重算全部历史：积分、成本、等级、谁多谁少。",
    ),
)
@draft_arguments
@click.option(
    "--from",
    "since",
    metavar="MOMENT",
    help=say("The draft holds from then on.", "草稿自此时起生效。"),
)
@click.option("--to", "until", metavar="MOMENT", help=say("And until then.", "草稿到此时为止。"))
@click.option("--by", metavar="FACT", help=say("Group members by a fact.", "按一项会员信息分组。"))
@click.option(
    "--html",
    "page_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=say("Write a page with charts.", "输出带图表的网页。"),
)
@programme_option
@json_option
@common
def command(
    draft: str | None,
    revision: int | None,
    since: str | None,
    until: str | None,
    by: str | None,
    page_file: Path | None,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.publishing import drafted_document, published_document
    from jifen.intake.asking.scalars import instant
    from jifen.programme.differing import differences
    from jifen.whatif.page import page
    from jifen.whatif.replaying import replay

    with opened(slug) as (connection, programme):
        text, document = drafted_document(connection, programme, draft, revision)
        if by is not None:
            _check_fact(by, [*programme.programme.facts, *document.facts])
        begins = None if since is None else instant(since, programme.zone, "--from")
        ends = None if until is None else instant(until, programme.zone, "--to")
        published = published_document(connection, programme)
        report = replay(connection, programme, document, since=begins, until=ends, by=by)
    if page_file is not None:
        changes = differences(published, text)
        page_file.write_text(page(report, changes, spoken()), encoding="utf-8")
    if as_json:
        output.as_struct(report)
        return
    output.lines(told_report(report))
    if page_file is not None:
        click.echo(say(f"The page is in {page_file}.", f"网页已写入 {page_file}。"))


def _check_fact(by: str, declared: Sequence[Field]) -> None:
    """Raises CommandProblem for what is no fact of a member."""
    from jifen.cli.problems import CommandProblem
    from jifen.intake.relations.deriving import REFERRER
    from jifen.programme.problems import did_you_mean

    known = list(dict.fromkeys(["birthday", REFERRER, *(fact.name for fact in declared)]))
    if by not in known:
        listed = ", ".join(known)
        meant = did_you_mean(by, known)
        raise CommandProblem(
            say(f"members have no fact '{by}'", f"会员没有“{by}”这项信息"),
            told(meant) if meant else say(f"There are: {listed}.", f"现有：{listed}。"),
        )


def told_report(report: Report) -> Iterator[str]:
    """The report as lines and tables for a terminal."""
    from jifen.cli.tables import Column, table
    from jifen.whatif.page_words import change, lead, number, percent, signed, verdict, word

    language = spoken()
    main = report.total(report.main)
    yield verdict(report, language)
    yield lead(report, language)

    def tabled(title: str, rows: list[tuple[str, Both, int]]) -> Iterator[str]:
        heads = [Column(title)] + [
            Column(word(name, language), "right") for name in ("published", "draft", "difference")
        ]
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
        yield ""
        yield from table([*heads, Column("", "right")], cells)

    totals = [
        (told_name(total.name.zh, total.name.en), total.points, total.scale)
        for total in report.currencies
    ]
    cost = f"{word('cost', language)} ({report.money})"
    yield from tabled("", [*totals, (cost, report.cost, report.money_scale)])
    yield ""
    for name, count in (("better", report.better), ("worse", report.worse), ("same", report.same)):
        share = percent(count, report.members)
        yield word(name, language) + say(
            f": {number(count)} ({share})", f"：{number(count)}（{share}）"
        )
    rules = [
        (rule.id, rule.points, main.scale) for rule in report.rules if rule.currency == main.id
    ]
    yield from tabled(word("rule", language), rules)
    months = [(f"{month.month:%Y-%m}", month.points, main.scale) for month in report.months]
    yield from tabled(word("month", language), months)
    if report.tiers:
        name = f"{word('tier', language)} · {word('members', language)}"
        yield from tabled(
            name, [(told_name(t.name.zh, t.name.en), t.members, 0) for t in report.tiers]
        )
    if report.by:
        unknown = word("unknown", language)
        groups = [(group.value or unknown, group.points, main.scale) for group in report.groups]
        yield from tabled(report.by, groups)
    for title, movers in (("gaining", report.gaining), ("losing", report.losing)):
        yield ""
        yield word(title, language) + say(":", "：")
        for mover in movers[:5]:
            yield f"  {mover.member}  {signed(mover.points.difference, main.scale)}"
            for moved in mover.by[:3]:
                yield f"    {signed(moved.points.difference, main.scale)}  {told(moved.said)}"


def told_name(zh: str, en: str) -> str:
    """A name in the spoken language."""
    return say(en, zh)
