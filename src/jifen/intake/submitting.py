"""Commands in, answers out: one batch a transaction, then some members a transaction where the past changes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import errors

from jifen.db.adapting import cursor
from jifen.db.connection import is_away
from jifen.db.round_trips import Cursor
from jifen.intake.actors import CLOCK
from jifen.intake.answers import Answer, Answered, malformed
from jifen.intake.asking.commands import Command
from jifen.intake.asking.texts import unwritable
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.gathering.gather import Lock, Overtaken, open_cases
from jifen.intake.gathering.joining import JoinedForNothing, keep_who_joined
from jifen.intake.gathering.looking import look_at
from jifen.intake.gathering.meeting import members_caught_up, new_batch
from jifen.intake.gathering.sitting import Sitting
from jifen.intake.gathering.unnamed import with_members
from jifen.intake.gathering.waiting import anything_waits, ask_whether_anything_waits
from jifen.intake.judging.case import Work
from jifen.intake.judging.deciding import settle_first
from jifen.intake.lanes import append_lane, history_lane, looks_back
from jifen.intake.relations.arriving import Submit, awaited, deliver, take_waiting_returns
from jifen.intake.using.usable import usable_in
from jifen.intake.versions.opening import OpenProgramme, UnknownProgramme, refreshed
from jifen.intake.write import write
from jifen.ledger.needs import ALL_LOTS

TRIES = 5
MEMBERS_PER_CORRECTION = 100
RETRIED = (
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.UniqueViolation,
    errors.CheckViolation,  # less was left on a shelf than the batch counted on
    Overtaken,
)
Result = TypeVar("Result")
Asked = Sequence[tuple[int, Command]]
Lane = Callable[[Sitting, Asked], Asked]


class Republished(Exception):
    """Commands were read by a version of the programme that is no longer the newest; nothing was decided."""


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
    actor: str | Sequence[str],
    enrol: bool = False,
    imported: bool = False,
    only_by_newest: bool = False,
) -> list[Answered]:
    """Decide and write commands; an answer for each, in their order. Commits.

    `actor` is who asks: one for all, or for each of them. Members who appear for the first time join with `enrol`,
    else their commands are refused. `imported` marks recorded history: its lots have no least life, and what is
    refused is not remembered.
    Raises Republished where commands are to be decided `only_by_newest` and `programme` is not that version, and
    CommandsFailed when commands fail in a way that is no refusal.
    """
    sent_to: set[str] = set()
    actors = [actor] * len(commands) if isinstance(actor, str) else actor
    answers, failures = _submitted(
        connection,
        programme,
        commands,
        now,
        actors,
        enrol=enrol,
        imported=imported,
        sent_to=sent_to,
        only_by_newest=only_by_newest,
    )
    if commands and (sent_to or programme.sends):
        members = sent_to | {command.member for command in commands}
        undelivered = deliver_to(connection, programme, members, now=now)
        failures |= dict(zip([0], undelivered, strict=False))
    if failures:
        raise CommandsFailed(answers, failures) from next(iter(failures.values()))
    return [answers[place] for place in range(len(commands))]


@dataclass(frozen=True, slots=True)
class _Submission:
    """Commands that came together: how they are asked, what becomes of them. `within`: in somebody else's transaction,
    which may have several turns of deciding."""

    connection: psycopg.Connection[Any]
    programme: OpenProgramme
    now: int
    actors: Sequence[str]  # by place
    enrol: bool
    imported: bool
    within: bool
    only_by_newest: bool
    sent_to: set[str]
    answers: dict[int, Answered]  # by place
    awaited: dict[str, int] = field(default_factory=dict)
    """Events that came and for which something waits, with the places that brought them up."""

    def decide(self, some: Asked) -> None:
        """Answer commands, those that change the past a few members at a time."""
        put_off = not (self.enrol or self.imported) and all(
            looks_back(self.programme, one) for _, one in some
        )
        waiting = _by_member(some if put_off else self.sit(append_lane, some, self.patience(some)))
        while waiting:
            members = list(islice(waiting, MEMBERS_PER_CORRECTION))
            rest = [one for member in members for one in waiting.pop(member)]
            waiting |= _by_member(self.sit(history_lane, rest))

    def patience(self, some: Asked) -> Lock:
        """Whom to lock first: of several members those who are free, so that one who is not holds up none of them.
        What comes from a file, or within another transaction, waits for all."""
        in_turn = self.within or self.enrol or self.imported
        several = any(command.member != some[0][1].member for _, command in some)
        return Lock.FREE if several and not in_turn else Lock.ALL

    def sit(self, lane: Lane, rest: Asked, lock: Lock = Lock.ALL) -> Asked:
        """Decide and write in one transaction, and in another one what was put aside; what the lane leaves. Either as
        it was asked: who acts for its members may be somebody else by the next transaction."""
        as_asked, tries = dict(rest), count()

        def again(some: Asked) -> Asked:
            return [(place, as_asked[place]) for place, _ in some]

        def decide_and_write(sql: Cursor) -> tuple[Asked, Sitting]:
            sitting = look_at(
                sql, self.programme, rest, self.now, self.actors, self.imported,
                joining=self.enrol, with_lots=lane is history_lane, with_all_budgets=self.within, lock=lock,
                shelves_at_once=self.within or next(tries) > 0,
            )  # fmt: skip
            newest = sitting.work.programme.revision
            if self.only_by_newest and not self.answers and newest != self.programme.revision:
                raise Republished
            left = lane(sitting, sitting.asked)
            keep_who_joined(sitting, left)
            write(sql, sitting.work, sitting.cases.values())
            if parted := sitting.parted:  # and no longer spared what was corrected meanwhile
                work = sitting.work
                members_caught_up(sql, work.programme, parted, self.now, work.actor, lock=Lock.ALL)
            return left, sitting

        def in_one_transaction() -> tuple[Asked, Sitting]:
            with cursor(self.connection) as sql:
                with sql.transaction():
                    left, sitting = decide_and_write(sql)
                    came = awaited(sitting.asked, sitting.answers)
                    if came:
                        ask_whether_anything_waits(sql, self.programme, came)
                if came and anything_waits(sql, self.programme, came):
                    self.awaited.update(came)
            return left, sitting

        try:
            left, sitting = _tried(in_one_transaction)
        except JoinedForNothing as undone:
            self.answers.update(undone.answers)
            others = again(undone.others)
            return [*again(undone.left), *(self.sit(lane, others) if others else ())]
        self.answers.update(sitting.answers)
        self.sent_to.update(sitting.work.recipients, sitting.parted)
        put_aside = again(sitting.put_aside)
        return [*again(left), *(self.sit(lane, put_aside) if put_aside else ())]


def _submitted(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    commands: Sequence[Command],
    now: int,
    actors: Sequence[str],
    *,
    enrol: bool,
    imported: bool,
    sent_to: set[str],
    within: bool = False,
    only_by_newest: bool = False,
) -> tuple[dict[int, Answered], dict[int, Exception]]:
    """Answers and failures by place. What was sent to inboxes stays there; whose these are is added to `sent_to`."""
    faults = unwritable(commands)
    answers: dict[int, Answered] = {}
    places = [place for place in range(len(commands)) if place not in faults]
    named = with_members(connection, programme, [commands[place] for place in places])
    asked = list(zip(places, named, strict=True))
    submission = _Submission(
        connection, programme, now, actors, enrol, imported, within, only_by_newest, sent_to, answers,
    )  # fmt: skip
    with collecting_no_garbage():
        failures = _failures(submission.decide, asked, answers)
    submit_these = _submitter(connection, programme, now, sent_to)
    if came := submission.awaited:
        failures |= take_waiting_returns(connection, programme, submit_these, came, now)
    refused = {place: Answered(malformed(said)) for place, said in faults.items()}
    return answers | refused, failures


def deliver_to(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identities: Collection[str],
    *,
    now: int,
) -> list[Exception]:
    """Let members take what others' deeds have put into their inboxes, and whoever gets something by that; why what
    failed did so. Commits."""
    recipients = set(identities)
    submit_these = _submitter(connection, programme, now, recipients)
    return deliver(connection, programme, submit_these, recipients)


def _submitter(
    connection: psycopg.Connection[Any], programme: OpenProgramme, now: int, sent_to: set[str]
) -> Submit:
    """How commands are submitted in somebody else's transaction: what they send is delivered after it."""

    def submit_these(
        commands: Sequence[Command], *, actors: Sequence[str], imported: bool = False
    ) -> Mapping[int, Exception]:
        _, failures = _submitted(
            connection, programme, commands, now, actors,
            enrol=False, imported=imported, sent_to=sent_to, within=True,
        )  # fmt: skip
        return failures

    return submit_these


def _failures(
    decide: Callable[[Asked], None], asked: Asked, answers: Mapping[int, Answered]
) -> dict[int, Exception]:
    """Decide commands; where something fails, either half of what is unanswered, so that one that fails costs
    its neighbours nothing. What failed, by place."""
    try:
        if asked:
            decide(asked)
    except Exception as error:
        if concerns_all(error):
            raise
        left = [one for one in asked if one[0] not in answers]
        if len(left) == 1:
            return {left[0][0]: error}
        middle = len(left) // 2
        return _failures(decide, left[:middle], answers) | _failures(decide, left[middle:], answers)
    return {}


def concerns_all(error: Exception) -> bool:
    """Whether no single command is to blame for it, so that its neighbours need not be tried."""
    others = psycopg.ProgrammingError | UnknownProgramme | Republished
    return is_away(error) or isinstance(error, others)


def _by_member(asked: Asked) -> dict[str, list[tuple[int, Command]]]:
    found: dict[str, list[tuple[int, Command]]] = {}
    for one in asked:
        found.setdefault(one[1].member, []).append(one)
    return found


def quote(
    connection: psycopg.Connection[Any], programme: OpenProgramme, command: Command, *, now: int
) -> Answer:
    """What a command would be answered now, and what it could use at most: the same deciding, nothing written."""
    for said in unwritable([command]).values():
        return malformed(said)
    named = list(enumerate(with_members(connection, programme, [command])))

    def look() -> Answer:
        rest: Asked = named
        usable: dict[str, int] = {}
        with connection.transaction(force_rollback=True), cursor(connection) as sql:
            while rest:
                sitting = look_at(
                    sql, programme, rest, now, ["quote"], False,
                    lock=Lock.NONE, with_lots=True, with_all_lots=True,
                )  # fmt: skip
                sitting.work.quoting = True
                usable = usable_in(sitting, sitting.asked[0][1])
                rest = history_lane(sitting, sitting.asked)
                if rest:
                    write(sql, sitting.work, sitting.cases.values())
        return msgspec.structs.replace(sitting.answers[0].answer, usable=usable)

    return _tried(look)


def settle_members(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identities: Sequence[str],
    *,
    now: int,
) -> None:
    """Post what time has brought these members. Raises what failed first of their days.

    All their lots are read: of many members at once that costs less than looking for the first lots of each.
    """

    def tidy(sql: Cursor) -> set[str]:
        newest = refreshed(sql, programme)
        batch = new_batch(newest, now)
        members = members_caught_up(sql, newest, identities, now, CLOCK, lock=Lock.ALL)
        needs = dict.fromkeys(members, ALL_LOTS)
        cases = open_cases(sql, newest, batch, members, needs=needs, named_holds=[], now=now)
        work = Work(newest, batch, now, CLOCK, imported=False)
        for case in cases.values():
            settle_first(work, case)
        write(sql, work, cases.values())
        return work.recipients

    sent_to = _transacted(connection, tidy)
    for failure in deliver_to(connection, programme, sent_to, now=now) if sent_to else ():
        raise failure


def catch_up_members(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identities: Sequence[str],
    *,
    now: int,
    actor: str,
) -> int:
    """Judge members again whose past a correction of the programme touches; how many were named. Raises what failed
    first of what that sent."""

    def judge(sql: Cursor) -> int:
        newest = refreshed(sql, programme)
        members_caught_up(sql, newest, identities, now, actor, lock=Lock.ALL)
        return len(identities)

    judged = _transacted(connection, judge)
    if programme.sends:
        for failure in deliver_to(connection, programme, identities, now=now):
            raise failure
    return judged


def _transacted(connection: psycopg.Connection[Any], work: Callable[[Cursor], Result]) -> Result:
    """Work in one transaction, tried as others are."""

    def in_one_transaction() -> Result:
        with cursor(connection) as sql, sql.transaction():
            return work(sql)

    return _tried(in_one_transaction)


def _tried(work: Callable[[], Result]) -> Result:
    """Do what leaves nothing where it fails; again after a deadlock or where another process was first with a key."""
    for attempt in range(TRIES):
        try:
            return work()
        except RETRIED:
            if attempt == TRIES - 1:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
    raise AssertionError("unreachable")
