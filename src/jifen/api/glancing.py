"""Looks that are soon over, many in one round trip: what comes while others are under way is looked at together, as
commands are written together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, Final, TypeVar

from psycopg_pool import PoolTimeout

from jifen.api.caller import Caller
from jifen.api.keyring import Keyring
from jifen.api.reading import Readers
from jifen.api.visiting import Visit
from jifen.api.wire import Scope
from jifen.db.adapting import cursor
from jifen.db.connection import is_away
from jifen.db.round_trips import Cursor, WouldWait
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme

MOST_AT_ONCE: Final = 64
TURNS: Final = 2
"""Round trips under way at once: while one waits for the database, what another has found is told."""
AT_ONCE_SECONDS: Final = 0.001
"""How long the loop may stand for a connection that was there a moment ago."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Glance:
    """Who looks at what: `ahead` asks for it, `look` finds it then. Where what was found is waited for."""

    caller: Caller
    ahead: Callable[[Visit], None]
    look: Callable[[Visit], Any]
    found: asyncio.Future[Any]


_Told = list[tuple[_Glance, Any, Exception | None]]


class Glances:
    """Lets requests look at the bank together, where they ask ahead for nearly all that they look at."""

    def __init__(self, readers: Readers, keyring: Keyring) -> None:
        self._readers = readers
        self._keyring = keyring
        self._waiting: deque[_Glance] = deque()
        # Of their own, so that no glance waits for a thread until somebody's whole page has been read.
        self._threads = ThreadPoolExecutor(TURNS, "glances")
        self._turns: set[asyncio.Task[None]] = set()

    async def visit(
        self,
        scope: Scope,
        needed: str,
        look: Callable[[Visit], Result],
        *,
        members: bool = False,
        ahead: Callable[[Visit], None],
    ) -> Result:
        """As of `Visitors`, together with whoever else looks just now. Raises Problem."""
        caller = await self._keyring.caller_of(scope, needed, members=members)
        found: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Glance(caller, ahead, look, found))
        if len(self._turns) < TURNS:
            turn = asyncio.create_task(self._take_turn())
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)
        return await found

    def close(self) -> None:
        """End with what is under way."""
        self._threads.shutdown()

    async def _take_turn(self) -> None:
        in_thread = partial(asyncio.get_running_loop().run_in_executor, self._threads)
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
            for _, alike in groupby(sorted(some, key=_slug_of), key=_slug_of):
                glances = list(alike)
                _tell(await _told_in_loop(self._readers, glances))
                if left := [one for one in glances if not one.found.done()]:
                    _tell(await in_thread(_told, self._readers, left))


def _slug_of(glance: _Glance) -> str:
    return glance.caller.slug


def _tell(told: _Told) -> None:
    for glance, found, error in told:
        if glance.found.done():  # whoever asked has gone
            continue
        if error is None:
            glance.found.set_result(found)
        else:
            glance.found.set_exception(error)


async def _told_in_loop(readers: Readers, glances: Sequence[_Glance]) -> _Told:
    """What glances at one programme have found without a thread; not of those for whom the loop would have to stand."""
    if not readers.idle:
        return []
    try:
        with readers.connection(AT_ONCE_SECONDS) as connection, cursor(connection) as sql:
            now = real_now()
            known = readers.programmes.asked_about(sql, _slug_of(glances[0]))
            if known is None:
                return []
            _ask_ahead(glances, sql, known, now)
            await sql.flush_in_loop()
            programme = readers.programmes.as_it_stands(sql, known)
            told = _found(glances, sql, programme, now)
    except (PoolTimeout, WouldWait):
        return []
    except Exception as error:
        return [(glance, None, error) for glance in glances] if is_away(error) else []
    return [one for one in told if not isinstance(one[2], WouldWait)]


def _told(readers: Readers, glances: Sequence[_Glance]) -> _Told:
    """What each glance at one programme has found, or why nothing."""
    try:
        return _together(readers, glances)
    except Exception as error:
        if len(glances) == 1 or is_away(error):
            return [(glance, None, error) for glance in glances]
        # What is wrong with one costs the others nothing.
        return [one for glance in glances for one in _told(readers, [glance])]


def _together(readers: Readers, glances: Sequence[_Glance]) -> _Told:
    """What glances at one programme have found."""
    with readers.connection() as connection, cursor(connection) as sql:
        now = real_now()
        programme = readers.programmes.seen_by(
            sql, _slug_of(glances[0]), lambda known: _ask_ahead(glances, sql, known, now)
        )
        return _found(glances, sql, programme, now)


def _ask_ahead(glances: Sequence[_Glance], sql: Cursor, known: OpenProgramme, now: int) -> None:
    for glance in glances:
        with suppress(Exception):  # looking says what is wrong with it
            glance.ahead(Visit(glance.caller, sql, known, now))


def _found(glances: Sequence[_Glance], sql: Cursor, programme: OpenProgramme, now: int) -> _Told:
    told: _Told = []
    for glance in glances:
        try:
            told.append((glance, glance.look(Visit(glance.caller, sql, programme, now)), None))
        except Exception as error:
            told.append((glance, None, error))
    return told
