"""Earning over HTTP, 64 requests in flight, against pgbench writing the same rows with as many clients."""

from __future__ import annotations

import json
import multiprocessing
import random
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from bench.asking import ask_in_a_loop
from bench.bank import bank, programme_with_members, settle_disk
from bench.baseline import MEMBERS, SECONDS, make_baseline, pgbench
from bench.reporting import Row, row
from bench.serving import served
from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.intake.clock import real_now

RUNS = 3
IN_FLIGHT = 64
MANY = 500
MOST_A_SECOND = 20_000


class Load(NamedTuple):
    """What the clients ask: how many events a request, of how many members, how many requests at once."""

    name: str
    events: int
    members: int
    in_flight: int


ONE = Load("one", 1, MEMBERS, IN_FLIGHT)
BULK = Load("bulk", MANY, MEMBERS, 8)
HOT = Load("hot", 1, 1, IN_FLIGHT)


def measure() -> list[Row]:
    """Rates in earnings a second and the slowest hundredth of answers, all on one server."""
    with bank() as connection, tempfile.TemporaryDirectory() as folder:
        programme = programme_with_members(connection, "bench", MEMBERS)
        make_baseline(connection, programme)
        terms = ApiKeyTerms(name="bench", scopes=("read", "write"))
        key = make_key(connection, programme.programme_id, terms, now=real_now(), actor="bench")
        baseline: list[float] = []
        found: dict[str, list[tuple[float, float]]] = {"one": [], "bulk": [], "hot": []}
        for run in range(RUNS):
            settle_disk(connection)
            baseline.append(pgbench(connection, programme, Path(folder), IN_FLIGHT))
            for load in (ONE, BULK, HOT):
                settle_disk(connection)
                with served(connection) as server:
                    found[load.name].append(asked(server.port, key, load, run))
        rate = sorted(baseline)[len(baseline) // 2]
        one, bulk, hot = ([rate for rate, _ in found[name]] for name in found)
        slowest = [seconds * 1_000 for _, seconds in found["one"]]
        return [
            row("earn_http: pgbench baseline, 64 clients", baseline, "earnings/s"),
            row("earn_http: one event a request", one, "earnings/s", "pgbench", rate),
            row("earn_http: one event a request, p99", slowest, "ms"),
            row(f"earn_http: {MANY} events a request", bulk, "earnings/s", "pgbench", rate),
            row("earn_http: hot member", hot, "earnings/s", "pgbench", rate),
        ]


def asked(port: int, key: str, load: Load, run: int) -> tuple[float, float]:
    """Earnings a second, and the slowest hundredth of answers in seconds, told by a process of the clients' own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as clients:
        return clients.submit(_ask, port, key, load, run).result()


def _ask(port: int, key: str, load: Load, run: int) -> tuple[float, float]:
    request = requests(key, load, run)
    written = iter([request() for _ in range(MOST_A_SECOND * SECONDS // load.events)])
    rate, slowest = ask_in_a_loop(port, written, load.in_flight, SECONDS)
    return rate * load.events, slowest


def requests(key: str, load: Load, run: int) -> Callable[[], bytes]:
    """What makes one request after the other, each of new events."""
    chance = random.Random(run)
    head = f"POST /v1/events HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n"
    number = 0

    def event() -> dict[str, object]:
        nonlocal number
        number += 1
        return {
            "id": f"{load.name}-{run}-{number:09d}",
            "member": str(chance.randrange(load.members)),
            "type": "purchase",
            "amount": f"{chance.randrange(50, 200)}.00",
            "channel": "app",
        }

    def request() -> bytes:
        asked = event() if load.events == 1 else [event() for _ in range(load.events)]
        body = json.dumps(asked).encode()
        return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body

    return request
