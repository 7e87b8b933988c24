"""The database of this installation, opened for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jifen.cli.language import listed, say
from jifen.cli.problems import CommandProblem

if TYPE_CHECKING:
    import psycopg

    from jifen.intake.versions.opening import OpenProgramme


def url() -> str:
    """The address of this installation's database, for processes with connections of their own."""
    from jifen.db.connection import database_url
    from jifen.settings import data_folder

    return database_url(data_folder())


@contextmanager
def database(*, make: bool = False, spread_out: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """A connection that is closed behind the command. `make`: create and migrate what is not there yet, and spread over
    a cluster what new tables there are in one that is spread already, or in any case if it is to be `spread_out`.

    Raises CommandProblem where nothing was made yet, DatabaseProblem where the server cannot be used.
    """
    from jifen.db.connection import connect, database_url, plain_problems
    from jifen.db.migrate import migrate
    from jifen.db.spreading import layout, spread
    from jifen.settings import data_folder, given_database_url

    if not make and given_database_url() is None and not (data_folder() / "postgres").is_dir():
        raise _nothing_yet(str(data_folder()))
    with connect(database_url(data_folder())) as connection, plain_problems():
        if make:
            migrate(connection)
            if spread_out or layout(connection):
                spread(connection)
        elif connection.execute("SELECT to_regclass('programme')").fetchone() == (None,):
            raise _nothing_yet(connection.info.dbname)
        yield connection


@contextmanager
def opened(slug: str | None) -> Iterator[tuple[psycopg.Connection[Any], OpenProgramme]]:
    """The database and one of its programmes: the one named, else the only one."""
    from jifen.intake.versions.opening import open_programme

    with database() as connection:
        yield connection, open_programme(connection, slug or only_programme(connection))


def slugs(connection: psycopg.Connection[Any]) -> list[str]:
    """The programmes of a database, by name; those of stories left out."""
    rows = connection.execute(
        "SELECT slug FROM programme WHERE slug NOT LIKE 'story-%' ORDER BY slug"
    )
    return [slug for (slug,) in rows]


def only_programme(connection: psycopg.Connection[Any]) -> str:
    """The name of the only programme. Raises CommandProblem if there is none or several."""
    found = slugs(connection)
    if len(found) == 1:
        return found[0]
    if not found:
        raise CommandProblem(
            say("there is no programme yet", "还没有任何计划"),
            say(
                "Make one: `jifen init --programme coffee-club`.",
                "先建立一个：`jifen init --programme coffee-club`。",
            ),
        )
    names = listed(found)
    raise CommandProblem(
        say(f"there are several programmes: {names}", f"有多个计划：{names}"),
        say("Say which: `--programme NAME`.", "请用 `--programme 名称` 指明。"),
    )


def _nothing_yet(place: str) -> CommandProblem:
    return CommandProblem(
        say(f"there is no jifen database in {place} yet", f"{place} 中还没有 jifen 数据库"),
        say(
            "Make it with `jifen init`, or try `jifen demo`.",
            "用 `jifen init` 建立，或用 `jifen demo` 试用。",
        ),
    )
