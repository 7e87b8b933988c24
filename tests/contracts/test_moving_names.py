"""A webhook's name leads elsewhere between the check of its address and the connection: nothing goes where it was not
checked to lead."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ipaddress import ip_network
from itertools import chain, repeat
from typing import Any, Final

import pytest

from jifen.outbox.posting import Outcome, Receiver, trusted

NAME: Final = "shop.example"
OPEN, CLOSED = "127.0.0.2", "127.0.0.1"
ALLOWED: Final = [ip_network(f"{OPEN}/32")]
OK: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Resolver:
    """Answers for the name, the last answer for ever; what else is asked goes its way."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers: Iterator[Sequence[str]] = chain(answers, repeat(answers[-1]))
        self._otherwise = socket.getaddrinfo
        self.asked = 0

    def getaddrinfo(self, host: str, port: int, *others: Any, **more: Any) -> list[Any]:
        """As the function of `socket`."""
        if host != NAME:
            return self._otherwise(host, port, *others, **more)
        self.asked += 1
        kind = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        return [(*kind, (address, port)) for address in next(self._answers)]


class Listening:
    """Hears one request of each connection and hangs up; notes at which address it was reached."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.reached.append(writer.get_extra_info("sockname")[0])
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"{}")
            writer.write(OK)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def posted(
    monkeypatch: pytest.MonkeyPatch, resolver: Resolver, at: Sequence[str], times: int
) -> tuple[list[str], list[str]]:
    """What came of messages to the name, one after the other, and at which of some addresses they were heard."""
    monkeypatch.setattr(socket, "getaddrinfo", resolver.getaddrinfo)
    listening = Listening()

    async def post() -> list[Outcome]:
        servers = [await asyncio.start_server(listening.hear, at[0], 0)]
        port = servers[0].sockets[0].getsockname()[1]
        servers += [await asyncio.start_server(listening.hear, one, port) for one in at[1:]]
        receiver = Receiver(f"http://{NAME}:{port}/hook", ALLOWED, trusted())
        try:
            return [await receiver.post({}, b"{}") for _ in range(times)]
        finally:
            await receiver.close()
            for server in servers:
                server.close()

    return [outcome.code for outcome in asyncio.run(post())], listening.reached


def test_a_name_that_moves_behind_its_check_is_told_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolver = Resolver([OPEN], [CLOSED])
    outcomes, reached = posted(monkeypatch, resolver, [OPEN, CLOSED], times=3)
    assert outcomes == ["delivered"] * 3
    assert reached == [OPEN] * 3  # a connection of its own for each
    assert resolver.asked == 1


def test_where_nobody_is_at_the_open_address_the_closed_one_is_not_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcomes, reached = posted(monkeypatch, Resolver([CLOSED, OPEN]), [CLOSED], times=2)
    assert (outcomes, reached) == (["unreachable"] * 2, [])


def test_a_name_that_was_closed_at_first_is_looked_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcomes, reached = posted(monkeypatch, Resolver([CLOSED], [OPEN]), [CLOSED, OPEN], times=2)
    assert (outcomes, reached) == (["forbidden", "delivered"], [OPEN])
