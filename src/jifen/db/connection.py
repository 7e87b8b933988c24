"""Connections to whichever PostgreSQL serves this installation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import IdleInTransactionSessionTimeout, InternalError_

from jifen.db.embedded import server_url
from jifen.db.problem import DatabaseProblem
from jifen.settings import given_database_url
from jifen.wording import Said

OLDEST_VERSION = 17

IDLE = "idle_in_transaction_session_timeout=60000"
"""Milliseconds that nobody of ours takes between two statements of a transaction that writes: who does has stopped."""

STANDING = "idle_session_timeout=600000"
"""Milliseconds that a duty of the worker takes at most between two statements, in a transaction or not."""

_NODE_LOST = re.compile(
    r"while executing command on \S+:\d+\Z|\Afailure on connection marked as essential|\Acould not commit transaction",
    re.MULTILINE,
)
"""How a cluster says, with no SQLSTATE but that of a fault, that it has lost a node amid a statement."""

_NO_ADDRESS = Said("JIFEN_DATABASE_URL is not an address", "JIFEN_DATABASE_URL 不是有效的地址")
_ADDRESS = Said(
    "Write postgresql://user:password@host:port/database.",
    "请写成 `postgresql://用户:密码@主机:端口/数据库`。",
)


class _Known(NamedTuple):
    states: tuple[str, ...]  # SQLSTATEs or how they begin
    words: str  # of the server or of libpq, which gives no SQLSTATE when it cannot connect
    what: Said
    hint: Said


_KNOWN = (
    _Known(
        ("28",),
        r"authentication failed|no password supplied|pg_hba\.conf|role .* does not exist",
        Said("the database server does not let us in", "数据库拒绝登录"),
        Said(
            "Check user and password of JIFEN_DATABASE_URL.",
            "请检查 JIFEN_DATABASE_URL 中的用户名和密码。",
        ),
    ),
    _Known(
        ("3D000",),
        r"database .* does not exist",
        Said("there is no such database", "没有这个数据库"),
        Said(
            "Create it, or correct JIFEN_DATABASE_URL.",
            "请先建立数据库，或更正 JIFEN_DATABASE_URL。",
        ),
    ),
    _Known(
        ("53100",),
        "No space left on device",
        Said("the disk of the database is full", "数据库所在的磁盘已满"),
        Said(
            "Make room and try again; nothing was half written.",
            "请清理磁盘后重试；没有写到一半的数据。",
        ),
    ),
    _Known(
        ("53300",),
        "too many clients|too many connections|remaining connection slots",
        Said("the database server has no connection left", "数据库的连接数已用完"),
        Said("Raise its max_connections.", "请调大它的 max_connections。"),
    ),
    _Known(
        ("57P",),
        "is starting up|is shutting down|in recovery mode",
        Said("the database server is starting or stopping", "数据库正在启动或停止"),
        Said("Try again in a moment.", "请稍后重试。"),
    ),
    _Known(
        ("08",),
        "server closed the connection|the connection is (lost|closed)",
        Said("the connection to the database was lost", "与数据库的连接中断了"),
        Said("Try again; nothing was half written.", "请重试；没有写到一半的数据。"),
    ),
    _Known((), "invalid (integer|port)|Servname not supported", _NO_ADDRESS, _ADDRESS),
    _Known(
        (),
        "",
        Said("the database server does not answer", "数据库没有响应"),
        Said(
            "Is it running, and is JIFEN_DATABASE_URL right?",
            "请确认数据库正在运行，且 JIFEN_DATABASE_URL 无误。",
        ),
    ),
)


def database_url(data_folder: Path) -> str:
    """The address of the database: JIFEN_DATABASE_URL, or the folder's embedded server, started if need be.

    Raises DatabaseProblem.
    """
    return given_database_url() or server_url(data_folder)


def arguments(url: str) -> dict[str, Any]:
    """How a connection to an address is asked for, so that it is one of ours."""
    options = f"{conninfo_to_dict(url).get('options', '')} -c TimeZone=UTC".strip()
    return {"autocommit": True, "options": options, "application_name": "jifen"}


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection in UTC; transactions are what `connection.transaction()` spans. Raises DatabaseProblem."""
    with plain_problems():
        connection = psycopg.connect(url, **arguments(url))
    version = connection.info.server_version // 10_000
    if version < OLDEST_VERSION:
        connection.close()
        raise DatabaseProblem(
            Said(f"the database server is PostgreSQL {version}", f"数据库是 PostgreSQL {version}"),
            Said(
                f"jifen needs PostgreSQL {OLDEST_VERSION} or later.",
                f"jifen 需要 PostgreSQL {OLDEST_VERSION} 或更高版本。",
            ),
        )
    return connection


def give_up_when_idle(connection: psycopg.Connection[Any]) -> None:
    """Let the database end this connection where it waits too long for us inside a transaction: everybody else would
    wait for its locks, and the stream for its writes. What it had not committed is undone."""
    connection.execute(f"SET {IDLE}".encode())


def give_up_when_standing(connection: psycopg.Connection[Any]) -> None:
    """The same also between transactions: what a process that hangs does alone, nobody else would ever do."""
    give_up_when_idle(connection)
    connection.execute(f"SET {STANDING}".encode())


def url_of(connection: psycopg.Connection[Any]) -> str:
    """By which another connection to the same database is made."""
    info = connection.info
    return make_conninfo(info.dsn, password=info.password or None)


def is_away(error: BaseException) -> bool:
    """Whether the database, or the node of its cluster that was asked, is not there just now or has let go of us: who
    asks again may be answered."""
    match error:
        case DatabaseProblem() | psycopg.OperationalError() | IdleInTransactionSessionTimeout():
            return True
        case InternalError_(diag=said):
            return any(
                _NODE_LOST.search(words or "") for words in (said.message_primary, said.context)
            )
        case _:
            return False


@contextmanager
def plain_problems() -> Iterator[None]:
    """Turn psycopg's operational errors in the block into DatabaseProblem; others pass."""
    try:
        yield
    except psycopg.ProgrammingError as error:
        if error.sqlstate is not None:  # a mistake in SQL, ours
            raise
        raise DatabaseProblem(_quoting(_NO_ADDRESS, error), _ADDRESS) from error
    except psycopg.OperationalError as error:
        raise _problem(error) from error


def _problem(error: psycopg.OperationalError) -> DatabaseProblem:
    known = next(
        known
        for known in _KNOWN
        if (error.sqlstate or "none").startswith(known.states) or re.search(known.words, str(error))
    )
    return DatabaseProblem(_quoting(known.what, error), known.hint)


def _quoting(what: Said, error: psycopg.Error) -> Said:
    """With the first line of what the server or libpq said, in its own words."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    return Said(f"{what.en}: {said}", f"{what.zh}：{said}")
