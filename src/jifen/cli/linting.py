"""`jifen programme lint`: what a document says that its author hardly meant."""

from __future__ import annotations

import click

from jifen.cli.language import say, told
from jifen.cli.options import common, json_option


@click.command(
    "lint",
    help=say(
        "Look for what was hardly meant: rules never read, tiers out of reach, points for nothing.",
        "检查可疑之处：读不到的规则、达不到的等级、白得的积分。",
    ),
)
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@json_option
@common
def command(documents: tuple[str, ...], as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.documents import read_document
    from jifen.whatif.linting import lint

    found = []
    for name in documents:
        document, programme = read_document(name)
        found += [(name, one) for one in lint(programme, document)]
    if as_json:
        output.as_json(
            [
                {
                    "file": name,
                    "id": one.id,
                    "fault": one.is_fault,
                    "place": one.place,
                    "line": one.line,
                    "message": one.said.for_machines(),
                    "silence": f"# lint: allow {one.id} at {one.place}",
                }
                for name, one in found
            ]
        )
    else:
        for name, one in found:
            line = f":{one.line}" if one.line else ""
            click.echo(f"{name}{line} {one.place}: {told(one.said)} [{one.id}]")
        if found:
            example = f"# lint: allow {found[0][1].id} at {found[0][1].place}"
            click.echo(
                say(
                    f"What is meant so is silenced by a comment: {example}",
                    f"若本意如此，可加注释：{example}",
                )
            )
        else:
            click.echo(say("Nothing to remark.", "没有可疑之处。"))
    if any(one.is_fault for _, one in found):
        raise click.exceptions.Exit(1)
