"""A PostgreSQL server for the whole run, and fresh databases in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from jifen.cli.language import speak
from jifen.db import embedded
from jifen.db.connection import connect
from jifen.db.migrate import migrate

_numbers = count(1)


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
        connection.execute("SELECT pg_reload_conf()")
    yield url
    embedded.stop(folder)


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated database to copy."""
    with _database(server_url, None) as url:
        with connect(url) as connection:
            migrate(connection)
        yield urlsplit(url).path.lstrip("/")


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """The address of a fresh, migrated database for one test."""
    with _database(server_url, template) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(server_url: str, template: str) -> Iterator[str]:
    """The address of a fresh, migrated database for the tests of one file."""
    with _database(server_url, template) as url:
        yield url


@pytest.fixture(scope="module")
def calm_database_url(server_url: str, template: str) -> Iterator[str]:
    """One more for the tests of one file: what happens in the other is compared with it."""
    with _database(server_url, template) as url:
        yield url


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """The address of a database without tables."""
    with _database(server_url, None) as url:
        yield url


@contextmanager
def _database(server_url: str, template: str | None) -> Iterator[str]:
    name = f"jifen_test_{os.getpid()}_{next(_numbers)}"
    source = f"TEMPLATE {template}" if template else "TEMPLATE template0"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {source}")
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
