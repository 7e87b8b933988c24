"""How a Citus cluster would go about each statement of jifen, without doing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.postgres import types

from jifen.db.statements import statements

SOURCE = Path(__file__).parents[2] / "src" / "jifen"
_ID = "019b7748-8500-7f25-b4b7-7f2bfb055437"
_SAMPLES = {
    "uuid": _ID, "text": "x", "int8": "1", "int4": "1", "int2": "1", "bool": "t", "json": "{}", "bytea": "x",
    "timestamptz": "2026-01-01 00:00+00", "xid8": "1", "numeric": "1", "float8": "1",
}  # fmt: skip
_PARAMETER = re.compile(r"%\((\w+)\)[sb]")


class Planned(NamedTuple):
    """A statement by file and name, and over how many shards each step of it goes."""

    name: str
    steps: tuple[int, ...]  # none: it looks at the coordinator alone


def every_statement() -> Iterator[tuple[str, str]]:
    """Every statement that reads or writes rows, by file and name."""
    for file in sorted(SOURCE.rglob("*.sql")):
        if file.parent.name == "migrations" or file.stem == "spreading":
            continue
        for name, statement in statements(file).items():
            if re.match(r"(?i)select|with|insert|update|delete", statement):
                yield f"{file.relative_to(SOURCE).with_suffix('')} {name}", statement


def inner_queries(statement: str) -> Iterator[str]:
    """The queries in brackets within a statement, with what is in brackets within them."""
    begun = []
    for place, letter in enumerate(statement):
        if letter == "(":
            begun.append(place + 1)
        elif letter == ")" and re.match(r"\s*(SELECT|WITH)\b", statement[begun[-1] : place]):
            yield statement[begun.pop() : place]
        elif letter == ")":
            begun.pop()


def planned_statements(connection: psycopg.Connection[Any]) -> Iterator[Planned]:
    """Every statement as planned. Raises psycopg.Error for one that the cluster would refuse."""
    for name, statement in every_statement():
        yield Planned(name, _steps(connection, statement))


def _steps(connection: psycopg.Connection[Any], statement: str) -> tuple[int, ...]:
    samples = _samples(connection, statement)
    written = _PARAMETER.sub(lambda found: samples[found[1]], statement).replace("%%", "%")
    plan = connection.execute(f"EXPLAIN (COSTS OFF) {written}".encode()).fetchall()
    return tuple(int(count) for (line,) in plan for count in re.findall(r"Task Count: (\d+)", line))


def _samples(connection: psycopg.Connection[Any], statement: str) -> dict[str, str]:
    """A value for each parameter, of the type that the server takes it for."""
    names = list(dict.fromkeys(_PARAMETER.findall(statement)))
    numbered = _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
    server = connection.pgconn
    uuid = types["uuid"].oid
    hints = [uuid if name in ("programme", "programme_id") else 0 for name in names]
    server.prepare(b"sample", numbered.replace("%%", "%").rstrip("; \n").encode(), hints)
    described = server.describe_prepared(b"sample")
    connection.execute("DEALLOCATE sample")
    return {name: _sample(described.param_type(place)) for place, name in enumerate(names)}


def _sample(oid: int) -> str:
    kind = types.get(oid)
    assert kind is not None
    value = _SAMPLES[kind.name]
    if oid == kind.array_oid:
        return f"'{{\"{value}\"}}'::{kind.name}[]"
    return f"'{value}'::{kind.name}"
