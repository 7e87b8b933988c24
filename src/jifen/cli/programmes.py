"""`jifen programme validate|show|list|schema`; other modules add what else can be done with a programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jifen.cli import (
    budgets,
    catalogue,
    correcting,
    late_notices,
    linting,
    publishing,
    replaying,
    templates,
)
from jifen.cli.language import counted, say, spoken, told
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup

if TYPE_CHECKING:
    from jifen.programme.model import Programme
    from jifen.programme.problems import Problem


@click.group(
    "programme",
    cls=SpokenGroup,
    help=say("Check, show and apply programme documents.", "检查、查看、发布积分计划。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Programmes: documents, versions, sentences."""


command.add_command(publishing.plan)
command.add_command(publishing.apply)
command.add_command(publishing.withdraw)
command.add_command(replaying.command)
command.add_command(templates.command)
command.add_command(correcting.command)
command.add_command(linting.command)
command.add_command(budgets.command)
command.add_command(catalogue.prices)
command.add_command(late_notices.command)


@command.command(
    "validate", help=say("Check documents without a database.", "检查文档，不需要数据库。")
)
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@json_option
@common
def validate(documents: tuple[str, ...], as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.documents import read_document
    from jifen.programme.problems import ProgrammeError

    found: list[Problem] = []
    for name in documents:
        try:
            text, programme = read_document(name)
        except ProgrammeError as error:
            found += error.problems
            if not as_json:
                output.lines(told(problem.told()) for problem in error.problems)
        else:
            if not as_json:
                rules = sum(rule.own_side for rule in programme.rules) + len(programme.referrals)
                tiers = len(programme.tiers.ladder) if programme.tiers else 0
                click.echo(
                    say(
                        f"{name}: fine ({counted(rules, 'rule')}, {counted(tiers, 'tier')})",
                        f"{name}：没有问题（{rules} 条规则，{tiers} 个等级）",
                    )
                )
                _remark(name, text, programme)
    if as_json:
        output.as_json([_for_machines(problem) for problem in found])
    if found:
        raise click.exceptions.Exit(1)


def _remark(name: str, text: str, programme: Programme) -> None:
    """Say what reading alone finds odd about a document that holds."""
    from jifen.cli import output
    from jifen.programme.lints.findings import findings, without_allowed

    output.lines(
        f"{name}{f':{one.line}' if one.line else ''} {one.place}: {told(one.said)} [{one.id}]"
        for one in without_allowed(findings(programme), text)
    )


@command.command(
    "show",
    help=say(
        "Say what a programme promises, a sentence a rule. DOCUMENT: a file or template; else the programme at work.",
        "逐条说明计划的承诺。DOCUMENT 为文件或模板；省略则为正在运行的计划。",
    ),
)
@click.argument("document", required=False)
@click.option(
    "--compiled", is_flag=True, help=say("Print the compiled step().", "输出编译后的 step()。")
)
@click.option(
    "--versions",
    "only_versions",
    is_flag=True,
    help=say("List who published what, and when.", "列出各版本的发布人和时间。"),
)
@programme_option
@json_option
@common
def show(
    document: str | None, compiled: bool, only_versions: bool, slug: str | None, as_json: bool
) -> None:
    from jifen.cli import output
    from jifen.programme.sentences import sentences

    text, programme, versions = _described(document, slug)
    if compiled:
        from jifen.engine.compile import Version, compile_timeline

        click.echo(compile_timeline([Version(1, 0, programme)]).plans[1].source)
        return
    if only_versions:
        _show_versions(versions, as_json)
        return
    said = sentences(programme, spoken())
    name = programme.name.zh if spoken() == "zh" else programme.name.en
    if as_json:
        output.as_json(
            {
                "programme": programme.id,
                "name": {"zh": programme.name.zh, "en": programme.name.en},
                "timezone": programme.timezone,
                "money": programme.money,
                "versions": versions,
                "sentences": said,
                "document": text,
            }
        )
        return
    click.echo(f"{name} ({programme.id}), {programme.timezone}, {programme.money}")
    output.lines(f"- {sentence}" for sentence in said)


@command.command("list", help=say("The programmes of this database.", "列出数据库中的计划。"))
@json_option
@common
def list_all(as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import database, slugs

    with database() as connection:
        found = slugs(connection)
    if as_json:
        output.as_json(found)
    else:
        output.lines(found or [say("none yet", "还没有")])


@command.command(
    "schema", help=say("The JSON Schema of programme documents.", "计划文档的 JSON Schema。")
)
@common
def schema() -> None:
    from jifen.cli import output
    from jifen.programme.schema.document import json_schema

    output.as_json(json_schema())


def _described(
    document: str | None, slug: str | None
) -> tuple[str, Programme, list[dict[str, Any]]]:
    """Text, programme and versions of a document, or of the programme at work."""
    if document is not None:
        from jifen.cli.documents import read_document

        return *read_document(document), []
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.db.adapting import cursor
    from jifen.intake.versions.opening import read_versions
    from jifen.intake.versions.publishing import replaced_by

    with opened(slug) as (connection, programme):
        rows = read_versions(cursor(connection), programme.programme_id)
        versions = [
            {
                "revision": row.revision,
                "effective_from": output.time_text(row.effective_from, programme.zone)
                if row.effective_from
                else None,
                "recorded_at": output.time_text(row.recorded_at, programme.zone),
                "actor": row.actor,
                "replaced_by": replaced_by(rows, row),
            }
            for row in rows
        ]
        return rows[-1].document, programme.programme, versions


def _show_versions(versions: list[dict[str, Any]], as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.tables import Column, table

    if as_json:
        output.as_json(versions)
        return
    columns = [
        Column(say("version", "版本"), "right"),
        Column(say("in force from", "生效")),
        Column(say("published", "发布时间")),
        Column(say("by", "发布人")),
    ]
    rows = [
        [
            str(version["revision"]),
            _in_force_from(version),
            version["recorded_at"],
            version["actor"],
        ]
        for version in versions
    ]
    output.lines(table(columns, rows))


def _in_force_from(version: dict[str, Any]) -> str:
    if version["replaced_by"] is not None:
        number = version["replaced_by"]
        return say(f"never, replaced by {number}", f"未曾生效，由第 {number} 版取代")
    return version["effective_from"] or say("the beginning", "自始")


def _for_machines(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message.for_machines(),
        "suggestion": problem.suggestion and problem.suggestion.for_machines(),
    }
