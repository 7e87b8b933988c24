"""Posting the commands of a file: a few at once by ourselves, many by processes that share the members.

Deciding is work for a processor, so that two of them post nearly twice as fast as one. While they do, the
caller reads on.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple, get_args
from zlib import crc32

import msgspec
import psycopg

from jifen.db.connection import connect, plain_problems, url_of
from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Command
from jifen.intake.details import Detail
from jifen.intake.files.rows_of_relations import end_of_batch, unfit_rows
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.submitting import CommandsFailed, submit
from jifen.intake.versions.opening import OpenProgramme, open_programme

WORKERS = 2
FEW_COMMANDS = 4_000
"""So many are posted before a process would have started."""
_CONTEXT = multiprocessing.get_context("spawn")


class Terms(NamedTuple):
    """How the commands of a file are submitted."""

    now: int
    actor: str
    enrol: bool
    commands_per_batch: int


class Posted(NamedTuple):
    """What became of commands, by their place: those not named were applied.

    `refused` come with a code and what exactly, `failed` with a sentence; `left` were not tried.
    """

    replayed: list[int]
    refused: list[tuple[int, str, Detail | None]]
    failed: list[tuple[int, str]]
    left: list[int]


Told = Callable[[int], None]
_ENOUGH = b""
"""Sent instead of commands, and while some are posted: to do no more."""
_encode = msgspec.msgpack.Encoder().encode
_decode_sent = msgspec.msgpack.Decoder(list[tuple[str, msgspec.Raw]]).decode
_decoders = {kind.__name__: msgspec.msgpack.Decoder(kind).decode for kind in get_args(Command)}


class Posting:
    """Posts the commands of chunk after chunk. `begin` hands them over, `end` waits for what became of them."""

    def __init__(
        self, connection: psycopg.Connection[Any], programme: OpenProgramme, terms: Terms
    ) -> None:
        self._connection = connection
        self._programme = programme
        self._terms = terms
        self._workers: list[Connection] = []
        self._lanes: list[list[int]] = []
        self._posted: Posted | None = None
        self._answers: dict[Connection, Posted] = {}

    def __enter__(self) -> Posting:
        return self

    def __exit__(self, *error: object) -> None:
        for pipe in self._workers:
            pipe.close()

    def begin(self, commands: Sequence[Command], share: float = 1.0) -> None:
        """Hand over the commands of a chunk; those of one member stay together and in order.

        `share` of the file is read with them (0 to 1): from the first chunk's we learn how much there will be.
        """
        by_member = sorted(range(len(commands)), key=lambda place: commands[place].member)
        if not self._workers and len(commands) <= FEW_COMMANDS * share:
            self._lanes = [by_member]
            ordered = [commands[place] for place in by_member]
            self._posted = _post(self._connection, self._programme, ordered, self._terms)
            return
        self._start()
        self._answers = {}
        self._lanes = [[] for _ in self._workers]
        for place in by_member:
            self._lanes[crc32(commands[place].member.encode()) % len(self._lanes)].append(place)
        for pipe, lane in zip(self._workers, self._lanes, strict=True):
            named = [(type(commands[place]).__name__, commands[place]) for place in lane]
            pipe.send_bytes(_encode(named))

    def end(self, told: Told = lambda count: None) -> Posted:
        """What became of the commands last handed over; `told` hears after every batch how many more are posted. Raises
        what stopped a worker."""
        lanes: list[Posted] = []
        if self._posted is not None:
            lanes, self._posted = [self._posted], None
        else:
            lanes = _received(self._workers, self._answers, told)
        all_lanes = Posted([], [], [], [])
        for places, posted in zip(self._lanes, lanes, strict=True):
            all_lanes.replayed.extend(places[place] for place in posted.replayed)
            all_lanes.refused.extend(
                (places[place], code, detail) for place, code, detail in posted.refused
            )
            all_lanes.failed.extend((places[place], said) for place, said in posted.failed)
            all_lanes.left.extend(places[place] for place in posted.left)
        return all_lanes

    def stop(self) -> Posted:
        """Post no more than the batches at work; what became of the commands last handed over. Nothing follows."""
        for pipe in self._workers:
            pipe.send_bytes(_ENOUGH)
        return self.end()

    def _start(self) -> None:
        url = url_of(self._connection)
        while len(self._workers) < WORKERS:
            ours, theirs = _CONTEXT.Pipe()
            arguments = (theirs, url, self._programme.slug, self._terms)
            _CONTEXT.Process(target=_work, args=arguments, daemon=True).start()
            theirs.close()
            self._workers.append(ours)


def _commands(sent: bytes) -> list[Command]:
    return [_decoders[kind](command) for kind, command in _decode_sent(sent)]


def _received(
    pipes: Sequence[Connection], lanes: dict[Connection, Posted], told: Told
) -> list[Posted]:
    """What each worker did with its commands, kept in `lanes`; until then it says how many of them are done."""
    while len(lanes) < len(pipes):
        for pipe in wait([pipe for pipe in pipes if pipe not in lanes]):
            assert isinstance(pipe, Connection)
            try:
                answer: int | Posted | Exception = pipe.recv()
            except EOFError:
                killed = "a process that posted was killed; run the import again"
                raise RuntimeError(killed) from None
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, int):
                told(answer)
            else:
                lanes[pipe] = answer
    return [lanes[pipe] for pipe in pipes]


def _work(pipe: Connection, url: str, slug: str, terms: Terms) -> None:
    """A worker's life: until the other end is closed, also by the death of its process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who talks to people
    try:
        with plain_problems(), connect(url) as connection, collecting_no_garbage():
            programme = open_programme(connection, slug)
            while (sent := pipe.recv_bytes()) != _ENOUGH:
                pipe.send(_post(connection, programme, _commands(sent), terms, pipe))
    except (EOFError, ConnectionError):  # of the pipe; the database has errors of its own
        return
    except Exception as error:
        pipe.send(error)


def _post(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    commands: Sequence[Command],
    terms: Terms,
    pipe: Connection | None = None,
) -> Posted:
    posted = Posted([], [], [], [])
    start = end = 0
    while end < len(commands):
        if pipe is not None and pipe.poll():
            pipe.recv_bytes()  # EOFError if the other end is gone, else that it is enough
            posted.left.extend(range(end, len(commands)))
            break
        if pipe is not None and end:
            pipe.send(end - start)
        start, end = end, end_of_batch(commands, end, terms.commands_per_batch)
        unfit = unfit_rows(connection, programme, commands[start:end], enrol=terms.enrol)
        posted.refused.extend(
            (start + place, refusal.code, None) for place, refusal in unfit.items() if refusal
        )
        places = [place for place in range(start, end) if place - start not in unfit]
        batch = [commands[place] for place in places]
        answers: Mapping[int, Answered]
        failures: Mapping[int, Exception] = {}
        try:
            answers = dict(
                enumerate(
                    submit(
                        connection,
                        programme,
                        batch,
                        now=terms.now,
                        actor=terms.actor,
                        enrol=terms.enrol,
                        imported=True,
                    )
                )
            )
        except CommandsFailed as failed:
            answers, failures = failed.answers, failed.failures
        for place, answered in answers.items():
            if answered.answer.refusal is not None:
                said = (answered.answer.refusal, answered.answer.detail)
                posted.refused.append((places[place], *said))
            elif answered.replayed:
                posted.replayed.append(places[place])
        posted.failed.extend(
            (places[place], f"{type(error).__name__}: {error}") for place, error in failures.items()
        )
    return posted
