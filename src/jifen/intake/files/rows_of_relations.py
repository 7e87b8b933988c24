"""Rows that say who is a relation of a member: all of such a row is posted, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import psycopg

from jifen.db.adapting import cursor
from jifen.intake.asking.commands import Command, Event, Return
from jifen.intake.asking.member_commands import SetFact
from jifen.intake.files.assembling import IMPORTED
from jifen.intake.gathering.enrolling import known_identities, refusal_of_relation
from jifen.intake.gathering.facts import NOBODY
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal


def end_of_batch(commands: Sequence[Command], start: int, most: int) -> int:
    """Where a batch of so many commands ends: not between a fact and what its row brings."""
    end = min(start + most, len(commands))
    while end < len(commands) and isinstance(commands[end - 1], SetFact):
        end += 1
    return end


def unfit_rows(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    batch: Sequence[Command],
    *,
    enrol: bool,
) -> dict[int, Refusal | None]:
    """By their places, what is not to be posted, as its row names somebody who cannot be a relation: the events with
    the refusal, and the facts that stand with them."""
    if not programme.relations:
        return {}
    facts = {place: one for place, one in enumerate(batch) if isinstance(one, SetFact)}
    named = [one for one in facts.values() if one.name in programme.relations]
    named = [one for one in named if one.value != NOBODY]
    if not named:
        return {}
    with cursor(connection) as sql:
        known = known_identities(sql, programme, {str(one.value) for one in named})
    if enrol:
        known |= {one.member for one in batch if isinstance(one, Event)}
    wrong = {
        _row(one): refusal
        for one in named
        if (refusal := refusal_of_relation(one.member, str(one.value), known))
    }
    found: dict[int, Refusal | None] = {
        place: None for place, one in facts.items() if _row(one) in wrong
    }
    for place, one in enumerate(batch) if wrong else ():
        if isinstance(one, Event | Return) and (row := _row_of(one, wrong)) is not None:
            found[place] = wrong[row]
    return found


def _row(fact: SetFact) -> str:
    """The id that the row has, with which the fact came."""
    return fact.id.removeprefix(IMPORTED).removesuffix(f"-{fact.name}")


def _row_of(command: Event | Return, rows: Collection[str]) -> str | None:
    """Of which row an event is, or one of the returns that it became."""
    return next((id for id in (command.id, command.id.partition(":")[0]) if id in rows), None)
