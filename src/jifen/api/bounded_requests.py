"""Requests whose heads end.

httptools keeps of a head whatever is sent, and waits for the rest of it for ever: anybody without a key could fill the
memory or hold every connection that the process may have. Heads are bounded in bytes and in time.
"""

from __future__ import annotations

import asyncio
from typing import Final

from jifen.api.offered_protocols import StayingProtocol

MOST_BYTES_OF_HEAD: Final = 65_536
MOST_SECONDS_OF_HEAD: Final = 30.0
_TOO_LARGE: Final = b"431 Request Header Fields Too Large"
_TOO_SLOW: Final = b"408 Request Timeout"


class BoundedProtocol(StayingProtocol):
    """A connection which is closed where a head is too large or takes too long, the first one's beginning
    included."""

    _head_begun = False
    _bytes_of_head = 0
    _head_is_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._await_head_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head_begun:
            self._bytes_of_head += len(data)
            if self._bytes_of_head > MOST_BYTES_OF_HEAD:
                self._end(_TOO_LARGE)
            elif self._head_is_late is None:
                self._await_head()

    def on_message_begin(self) -> None:
        self._head_begun = True
        self._bytes_of_head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head_begun = False
        self._await_head_no_longer()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._head_is_late = self.loop.call_later(MOST_SECONDS_OF_HEAD, self._end, _TOO_SLOW)

    def _await_head_no_longer(self) -> None:
        if self._head_is_late is not None:
            self._head_is_late.cancel()
            self._head_is_late = None

    def _end(self, status: bytes) -> None:
        """Close the connection; say why, unless an earlier request is still being answered."""
        self._await_head_no_longer()
        if self.transport.is_closing():
            return
        if self._head_begun and (self.cycle is None or self.cycle.response_complete):
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
        self.transport.close()
