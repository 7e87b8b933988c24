"""Commands in, answers out: one batch a transaction, then some members a transaction where the past changes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import errors

from jifen.db.adapting import cursor
from jifen.ids import new_id
from jifen.intake import journal
from jifen.intake.answers import Answer, Answered, malformed
from jifen.intake.between import other_members
from jifen.intake.case import Case, Work
from jifen.intake.catching_up import behind, catch_up
from jifen.intake.commands import (
    Cancel,
    Capture,
    Command,
    Confirm,
    Event,
    Opening,
    Return,
    Revive,
    Void,
)
from jifen.intake.confirming import confirmed_event
from jifen.intake.deciding import settle_first
from jifen.intake.enrolling import NewMember, add_members
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.gather import (
    MemberRow,
    gather_known,
    gather_members,
    open_cases,
)
from jifen.intake.history import Sql
from jifen.intake.households import load_belongings, lock_households, mates_of
from jifen.intake.lanes import Sitting, append_lane, history_lane
from jifen.intake.needing import needs_of
from jifen.intake.opening import OpenProgramme, UnknownProgramme, refreshed
from jifen.intake.texts import unwritable
from jifen.intake.waiting import take_arrived, wait
from jifen.intake.write import write
from jifen.ledger.book import Batch
from jifen.ledger.load_moves import load_moves
from jifen.ledger.load_uses import load_expired, load_forgiven, load_uses_for_limits, load_uses_of
from jifen.ledger.needs import ALL_LOTS

TRIES = 5
MEMBERS_PER_CORRECTION = 100
OF_ALL = (psycopg.OperationalError, psycopg.ProgrammingError, UnknownProgramme)
"""What no single command is to blame for."""
RETRIED = (errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation)
Result = TypeVar("Result")
Asked = Sequence[tuple[int, Command]]
Lane = Callable[[Sitting, Asked], Asked]


class CommandsFailed(Exception):
    """Something unforeseen happened to some commands of a batch; the others are answered and committed.

    `answers` and `failures` have them by their place in the batch.
    """

    def __init__(self, answers: Mapping[int, Answered], failures: Mapping[int, Exception]) -> None:
        first = next(iter(failures.values()))
        super().__init__(f"{len(failures)} failed, first with {type(first).__name__}: {first}")
        self.answers = answers
        self.failures = failures


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
    Raises CommandsFailed when commands fail in a way that is no refusal.
    """
    faults = unwritable(commands)
    answers = {place: Answered(malformed(said)) for place, said in faults.items()}
    asked = [one for one in enumerate(commands) if one[0] not in faults]

    def sit(lane: Lane, rest: Asked, joining: bool) -> Asked:
        def in_one_transaction() -> tuple[Asked, Sitting]:
            sitting = _sit(
                connection, programme, rest, now, actor, imported,
                joining=joining, with_lots=lane is history_lane,
            )  # fmt: skip
            left = lane(sitting, rest)
            write(sitting.sql, sitting.work, sitting.cases.values())
            return left, sitting

        left, sitting = _transacted(connection, in_one_transaction)
        answers.update(sitting.answers)
        return left

    def decide(some: Asked) -> None:
        waiting = _by_member(sit(append_lane, some, enrol))
        while waiting:
            members = list(islice(waiting, MEMBERS_PER_CORRECTION))
            rest = [one for member in members for one in waiting.pop(member)]
            waiting |= _by_member(sit(history_lane, rest, False))

    with collecting_no_garbage():
        failures = _failures(decide, _with_members(connection, programme, asked), answers)
    failures |= _take_waiting_returns(connection, programme, asked, answers, now)
    if failures:
        raise CommandsFailed(answers, failures) from next(iter(failures.values()))
    return [answers[place] for place in range(len(commands))]


def _take_waiting_returns(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    asked: Asked,
    answers: Mapping[int, Answered],
    now: int,
) -> dict[int, Exception]:
    """Take the returns that came before an event which has come now, or had come when we were interrupted.

    Also asked for a return that waits since now: its event may have come while we looked for it, and whoever
    commits last sees both. A return that fails goes on waiting; what failed, by the place of who brought it up.
    """
    came: dict[str, int] = {}
    for place, command in asked:
        state = answers[place].answer.state if place in answers else ""
        if isinstance(command, Event) and state == "applied":
            came[command.id] = place
        elif isinstance(command, Return) and state == "waiting":
            came[command.of] = place
    failures: dict[int, Exception] = {}
    if came:
        with connection.transaction(), cursor(connection) as sql:
            for asked_before, actor in take_arrived(sql, programme, came):
                try:
                    submit(connection, programme, [asked_before], now=now, actor=actor)
                except CommandsFailed as failed:
                    wait(sql, programme, asked_before, now, actor)
                    failures[came[asked_before.of]] = failed
    return failures


def _failures(
    decide: Callable[[Asked], None], asked: Asked, answers: Mapping[int, Answered]
) -> dict[int, Exception]:
    """Decide commands; where something fails, either half of what is unanswered, so that one that fails costs
    its neighbours nothing. What failed, by place."""
    try:
        if asked:
            decide(asked)
    except OF_ALL:
        raise
    except Exception as error:
        left = [one for one in asked if one[0] not in answers]
        if len(left) == 1:
            return {left[0][0]: error}
        middle = len(left) // 2
        return _failures(decide, left[:middle], answers) | _failures(decide, left[middle:], answers)
    return {}


def _by_member(asked: Asked) -> dict[str, list[tuple[int, Command]]]:
    found: dict[str, list[tuple[int, Command]]] = {}
    for one in asked:
        found.setdefault(one[1].member, []).append(one)
    return found


def quote(
    connection: psycopg.Connection[Any], programme: OpenProgramme, command: Command, *, now: int
) -> Answer:
    """What a command would be answered now: the same deciding, nothing written."""
    for said in unwritable([command]).values():
        return malformed(said)
    named = _with_members(connection, programme, [(0, command)])

    def look() -> Answer:
        rest = named
        with connection.transaction(force_rollback=True):
            while rest:
                sitting = _sit(
                    connection, programme, rest, now, "quote", False, lock=False, with_lots=True
                )
                rest = history_lane(sitting, rest)
                if rest:
                    write(sitting.sql, sitting.work, sitting.cases.values())
        return sitting.answers[0].answer

    return _transacted(connection, look)


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
        newest = refreshed(sql, programme)
        batch = _batch(newest, now)
        members = _members_caught_up(sql, newest, identities, now, "clock", lock=True)
        cases = open_cases(sql, newest, batch, members, needs={}, named_holds=[], now=now)
        work = Work(newest, batch, now, "clock", imported=False)
        for case in cases.values():
            settle_first(work, case)
        write(sql, work, cases.values())
        return len(cases)

    return _transacted(connection, tidy)


def catch_up_members(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identities: Sequence[str],
    *,
    now: int,
    actor: str,
) -> int:
    """Judge members again whose past a correction of the programme touches; how many were named."""

    def judge() -> int:
        sql = cursor(connection)
        newest = refreshed(sql, programme)
        _members_caught_up(sql, newest, identities, now, actor, lock=True)
        return len(identities)

    return _transacted(connection, judge)


def _members_caught_up(
    sql: Sql,
    programme: OpenProgramme,
    identities: Collection[str],
    now: int,
    actor: str,
    *,
    lock: bool,
) -> dict[str, MemberRow]:
    """The rows of members, after judging those again whose past was corrected since."""
    members = gather_members(sql, programme, identities, lock=lock)
    places = behind(programme, members) if programme.corrections else {}
    if not places:
        return members
    catch_up(sql, programme, _batch(programme, now), places, now, actor)
    return gather_members(sql, programme, identities, lock=lock)


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
    connection: psycopg.Connection[Any], programme: OpenProgramme, asked: Asked
) -> Asked:
    """Commands about an earlier one that do not name their member get the member of that."""
    keys = [key for _, command in asked if not command.member for key in _keys_named(command)]
    if not keys:
        return asked
    with cursor(connection) as sql:
        known = gather_known(sql, programme, keys)

    def with_member(command: Command) -> Command:
        if command.member:
            return command
        first = next((known[key] for key in _keys_named(command) if key in known), None)
        return msgspec.structs.replace(command, member=first.external_id) if first else command

    return [(place, with_member(command)) for place, command in asked]


def _keys_named(command: Command) -> tuple[str, ...]:
    """The keys of earlier commands that a command may be about, in the order in which they are tried."""
    if isinstance(command, Return):
        return (f"event/{command.of}",)
    if isinstance(command, Confirm):
        return (f"event/{command.of}",)
    return (*command.keys, command.transfer_key) if isinstance(command, Cancel) else ()


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
    """Lock and read what these commands are about. `with_lots`: the past may change, which needs all lots."""
    sql = cursor(connection)
    programme = refreshed(sql, programme)
    commands = [command for _, command in asked]
    batch = _batch(programme, now)
    others = other_members(sql, programme, commands)
    lock_households(sql, programme, commands)
    mates = mates_of(sql, programme, commands)
    identities = {command.member for command in commands} | set(others.values())
    identities.update(name for found in mates.values() for name in found.others)
    members = _members_caught_up(sql, programme, identities, now, actor, lock=lock)
    if joining and identities - members.keys():
        _enrol_at_first_event(sql, programme, commands, members.keys(), now, actor)
        members = gather_members(sql, programme, identities, lock=lock)
    mates = mates_of(sql, programme, commands)  # again, now that nobody leaves
    cases = open_cases(
        sql,
        programme,
        batch,
        members,
        needs=dict.fromkeys(identities, ALL_LOTS)
        if with_lots
        else needs_of(programme, commands, mates),
        named_holds=[command.of for command in commands if isinstance(command, Capture | Void)],
        now=now,
    )
    books = [case.book for case in cases.values()]
    load_uses_for_limits(sql, batch, books, now)
    if with_lots:
        load_forgiven(sql, batch, books, now)
        _load_to_revive(sql, batch, cases, commands, now)
    cancels = [one for one in commands if isinstance(one, Cancel)]
    uses, moves = {}, {}
    if cancels:
        uses = load_uses_of(sql, batch, books, [key for one in cancels for key in one.keys])
        by_id = {book.member_id: book for book in books}
        moves = load_moves(sql, batch, by_id, [one.transfer_key for one in cancels])
    keys = [journal.key_of(command) for command in commands]
    keys += [f"event/{command.of}" for command in commands if isinstance(command, Return)]
    confirmed = [of for one in commands if (of := confirmed_event(programme, one)) is not None]
    keys += [f"event/{of}" for of in confirmed]
    known = gather_known(sql, programme, keys)
    events = {
        found.event.event_id: (found.member_id, found.event.seq)
        for of in confirmed
        if (found := known.get(f"event/{of}")) is not None and found.event is not None
    }
    belongings = load_belongings(sql, programme, commands, [book.member_id for book in books])
    work = Work(
        programme, batch, now, actor, imported,
        uses=uses, moves=moves, events=events, belongings=belongings,
    )  # fmt: skip
    return Sitting(sql, work, cases, known, others, mates)


def _batch(programme: OpenProgramme, now: int) -> Batch:
    ids = programme.programme_id.bytes, new_id(now).bytes
    return Batch(*ids, programme.zone, programme.terms_at(now))


def _load_to_revive(
    sql: Sql, batch: Batch, cases: Mapping[str, Case], commands: Sequence[Command], now: int
) -> None:
    asked = [one for one in commands if isinstance(one, Revive) and one.member in cases]
    if asked:
        books = [cases[one.member].book for one in asked]
        load_expired(sql, batch, books, min(one.since(now) for one in asked))


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
            if isinstance(command, Opening) and command.joined_at is not None:
                moment = min(moment, command.joined_at)
            joined_at[command.member] = min(moment, joined_at.get(command.member, moment))
    newcomers = [NewMember(id=name, joined_at=joined_at[name]) for name in sorted(joined_at)]
    add_members(sql, programme, newcomers, now=now, actor=actor)
