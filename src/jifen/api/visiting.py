"""One look at the bank for one request: over a connection of the pool, in a thread, with the programme of its key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg

from jifen.api.access import ApiKey
from jifen.api.keyring import Keyring
from jifen.api.reading import Readers
from jifen.api.wire import Scope
from jifen.intake.versions.opening import OpenProgramme, now_of

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request may look at: whose key it is, and the programme as it stands."""

    key: ApiKey
    connection: psycopg.Connection[Any]
    programme: OpenProgramme

    @property
    def now(self) -> int:
        """The programme's present."""
        return now_of(self.programme)


class Visitors:
    """Lets requests look at the bank, as many at once as there are connections."""

    def __init__(self, readers: Readers, keyring: Keyring) -> None:
        self._readers = readers
        self._keyring = keyring

    async def visit(self, scope: Scope, needed: str, look: Callable[[Visit], Result]) -> Result:
        """What `look` finds. Raises Problem where the key does not allow it."""
        key = await self._keyring.key_of(scope, needed)

        def looked() -> Result:
            with self._readers.connection() as connection:
                return look(Visit(key, connection, self._readers.programme(connection, key.slug)))

        return await asyncio.to_thread(looked)
