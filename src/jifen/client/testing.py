"""For the tests of programs that use jifen: a whole one on this machine, whose time travels and whose answers get lost.

No imitation: it is the server itself over a database of its own that is gone afterwards, so that what a test sees is
what a shop will see. It takes some seconds to start, once for all tests, and a fresh programme some hundredths of one.
"""

from __future__ import annotations

import socket
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Self
from zoneinfo import ZoneInfo

import httpx
import uvicorn

from jifen.api import problems
from jifen.api.access import make_key
from jifen.api.door import Door, make_door
from jifen.api.key_terms import ApiKeyTerms
from jifen.api.one_write import OneWriteProtocol
from jifen.api.wire import Message, Receive, Scope, Send, request_id_of, respond_with_problem
from jifen.client.clients import AsyncClient, Client
from jifen.client.retrying import Retrying
from jifen.db import embedded
from jifen.db.connection import connect
from jifen.db.migrate import migrate
from jifen.intake.asking.scalars import instant
from jifen.intake.clock import real_now
from jifen.intake.sweeping import advance
from jifen.intake.versions.opening import OpenProgramme, create_programme, open_programme
from jifen.programme.loading import load, template_names, template_text

Trouble = Literal["busy", "answer_lost", "request_lost"]
AT_ONCE = Retrying(first_seconds=0.0)
"""Tries again without waiting, so that tests are quick."""


class Sandbox:
    """A server and its database. To be used with `with`, once for all tests.

    `database_url` is another database than one of its own; that stays, with the programmes that were made in it.
    """

    def __init__(self, database_url: str | None = None) -> None:
        self._given = database_url
        self._open = ExitStack()
        self._troubles: deque[Trouble] = deque()
        self.database_url = ""
        self.url = ""

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.database_url = self._given or opening.enter_context(_own_database())
            with connect(self.database_url) as connection:
                migrate(connection)
            door = _Troubled(make_door(self.database_url), self._troubles)
            self.url = opening.enter_context(_served(door))
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def programme(self, document: str, now: str | None = None) -> SandboxProgramme:
        """A fresh programme, of the name of a template or the text of a document, with a key and clients of its own.
        It stands at `now`, such as "2026-01-05 10:00" in its own time zone, until it is told to go on."""
        written = template_text(document) if document in template_names() else document
        zone = ZoneInfo(load(written, "programme").timezone)
        begins_at = real_now() if now is None else instant(now, zone, "now")
        with connect(self.database_url) as connection:
            made = create_programme(
                connection,
                written,
                slug=f"sandbox-{uuid.uuid4().hex}",
                test_now=begins_at,
                now=begins_at,
                actor="sandbox",
            )
        return SandboxProgramme(self, made)

    def trouble(self, *troubles: Trouble) -> None:
        """What the next requests meet, one each: the server is `busy`, the `answer_lost` although it was done, or the
        `request_lost` before anything was."""
        self._troubles.extend(troubles)


class SandboxProgramme:
    """A programme of a sandbox, whose time stands still until it is told to go on. For `with`, or to be closed."""

    def __init__(self, sandbox: Sandbox, made: OpenProgramme) -> None:
        self._sandbox = sandbox
        self.slug = made.slug
        self.zone = made.zone
        self.key = self.make_key("till")
        self._http = httpx.Client(trust_env=False)
        self.client = Client(sandbox.url, self.key, retrying=AT_ONCE, http=self._http)

    def make_key(self, name: str, *scopes: str) -> str:
        """One more key; what is asked with it is journalled under its name. It reads and writes unless said."""
        terms = ApiKeyTerms(name=name, scopes=scopes or ("read", "write"))
        with connect(self._sandbox.database_url) as connection:
            programme = open_programme(connection, self.slug)
            return make_key(
                connection, programme.programme_id, terms, now=real_now(), actor="sandbox"
            )

    def async_client(self) -> AsyncClient:
        """A client that is awaited, with the same key; to be closed by whoever asked for it."""
        return AsyncClient(self._sandbox.url, self.key, retrying=AT_ONCE)

    def advance_to(self, moment: str) -> None:
        """Let time pass until a moment, such as "2027-01-01" in its time zone, doing all that it brings. ValueError for
        one that has passed."""
        with connect(self._sandbox.database_url) as connection:
            programme = open_programme(connection, self.slug)
            advance(connection, programme, instant(moment, self.zone, "moment"))

    def close(self) -> None:
        """Let its connections go."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Troubled:
    """The door, and before it what goes wrong between two machines."""

    def __init__(self, door: Door, troubles: deque[Trouble]) -> None:
        self._door = door
        self._troubles = troubles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trouble = self._troubles.popleft() if scope["type"] == "http" and self._troubles else None
        match trouble:
            case None:
                await self._door(scope, receive, send)
            case "busy":
                busy = problems.BUSY(retry_after_seconds=0)
                await respond_with_problem(send, scope, busy, request_id_of(scope))
            case "answer_lost":
                await self._door(scope, receive, _nowhere)
                await _cut(send)
            case "request_lost":
                await _cut(send)


async def _nowhere(message: Message) -> None:
    """Where lost answers go."""


async def _cut(send: Send) -> None:
    """Promise a byte and end without it: the server then closes the connection."""
    headers = [(b"content-length", b"1")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


@contextmanager
def _own_database() -> Iterator[str]:
    """The address of an embedded server that is gone afterwards; what it loses in a power cut nobody misses."""
    with TemporaryDirectory(prefix="jifen-sandbox-") as folder:
        url = embedded.server_url(Path(folder))
        try:
            with connect(url) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield url
        finally:
            embedded.stop(Path(folder))


@contextmanager
def _served(door: _Troubled) -> Iterator[str]:
    """The address of a server on a free port of this machine, in a thread of its own."""
    config = uvicorn.Config(
        door, http=OneWriteProtocol, log_config=None, log_level="critical", access_log=False
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
