"""Commands on their way to the bank: what comes while a batch is being written is the next batch."""

from __future__ import annotations

import logging
import threading
import time
from asyncio import Future
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import psycopg

from jifen.api.turns import Turns
from jifen.db.connection import connect, give_up_when_idle, is_away
from jifen.db.spreading import plan_once
from jifen.intake.answers import Answered
from jifen.intake.asking.bodies import Body
from jifen.intake.asking.commands import Command
from jifen.intake.asking.normalise import command_of
from jifen.intake.asking.scalars import Malformed
from jifen.intake.submitting import CommandsFailed, Republished, submit
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.operations.tally import Queue

MOST_AT_ONCE: Final = 256
MOST_WAITING: Final = 8_192
MOST_OF_ONE: Final = MOST_WAITING // 2
_LOG = logging.getLogger("jifen.api")


class Asker(NamedTuple):
    """Who asks things of a programme: in whose turn, and in whose name they are journalled."""

    slug: str
    turn: str
    actor: str


class Asked(NamedTuple):
    """A command as it was sent: to which programme, in whose name, and where what becomes of it is waited for."""

    slug: str
    kind: str
    body: Body
    asker: str  # whose turn it takes
    actor: str
    outcome: Future[Outcome]
    asked_at: float  # on the clock that only counts


class Done(NamedTuple):
    """A command that was answered, with the programme by which it was."""

    command: Command
    answered: Answered
    programme: OpenProgramme


class Busy(Exception):
    """More waits than will be written soon, of all or of the one who asks: ask again in a moment."""


class Stopping(Exception):
    """The server is going to stop and takes nothing more."""


Outcome = Done | Malformed | Exception
Outcomes = list[tuple[Future[Outcome], Outcome]]


class CommandQueue:
    """A thread with a connection of its own that writes, batch after batch, what was put here.

    A batch is what has gathered of one programme, at most 256 commands, one of each key and again: an import holds up
    no till. Nothing waits for others to come: a lone command is a batch of one, and under load the time of one batch
    gathers the next. `tell` is called from the thread, once a batch, with what came of it.
    """

    def __init__(
        self, url: str, name: str, tell: Callable[[Outcomes], None], counted: Queue
    ) -> None:
        self._url = url
        self._counted = counted
        self._tell = tell
        self._waiting: Turns[Asked] = Turns()
        self._changed = threading.Condition()
        self._stopping = False
        self._programmes = Programmes()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, asked: Sequence[Asked]) -> None:
        """Ask some things of one asker, which may be decided together. Raises Busy where too much waits already, behind
        as many as could be asked, and Stopping behind `close`."""
        with self._changed:
            if self._stopping:
                raise Stopping
            self._changed.notify()  # who looks once we let go
            for one in asked:
                if (
                    self._waiting.length >= MOST_WAITING
                    or self._waiting.of(one.asker) >= MOST_OF_ONE
                ):
                    raise Busy
                self._waiting.add(one)

    def count_waiting(self) -> None:
        """Note how much waits, and for how long."""
        with self._changed:
            self._counted.length = self._waiting.length
            since = self._waiting.oldest_at()
        now = time.monotonic()
        self._counted.oldest_seconds = 0.0 if since is None else now - since

    def close(self) -> None:
        """Answer what waits, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        connection: psycopg.Connection[Any] | None = None
        while batch := self._next():
            self._counted.batch(len(batch), time.monotonic() - batch[0].asked_at)
            try:
                if connection is None or connection.closed:
                    connection = connect(self._url)
                    give_up_when_idle(connection)
                    plan_once(connection)
                self._tell(self._outcomes(connection, batch))
            except Exception as error:  # whatever it was, whoever asked has to be told
                if not is_away(error):
                    _LOG.exception("a batch failed")
                self._tell([(asked.outcome, error) for asked in batch])
        if connection is not None:
            connection.close()

    def _next(self) -> list[Asked]:
        """What is decided together, of one programme, from everybody in turn; empty at the end."""
        with self._changed:
            while not self._waiting.length and not self._stopping:
                self._changed.wait()
            return self._waiting.take(MOST_AT_ONCE)

    def _outcomes(self, connection: psycopg.Connection[Any], batch: Sequence[Asked]) -> Outcomes:
        """What came of a batch. That the programme stands as it was last known costs no question of its own: it turns
        out with what the batch reads."""
        slug = batch[0].slug
        programme, asked = self._programmes.last_known(connection, slug), False
        while True:
            try:
                return _decided(connection, programme, batch, newest=asked)
            except Republished:
                programme, asked = self._programmes.now(connection, slug), True


def _decided(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    batch: Sequence[Asked],
    *,
    newest: bool,
) -> Outcomes:
    """What came of commands, read by a version that is the `newest`, or was so a while ago. Raises Republished where it
    is so no longer, and where it may not be and makes no sense of a command."""
    found: Outcomes = []
    commands: list[Command] = []
    places: list[Asked] = []
    for asked in batch:
        try:
            commands.append(command_of(asked.kind, asked.body, programme.programme, programme.zone))
            places.append(asked)
        except Malformed as malformed:
            if not newest:
                raise Republished from malformed
            found.append((asked.outcome, malformed))
    actors = [asked.actor for asked in places]
    answers, failures = _submitted(connection, programme, commands, actors)
    for place, asked in enumerate(places):
        if (failure := failures.get(place)) is not None:
            if not is_away(failure):
                _LOG.error("a command failed", exc_info=failure)
            found.append((asked.outcome, failure))
        else:
            found.append((asked.outcome, Done(commands[place], answers[place], programme)))
    return found


def _submitted(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    commands: Sequence[Command],
    actors: Sequence[str],
) -> tuple[dict[int, Answered], dict[int, Exception]]:
    """Answers and failures by place."""
    if not commands:
        return {}, {}
    try:
        answers = submit(
            connection,
            programme,
            commands,
            now=now_of(programme),
            actor=actors,
            only_by_newest=True,
        )
    except CommandsFailed as failed:
        return dict(failed.answers), dict(failed.failures)
    return dict(enumerate(answers)), {}
