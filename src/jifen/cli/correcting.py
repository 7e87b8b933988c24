"""`jifen programme correct`: a corrected version for the past, reviewed before it is posted."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import counted, say
from jifen.cli.options import common, json_option, programme_option
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    import psycopg

    from jifen.intake.versions.corrections import OpenCorrection
    from jifen.intake.versions.opening import OpenProgramme


@click.command(
    "correct",
    help=say(
        "Correct the past: put a version up for review, see each member's difference, then post or drop it.",
        "更正过去：提交更正版本待审，查看每位会员的差额，再入账或放弃。",
    ),
)
@click.argument("draft", required=False)
@click.option(
    "--from",
    "since",
    metavar="MOMENT",
    help=say("The corrected version holds from then on.", "自此时起更正。"),
)
@click.option(
    "--to",
    "until",
    metavar="MOMENT",
    help=say("And until then; for good unless said.", "到此时为止；省略则一直有效。"),
)
@click.option("--post", is_flag=True, help=say("Post what is open.", "将待审的更正入账。"))
@click.option("--drop", is_flag=True, help=say("Drop what is open.", "放弃待审的更正。"))
@click.option(
    "--csv",
    "table_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=say("Write each member's difference.", "输出每位会员的差额。"),
)
@programme_option
@json_option
@common
def command(
    draft: str | None,
    since: str | None,
    until: str | None,
    post: bool,
    drop: bool,
    table_file: Path | None,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.cli.database import opened

    if post + drop + (draft is not None) > 1 or (draft is None) != (since is None):
        usage = (
            "a DRAFT with --from opens a correction; --post or --drop ends it",
            "用 DRAFT 和 --from 提交更正；用 --post 或 --drop 了结",
        )
        raise click.UsageError(say(*usage))
    with opened(slug) as (connection, programme):
        if post:
            _post(connection, programme)
            return
        if drop:
            _drop(connection, programme)
            return
        if draft is not None and since is not None:
            _open(connection, programme, draft, since, until)
        _show(connection, programme, table_file, as_json)


def _open(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    draft: str,
    since: str,
    until: str | None,
) -> None:
    from jifen.cli.documents import read_document
    from jifen.intake.asking.scalars import instant
    from jifen.intake.versions.corrections import open_correction
    from jifen.intake.versions.opening import now_of

    open_correction(
        connection,
        programme,
        read_document(draft)[0],
        since=instant(since, programme.zone, "--from"),
        until=None if until is None else instant(until, programme.zone, "--to"),
        now=now_of(programme),
        actor=COMMAND_LINE,
    )


def _show(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    table_file: Path | None,
    as_json: bool,
) -> None:
    from jifen.cli import output
    from jifen.cli.replayed import told_report
    from jifen.instants import NEVER
    from jifen.programme.loading import load
    from jifen.whatif.counting import count
    from jifen.whatif.replaying import replayed

    correction = _found(connection, programme)
    until = None if correction.effective_until == NEVER else correction.effective_until
    found = replayed(
        connection,
        programme,
        load(correction.document, "correction"),
        since=correction.effective_from,
        until=until,
        budgets="as recorded",
    )
    report = count(programme, found)
    if table_file is not None:
        _write_table(programme, found, table_file)
    if as_json:
        output.as_struct(report)
        return
    since = output.time_text(correction.effective_from, programme.zone)
    en_end, zh_end = " on", "起"
    if until is not None:
        end = output.time_text(until, programme.zone)
        en_end, zh_end = f" to {end}", f"至 {end} "
    click.echo(
        say(
            f"Open: a corrected version from {since}{en_end}. It touches nobody until it is posted.",
            f"待审：自 {since} {zh_end}的更正版本。入账前不影响任何人。",
        )
    )
    output.lines(told_report(report))
    click.echo(
        say(
            "Post it with `jifen programme correct --post`, or drop it with `--drop`.",
            "用 `jifen programme correct --post` 入账，或用 `--drop` 放弃。",
        )
    )


def _write_table(programme: OpenProgramme, found: Any, table_file: Path) -> None:
    from jifen.money import decimal_text
    from jifen.spreadsheets import guarded
    from jifen.whatif.batch import lines

    scales = programme.programme.scales
    with table_file.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("member", "currency", "awarded", "corrected", "difference"))
        for line in lines(found):
            scale = scales.get(line.currency, 0)
            amounts = (line.awarded, line.corrected, line.difference)
            numbers = (decimal_text(amount, scale) for amount in amounts)
            table.writerow((guarded(line.member), line.currency, *numbers))


def _post(connection: psycopg.Connection[Any], programme: OpenProgramme) -> None:
    from jifen.cli.output import Progress
    from jifen.intake.versions.corrections import post_correction
    from jifen.intake.versions.opening import now_of

    progress = Progress(say("Correcting", "更正"))
    corrected, members = post_correction(
        connection,
        programme,
        now=now_of(programme),
        actor=COMMAND_LINE,
        told=lambda done: progress.tell(0.5, f"{done:,}"),
    )
    progress.done()
    if corrected.revision == programme.revision and not members:
        click.echo(say("There was nothing to post.", "没有待入账的更正。"))
        return
    click.echo(
        say(
            f"Version {corrected.revision} is posted; {counted(members, 'member')} judged again.",
            f"第 {corrected.revision} 版更正已入账，重新计算了 {members:,} 位会员。",
        )
    )


def _drop(connection: psycopg.Connection[Any], programme: OpenProgramme) -> None:
    from jifen.intake.versions.corrections import drop_correction
    from jifen.intake.versions.opening import now_of

    if drop_correction(connection, programme, now=now_of(programme), actor=COMMAND_LINE):
        click.echo(
            say("The correction is dropped; nobody was touched.", "更正已放弃，没有影响任何人。")
        )
    else:
        click.echo(say("No correction is open.", "没有待审的更正。"))


def _found(connection: psycopg.Connection[Any], programme: OpenProgramme) -> OpenCorrection:
    from jifen.cli.problems import CommandProblem
    from jifen.intake.versions.corrections import found_correction

    found = found_correction(connection, programme)
    if found is None:
        raise CommandProblem(
            say("no correction is open", "没有待审的更正"),
            say(
                "Open one: `jifen programme correct DRAFT --from 2026-01-01`.",
                "提交一份：`jifen programme correct 文档 --from 2026-01-01`。",
            ),
        )
    return found
