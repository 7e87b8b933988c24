"""Requests that end.

httptools keeps of a head whatever is sent, and waits for the rest of it, or of a body, for ever: anybody without a key
could fill the memory or hold every connection that the process may have. Heads are bounded in bytes and in time, bodies
in how slowly they come; how large they may be is for those to say who read them.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

import msgspec

from jifen.api import problems
from jifen.api.offered_protocols import StayingProtocol
from jifen.api.problem import Problem
from jifen.api.problem_documents import problem_document
from jifen.api.wire import Scope, language_of, request_id_of

MOST_BYTES_OF_HEAD: Final = 65_536
MOST_SECONDS_OF_HEAD: Final = 30.0
SECONDS_OF_BODY: Final = 30.0
"""So often it is looked at whether a body comes."""
LEAST_BYTES_OF_BODY: Final = 30_000
"""So much of it has to have come each time, unless it is all there."""


class BoundedProtocol(StayingProtocol):
    """A connection which is closed where a head is too large or takes too long, the first one's beginning
    included, and where a body hardly comes."""

    _head_begun = False
    _bytes_of_head = 0
    _body_awaited = False
    _bytes_of_body = 0
    _is_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._await_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head_begun:
            self._bytes_of_head += len(data)
            if self._bytes_of_head > MOST_BYTES_OF_HEAD:
                self._end(problems.HEAD_TOO_LARGE())
            elif self._is_late is None:
                self._await_head()
        elif self._body_awaited:
            self._bytes_of_body += len(data)
            if self._is_late is None:
                self._await_body()

    def on_message_begin(self) -> None:
        self._head_begun = True
        self._bytes_of_head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head_begun = False
        self._body_awaited = True
        self._await_no_longer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._body_awaited = False
        self._await_no_longer()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._end(problems.NOT_HTTP())

    def _await_head(self) -> None:
        self._is_late = self.loop.call_later(MOST_SECONDS_OF_HEAD, self._end_of_patience)

    def _await_body(self) -> None:
        self._bytes_of_body = 0
        self._is_late = self.loop.call_later(SECONDS_OF_BODY, self._look_at_body)

    def _look_at_body(self) -> None:
        if self.flow.read_paused or self._bytes_of_body >= LEAST_BYTES_OF_BODY:
            self._await_body()  # it comes, or it is we who do not take it
        else:
            self._end_of_patience()

    def _await_no_longer(self) -> None:
        if self._is_late is not None:
            self._is_late.cancel()
            self._is_late = None

    def _end_of_patience(self) -> None:
        self._end(problems.TOO_SLOW())

    def _end(self, problem: Problem) -> None:
        """Close the connection; say why, unless nothing was asked or a request is being answered."""
        self._await_no_longer()
        if self.transport.is_closing():
            return
        asked = self._head_begun or self._body_awaited
        answering = self.cycle is not None and (
            self.cycle.response_started if self._body_awaited else not self.cycle.response_complete
        )
        if (asked or problem.code == problems.NOT_HTTP().code) and not answering:
            self.transport.write(_told(problem, {"headers": self.headers if asked else []}))
        self.transport.close()


def _told(problem: Problem, scope: Scope) -> bytes:
    """A whole answer, in words of HTTP."""
    request_id = request_id_of(scope)
    body = msgspec.json.encode(problem_document(problem, language_of(scope), request_id))
    head = (
        f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
        f"content-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
        f"x-request-id: {request_id}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
