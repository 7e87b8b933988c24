"""Buyers who come at once: by a connection of a racecourse each, or by processes of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import psycopg
from racecourse import NOW, Racecourse

from jifen.db.connection import connect
from jifen.intake.asking.commands import Command
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import open_programme

Refusals = Counter[str | None]


def buy(
    course: Racecourse, commands: Sequence[Command], connection: psycopg.Connection[Any]
) -> Refusals:
    """One transaction for each."""
    found: Refusals = Counter()
    for command in commands:
        (one,) = submit(connection, course.programme, [command], now=NOW, actor="shop")
        found[one.answer.refusal] += 1
    return found


def buy_in_a_process(url: str, slug: str, commands: Sequence[Command]) -> Refusals:
    """Some at a time, as they come together at a door."""
    found: Refusals = Counter()
    with connect(url) as connection:
        programme = open_programme(connection, slug)
        for first in range(0, len(commands), 5):
            some = commands[first : first + 5]
            answered = submit(connection, programme, some, now=NOW, actor="shop")
            found.update(one.answer.refusal for one in answered)
    return found
