"""`jifen programme validate|show|apply|list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import counted, say, spoken, told
from jifen.cli.options import common, json_option, programme_option

if TYPE_CHECKING:
    from jifen.programme.model import Programme
    from jifen.programme.problems import Problem


@click.group(
    "programme",
    help=say("Check, show and apply programme documents.", "检查、查看、发布积分计划。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Programmes: documents, versions, sentences."""


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
            programme = read_document(name)[1]
        except ProgrammeError as error:
            found += error.problems
            if not as_json:
                output.lines(told(problem.told()) for problem in error.problems)
        else:
            if not as_json:
                rules, tiers = (
                    len(programme.rules),
                    len(programme.tiers.ladder) if programme.tiers else 0,
                )
                click.echo(
                    say(
                        f"{name}: fine ({counted(rules, 'rule')}, {counted(tiers, 'tier')})",
                        f"{name}：没有问题（{rules} 条规则，{tiers} 个等级）",
                    )
                )
    if as_json:
        output.as_json([_for_machines(problem) for problem in found])
    if found:
        raise click.exceptions.Exit(1)


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
@programme_option
@json_option
@common
def show(document: str | None, compiled: bool, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.programme.sentences import sentences

    text, programme, versions = _described(document, slug)
    if compiled:
        from jifen.engine.compile import Version, compile_timeline

        click.echo(compile_timeline([Version(1, 0, programme)]).plans[1].source)
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
    if len(versions) > 1:
        click.echo(say("Versions:", "版本："))
        output.lines(
            f"  {version['revision']}  {version['effective_from']}" for version in versions
        )


@command.command(
    "apply", help=say("Publish a document as the new version.", "把文档发布为新版本。")
)
@click.argument("document")
@click.option(
    "--from",
    "since",
    metavar="MOMENT",
    help=say(
        "In force from this moment; 60 seconds from now unless said.", "生效时刻；默认 60 秒后。"
    ),
)
@programme_option
@common
def apply(document: str, since: str | None, slug: str | None) -> None:
    from jifen.cli.database import opened
    from jifen.cli.documents import read_document
    from jifen.intake.opening import apply_version, now_of
    from jifen.intake.scalars import instant

    text, _ = read_document(document)
    with opened(slug) as (connection, programme):
        moment = None if since is None else instant(since, programme.zone, "--from")
        applied = apply_version(
            connection,
            programme,
            text,
            effective_from=moment,
            now=now_of(programme),
            actor="command line",
        )
        if applied.revision == programme.revision:
            click.echo(say("That version is already in force or due.", "该版本已发布，没有变化。"))
        else:
            click.echo(
                say(
                    f"Version {applied.revision} of '{applied.slug}' is published.",
                    f"'{applied.slug}' 的第 {applied.revision} 版已发布。",
                )
            )


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
    from jifen.programme.schema import json_schema

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

    with opened(slug) as (connection, programme):
        rows = connection.execute(
            "SELECT revision, (extract(epoch FROM effective_from) * 1000000)::bigint, document"
            " FROM programme_version WHERE programme_id = %s ORDER BY revision",
            (programme.programme_id,),
        ).fetchall()
        versions = [
            {"revision": revision, "effective_from": output.time_text(since, programme.zone)}
            for revision, since, _ in rows
        ]
        return rows[-1][2], programme.programme, versions


def _for_machines(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message.for_machines(),
        "suggestion": problem.suggestion and problem.suggestion.for_machines(),
    }
