"""Databases for tests, on one server or on every node of a Citus cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

_CHANCES = 5  # the server itself waits for seconds each time
_numbers = count(1)


@cache
def nodes_of(server_url: str) -> tuple[str, ...]:
    """A server, and behind it the nodes of the cluster that its database coordinates, if it does."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_extension WHERE extname = 'citus'").fetchall():
            return (server_url,)
        found = connection.execute(
            "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 ORDER BY groupid"
        ).fetchall()
    return (server_url, *(_at(server_url, host, port) for host, port in found))


@contextmanager
def database_on(nodes: Sequence[str], template: str | None) -> Iterator[str]:
    """The address of a new database, of one name on every node; each is a copy of the node's template."""
    name = f"jifen_test_{os.getpid()}_{next(_numbers)}"
    making = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    try:
        _insist(nodes, making, template)
        yield urlunsplit(urlsplit(nodes[0])._replace(path=f"/{name}"))
    finally:
        dropping = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        _insist(nodes, dropping.format(sql.Identifier(name)), name)


def form_cluster(nodes: Sequence[str], url: str) -> None:
    """Let the databases of one name on some nodes be a cluster; the first coordinates it."""
    for node in nodes:
        with psycopg.connect(_database(node, url), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION citus")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT citus_set_coordinator_host(%s, %s)", _address(nodes[0]))
        for node in nodes[1:]:
            connection.execute("SELECT citus_add_node(%s, %s)", _address(node))


def leave_alone(nodes: Sequence[str], url: str) -> None:
    """Let nobody use a database any more, so that it can be copied: a cluster keeps connections to it."""
    name = urlsplit(url).path.lstrip("/")
    _everywhere(
        nodes, sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name))
    )
    for node in nodes:
        _send_away(node, name)


def _insist(nodes: Sequence[str], doing: sql.Composed, watched: str | None) -> None:
    """Do something everywhere that needs a database for itself: a cluster looks into each every few seconds."""
    for node in nodes:
        for chance in range(_CHANCES):
            try:
                if watched is not None and len(nodes) > 1:
                    _send_away(node, watched)
                _everywhere([node], doing)
                break
            except psycopg.errors.ObjectInUse:  # it looks just now
                if chance == _CHANCES - 1:
                    raise


def _send_away(node: str, name: str) -> None:
    leaving = sql.SQL(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = {}"
    )
    _everywhere([node], leaving.format(sql.Literal(name)))


def _everywhere(nodes: Sequence[str], statement: sql.Composed) -> None:
    for node in nodes:
        with psycopg.connect(node, autocommit=True) as connection:
            connection.execute(statement)


def _database(node: str, url: str) -> str:
    return urlunsplit(urlsplit(node)._replace(path=urlsplit(url).path))


def _address(node: str) -> tuple[str, int]:
    parts = urlsplit(node)
    return parts.hostname or "localhost", parts.port or 5432


def _at(url: str, host: str, port: int) -> str:
    parts = urlsplit(url)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit(parts._replace(netloc=f"{user}{host}:{port}"))
