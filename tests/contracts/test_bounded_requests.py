"""Who sends a head or a body that does not end is sent away, with or without a key; nobody else notices."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
from served_bank import Served, served_bank

from jifen.api import bounded_requests, problems

SECONDS: Final = 1.0
BEGUN = b"GET /v1/members HTTP/1.1\r\nhost: shop\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nhost: shop\r\n\r\n"


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounded_requests, "MOST_SECONDS_OF_HEAD", SECONDS)
        patch.setattr(bounded_requests, "SECONDS_OF_BODY", SECONDS)
        patch.setattr(bounded_requests, "LEAST_BYTES_OF_BODY", 10)
        with served_bank(module_database_url) as served:
            yield served


def told(served: Served, *parts: bytes, pause_seconds: float = 0.0) -> bytes:
    """All that is answered until the server closes the connection."""
    address = (served.client.base_url.host, served.client.base_url.port)
    answered = b""
    with socket.create_connection(address, timeout=10 * SECONDS) as line:
        try:
            for part in parts:
                line.sendall(part)
                time.sleep(pause_seconds)
            while some := line.recv(65_536):
                answered += some
        except (BrokenPipeError, ConnectionResetError):  # closed while we still sent
            pass
    return answered


def problem_in(answer: bytes) -> dict[str, Any]:
    """The problem document that is the whole of an answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\ncontent-type: application/problem+json\r\n" in head
    problem: dict[str, Any] = json.loads(body)
    assert f"x-request-id: {problem['request_id']}".encode() in head
    assert int(head.split()[1]) == problem["status"]
    return problem


def test_a_head_that_does_not_end_is_refused_before_it_fills_the_memory(served: Served) -> None:
    answer = told(served, BEGUN, b"x-much: " + b"x" * (bounded_requests.MOST_BYTES_OF_HEAD + 1))
    assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large")
    assert problem_in(answer)["code"] == "head_too_large"


def test_a_head_that_comes_too_slowly_is_refused(served: Served) -> None:
    answer = told(served, BEGUN)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout")
    assert problem_in(answer)["code"] == "too_slow"


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


def asked(served: Served, *, length: int, key: bool = True) -> bytes:
    """The head of a request whose body has so many bytes."""
    named = f"authorization: {served.client.headers['authorization']}\r\n" if key else ""
    head = f"POST /v1/events HTTP/1.1\r\nhost: shop\r\n{named}content-length: {length}\r\n\r\n"
    return head.encode()


def test_a_body_that_does_not_come_is_not_waited_for(served: Served) -> None:
    for begun in (b"", b'{"id": '):
        answer = told(served, asked(served, length=100) + begun)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert problem_in(answer)["code"] == "too_slow"


def test_a_body_that_trickles_is_not_waited_for(served: Served) -> None:
    began = time.monotonic()
    answer = told(served, asked(served, length=1_000), *[b" "] * 4, pause_seconds=SECONDS / 5)
    assert problem_in(answer)["code"] == "too_slow"
    assert time.monotonic() - began < 1.5 * SECONDS, "each byte does not begin the time anew"


def test_a_body_that_takes_its_time_is_answered(served: Served) -> None:
    body = [b" " * 20] * 5 + [b"{}"]
    answer = told(served, asked(served, length=102), *body, pause_seconds=SECONDS / 2)
    assert problem_in(answer.partition(b"HTTP/1.1 408")[0])["code"] == "malformed"


def test_who_was_answered_before_the_body_came_is_answered_once(served: Served) -> None:
    answer = told(served, asked(served, length=100, key=False) + b'{"id": ')
    assert problem_in(answer)["code"] == "unauthorised"


@pytest.mark.parametrize(
    ("sent", "language"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "en"),
        (b"GET /health HTTP/1.1\r\naccept-language: zh\r\nx: y\r\nho st: shop\r\n\r\n", "zh"),
    ],
)
def test_what_is_no_http_is_told_so(served: Served, sent: bytes, language: str) -> None:
    problem = problem_in(told(served, sent))
    assert (problem["status"], problem["code"]) == (400, "not_http")
    assert problem["title"] == problems.NOT_HTTP().said.told_in(language)


def test_a_body_that_is_cut_badly_is_told_so(served: Served) -> None:
    head = asked(served, length=100).replace(b"content-length: 100", b"transfer-encoding: chunked")
    assert problem_in(told(served, head + b"zz\r\n"))["code"] == "not_http"
