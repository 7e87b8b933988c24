"""What is put off is sent with what is waited for: in order, in its transaction, and with its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from jifen.db.adapting import cursor
from jifen.db.arrays import texts
from jifen.db.connection import connect
from jifen.db.round_trips import Cursor

ADD = "INSERT INTO note VALUES (%(number)s)"
LIST = "SELECT number FROM note WHERE number > %(over)s ORDER BY number"


@pytest.fixture
def sql(module_database_url: str) -> Iterator[Cursor]:
    with connect(module_database_url) as connection, cursor(connection) as sql:
        sql.execute("CREATE TEMP TABLE note (number integer PRIMARY KEY)")
        yield sql


def test_what_is_put_off_is_there_for_whoever_reads_next(sql: Cursor) -> None:
    sql.later(ADD, {"number": 1})
    sql.later(ADD, {"number": 2})
    assert sql.rows(LIST, {"over": 0}) == [(1,), (2,)]
    sql.later(ADD, {"number": 3})
    assert sql.execute("SELECT count(*) FROM note").fetchone() == (3,)


def test_what_is_read_ahead_is_told_once_and_then_read_again(sql: Cursor) -> None:
    sql.ahead(LIST, {"over": 0})
    sql.later(ADD, {"number": 1})
    sql.flush()
    assert sql.rows(LIST, {"over": 0}) == []
    assert sql.rows(LIST, {"over": 0}) == [(1,)]
    assert sql.rows(LIST, {"over": 1}) == []


def test_what_was_read_ahead_is_read_again_behind_another_lock(sql: Cursor) -> None:
    lock = "SELECT number FROM note WHERE number = %(number)s FOR UPDATE"
    with sql.transaction():
        sql.ahead(lock, {"number": 1})
        sql.ahead(LIST, {"over": 0})
        sql.later(ADD, {"number": 1})
        assert sql.rows(lock, {"number": 1}, locks=True) == []
        assert sql.rows(lock, {"number": 1}, locks=True) == [(1,)]
        assert sql.rows(LIST, {"over": 0}) == [(1,)]


def test_values_of_all_kinds_arrive(sql: Cursor) -> None:
    asked = "SELECT %(id)s::uuid, %(words)s::text, %(yes)s::boolean, %(least)s::bigint, %(all)b::text[], 7 %% 4"
    id = UUID(int=2**127 + 5)
    values = {"id": id, "words": "积'分", "yes": True, "least": -(2**63), "all": texts(["", "a,b"])}
    assert sql.rows(asked, values) == [(id, "积'分", True, -(2**63), ["", "a,b"], 3)]
    with pytest.raises(TypeError, match="float"):
        sql.rows("SELECT %(value)s::integer", {"value": 1.5})


def test_a_text_that_would_be_cut_is_not_sent(sql: Cursor) -> None:
    with pytest.raises(psycopg.DataError, match="NUL"):
        sql.rows("SELECT %(words)s::text", {"words": "ann\0y"})
    assert sql.rows("SELECT %(words)s::text", {"words": "ann"}) == [("ann",)]


def test_the_first_error_is_raised_and_nothing_of_its_transaction_stays(sql: Cursor) -> None:
    def add_twice() -> None:
        with sql.connection.transaction():
            sql.later(ADD, {"number": 1})
            sql.later(ADD, {"number": 1})
            sql.later("SELECT 1 / %(zero)s::integer", {"zero": 0})
            sql.flush()

    with pytest.raises(psycopg.errors.UniqueViolation):
        add_twice()
    assert sql.connection.info.transaction_status == TransactionStatus.IDLE
    assert sql.rows(LIST, {"over": 0}) == []


def test_a_statement_that_came_behind_an_error_works_the_next_time(sql: Cursor) -> None:
    sql.later("SELECT 1 / %(zero)s::integer", {"zero": 0})
    sql.later(ADD, {"number": 1})
    with pytest.raises(psycopg.errors.DivisionByZero):
        sql.flush()
    sql.later(ADD, {"number": 1})
    sql.flush()
    assert sql.rows(LIST, {"over": 0}) == [(1,)]


def test_what_was_asked_ahead_of_an_error_is_asked_again(sql: Cursor) -> None:
    sql.ahead("SELECT 1 / %(zero)s::integer", {"zero": 0})
    sql.ahead(LIST, {"over": 0})
    with pytest.raises(psycopg.errors.DivisionByZero):
        sql.rows(LIST, {"over": 0})
    sql.later(ADD, {"number": 1})
    assert sql.rows(LIST, {"over": 0}) == [(1,)]
    with pytest.raises(psycopg.errors.DivisionByZero):
        sql.rows("SELECT 1 / %(zero)s::integer", {"zero": 0})


def test_statements_go_on_where_psycopg_has_forgotten_all_that_was_prepared(sql: Cursor) -> None:
    for number in range(10):  # psycopg prepares what comes often
        sql.execute("SELECT number FROM note WHERE number = %s", (number,))
    sql.later(ADD, {"number": 1})
    sql.flush()
    with sql.connection.transaction(force_rollback=True):
        sql.execute("SELECT 1")
    sql.later(ADD, {"number": 2})
    sql.flush()
    sql.execute("CREATE TEMP TABLE other ()")
    sql.execute("DROP TABLE other")
    assert sql.rows(LIST, {"over": 0}) == [(1,), (2,)]
    assert sql.rows(LIST, {"over": 1}) == [(2,)]
    sql.execute("DROP TABLE note")
    sql.execute("CREATE TEMP TABLE note (number integer PRIMARY KEY)")
    assert sql.rows(LIST, {"over": 0}) == []


@pytest.fixture
def waits(sql: Cursor, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was waited for since."""
    waited: list[Any] = []
    wait = sql.connection.wait

    def counting(generator: Any, *args: Any, **kwargs: Any) -> Any:
        waited.append(generator)
        return wait(generator, *args, **kwargs)

    monkeypatch.setattr(sql.connection, "wait", counting)
    return waited


def status(sql: Cursor) -> TransactionStatus:
    return sql.connection.info.transaction_status


def test_a_transaction_costs_no_wait_of_its_own(sql: Cursor, waits: list[Any]) -> None:
    with sql.transaction():
        assert sql.rows(LIST, {"over": 0}) == []
        assert status(sql) == TransactionStatus.INTRANS
        sql.later(ADD, {"number": 1})
    assert status(sql) == TransactionStatus.IDLE
    assert len(waits) == 2
    assert sql.rows(LIST, {"over": 0}) == [(1,)]


def test_what_is_asked_behind_a_transaction_comes_with_its_commit(
    sql: Cursor, waits: list[Any]
) -> None:
    committed = "SELECT pg_current_xact_id_if_assigned() IS NULL"
    for number in (1, 2):
        with sql.transaction():
            assert sql.rows(committed, {}) == [(True,)]
            sql.behind(committed, {})
            sql.behind(LIST, {"over": number - 1})
            sql.later(ADD, {"number": number})
        assert sql.rows(committed, {}) == [(True,)]
        assert sql.rows(LIST, {"over": number - 1}) == [(number,)]
        assert len(waits) == 2 * number


def test_what_was_asked_behind_a_transaction_that_fails_is_asked_again(sql: Cursor) -> None:
    def fail_behind() -> None:
        with sql.transaction():
            sql.behind(LIST, {"over": 0})
            raise KeyError

    with pytest.raises(KeyError):
        fail_behind()
    with sql.transaction():
        sql.later(ADD, {"number": 1})
    sql.later(ADD, {"number": 2})
    assert sql.rows(LIST, {"over": 0}) == [(1,), (2,)]


def fail(sql: Cursor, *, behind: LiteralString, **values: object) -> None:
    """Add a note, ask something and fail, in a transaction."""
    with sql.transaction():
        sql.later(ADD, {"number": 1})
        if behind:
            sql.rows(behind, values)
        raise KeyError


def test_of_a_transaction_that_fails_nothing_stays(sql: Cursor) -> None:
    for error, behind in ((KeyError, ""), (KeyError, LIST), (psycopg.DataError, "SELECT 1 / 0")):
        with pytest.raises(error):
            fail(sql, behind=behind, over=0)
        assert status(sql) == TransactionStatus.IDLE
        assert sql.rows(LIST, {"over": 0}) == []


def test_what_only_shows_when_it_is_committed_is_raised(sql: Cursor) -> None:
    sql.execute("CREATE TEMP TABLE once (number integer UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    for _ in range(2):
        with pytest.raises(psycopg.errors.UniqueViolation), sql.transaction():
            sql.later("INSERT INTO once VALUES (1), (1)", {})
        assert status(sql) == TransactionStatus.IDLE
    assert sql.rows("SELECT * FROM once", {}) == []


def test_an_error_that_somebody_hides_is_not_taken_for_a_commit(sql: Cursor) -> None:
    def hide() -> None:
        with sql.transaction():
            sql.later(ADD, {"number": 1})
            with suppress(psycopg.errors.DivisionByZero):
                sql.rows("SELECT 1 / %(zero)s::integer", {"zero": 0})

    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        hide()
    assert sql.rows(LIST, {"over": 0}) == []


def test_a_transaction_within_one_is_a_part_of_it(sql: Cursor) -> None:
    with sql.transaction():
        sql.later(ADD, {"number": 2})
        sql.flush()
        with cursor(sql.connection) as other:
            with other.transaction():
                other.later(ADD, {"number": 3})
            with pytest.raises(KeyError):
                fail(other, behind=LIST, over=0)
        assert sql.rows(LIST, {"over": 0}) == [(2,), (3,)]
    with sql.connection.transaction(force_rollback=True), sql.transaction():
        sql.later(ADD, {"number": 4})
    assert sql.rows(LIST, {"over": 0}) == [(2,), (3,)]


def test_nobody_begins_another_before_ours_was_begun(sql: Cursor) -> None:
    with (
        pytest.raises(psycopg.transaction.OutOfOrderTransactionNesting),
        sql.transaction(),
        sql.connection.transaction(),
    ):
        pass
    sql.connection.close()


def prepared(sql: Cursor) -> list[str]:
    """The statements of ours that the server keeps, as they were sent."""
    found = sql.connection.execute(
        "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'jifen%' ORDER BY 1",
        prepare=False,
    )
    return [statement for (statement,) in found]


def test_what_we_no_longer_know_the_server_does_not_keep_either(sql: Cursor) -> None:
    for number in range(3):
        assert sql.rows(LIST, {"over": number}) == []
        assert len(prepared(sql)) == 1
        with sql.connection.transaction(force_rollback=True):
            sql.connection.execute("SELECT 1", prepare=False)
        assert prepared(sql) == []


def test_what_was_prepared_beside_an_error_is_not_prepared_again(sql: Cursor) -> None:
    for _ in range(3):
        sql.later(ADD, {"number": 1})
        sql.later("SELECT 1 / %(zero)s::integer", {"zero": 0})
        sql.later(LIST, {"over": 0})
        with pytest.raises(psycopg.errors.DivisionByZero):
            sql.flush()
    assert prepared(sql) == ["INSERT INTO note VALUES ($1)", "SELECT 1 / $1::integer"]
    assert sql.rows(LIST, {"over": 0}) == []


def test_more_goes_at_once_than_lies_between_us_and_the_server(sql: Cursor) -> None:
    words = "x" * 1_000_000
    for number in range(20):
        sql.ahead(
            "SELECT %(words)s::text || %(number)s::integer", {"words": words, "number": number}
        )
    found = [
        sql.rows(
            "SELECT %(words)s::text || %(number)s::integer", {"words": words, "number": number}
        )
        for number in range(20)
    ]
    assert found == [[(f"{words}{number}",)] for number in range(20)]


def test_who_lost_the_connection_is_told_so(sql: Cursor, module_database_url: str) -> None:
    with connect(module_database_url) as other:
        other.execute(
            "SELECT pg_terminate_backend(%s::integer)", (sql.connection.info.backend_pid,)
        )
    sql.later(ADD, {"number": 1})
    with pytest.raises(psycopg.OperationalError):
        sql.flush()


def test_who_loses_the_connection_within_a_transaction_is_told_so(
    sql: Cursor, module_database_url: str
) -> None:
    def lose() -> None:
        with sql.transaction():
            assert sql.rows(LIST, {"over": 0}) == []
            with connect(module_database_url) as other:
                other.execute(
                    "SELECT pg_terminate_backend(%s::integer)", (sql.connection.info.backend_pid,)
                )
            sql.later(ADD, {"number": 1})

    with pytest.raises(psycopg.OperationalError, match=r"terminat|closed"):
        lose()
