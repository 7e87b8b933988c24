"""Who sends a head that does not end is sent away, with or without a key; nobody else notices."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Final

import pytest
from served_bank import Served, served_bank

from jifen.api import bounded_requests

SECONDS: Final = 1.0
BEGUN = b"GET /v1/members HTTP/1.1\r\nhost: shop\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nhost: shop\r\n\r\n"


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounded_requests, "MOST_SECONDS_OF_HEAD", SECONDS)
        with served_bank(module_database_url) as served:
            yield served


def told(served: Served, *parts: bytes) -> bytes:
    """All that is answered until the server closes the connection."""
    address = (served.client.base_url.host, served.client.base_url.port)
    answered = b""
    with socket.create_connection(address, timeout=10 * SECONDS) as line:
        try:
            for part in parts:
                line.sendall(part)
            while some := line.recv(65_536):
                answered += some
        except (BrokenPipeError, ConnectionResetError):  # closed while we still sent
            pass
    return answered


def test_a_head_that_does_not_end_is_refused_before_it_fills_the_memory(served: Served) -> None:
    answer = told(served, BEGUN, b"x-much: " + b"x" * (bounded_requests.MOST_BYTES_OF_HEAD + 1))
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_a_head_that_comes_too_slowly_is_refused(served: Served) -> None:
    assert told(served, BEGUN).startswith(b"HTTP/1.1 408 ")


def test_who_connects_and_says_nothing_is_not_waited_for(served: Served) -> None:
    assert told(served) == b""


def test_the_second_head_of_a_connection_is_bounded_too(served: Served) -> None:
    answer = told(served, HEALTH, BEGUN)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answer


def test_a_long_head_that_ends_is_answered(served: Served) -> None:
    answer = told(
        served, HEALTH[:-2] + b"x-much: " + b"x" * 30_000 + b"\r\nconnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 200 ")
