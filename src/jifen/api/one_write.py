"""Answers that leave in one piece.

uvicorn hands the head of an answer to its transport, and then the body; uvloop sends either at once. That is two system
calls here, and whoever asked is woken twice.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from jifen.api.bounded_requests import BoundedProtocol

_INTERIM: Final = b"HTTP/1.1 100 "


class OneWriteProtocol(BoundedProtocol):
    """A connection, the heads of whose answers wait for what comes behind them."""

    transport: _Gathering

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Gathering(transport))

    def on_response_complete(self) -> None:
        self.transport.end_answer()
        super().on_response_complete()


class _Gathering(asyncio.Transport):
    """A transport that keeps the first thing written of an answer, its head, until the next one or the answer's end."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._head = b""
        self._answer_begins = True

    def write(self, data: Any) -> None:
        if self._answer_begins and not data.startswith(_INTERIM):
            self._answer_begins = False
            self._head = data
            return
        self._transport.write(self._head + data)
        self._head = b""

    def end_answer(self) -> None:
        """What is written next begins another answer; of this one not even its head is kept any longer."""
        if self._head and not self._transport.is_closing():  # to HEAD, or to what is no HTTP
            self._transport.write(self._head)
        self._head = b""
        self._answer_begins = True

    def close(self) -> None:
        self.end_answer()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._answer_begins = False  # of what another protocol writes we know no heads
        self._transport.set_protocol(protocol)
