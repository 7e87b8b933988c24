"""`jifen programme replay`: a draft on all real history, beside what is published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jifen.cli.language import listed, say, spoken, told
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.publishing import draft_arguments

if TYPE_CHECKING:
    from jifen.programme.event_types import Field


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
    from jifen.cli.publishing import drafted_document
    from jifen.cli.replayed import told_report
    from jifen.enquiry.planning import published_document
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
        _check_order(begins, ends)
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


def _check_order(begins: int | None, ends: int | None) -> None:
    """Raises CommandProblem for a period that ends before it begins."""
    from jifen.cli.problems import CommandProblem

    if begins is not None and ends is not None and begins >= ends:
        raise CommandProblem(say("--from must come before --to", "--from 须早于 --to"))


def _check_fact(by: str, declared: Sequence[Field]) -> None:
    """Raises CommandProblem for what is no fact of a member."""
    from jifen.cli.problems import CommandProblem
    from jifen.intake.gathering.facts import REFERRER
    from jifen.programme.problems import did_you_mean

    known = list(dict.fromkeys(["birthday", REFERRER, *(fact.name for fact in declared)]))
    if by not in known:
        names = listed(known)
        meant = did_you_mean(by, known)
        raise CommandProblem(
            say(f"members have no fact '{by}'", f"会员没有“{by}”这项信息"),
            told(meant) if meant else say(f"There are: {names}.", f"现有：{names}。"),
        )
