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
@json_option
@common
def command(slug: str | None, as_json: bool) -> None:
    from jifen.cli.database import opened, url

    with opened(slug) as (connection, programme):
        report = prove_and_tell(connection, programme, url(), as_json=as_json)
    if not report.holds:
        raise click.exceptions.Exit(1)


def prove_and_tell(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    url: str,
    *,
    as_json: bool = False,
) -> Report:
    """Prove a programme, keep how it came out, and print it."""
    from jifen.cli import output
    from jifen.intake.clock import real_now
    from jifen.operations.standing import note_proof
    from jifen.proof.proving import prove

    report = prove(connection, programme, url=url)
    note_proof(
        connection,
        programme.programme_id,
        now=real_now(),
        seconds=report.seconds,
        members=report.members,
        differences=len(report.differences),
    )
    if as_json:
        output.as_struct(report)
    else:
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
    return report
