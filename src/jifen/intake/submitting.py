"""Commands in, answers out: one batch a transaction, one member a transaction where history changes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import errors

from jifen.db.adapting import cursor
from jifen.ids import new_id
from jifen.intake import journal
from jifen.intake.answers import Answer, Answered
from jifen.intake.case import Work
from jifen.intake.commands import Capture, Command, Event, Return, Void
from jifen.intake.deciding import settle_first
from jifen.intake.enrolling import NewMember, add_members
from jifen.intake.gather import (
    gather_known,
    gather_members,
    open_cases,
)
from jifen.intake.history import Sql
from jifen.intake.lanes import Sitting, append_lane, history_lane
from jifen.intake.opening import OpenProgramme, refreshed
from jifen.intake.write import write
from jifen.ledger.book import Batch

TRIES = 5
RETRIED = (errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation)
Result = TypeVar("Result")
Asked = Sequence[tuple[int, Command]]
Lane = Callable[[Sitting, Asked], Asked]


def submit(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    commands: Sequence[Command],
    *,
    now: int,
    actor: str,
    enrol: bool = False,
    imported: bool = False,
) -> list[Answered]:
    """Decide and write commands; an answer for each, in their order. Commits.

    Members who appear for the first time join with `enrol`, else their commands are refused. `imported`
    marks recorded history: its lots have no least life, and what is refused is not remembered.
    """
    asked = list(enumerate(_with_members(connection, programme, commands)))
    answers: dict[int, Answered] = {}

    def sit_for(lane: Lane, rest: Asked, joining: bool) -> Asked:
        sitting = _sit(
            connection, programme, rest, now, actor, imported,
            joining=joining, with_lots=lane is history_lane,
        )  # fmt: skip
        left = lane(sitting, rest)
        write(sitting.sql, sitting.work, sitting.cases.values())
        answers.update(sitting.answers)
        return left

    by_member: dict[str, list[tuple[int, Command]]] = {}
    for place, command in _transacted(connection, lambda: sit_for(append_lane, asked, enrol)):
        by_member.setdefault(command.member, []).append((place, command))
    for waiting in by_member.values():
        rest: Asked = waiting
        while rest:
            rest = _transacted(connection, partial(sit_for, history_lane, rest, False))
    return [answers[place] for place in range(len(commands))]


def quote(
    connection: psycopg.Connection[Any], programme: OpenProgramme, command: Command, *, now: int
) -> Answer:
    """What a command would be answered now: the same deciding, nothing written."""
    rest: Asked = list(enumerate(_with_members(connection, programme, [command])))
    with connection.transaction(force_rollback=True):
        while rest:
            sitting = _sit(
                connection, programme, rest, now, "quote", False, lock=False, with_lots=True
            )
            rest = history_lane(sitting, rest)
            if rest:
                write(sitting.sql, sitting.work, sitting.cases.values())
    return sitting.answers[0].answer


def settle_members(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identities: Sequence[str],
    *,
    now: int,
) -> int:
    """Post what time has brought these members; how many there were."""

    def tidy() -> int:
        sql = cursor(connection)
        members = gather_members(sql, programme, identities, lock=True)
        batch = Batch(
            programme.programme_id.bytes, new_id(now).bytes, programme.zone, programme.terms
        )
        cases = open_cases(
            sql, programme, batch, members, with_lots=identities, named_holds=[], now=now
        )
        work = Work(programme, batch, now, "clock", imported=False)
        for case in cases.values():
            settle_first(work, case)
        write(sql, work, cases.values())
        return len(cases)

    return _transacted(connection, tidy)


def _transacted(connection: psycopg.Connection[Any], work: Callable[[], Result]) -> Result:
    """Run in one transaction; again after a deadlock or where another process was first with a key."""
    for attempt in range(TRIES):
        try:
            with connection.transaction():
                return work()
        except RETRIED:
            if attempt == TRIES - 1:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
    raise AssertionError("unreachable")


def _with_members(
    connection: psycopg.Connection[Any], programme: OpenProgramme, commands: Sequence[Command]
) -> list[Command]:
    """Returns that do not name their member get the one who did the event."""
    open_ended = [
        command for command in commands if isinstance(command, Return) and not command.member
    ]
    if not open_ended:
        return list(commands)
    with cursor(connection) as sql:
        known = gather_known(sql, programme, [f"event/{command.of}" for command in open_ended])
    return [
        msgspec.structs.replace(command, member=known[f"event/{command.of}"].external_id)
        if isinstance(command, Return) and not command.member and f"event/{command.of}" in known
        else command
        for command in commands
    ]


def _sit(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    asked: Asked,
    now: int,
    actor: str,
    imported: bool,
    *,
    with_lots: bool,
    joining: bool = False,
    lock: bool = True,
) -> Sitting:
    """Lock and read what these commands are about. Events at the end of histories need no lots."""
    sql = cursor(connection)
    programme = refreshed(sql, programme)
    commands = [command for _, command in asked]
    identities = {command.member for command in commands}
    members = gather_members(sql, programme, identities, lock=lock)
    if joining and identities - members.keys():
        _enrol_at_first_event(sql, programme, commands, members.keys(), now, actor)
        members = gather_members(sql, programme, identities, lock=lock)
    batch = Batch(programme.programme_id.bytes, new_id(now).bytes, programme.zone, programme.terms)
    cases = open_cases(
        sql,
        programme,
        batch,
        members,
        with_lots={
            command.member for command in commands if with_lots or not isinstance(command, Event)
        },
        named_holds=[command.of for command in commands if isinstance(command, Capture | Void)],
        now=now,
    )
    keys = [journal.key_of(command) for command in commands]
    keys += [f"event/{command.of}" for command in commands if isinstance(command, Return)]
    known = gather_known(sql, programme, keys)
    return Sitting(sql, Work(programme, batch, now, actor, imported), cases, known)


def _enrol_at_first_event(
    sql: Sql,
    programme: OpenProgramme,
    commands: Sequence[Command],
    known: Collection[str],
    now: int,
    actor: str,
) -> None:
    joined_at: dict[str, int] = {}
    for command in commands:
        if command.member and command.member not in known:
            moment = now if command.occurred_at is None else command.occurred_at
            joined_at[command.member] = min(moment, joined_at.get(command.member, moment))
    newcomers = [NewMember(id=name, joined_at=joined_at[name]) for name in sorted(joined_at)]
    add_members(sql, programme, newcomers, now=now, actor=actor)
