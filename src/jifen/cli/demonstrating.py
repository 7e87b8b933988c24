"""`jifen demo`: a year of real baskets in a programme of their own."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import say, spoken
from jifen.cli.options import common

if TYPE_CHECKING:
    import psycopg

    from jifen.intake.files.counts import ImportReport
    from jifen.intake.versions.opening import OpenProgramme

CLOCK = "2018-01-01"  # the history ends with 2017


@click.command(
    "demo",
    help=say(
        "Load the purchases of 2,469 real households into a demonstration programme, and look at it.",
        "把 2,469 户真实家庭的消费导入演示计划，并查看结果。",
    ),
)
@common
def command() -> None:
    from jifen.cli import output
    from jifen.cli.database import database
    from jifen.cli.problems import CommandProblem
    from jifen.cli.repository import repository_folder

    started = time.monotonic()
    repository = repository_folder()
    if repository is None:
        raise CommandProblem(
            say("the demonstration is not part of the installed package", "演示数据不在安装包内"),
            say("Run it in a clone of the repository.", "请在代码仓库中运行。"),
        )
    folder = repository / "examples" / "complete-journey"
    with database(make=True) as connection:
        programme = _programme(connection, folder / "programme.yaml")
        report = _history(connection, programme, folder / "mapping.yaml")
        output.lines(_summary(connection, programme, report, time.monotonic() - started))


def _programme(connection: psycopg.Connection[Any], path: Path) -> OpenProgramme:
    """The demonstration programme, on a clock that stands where its history ends."""
    from zoneinfo import ZoneInfo

    from jifen.cli.documents import read_document
    from jifen.intake.asking.scalars import instant
    from jifen.intake.versions.opening import UnknownProgramme, create_programme, open_programme

    document, programme = read_document(str(path))
    try:
        return open_programme(connection, programme.id)
    except UnknownProgramme:
        clock = instant(CLOCK, ZoneInfo(programme.timezone), "")
        return create_programme(connection, document, test_now=clock, now=clock, actor="demo")


def _history(
    connection: psycopg.Connection[Any], programme: OpenProgramme, mapping_path: Path
) -> ImportReport:
    """Import what is not there yet; an interrupted demonstration goes on where it stopped."""
    from functools import partial

    from jifen.cli import output
    from jifen.cli.importing import tell
    from jifen.intake.files.importing import import_file
    from jifen.intake.files.loading import load_mapping
    from jifen.intake.versions.opening import now_of
    from jifen.settings import data_folder

    mapping = load_mapping(mapping_path)
    assert mapping.file is not None
    bar = output.Progress(say("real baskets of 2017", "2017 年真实购物篮"))
    try:
        return import_file(
            connection,
            programme,
            mapping,
            mapping.file,
            now=now_of(programme),
            actor="demo",
            rejects_path=data_folder() / "demo.rejects.csv",
            progress=partial(tell, bar),
        )
    finally:
        bar.done()


def _summary(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    report: ImportReport,
    seconds: float,
) -> list[str]:
    from jifen.cli import output
    from jifen.cli.tables import pairs
    from jifen.enquiry.overview import overview
    from jifen.intake.versions.opening import now_of

    found = overview(connection, programme, now_of(programme))
    document = programme.programme
    rows = [
        (say("programme", "计划"), f"{output.named(document.name)} ({programme.slug})"),
        (say("members", "会员"), f"{found.members:,}"),
        (say("events", "事件"), f"{found.events:,}"),
    ]
    for currency in document.points:
        awarded = output.amount(found.currencies[currency.id].awarded, currency.scale)
        rows.append((say(f"{currency.name.en} given", f"发放{currency.name.zh}"), awarded))
    ladder = document.tiers.ladder if document.tiers else ()
    standing = [f"{output.named(tier.name)} {found.tiers[tier.id]:,}" for tier in ladder]
    rows.append((say("tiers", "等级"), "  ".join(standing)))
    lines = [*pairs(rows), ""]
    for member, event in found.examples[:3]:
        lines += [*_example(connection, programme, member, event), ""]
    if report.already_imported:
        lines.append(
            say(
                f"ready in {seconds:.1f} s; the history was there",
                f"{seconds:.1f} 秒就绪；历史早已导入",
            )
        )
    else:
        pace = report.events / report.seconds if report.seconds else 0
        lines.append(
            say(
                f"ready in {seconds:.1f} s; {pace:,.0f} baskets a second were imported",
                f"{seconds:.1f} 秒就绪；导入速度为每秒 {pace:,.0f} 个购物篮",
            )
        )
    return [*lines, *_what_next(found.examples)]


def _example(
    connection: psycopg.Connection[Any], programme: OpenProgramme, member: str, event: str
) -> list[str]:
    """A member, and why the last basket gave what it gave, in both languages."""
    from jifen.cli import output
    from jifen.enquiry.member import member_view
    from jifen.enquiry.why import why
    from jifen.intake.versions.opening import now_of
    from jifen.programme.amounts import said_with

    view = member_view(connection, programme, member, now_of(programme))
    document = programme.programme
    ladder = document.tiers.ladder if document.tiers else ()
    standing = [output.named(tier.name) for tier in ladder if view.tier and tier.id == view.tier.id]
    points = [
        said_with(
            output.as_shown(currency, view.currencies[currency.id].points), currency.name, spoken()
        )
        for currency in document.points
    ]
    lines = ["  ".join([member, *standing, *points])]
    for language in ("zh", "en"):
        found = why(connection, programme, event, language)
        lines.append(f"  {found.event}  {found.occurred_at:%Y-%m-%d %H:%M}")
        lines += [f"  - {sentence}" for sentence in found.sentences]
    return lines


def _what_next(examples: list[tuple[str, str]]) -> list[str]:
    if not examples:
        return []
    member, event = examples[0]
    jifen = "jifen" if shutil.which("jifen") else os.path.relpath(sys.argv[0])
    return [
        say("Try:", "试试："),
        f"  {jifen} member show {member}",
        f"  {jifen} member why {event}",
    ]
