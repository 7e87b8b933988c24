"""Which tables of a bank leave the coordinator of a cluster, and that a programme is served by one node.

Where JIFEN_TEST_DATABASE_URL leads to no cluster, only what holds of any server is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from planned_statements import every_statement, inner_queries, planned_statements
from servers import database_on, form_cluster

from jifen.db.connection import connect
from jifen.db.migrate import migrate
from jifen.db.problem import DatabaseProblem
from jifen.db.spreading import layout, spread, tables
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import create_programme
from jifen.programme.loading import template_text

Connection = psycopg.Connection[Any]

# What looks at the programmes of several nodes, or at the coordinator and a node. Everything else is done by the one
# node on which the programme lies.
ON_SEVERAL_NODES = {
    "api/member_access token_parts",
    "intake/using/addresses addresses_to_forget",
    "operations/sealed addresses",
    "operations/sealed code_secrets",
    "operations/sealed codes_by_key",
    "operations/sealed draw_seeds",
    "operations/sealed mall_secrets",
    "operations/sealed pick_up_codes",
    "operations/sealed some_codes",
    "operations/sealed webhook_secrets",
    "operations/standing webhooks",
    "outbox/deliveries programmes_with_webhooks",
    "worker/jobs forget_files",
}


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    with connect(database_url) as connection:
        yield connection


def test_every_table_leaves_the_coordinator_but_those_whose_keys_name_no_programme(
    connection: Connection,
) -> None:
    staying = {table for table, leaves in tables(connection).items() if not leaves}
    assert staying == {"api_key", "duty", "migration", "token_secret"}


def test_every_query_within_a_statement_names_the_programme_whose_rows_it_reads(
    connection: Connection,
) -> None:
    spread_out = [table for table, leaves in tables(connection).items() if leaves]
    reading = re.compile(rf"\b(FROM|JOIN)\s+({'|'.join(spread_out)})\b")
    unnamed = {
        name
        for name, statement in every_statement()
        for query in inner_queries(re.sub(r"--[^\n]*", "", statement))
        if reading.search(query) and "%(programme" not in query
    }
    assert unnamed <= ON_SEVERAL_NODES


def test_without_a_cluster_nothing_is_spread_and_it_is_said_what_is_missing(
    empty_database_url: str,
) -> None:
    with connect(empty_database_url) as connection:
        with pytest.raises(DatabaseProblem, match="this database has no Citus") as caught:
            spread(connection)
        assert "CREATE EXTENSION citus" in str(caught.value.hint)
        assert layout(connection) is None


@pytest.mark.cluster
def test_a_bank_with_programmes_is_not_spread_where_it_lies(nodes: tuple[str, ...]) -> None:
    with database_on(nodes, None) as url:
        form_cluster(nodes, url)
        with connect(url) as connection:
            migrate(connection)
            document = template_text("coffee-club")
            create_programme(connection, document, now=real_now(), actor="owner")
            with pytest.raises(DatabaseProblem, match="there are programmes in this database"):
                spread(connection)
            assert layout(connection) is None


@pytest.mark.cluster
def test_to_spread_again_changes_nothing(connection: Connection) -> None:
    found = layout(connection)
    assert found is not None
    assert found.lacking == ()
    assert found.nodes >= 1
    assert set(found.copied) == {"programme", "account"}
    assert spread(connection) == found


@pytest.mark.cluster
def test_a_table_that_a_later_version_brings_is_spread_beside_the_others(
    connection: Connection,
) -> None:
    connection.execute(
        "CREATE TABLE later (programme_id uuid REFERENCES programme, name text, PRIMARY KEY (programme_id, name))"
    )
    found = layout(connection)
    assert found is not None
    assert found.lacking == ("later",)
    assert "later" in spread(connection).spread


@pytest.mark.cluster
def test_what_is_append_only_is_so_on_every_node(connection: Connection) -> None:
    for change in ("UPDATE posting SET points = 1", "DELETE FROM command", "TRUNCATE event"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is append-only"):
            connection.execute(change.encode())


@pytest.mark.cluster
def test_every_statement_is_known_to_the_cluster_and_a_programmes_is_done_by_one_node(
    connection: Connection,
) -> None:
    planned = list(planned_statements(connection))
    assert len(planned) > 200
    assert {one.name for one in planned if any(step > 1 for step in one.steps)} == ON_SEVERAL_NODES


@pytest.mark.cluster
def test_the_doctor_says_how_the_bank_is_spread(jifen: Callable[..., str]) -> None:
    lines = jifen("doctor").splitlines()
    said = next(
        line for line in lines if line.startswith("✓ cluster: ")
    )  # a folder may be named so
    assert "tables over" in said
    assert "2 on every node, 4 on the coordinator" in said
