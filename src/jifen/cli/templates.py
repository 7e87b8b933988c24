"""`jifen programme templates`."""

from __future__ import annotations

import click

from jifen.cli.language import say, told
from jifen.cli.options import common, json_option


@click.command(
    "templates",
    help=say(
        "List the documents that come with jifen; with a NAME, print that document.",
        "列出自带的计划模板；给出 NAME 则输出该模板的文档。",
    ),
)
@click.argument("name", required=False)
@json_option
@common
def command(name: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.programme.loading import template
    from jifen.programme.template_purposes import PURPOSES

    if name is not None:
        click.echo(_document(name), nl=False)
        return
    found = [(id, template(id).name, purpose) for id, purpose in PURPOSES.items()]
    if as_json:
        output.as_json(
            [
                {
                    "id": id,
                    "name": {"zh": name.zh, "en": name.en},
                    "purpose": purpose.for_machines(),
                }
                for id, name, purpose in found
            ]
        )
        return
    from jifen.cli.tables import Column, table

    columns = [
        Column(say("template", "模板")),
        Column(say("name", "名称")),
        Column(say("for", "适用")),
    ]
    output.lines(
        table(columns, [[id, say(name.en, name.zh), told(purpose)] for id, name, purpose in found])
    )


def _document(name: str) -> str:
    from jifen.cli.problems import CommandProblem
    from jifen.programme.loading import template_text

    try:
        return template_text(name)
    except KeyError:
        raise CommandProblem(
            say(f"there is no template '{name}'", f"没有模板“{name}”"),
            say(
                "`jifen programme templates` lists them.",
                "`jifen programme templates` 列出全部模板。",
            ),
        ) from None
