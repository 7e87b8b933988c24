"""A connection to one receiver, over which requests of HTTP go one after the other.

A client for everything spends a millisecond at a request; what tells thousands a minute wants a tenth of it.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Final, NamedTuple, cast

import httptools

MOST_BYTES_READ: Final = 2_000
_MOST_BYTES_OF_A_HEAD: Final = 65_536
_INFORMATIONAL: Final = 200  # below: more is to come


class Broken(Exception):
    """What came was no answer of HTTP, or not the whole of it."""


class Answer(NamedTuple):
    """What a receiver says, and how the body begins."""

    status: int
    retry_after: str
    begins: bytes


async def wire_to(address: str, port: int, trust: ssl.SSLContext | None, name: str) -> Wire:
    """A connection to an address; with TLS only to who proves to be of that name. Raises OSError."""
    loop = asyncio.get_running_loop()
    proven = name if trust is not None else None
    _, wire = await loop.create_connection(Wire, address, port, ssl=trust, server_hostname=proven)
    return wire


class Wire(asyncio.Protocol):
    """The connection, and the answer that is being read."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self._status = 0
        self._retry_after = ""
        self._read = b""
        self._heard = 0

    @property
    def is_open(self) -> bool:
        """Whether another request may be sent."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> Answer:
        """Send a request; what is said to it. Raises Broken. Whoever gives up waiting lets go."""
        if self._transport is None or self._transport.is_closing():
            raise Broken
        self._answer = asyncio.get_running_loop().create_future()
        self._status, self._retry_after, self._read, self._heard = 0, "", b"", 0
        self._transport.write(request)
        try:
            return await self._answer
        except asyncio.CancelledError:
            self.close()
            raise

    def close(self) -> None:
        """Let go, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Of asyncio."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Of asyncio."""
        if self._answer is None or self._answer.done():  # nobody has asked
            self.close()
            return
        self._heard += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end(Broken())
        if not self._status and self._heard > _MOST_BYTES_OF_A_HEAD:
            self._end(Broken())

    def connection_lost(self, error: Exception | None) -> None:
        """Of asyncio. An answer that says no length ends so."""
        self._transport = None
        self._end(self._found() if self._status and error is None else Broken())

    def on_header(self, name: bytes, value: bytes) -> None:
        """Of the parser."""
        if name.lower() == b"retry-after":
            self._retry_after = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Of the parser."""
        self._status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """Of the parser: no more is read than is kept."""
        self._read += body
        if len(self._read) > MOST_BYTES_READ:
            self._end(self._found())
            self.close()

    def on_message_complete(self) -> None:
        """Of the parser."""
        if self._status < _INFORMATIONAL:
            self._status = 0
            return
        self._end(self._found())
        if not self._parser.should_keep_alive():
            self.close()

    def _found(self) -> Answer:
        return Answer(self._status, self._retry_after, self._read[:MOST_BYTES_READ])

    def _end(self, outcome: Answer | Broken) -> None:
        if self._answer is None or self._answer.done():
            return
        if isinstance(outcome, Broken):
            self._answer.set_exception(outcome)
            self.close()
        else:
            self._answer.set_result(outcome)
