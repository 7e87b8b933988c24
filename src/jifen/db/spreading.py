"""A bank on several machines: its tables spread over the nodes of a Citus cluster, a programme's rows together.

Every row of a programme lies on one node, so a batch is a transaction of one server there as everywhere, and each
unique key has one referee. `programme` and `account` are few rows that everything asks for: they lie on every node.
What is not found by its programme (keys of the API, the worker's timetable) stays on the coordinator.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg import Connection

from jifen.db.problem import DatabaseProblem
from jifen.db.statements import statements
from jifen.wording import Said

SQL = statements(Path(__file__).with_suffix(".sql"))
COPIED: Final = ("programme", "account")
_FIRST: Final = "member"  # the table beside which the others are laid


class Layout(NamedTuple):
    """Where the tables of a bank lie, by name in the order in which they were made."""

    version: str  # of Citus
    nodes: int  # that hold rows
    shards: int  # in so many parts the spread tables are cut; a programme lies in one
    spread: tuple[str, ...]
    copied: tuple[str, ...]  # whole on every node
    kept: tuple[str, ...]  # on the coordinator alone
    lacking: tuple[str, ...]  # that should be spread or copied and are not yet


def layout(connection: Connection[Any]) -> Layout | None:
    """How a bank is spread; None where it is not."""
    with connection.transaction():
        version = connection.execute(SQL["citus_version"]).fetchone()
        found = _look(connection, version[0]) if version else None
    return found if found and found.spread else None


def plan_once(connection: Connection[Any]) -> None:
    """Let one plan of a statement do for all values on a connection whose statements find rows by key. A cluster goes
    on planning for the values, since these say on which node the rows lie.

    A plan of the days when a table was empty would read it through, until the server next looks at what it holds.
    """
    if layout(connection) is None:
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute("SET enable_seqscan = off")


def spread(connection: Connection[Any]) -> Layout:
    """Spread what is not yet spread of a migrated bank over the cluster that this server coordinates.

    All or, on any error, nothing. Raises DatabaseProblem where there is no cluster, or where programmes lie on this
    server already: their rows would be copied, and stay behind here for good where nobody sees them.
    """
    with connection.transaction():
        version = connection.execute(SQL["citus_version"]).fetchone()
        if version is None:
            raise _no_citus()
        _check_nodes(connection)
        for preparing in ("one_at_a_time", "one_after_another", "with_triggers"):
            connection.execute(SQL[preparing])
        before = _look(connection, version[0])
        if not before.spread and connection.execute(SQL["programmes"]).fetchone() == (True,):
            raise _has_programmes()
        for table in COPIED:
            if table in before.lacking:
                connection.execute(SQL["copy_table"], {"table": table})
        _spread_tables(connection, before)
        return _look(connection, version[0])


def _check_nodes(connection: Connection[Any]) -> None:
    found = connection.execute(SQL["nodes"]).fetchone()
    assert found is not None
    coordinates, known, holding = found
    if not coordinates:
        raise _no_coordinator()
    if not known:
        raise _unknown_coordinator()
    if not holding:
        raise _no_nodes()


def tables(connection: Connection[Any]) -> dict[str, bool]:
    """The tables of a bank in the order in which they were made, and whether each is to leave the coordinator."""
    rows = connection.execute(SQL["tables"]).fetchall()
    return {table: may_be_spread or table in COPIED for table, may_be_spread in rows}


def _look(connection: Connection[Any], version: str) -> Layout:
    places = dict(connection.execute(SQL["places"]).fetchall())
    leaving = tables(connection)
    spread = tuple(table for table in leaving if places.get(table) is True)
    nodes = connection.execute(SQL["nodes"]).fetchone()
    shards = connection.execute(SQL["shards"], {"table": spread[0]}).fetchone() if spread else (0,)
    assert nodes is not None
    assert shards is not None
    return Layout(
        version,
        nodes[2],
        shards[0],
        spread,
        copied=tuple(table for table in leaving if places.get(table) is False),
        kept=tuple(table for table, leaves in leaving.items() if not leaves),
        lacking=tuple(t for t, leaves in leaving.items() if leaves and t not in places),
    )


def _spread_tables(connection: Connection[Any], before: Layout) -> None:
    names = [table for table in before.lacking if table not in COPIED]
    keys = connection.execute(SQL["keys_between"], {"tables": names}).fetchall()
    # A table may point at one that is spread only once it is spread itself.
    for taking_away, _ in keys:
        connection.execute(taking_away)
    for table in sorted(names, key=lambda name: name != _FIRST):
        beside = "none" if table == _FIRST else _FIRST
        connection.execute(SQL["spread_table"], {"table": table, "beside": beside})
    for _, making_again in keys:
        connection.execute(making_again)


def _no_citus() -> DatabaseProblem:
    return DatabaseProblem(
        Said("this database has no Citus", "这个数据库没有安装 Citus"),
        Said(
            "Run `CREATE EXTENSION citus` in it, on the coordinator and on every node.",
            "请在协调节点和每个工作节点的这个库里执行 `CREATE EXTENSION citus`。",
        ),
    )


def _no_coordinator() -> DatabaseProblem:
    return DatabaseProblem(
        Said("this server is a node of a Citus cluster", "这台服务器是 Citus 集群的工作节点"),
        Said(
            "Let JIFEN_DATABASE_URL lead to the coordinator.",
            "请让 JIFEN_DATABASE_URL 指向协调节点。",
        ),
    )


def _unknown_coordinator() -> DatabaseProblem:
    return DatabaseProblem(
        Said(
            "the nodes of the Citus cluster do not know the coordinator",
            "Citus 集群的工作节点不知道协调节点在哪里",
        ),
        Said(
            "Run `SELECT citus_set_coordinator_host('its address', 5432)` on it.",
            "请在协调节点上执行 `SELECT citus_set_coordinator_host('它的地址', 5432)`。",
        ),
    )


def _has_programmes() -> DatabaseProblem:
    return DatabaseProblem(
        Said("there are programmes in this database already", "这个数据库里已经有计划"),
        Said(
            "Spread an empty one, and move them into it as docs/guides/cluster.md says.",
            "请分布一个空库，再按 docs/guides/cluster.zh-CN.md 把计划搬进去。",
        ),
    )


def _no_nodes() -> DatabaseProblem:
    return DatabaseProblem(
        Said("the Citus cluster has no nodes", "Citus 集群里还没有工作节点"),
        Said(
            "Add one: `SELECT citus_add_node('its address', 5432)`.",
            "请加入节点：`SELECT citus_add_node('它的地址', 5432)`。",
        ),
    )
