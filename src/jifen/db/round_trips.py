"""A cursor that keeps what nobody waits for until somebody waits, and then sends all of it in one round trip.

A statement by itself costs a wait: the other side has to be woken, and so have we. What a batch reads is asked for
together, `ahead`; what it writes is put off, `later`. Order stays as it was written, and so do transactions: what was
put off is sent before anything else that goes by the same cursor.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg._preparing import PrepareManager
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.errors import InFailedSqlTransaction, error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.rows import tuple_row
from psycopg.waiting import Ready, Wait, wait_async

from jifen.db.arrays import Array

Values = Mapping[str, object]
Rows = list[tuple[Any, ...]]
_PLACEHOLDER = re.compile(r"%(?:%|\((?P<name>\w+)\)[sb])")
_WAIT_SECONDS = 60.0  # between looks at whether an answer came unnoticed, which it does not
_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class WouldWait(Exception):
    """More was asked than had been asked ahead, by a cursor that waits for nothing."""


class Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """A cursor of one connection that answers in binary, adapted as it was made.

    Its own statements take packed arrays, ids, text, whole numbers and truth values.
    """

    def __init__(self, connection: psycopg.Connection[Any], adapters: AdaptersMap) -> None:
        super().__init__(connection, row_factory=tuple_row)
        self.format = Format.BINARY
        self._adapters = adapters
        self._put_off: list[_Asked] = []
        self._behind: list[_Asked] = []
        self._ahead: dict[_Asked, list[Rows]] = {}
        self._waits = True

    @property
    def learnt(self) -> dict[str, Any]:
        """What has been learnt of the database by this connection, until a rollback: it may have changed by then."""
        return _prepared(self.connection).learnt

    def later(self, statement: LiteralString, values: Values) -> None:
        """Write with the next thing that is waited for, or with `flush`; which raises what goes wrong."""
        self._put_off.append(_asked(statement, values))

    def ahead(self, statement: LiteralString, values: Values) -> None:
        """Read with the next thing that is waited for: who asks the same by `rows` has the answer then; as often as it
        was asked ahead."""
        asked = _asked(statement, values)
        self._put_off.append(asked)
        self._ahead.setdefault(asked, [])

    def behind(self, statement: LiteralString, values: Values) -> None:
        """Read behind the transaction of this cursor, on the way on which that is committed, so that it sees whoever
        committed before: who asks the same by `rows` has the answer then."""
        self._behind.append(_asked(statement, values))

    def rows(self, statement: LiteralString, values: Values, *, locks: bool = False) -> Rows:
        """What a statement answers, or has answered ahead; to one question once.

        One that `locks`, and was not asked ahead, lets go of all other answers: they may have changed until the lock
        was had.
        """
        asked = _asked(statement, values)
        if asked not in self._ahead:
            if locks:
                self._ahead.clear()
            self._ahead[asked] = []
            self._put_off.append(asked)
        if not self._ahead[asked]:
            self.flush()
        first, *others = self._ahead.pop(asked)
        if others:
            self._ahead[asked] = others
        return first

    def flush(self) -> None:
        """Send what was put off, and wait for it. Raises the error of the first statement that failed."""
        if not self._put_off:
            return
        self.will_wait()
        with self._sent() as asked:
            self._keep(asked, self.connection.wait(_talk(self.connection, asked)))

    async def flush_in_loop(self) -> None:
        """As `flush`, while the loop goes on; from then on this cursor has what was asked ahead, and waits for nothing:
        whoever asks for more is told WouldWait."""
        with self._sent() as asked:
            talk = _talk(self.connection, asked)
            self._keep(asked, await wait_async(talk, self.connection.fileno(), _WAIT_SECONDS))
        self._waits = False

    def will_wait(self) -> None:
        """Before the database is asked by another way than this: raises WouldWait where nothing is waited for."""
        if not self._waits:
            raise WouldWait

    @contextmanager
    def _sent(self) -> Iterator[list[_Asked]]:
        asked, self._put_off = self._put_off, []
        try:
            yield asked
        except BaseException:
            self._ahead.clear()  # of which nothing will be answered
            raise

    def _keep(self, asked: Sequence[_Asked], results: Sequence[PGresult]) -> None:
        if self._ahead:
            for one, result in zip(asked, results, strict=True):
                if one in self._ahead:
                    self._ahead[one].append(self._read(result))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What this cursor sends in the block is one transaction, or a part of the one around it.

        It begins with the first thing that is waited for, and is committed with what was put off last: neither costs a
        wait. Until then nothing else may go by the connection.
        """
        self.flush()
        self._ahead.clear()
        whole = self.connection.info.transaction_status == TransactionStatus.IDLE
        try:
            with self._begun() if whole else self.connection.transaction():
                yield
                if whole:
                    self._put_off_commit()
                self._put_off_behind()
                self.flush()
        except BaseException:
            self._put_off.clear()
            self._behind.clear()
            self._ahead.clear()
            raise

    def execute(self, *args: Any, **kwargs: Any) -> Cursor:
        """As of psycopg, behind what was put off."""
        self.will_wait()
        self.flush()
        return super().execute(*args, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """As of psycopg, behind what was put off."""
        self.will_wait()
        self.flush()
        return super().copy(*args, **kwargs)

    @contextmanager
    def _begun(self) -> Iterator[None]:
        self.later("BEGIN", {})
        self.connection._num_transactions += 1  # so psycopg nests in ours, and never before it
        try:
            yield
        finally:
            self.connection._num_transactions -= 1
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                with suppress(psycopg.OperationalError):  # who lost the connection knows why
                    self.connection.rollback()

    def _put_off_commit(self) -> None:
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            raise InFailedSqlTransaction("COMMIT would roll back without a word")
        self.later("COMMIT", {})

    def _put_off_behind(self) -> None:
        self._ahead = {one: [] for one in self._behind}  # of the others nobody has asked
        self._put_off += self._behind
        self._behind = []

    def _read(self, result: PGresult) -> Rows:
        reading = Transformer.from_context(self)
        reading.set_pgresult(result, format=Format.BINARY)
        return reading.load_rows(0, result.ntuples, tuple)


class _Asked(NamedTuple):
    """A statement on its way, with its values in their order and the formats that they have."""

    statement: str
    values: tuple[bytes, ...]
    formats: tuple[Format, ...]


class _Numbered(NamedTuple):
    """A statement as the protocol has it, and which value stands at which number."""

    text: bytes
    names: tuple[str, ...]


def _asked(statement: str, values: Values) -> _Asked:
    sent = [_sent(values[name]) for name in _numbered(statement).names]
    return _Asked(statement, tuple([value for value, _ in sent]), tuple([form for _, form in sent]))


@cache
def _numbered(statement: str) -> _Numbered:
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return "%"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _Numbered(_PLACEHOLDER.sub(number, statement).encode(), tuple(names))


_numbers = count()


class _Prepared(PrepareManager):
    """What a connection has prepared, by psycopg and, in `ours`, by us: statements and their names.

    Behind a rollback, and where something was dropped, psycopg lets go of all that is prepared, ours as well.
    """

    def __init__(self, before: PrepareManager) -> None:
        super().__init__()
        self.__dict__.update(before.__dict__)
        self.ours: dict[str, bytes] = {}
        self.learnt: dict[str, Any] = {}

    def clear(self) -> bool:
        """Forget all. The server is told by whoever clears, before anything else, also where only we had prepared."""
        ours = bool(self.ours)
        self.ours.clear()
        self.learnt.clear()
        if super().clear():
            return True
        if ours:
            self._to_flush.append(None)  # which is how psycopg writes DEALLOCATE ALL
        return ours


class _Preparing(NamedTuple):
    """A statement that is being prepared: under which name, and which result says whether it was."""

    name: bytes
    place: int


def _prepared(connection: psycopg.Connection[Any]) -> _Prepared:
    if not isinstance(connection._prepared, _Prepared):
        connection._prepared = _Prepared(connection._prepared)
    return connection._prepared


def _talk(
    connection: psycopg.Connection[Any], asked: Sequence[_Asked]
) -> Generator[Wait, Ready | int, list[PGresult]]:
    """Send statements and have their results, in their order. Raises the error of the first that failed."""
    server = connection.pgconn
    known = _prepared(connection).ours
    new: dict[str, _Preparing] = {}
    places: list[int] = []  # of the results that are of statements
    server.enter_pipeline_mode()
    for statement, values, formats in asked:
        name = known.get(statement)
        if name is None and statement not in new:
            new[statement] = _Preparing(b"jifen_%d" % next(_numbers), len(places) + len(new))
            server.send_prepare(new[statement].name, _numbered(statement).text)
        places.append(len(places) + len(new))
        server.send_query_prepared(name or new[statement].name, values, formats, Format.BINARY)
    server.pipeline_sync()
    results = yield from _results(server)
    server.exit_pipeline_mode()
    for statement, (name, place) in new.items():
        if results[place].status in _FINE:  # and stays prepared, whatever became of the others
            known[statement] = name
    failed = next((one for one in results if one.status not in _FINE), None)
    if failed is not None:
        raise error_from_result(failed)
    return [results[place] for place in places]


def _results(server: PGconn) -> Generator[Wait, Ready | int, list[PGresult]]:
    """The results of what was sent, up to the end of the pipeline."""
    results: list[PGresult] = []
    while True:
        unsent = server.flush()
        if not (yield Wait.RW if unsent else Wait.R) & Ready.R:
            continue
        server.consume_input()
        between = False  # behind each result there is nothing, once
        while not server.is_busy():
            result = server.get_result()
            if result is None:
                if between:
                    break
                between = True
            elif result.status == ExecStatus.PIPELINE_SYNC:
                return results
            else:
                results.append(result)
                between = False


def _sent(value: object) -> tuple[bytes, Format]:
    """A value as the protocol has it, and in which of its formats; its type is what the statement makes of it."""
    match value:
        case Array():
            return value, Format.BINARY
        case UUID():
            return value.hex.encode(), Format.TEXT
        case bool():
            return b"t" if value else b"f", Format.TEXT
        case int():
            return b"%d" % value, Format.TEXT
        case str() if "\0" not in value:
            return value.encode(), Format.TEXT
        case str():  # libpq would send what stands before it, without a word
            raise psycopg.DataError("text cannot hold a NUL")
    raise TypeError(f"{type(value).__name__} cannot be sent")
