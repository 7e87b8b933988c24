"""A PostgreSQL server for the whole run, and fresh databases in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import settings
from servers import database_on, form_cluster, leave_alone, nodes_of

from jifen.cli.language import speak
from jifen.db import embedded
from jifen.db.connection import connect
from jifen.db.migrate import migrate
from jifen.db.spreading import spread

if TYPE_CHECKING:
    from jifen.client.testing import Sandbox

# How long an example takes says more of the machine than of the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What asks for another kind of server than there is says so and is left out."""
    given = os.environ.get("JIFEN_TEST_DATABASE_URL")
    if item.get_closest_marker("embedded") and given:
        pytest.skip("of the embedded server, and JIFEN_TEST_DATABASE_URL names another")
    spread_out = bool(given) and len(nodes_of(given or "")) > 1
    if item.get_closest_marker("cluster") and not spread_out:
        pytest.skip("of a Citus cluster, and JIFEN_TEST_DATABASE_URL names none")
    if item.get_closest_marker("one_server") and spread_out:
        pytest.skip("its own statements are not those of a Citus cluster")


@pytest.fixture(autouse=True)
def _english() -> None:
    """What an earlier test made this process speak is no concern of the next one."""
    speak("en")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JIFEN_TEST_DATABASE_URL, or an embedded server of this run."""
    given = os.environ.get("JIFEN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = tmp_path_factory.mktemp("server")
    url = embedded.server_url(folder)
    with psycopg.connect(url, autocommit=True) as connection:
        # A thousand small databases come and go; what a crash leaves is proved with servers of their own.
        connection.execute("ALTER SYSTEM SET fsync = off")
        # What the planner knows of a table is said by the test that asks, not by the minute at which it runs.
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")
    yield url
    embedded.stop(folder)


@pytest.fixture(scope="session")
def nodes(server_url: str) -> tuple[str, ...]:
    """The servers on which a database of the tests lies: that one, and the nodes of the cluster that it coordinates."""
    return nodes_of(server_url)


@pytest.fixture(scope="session")
def template(server_url: str, nodes: tuple[str, ...]) -> Iterator[str]:
    """The name of a migrated database to copy, spread over the cluster if there is one."""
    with database_on(nodes, None) as url:
        if len(nodes) > 1:
            form_cluster(nodes, url)
        with connect(url) as connection:
            migrate(connection)
            if len(nodes) > 1:
                spread(connection)
        leave_alone(nodes, url)
        yield urlsplit(url).path.lstrip("/")


@pytest.fixture
def database_url(nodes: tuple[str, ...], template: str) -> Iterator[str]:
    """The address of a fresh, migrated database for one test."""
    with database_on(nodes, template) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(nodes: tuple[str, ...], template: str) -> Iterator[str]:
    """The address of a fresh, migrated database for the tests of one file."""
    with database_on(nodes, template) as url:
        yield url


@pytest.fixture(scope="module")
def sandbox(module_database_url: str) -> Iterator[Sandbox]:
    """A whole jifen that answers over HTTP, for the tests of one file."""
    from jifen.client.testing import Sandbox  # only tests of the door pay for its import

    with Sandbox(module_database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def calm_database_url(nodes: tuple[str, ...], template: str) -> Iterator[str]:
    """One more for the tests of one file: what happens in the other is compared with it."""
    with database_on(nodes, template) as url:
        yield url


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """The address of a database without tables."""
    with database_on([server_url], None) as url:
        yield url
