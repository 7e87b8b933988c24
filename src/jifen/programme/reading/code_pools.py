"""`codes:` of a document: the pools from which rewards take their codes."""

from __future__ import annotations

from jifen.programme.code_pools import CodePool
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import date, identifier, integer, name
from jifen.programme.reading.sections import Section, entries, more_than, noting
from jifen.programme.saying.naming import Name
from jifen.wording import Said

MOST_POOLS = 1000
MOST_LOW = 100_000
"""The highest level below which a pool may be low: so far the codes are counted whenever one is handed out."""


def read_code_pools(node: Node, problems: Problems) -> tuple[CodePool, ...]:
    """The pools in document order."""
    found: list[CodePool] = []
    for key, value in noting(problems, node, lambda node: list(entries(node)), []):
        id = noting(problems, key, identifier, None)
        if id is not None:
            found.append(_pool(id, Section(value, problems, ("name", "until", "low"))))
    if len(found) > MOST_POOLS:
        problems.add(node, more_than(MOST_POOLS, Said("pools of codes", "个券码池")))
    return tuple(found)


def _pool(id: str, section: Section) -> CodePool:
    return CodePool(
        id,
        section.read("name", name, Name(id, id)),
        section.read("until", date, None),
        section.read("low", integer(0, MOST_LOW), 0),
    )
