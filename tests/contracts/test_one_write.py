"""Answers leave the server in one piece, and so do those that it gives before it understands."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState

from jifen.api.one_write import OneWriteProtocol

WHOLE = b"POST / HTTP/1.1\r\nhost: shop\r\n\r\n"


class Line(asyncio.Transport):
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        if self.closed:
            raise RuntimeError("as uvloop does")
        self.written.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...


async def app(scope: Any, receive: Any, send: Any) -> None:
    headers = [(b"content-length", b"4")] if scope["path"] == "/told" else []
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["path"] == "/parts":
        await send({"type": "http.response.body", "body": b"HTTP/1.1 ", "more_body": True})
    if scope["path"] == "/slow":
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b"done"})


def connected() -> tuple[OneWriteProtocol, Line]:
    """A server's end of a connection, and what it writes to."""
    config = uvicorn.Config(app, http=OneWriteProtocol, lifespan="off", log_config=None)
    protocol = OneWriteProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    line = Line()
    protocol.connection_made(cast(asyncio.Transport, line))
    return protocol, line


def answers(*requests: bytes) -> Line:
    """What is written to somebody who asks so."""

    async def ask() -> Line:
        protocol, line = connected()
        for request in requests:
            protocol.data_received(request)
            for _ in range(10):
                await asyncio.sleep(0)
        if protocol.timeout_keep_alive_task is not None:
            protocol.timeout_keep_alive_task.cancel()
        return line

    return asyncio.run(ask())


@pytest.mark.parametrize("path", [b"/", b"/told"])
def test_each_of_several_answers_is_one_write(path: bytes) -> None:
    request = WHOLE.replace(b"/", path, 1)
    line = answers(request, request + request)
    assert len(line.written) == 3
    assert all(b"200 OK" in one and b"done" in one for one in line.written)


def test_a_body_in_parts_goes_with_its_first_and_may_look_like_a_head() -> None:
    first, second = answers(WHOLE.replace(b"/", b"/parts", 1)).written
    assert first.startswith(b"HTTP/1.1 200")
    assert first.endswith(b"HTTP/1.1 \r\n")
    assert b"done" in second


def test_a_head_is_answered_without_a_body() -> None:
    (line,) = answers(b"HEAD /told HTTP/1.1\r\nhost: shop\r\n\r\n").written
    assert line.startswith(b"HTTP/1.1 200")
    assert line.endswith(b"\r\n\r\n")


def test_whoever_waits_to_be_let_on_is_told_so_at_once() -> None:
    waiting = WHOLE.replace(b"\r\n\r\n", b"\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
    interim, answer = answers(waiting, b"ok").written
    assert interim.startswith(b"HTTP/1.1 100")
    assert answer.endswith(b"0\r\n\r\n")
    assert b"done" in answer


def test_who_cannot_be_understood_is_told_whole_and_left() -> None:
    line = answers(b"this is no HTTP\r\n\r\n")
    assert len(line.written) == 1
    assert line.written[0].startswith(b"HTTP/1.1 400")
    assert line.closed


def test_to_who_left_between_head_and_body_nothing_is_written() -> None:
    async def leave() -> Line:
        protocol, line = connected()
        protocol.data_received(WHOLE.replace(b"/", b"/slow", 1))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        line.close()
        protocol.connection_lost(None)
        for _ in range(10):
            await asyncio.sleep(0)
        return line

    assert asyncio.run(leave()).written == []
