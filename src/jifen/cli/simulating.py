"""`jifen simulate members`: a made-up population's year under a document."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jifen.cli.language import say, spoken
from jifen.cli.options import common, json_option
from jifen.cli.usage import SpokenGroup

if TYPE_CHECKING:
    from jifen.whatif.population import Population


@click.group(
    "simulate",
    cls=SpokenGroup,
    help=say("Try documents on made-up members.", "用虚构的会员试验计划。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Made-up histories."""


@command.command(
    "members",
    help=say(
        "A year of made-up members under DOCUMENT, beside another document if one is named.",
        "让虚构会员在 DOCUMENT 下过一年，可与另一份文档对照。",
    ),
)
@click.argument("document")
@click.option("--against", metavar="DOCUMENT", help=say("Compare with this one.", "对照的文档。"))
@click.option("--members", "count", type=click.IntRange(1), default=100_000, show_default=True,
              help=say("How many.", "会员数。"))  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True,
              help=say("The same seed makes the same members.", "种子相同，会员相同。"))  # fmt: skip
@click.option("--from", "since", metavar="DATE", default="2026-01-01", show_default=True,
              help=say("The first day of the year.", "首日。"))  # fmt: skip
@click.option("--post", metavar="NAME", help=say("Write them to this programme.", "写入这个计划。"))
@click.option(
    "--html",
    "page_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=say("Write a page with charts.", "输出带图表的网页。"),
)
@json_option
@common
def members(
    document: str,
    against: str | None,
    count: int,
    seed: int,
    since: str,
    post: str | None,
    page_file: Path | None,
    as_json: bool,
) -> None:
    from zoneinfo import ZoneInfo

    from jifen.cli import output
    from jifen.cli.documents import read_document
    from jifen.cli.replayed import told_report
    from jifen.instants import day_of
    from jifen.intake.asking.scalars import date
    from jifen.programme.differing import differences
    from jifen.whatif.page import page
    from jifen.whatif.population import populate
    from jifen.whatif.simulating import simulated

    started = time.perf_counter()
    text, programme = read_document(document)
    first_day = day_of(date(since, "--from"))
    zone = ZoneInfo(programme.timezone)
    population = populate(count, first_day, zone, programme.money_scale, seed)
    if post is not None:
        _post(population, post)
        return
    if against is None:
        beside, report = text, simulated(population, text, None, started)
    else:
        beside = read_document(against)[0]
        report = simulated(population, beside, programme, started)
    if page_file is not None:
        changes = differences(beside, text)
        page_file.write_text(page(report, changes, spoken()), encoding="utf-8")
    if as_json:
        output.as_struct(report)
    else:
        output.lines(told_report(report))
        click.echo(say(f"\n{report.seconds} s", f"\n用时 {report.seconds} 秒"))


def _post(population: Population, slug: str) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.versions.opening import now_of
    from jifen.whatif.simulating import last_moment, write

    with opened(slug) as (connection, programme):
        last = last_moment(population, programme)
        if now_of(programme) < last:
            until = output.time_text(last, programme.zone)
            raise CommandProblem(
                say(f"the population lives until {until}", f"虚构会员的历史到 {until} 为止"),
                say(
                    "Choose an earlier year with --from, or advance the clock of the test programme.",
                    "请用 --from 选更早的年份，或先拨快测试计划的时钟。",
                ),
            )
        progress = output.Progress(say("Writing", "写入"))
        total = max(1, len(population.amounts))
        done = write(
            connection,
            programme,
            population,
            lambda so_far: progress.tell(so_far / total, f"{so_far:,}"),
        )
        progress.done()
    click.echo(
        say(
            f"{population.members:,} members and {done:,} commands are in '{slug}'.",
            f"已向“{slug}”写入 {population.members:,} 位会员、{done:,} 条命令。",
        )
    )
