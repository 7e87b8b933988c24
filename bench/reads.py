"""Balances, and whole pages, read 500 times a second while earning runs at half of what it can do."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final, cast

import uvloop

from bench.asking import is_whole
from bench.bank import bank, programme_with_members, settle_disk
from bench.baseline import MEMBERS, SECONDS
from bench.earn_http import ONE, asked, requests
from bench.reporting import Row, row
from bench.serving import HOST, served
from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.intake.clock import real_now

RUNS: Final = 3
READS_PER_SECOND: Final = 500
READING: Final = 32
EARNING: Final = 64
"""Connections of each kind. A request that finds none free waits, and its waiting counts."""
Seconds = list[float]


def measure() -> list[Row]:
    """The slowest hundredth of reads, and of the earnings beside them, from the moment at which each was due."""
    with bank() as connection:
        programme = programme_with_members(connection, "bench", MEMBERS)
        terms = ApiKeyTerms(name="bench", scopes=("read", "write"))
        key = make_key(connection, programme.programme_id, terms, now=real_now(), actor="bench")
        fastest: list[float] = []
        balances: list[Seconds] = []
        pages: list[Seconds] = []
        earnings: list[Seconds] = []
        with served(connection) as server:
            for run in range(RUNS):
                settle_disk(connection)
                rate, _ = asked(server.port, key, ONE, run)
                fastest.append(rate / 2)
                for number, (what, reads) in enumerate((("/balances", balances), ("", pages)), 1):
                    settle_disk(connection)
                    read, earned = _both(server.port, key, rate / 2, RUNS * number + run, what)
                    reads.append(read)
                    earnings.append(earned)
        return [
            row("reads: earnings meanwhile", fastest, "earnings/s"),
            row(f"reads: {READS_PER_SECOND} balances a second, median", _part(balances, 50), "ms"),
            row(f"reads: {READS_PER_SECOND} balances a second, p99", _part(balances, 99), "ms"),
            row(f"reads: {READS_PER_SECOND} whole pages a second, median", _part(pages, 50), "ms"),
            row(f"reads: {READS_PER_SECOND} whole pages a second, p99", _part(pages, 99), "ms"),
            row("reads: earnings meanwhile, p99", _part(earnings, 99), "ms"),
        ]


def _part(runs: list[Seconds], percent: int) -> list[float]:
    """So many of a hundred answers took no longer, in milliseconds, in each run."""
    return [sorted(took)[len(took) * percent // 100] * 1_000 for took in runs]


def _both(port: int, key: str, rate: float, run: int, what: str) -> tuple[Seconds, Seconds]:
    """Reads of something of members and earnings at their paces, told by a process of the clients' own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as clients:
        return clients.submit(_ask_both, port, key, rate, run, what).result()


def _ask_both(port: int, key: str, rate: float, run: int, what: str) -> tuple[Seconds, Seconds]:
    chance = random.Random(run)

    def read() -> bytes:
        path = f"/v1/members/{chance.randrange(MEMBERS)}{what}"
        return f"GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n\r\n".encode()

    earn = requests(key, ONE, run)
    reads = [read() for _ in range(READS_PER_SECOND * SECONDS)]
    earnings = [earn() for _ in range(int(rate * SECONDS))]  # written before the clock runs

    async def both() -> tuple[Seconds, Seconds]:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(_paced(port, reads, READS_PER_SECOND, READING))
            earning = group.create_task(_paced(port, earnings, rate, EARNING))
        return reading.result(), earning.result()

    return uvloop.run(both())


async def _paced(port: int, written: Sequence[bytes], rate: float, connections: int) -> Seconds:
    """How long each request took, at so many a second, whether or not the one before it is answered."""
    loop = asyncio.get_running_loop()
    clients = _Clients()
    for _ in range(connections):
        await loop.create_connection(lambda: _Client(clients), HOST, port)
    began = time.perf_counter()
    for number, request in enumerate(written):
        due = began + number / rate
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        clients.ask(due, request)
    while clients.unanswered and clients.wrong is None:
        await asyncio.sleep(0.01)
    clients.close()
    if clients.wrong is not None:
        raise RuntimeError(clients.wrong)
    return clients.took


class _Clients:
    """Connections that take what is due, one request each at a time."""

    def __init__(self) -> None:
        self.took: Seconds = []
        self.unanswered = 0
        self.wrong: str | None = None
        self.closed = False
        self.idle: deque[_Client] = (
            deque()
        )  # in turn, as a server lets go of who asks nothing for seconds
        self._due: deque[tuple[float, bytes]] = deque()

    def ask(self, due: float, request: bytes) -> None:
        self.unanswered += 1
        self._due.append((due, request))
        self.work()

    def work(self) -> None:
        while self._due and self.idle:
            self.idle.popleft().ask(*self._due.popleft())

    def close(self) -> None:
        self.closed = True
        for client in self.idle:
            client.close()


class _Client(asyncio.Protocol):
    """One connection: asks, and notes how long it took from when it was due."""

    def __init__(self, clients: _Clients) -> None:
        self._clients = clients
        self._answer = b""
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._clients.idle.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._clients.closed:
            self._clients.wrong = "the server let go of a connection"

    def ask(self, due: float, request: bytes) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not is_whole(self._answer):
            return
        clients = self._clients
        if b" 200 " not in self._answer[:16]:
            clients.wrong = self._answer.decode()
        clients.took.append(time.perf_counter() - self._due)
        clients.unanswered -= 1
        self._answer = b""
        clients.idle.append(self)
        clients.work()

    def close(self) -> None:
        self._transport.close()
