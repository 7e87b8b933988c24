"""Receivers of webhooks answer as they like: what is understood is noted, and nothing is waited for that never ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_network

import pytest

from jifen.outbox.posting import Outcome, Receiver, trusted

ALLOWED = [ip_network("127.0.0.0/8")]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
NO = b"HTTP/1.1 503 No\r\nretry-after: 7\r\ntransfer-encoding: chunked\r\n\r\n3\r\nnot\r\n4\r\n now\r\n0\r\n\r\n"


class Odd:
    """A receiver that sends what it was given, a part a request and then nothing more."""

    def __init__(self, answers: Sequence[bytes], *, hangs_up: bool) -> None:
        self.answers = iter(answers)
        self.hangs_up = hangs_up
        self.asked: list[bytes] = []
        self.hearing: list[asyncio.Task[None]] = []

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hearing.append(asyncio.create_task(self.hear(reader, writer)))

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.asked.append(head + await reader.readexactly(length))
                writer.write(next(self.answers))
                if self.hangs_up:
                    break
        except (asyncio.IncompleteReadError, ConnectionResetError):
            pass  # whoever sent has gone
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def posted(odd: Odd, times: int = 1) -> list[Outcome]:
    """What came of as many messages, one after the other."""

    async def post() -> list[Outcome]:
        server = await asyncio.start_server(odd.connected, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        receiver = Receiver(f"http://127.0.0.1:{port}/hook?of=shop", ALLOWED, trusted())
        try:
            return [await receiver.post({"webhook-id": "m1"}, b"{}") for _ in range(times)]
        finally:
            await receiver.close()
            server.close()
            await asyncio.gather(*odd.hearing)

    return [outcome._replace(milliseconds=0) for outcome in asyncio.run(post())]


@pytest.mark.parametrize(
    ("answer", "hangs_up", "outcome"),
    [
        (OK, False, Outcome("delivered", 200)),
        (b"HTTP/1.1 204 No Content\r\n\r\n", False, Outcome("delivered", 204)),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, False, Outcome("delivered", 200)),
        (b"HTTP/1.0 200 OK\r\n\r\nas long as it lasts", True, Outcome("delivered", 200)),
        (NO, False, Outcome("refused", 503, "not now", "7")),
        (b"HTTP/1.1 500 No\r\n\r\nno length", True, Outcome("refused", 500, "no length")),
        (b"HTTP/1.1 500 No\r\n\r\n" + b"x" * 9_000, False, Outcome("refused", 500, "x" * 500)),
        (b"SSH-2.0-OpenSSH_9.2\r\n", False, Outcome("broken")),
        (b"HTTP/1.1 200 OK\r\ncontent-le", True, Outcome("broken")),
        (b"HTTP/1.1 200 OK\r\nx: " + b"x" * 100_000, False, Outcome("broken")),
        (b"", True, Outcome("broken")),
    ],
)
def test_an_answer_is_understood_or_is_none(
    answer: bytes, hangs_up: bool, outcome: Outcome
) -> None:
    odd = Odd([answer], hangs_up=hangs_up)
    assert posted(odd) == [outcome]
    (asked,) = odd.asked
    assert asked.startswith(b"POST /hook?of=shop HTTP/1.1\r\nhost: 127.0.0.1:")
    assert asked.endswith(b"webhook-id: m1\r\ncontent-length: 2\r\n\r\n{}")


def test_messages_go_over_one_connection_as_long_as_it_is_kept() -> None:
    kept = Odd([OK, NO, OK], hangs_up=False)
    assert [one.code for one in posted(kept, 3)] == ["delivered", "refused", "delivered"]
    assert len(kept.hearing) == 1
    closing = OK.replace(b"OK\r\n", b"OK\r\nconnection: close\r\n")
    closed = Odd([closing] * 3, hangs_up=False)
    assert [one.code for one in posted(closed, 3)] == ["delivered"] * 3
    assert len(closed.hearing) == 3


def test_what_nobody_asked_for_is_no_answer_to_the_next_message() -> None:
    chatty = Odd([OK + OK.replace(b"200", b"500"), OK], hangs_up=False)
    assert posted(chatty, 2) == [Outcome("delivered", 200)] * 2
