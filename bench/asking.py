"""Clients in a closed loop over HTTP: each asks again as soon as it is answered."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator
from typing import NamedTuple, cast

from bench.serving import HOST

LENGTH = b"content-length: "


class Answered(NamedTuple):
    """How many requests were answered a second, and the slowest hundredth of answers in seconds."""

    rate: float
    slowest: float


def ask_in_a_loop(port: int, written: Iterator[bytes], clients: int, seconds: int) -> Answered:
    """Let clients ask for so long. What they ask is written before the clock runs, as the processors belong to the
    server and pgbench's clients compute next to nothing, too. Raises RuntimeError for a refusal."""
    asking = selectors.DefaultSelector()
    since: dict[socket.socket, float] = {}
    took: list[float] = []
    started = time.perf_counter()
    for _ in range(clients):
        client = socket.create_connection((HOST, port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asking.register(client, selectors.EVENT_READ)
        since[client] = time.perf_counter()
        client.sendall(next(written))
    parts = dict.fromkeys(since, b"")
    while (now := time.perf_counter()) - started < seconds:
        for ready, _ in asking.select():
            client = cast(socket.socket, ready.fileobj)
            answer = parts[client] + client.recv(1_000_000)
            parts[client] = b"" if is_whole(answer) else answer
            if parts[client]:
                continue
            if b" 200 " not in answer[:16] or b'"status":' in answer:
                raise RuntimeError(answer.decode())
            now = time.perf_counter()
            took.append(now - since[client])
            since[client] = now
            client.sendall(next(written))
    passed = time.perf_counter() - started
    for client in since:
        client.close()
    return Answered(len(took) / passed, sorted(took)[len(took) * 99 // 100])


def is_whole(answer: bytes) -> bool:
    """Whether an answer of HTTP has come to its end."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    told = answer.index(LENGTH, 0, end) + len(LENGTH)
    return len(answer) >= end + 4 + int(answer[told : answer.index(b"\r", told)])
