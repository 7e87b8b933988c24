"""What is kept of requests: counts of all, and a line of each in the log where that is wanted.

Nothing of it says who a member is: an address is told as its route, without the ids that stand in it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from jifen.api.limits import limit_headers
from jifen.api.wire import Message, Scope, Send, header
from jifen.operations.noting import SECONDS_BETWEEN, note
from jifen.operations.tally import Tally
from jifen.operations.tracing import Tracing

_LOG: Final = logging.getLogger("jifen.requests")
NO_ROUTE: Final = "other"
GONE: Final = 499
"""The status under which requests are counted whose sender went away."""


class Observer:
    """Counts, and writes lines and traces if wanted, for one server process."""

    def __init__(self, *, lines: bool = False, tracing: Tracing | None = None) -> None:
        self.tally = Tally()
        self._lines = lines
        self._tracing = tracing

    def answered(
        self, scope: Scope, route: str, status: int, began: float, request_id: str
    ) -> None:
        """A request was answered, which began at `began` of `time.perf_counter`."""
        seconds = time.perf_counter() - began
        self.tally.answered(route, status, seconds)
        if self._tracing is not None:
            parent = header(scope, b"traceparent")
            self._tracing.answered(route, status, seconds, request_id, parent)
        if self._lines:
            method, _, path = route.partition(" ")
            fields = {
                "request_id": request_id,
                "method": method,
                "route": path,
                "status": status,
                "milliseconds": round(seconds * 1_000, 3),
            }
            _LOG.info("request", extra={"fields": fields})

    def close(self) -> None:
        """Send what was not sent yet."""
        if self._tracing is not None:
            self._tracing.close()


class Watched:
    """Sends what a route answers, with the request's id and what is left of a limit, and remembers the status."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id.encode()
        self.status = 500  # of a route that fails before it begins to answer

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            others = [one for one in message["headers"] if one[0] != b"x-request-id"]
            told = {b"x-request-id": self._request_id, **limit_headers(self._scope)}
            message["headers"] = [*others, *told.items()]
        await self._send(message)


class Noting:
    """Notes a process's tally in a folder, every second and at the end."""

    def __init__(self, folder: Path, tally: Tally, refresh: Callable[[], None]) -> None:
        self._folder = folder
        self._tally = tally
        self._refresh = refresh
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._every_second())

    async def stop(self) -> None:
        """Note a last time."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._note()

    async def _every_second(self) -> None:
        while True:
            self._note()
            await asyncio.sleep(SECONDS_BETWEEN)

    def _note(self) -> None:
        self._refresh()
        with suppress(OSError):  # a full disk is no reason to stop answering
            note(self._folder, self._tally)
