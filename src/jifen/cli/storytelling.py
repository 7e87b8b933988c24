"""`jifen story run`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import say, spoken
from jifen.cli.options import common, json_option
from jifen.cli.usage import SpokenGroup

if TYPE_CHECKING:
    import psycopg

    from jifen.stories.asking import Asking
    from jifen.stories.running import Outcome


@click.group(
    "story", cls=SpokenGroup, help=say("Run stories.", "运行情景故事。"), no_args_is_help=True
)
@common
def command() -> None:
    """Stories: what a programme promises, told in steps."""


@command.command("run", help=say("Run every story of the files.", "运行文件中的全部故事。"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--via",
    type=click.Choice(["library", "http"]),
    default="library",
    show_default=True,
    help=say(
        "How the stories ask: in this process, or over HTTP of a server that is started for them.",
        "故事如何提出请求：在本进程内，或通过 HTTP（为此启动一个服务器）。",
    ),
)
@json_option
@common
def run(files: tuple[Path, ...], via: str, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.stories.reading import read_stories

    stories = [story for file in files for story in read_stories(file)]
    from jifen.stories.running import run_story
    from jifen.stories.telling import told

    outcomes: list[Outcome] = []
    with _fresh_database() as connection, _asking(connection, via) as asking:
        for story in stories:
            outcomes.append(run_story(connection, story, asking=asking))
            if not as_json:
                output.lines(told(outcomes[-1], spoken()))
    held = sum(outcome.holds for outcome in outcomes)
    if as_json:
        output.as_json([_for_machines(outcome) for outcome in outcomes])
    else:
        total = len(outcomes)
        click.echo(say(f"{held} of {total} stories hold", f"{total} 个故事中有 {held} 个成立"))
    if held < len(outcomes):
        raise click.exceptions.Exit(1)


@contextmanager
def _asking(connection: psycopg.Connection[Any], via: str) -> Iterator[Asking]:
    """The way in which stories ask."""
    from jifen.stories.asking import Directly

    if via == "library":
        yield Directly(connection, spoken())
        return
    from jifen.client.testing import Sandbox
    from jifen.db.connection import url_of
    from jifen.stories.over_http import OverHttp

    with (
        Sandbox(url_of(connection)) as sandbox,
        OverHttp(connection, sandbox.url, spoken()) as asking,
    ):
        yield asking


@contextmanager
def _fresh_database() -> Iterator[psycopg.Connection[Any]]:
    """A database that is gone afterwards; JIFEN_DATABASE_URL is used as it is, with programmes of the stories' own."""
    from tempfile import TemporaryDirectory

    from jifen.db.connection import connect, plain_problems
    from jifen.db.embedded import server_url, stop
    from jifen.db.migrate import migrate
    from jifen.settings import given_database_url

    given = given_database_url()
    with TemporaryDirectory(prefix="jifen-story-") as folder:
        place = Path(folder)
        try:
            with connect(given or server_url(place)) as connection, plain_problems():
                migrate(connection)
                yield connection
        finally:
            if given is None:
                stop(place)


def _for_machines(outcome: Outcome) -> dict[str, Any]:
    return {
        "story": outcome.story.title,
        "file": str(outcome.story.file),
        "line": outcome.story.line,
        "holds": outcome.holds,
        "failures": [
            {
                "step": failure.step.number if failure.step else None,
                "mismatches": [
                    {
                        "line": mismatch.line,
                        "path": mismatch.path,
                        "expected": str(mismatch.expected),
                        "got": str(mismatch.got),
                    }
                    for mismatch in failure.mismatches
                ],
                "why": list(failure.why),
            }
            for failure in outcome.failures
        ],
    }
