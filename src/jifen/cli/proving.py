"""`jifen prove`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import counted, say, spoken
from jifen.cli.options import common, json_option, programme_option

if TYPE_CHECKING:
    import psycopg

    from jifen.intake.versions.opening import OpenProgramme
    from jifen.proof.proving import Report


@click.command(
    "prove",
    help=say(
        "Evaluate all history again and check that every award, lot and balance follows from it.",
        "重新计算全部历史，核对每一笔奖励、批次与余额。",
    ),
)
@programme_option
@click.option(
    "--all",
    "every",
    is_flag=True,
    help=say("Every programme, one after the other.", "逐个证明所有计划。"),
)
@json_option
@common
def command(slug: str | None, every: bool, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import database, opened
    from jifen.cli.problems import CommandProblem

    if every and slug is not None:
        raise CommandProblem(
            say(
                "one programme is named, and all are asked for", "既指明了一个计划，又要求所有计划"
            ),
            say("Leave out `--programme` or `--all`.", "请去掉 `--programme` 或 `--all`。"),
        )
    if every:
        with database() as connection:
            reports = prove_all(connection, silent=as_json)
        if as_json:
            output.as_struct(reports)
    else:
        with opened(slug) as (connection, programme):
            report = prove_and_note(connection, programme)
        reports = {programme.slug: report}
        if as_json:
            output.as_struct(report)
        else:
            _tell(report)
    if not all(report.holds for report in reports.values()):
        raise click.exceptions.Exit(1)


def prove_all(connection: psycopg.Connection[Any], *, silent: bool = False) -> dict[str, Report]:
    """Prove every programme of a database; how it came out by name, printed as it comes unless `silent`."""
    from jifen.cli.database import slugs
    from jifen.intake.versions.opening import open_programme

    reports: dict[str, Report] = {}
    for slug in slugs(connection):
        reports[slug] = prove_and_note(connection, open_programme(connection, slug))
        if not silent:
            click.echo(slug + say(":", "："))
            _tell(reports[slug])
    return reports


def prove_and_note(connection: psycopg.Connection[Any], programme: OpenProgramme) -> Report:
    """Prove a programme, and keep how it came out for the metrics."""
    from jifen.cli.database import url
    from jifen.intake.clock import real_now
    from jifen.operations.standing import note_proof
    from jifen.proof.proving import prove

    report = prove(connection, programme, url=url())
    note_proof(
        connection,
        programme.programme_id,
        now=real_now(),
        seconds=report.seconds,
        members=report.members,
        differences=len(report.differences),
    )
    return report


def _tell(report: Report) -> None:
    from jifen.cli import output

    output.lines(difference.sentence(spoken()) for difference in report.differences)
    checked = say(
        f"{counted(report.members, 'member')}, {counted(report.events, 'event')} evaluated again"
        f" and {counted(report.rows, 'row')} checked in {report.seconds:.1f} s",
        f"{report.members:,} 位会员，重算 {report.events:,} 个事件，核对 {report.rows:,} 行，"
        f"用时 {report.seconds:.1f} 秒",
    )
    count = len(report.differences)
    verdict = (
        say("everything agrees", "全部一致")
        if report.holds
        else say(counted(count, "difference"), f"有 {count:,} 处不符")
    )
    click.echo(verdict + say(": ", "：") + checked)
