"""`jifen init`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import say
from jifen.cli.options import common
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    import psycopg


@click.command(
    "init", help=say("Make the database, and a programme in it.", "建立数据库，并可同时建立计划。")
)
@click.option(
    "--programme",
    "document",
    metavar="DOCUMENT",
    help=say("A programme document, or the name of a template.", "计划文档的路径，或模板名。"),
)
@click.option(
    "--name",
    "slug",
    metavar="NAME",
    help=say("Another name than the document's.", "另取名称，不用文档里的。"),
)
@click.option(
    "--clock",
    metavar="DATE",
    help=say(
        "Make it a test programme whose clock stands at this date.",
        "建为测试计划，时钟停在这一天。",
    ),
)
@click.option(
    "--citus",
    "spread_out",
    is_flag=True,
    help=say(
        "Spread programmes over the nodes of a Citus cluster.",
        "把各个计划分布到 Citus 集群的节点上。",
    ),
)
@common
def command(document: str | None, slug: str | None, clock: str | None, spread_out: bool) -> None:
    from jifen.cli.database import database, slugs

    with database(make=True, spread_out=spread_out) as connection:
        click.echo(say("The database is ready.", "数据库已就绪。"))
        if document is None:
            return
        from zoneinfo import ZoneInfo

        from jifen.cli.documents import read_document
        from jifen.intake.asking.scalars import instant
        from jifen.intake.clock import real_now
        from jifen.intake.versions.opening import ProgrammeExists, create_programme

        text, programme = read_document(document)
        test_now = (
            None if clock is None else instant(clock, ZoneInfo(programme.timezone), "--clock")
        )
        now = real_now() if test_now is None else test_now
        try:
            made = create_programme(
                connection, text, slug=slug, test_now=test_now, now=now, actor=COMMAND_LINE
            )
        except ProgrammeExists as exists:
            if not _has_document(connection, str(exists), text):
                raise
            click.echo(
                say(
                    f"There is already a programme '{exists}' with this document; it is left as it is.",
                    f"已经有采用这份文档的计划“{exists}”，保持不变。",
                )
            )
            return
        others = slugs(connection) != [made.slug]
        show = f"jifen programme show{f' --programme {made.slug}' if others else ''}"
        click.echo(
            say(
                f"Programme '{made.slug}' is made. `{show}` reads it to you.",
                f"计划“{made.slug}”已建立。用 `{show}` 查看。",
            )
        )


def _has_document(connection: psycopg.Connection[Any], slug: str, text: str) -> bool:
    """Whether a version of a programme is this document, so that to make it again changes nothing."""
    from jifen.db.adapting import cursor
    from jifen.intake.versions.opening import open_programme, read_versions

    programme = open_programme(connection, slug)
    versions = read_versions(cursor(connection), programme.programme_id)
    return any(version.document == text for version in versions)
