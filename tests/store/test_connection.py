"""A connection is in UTC, in no transaction until one is begun; what is wrong is said in one line."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.pq import DiagnosticField

from jifen.api.door import problem_of
from jifen.db import connection as connecting
from jifen.db.connection import connect, database_url, give_up_when_idle, plain_problems
from jifen.db.problem import DatabaseProblem
from jifen.operations.standing import oldest_write


def test_a_connection_is_in_utc_without_a_transaction_and_named(server_url: str) -> None:
    with connect(server_url) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        assert connection.execute("SHOW application_name").fetchone() == ("jifen",)
        assert connection.autocommit


def test_options_of_the_address_are_kept(server_url: str) -> None:
    separator = "&" if "?" in server_url else "?"
    with connect(f"{server_url}{separator}options=-c%20work_mem%3D7MB") as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)


def test_the_environment_names_another_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JIFEN_DATABASE_URL", "postgresql://elsewhere/bank")
    assert database_url(tmp_path) == "postgresql://elsewhere/bank"
    assert list(tmp_path.iterdir()) == []


def test_an_older_postgresql_is_refused(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "OLDEST_VERSION", 99)
    with pytest.raises(DatabaseProblem, match="the database server is PostgreSQL 1") as caught:
        connect(server_url)
    assert str(caught.value.hint) == "jifen needs PostgreSQL 99 or later."


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://127.0.0.1:1/bank", "does not answer.*refused"),
        ("postgresql://localhost:port/bank", "is not an address"),
        ("postgres@localhost/bank", "is not an address"),
        ("mysql://localhost/bank", "is not an address"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_in_one_line(url: str, words: str) -> None:
    with pytest.raises(DatabaseProblem, match=words) as caught:
        connect(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"dbname": "no_such"}, "no such database"),
        ({"user": "nobody_here"}, "does not let us in"),
    ],
)
def test_a_wrong_database_or_user_is_called_that(
    server_url: str, part: dict[str, str], words: str
) -> None:
    with pytest.raises(DatabaseProblem, match=words):
        connect(make_conninfo(server_url, **part))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (psycopg.errors.DiskFull, "the disk of the database is full"),
        (psycopg.errors.TooManyConnections, "no connection left"),
        (psycopg.errors.CannotConnectNow, "starting or stopping"),
        (psycopg.errors.InvalidPassword, "does not let us in"),
    ],
)
def test_what_a_server_suffers_from_is_named(
    error: type[psycopg.OperationalError], words: str
) -> None:
    with pytest.raises(DatabaseProblem, match=words), plain_problems():
        raise error("something\nlong")


def test_a_mistake_in_sql_is_not_a_problem_of_the_database(server_url: str) -> None:
    with connect(server_url) as connection, pytest.raises(psycopg.errors.SyntaxError):
        _mistake(connection)


def _mistake(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with plain_problems():
        connection.execute("SELEKT 1")


def test_who_stops_inside_a_transaction_is_let_go_and_may_ask_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "IDLE", "idle_in_transaction_session_timeout=20")
    with connect(database_url) as connection:
        give_up_when_idle(connection)
        told = None
        try:
            with connection.transaction():
                connection.execute("SELECT txid_current()")
                threading.Event().wait(0.2)
                connection.execute("SELECT 1")
        except psycopg.Error as error:
            told = error
        assert told is not None
        assert problem_of(told, "request").code == "database_away"
        assert connection.closed


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({DiagnosticField.MESSAGE_PRIMARY: b"server closed the connection unexpectedly",
          DiagnosticField.CONTEXT: b"while executing command on node1.example:5432"}, "database_away"),
        ({DiagnosticField.MESSAGE_PRIMARY: b"failure on connection marked as essential: node1.example:5432"},
         "database_away"),
        ({DiagnosticField.MESSAGE_PRIMARY: b"could not commit transaction for shard 7 on at least one active node"},
         "database_away"),
        ({DiagnosticField.MESSAGE_PRIMARY: b"cache lookup failed for relation 7",
          DiagnosticField.CONTEXT: b"while executing command on a table"}, "fault"),
    ],
)  # fmt: skip
def test_who_asks_a_cluster_that_has_lost_a_node_is_told_to_ask_again(
    said: dict[int, bytes | None], code: str
) -> None:
    lost = psycopg.errors.InternalError_("of a node", info=said)
    told = problem_of(lost, "request")
    assert told.code == code
    assert (told.retry_after_seconds is not None) == (code == "database_away")


def test_what_the_stream_waits_for_is_found(database_url: str) -> None:
    with connect(database_url) as writing, connect(database_url) as looking:
        with writing.transaction():
            writing.execute("SELECT txid_current()")
            found = oldest_write(looking)
            assert found is not None
            assert (found.pid, found.application) == (writing.info.backend_pid, "jifen")
            assert found.seconds >= 0
        assert oldest_write(looking) is None
