"""One thing that sixty-four people want at once, over HTTP, against pgbench taking one off one row of stock."""

from __future__ import annotations

import json
import multiprocessing
import random
import re
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from bench.asking import Answered, ask_in_a_loop
from bench.bank import PROGRAMME, bank, programme_with_members, settle_disk
from bench.baseline import CLIENTS, MEMBERS, SECONDS
from bench.reporting import Row, row
from bench.serving import served
from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.db.server_programs import run_program
from jifen.enquiry.stock import stock_of
from jifen.intake.asking.commands import Event
from jifen.intake.clock import real_now
from jifen.intake.stock.changing import StockChange, change_stock
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.proving import prove

RUNS: Final = 3
BUYERS: Final = 64
MOST_A_SECOND: Final = 8_000
UNITS: Final = 10**9
SALE: Final = PROGRAMME.replace(
    "earn:",
    "rewards:\n"
    "  console: {price: 1 points, limit: 1000 console per day, stock: {low: 10}}\n"
    "  voucher: {price: 1 points, limit: 1000 voucher per day, limit_for_all: 1000000000 per day}\n"
    "earn:",
)


class Sale(NamedTuple):
    """What is bought, by how many server processes it is sold, and how that is told."""

    reward: str
    processes: int
    told: str


SALES: Final = (
    Sale("console", 1, f"{BUYERS} buyers, 1 process"),
    Sale("console", 2, f"{BUYERS} buyers, 2 processes"),
    Sale("voucher", 2, f"{BUYERS} buyers, 2 processes, a limit for all"),
)


def measure() -> list[Row]:
    """Rates in things sold a second and the slowest hundredth of answers, all on one server; not one is sold twice."""
    with bank() as connection, tempfile.TemporaryDirectory() as folder:
        programme = programme_with_members(connection, "bench", MEMBERS, SALE)
        _earn(connection, programme)
        delivered = StockChange(id="d1", reward="console", kind="add", asked=UNITS)
        change_stock(connection, programme, delivered, now=real_now(), actor="bench")
        connection.execute("CREATE TABLE hot (item int PRIMARY KEY, units_left bigint)")
        connection.execute("INSERT INTO hot VALUES (1, 1000000000)")
        terms = ApiKeyTerms(name="bench", scopes=("read", "write"))
        key = make_key(connection, programme.programme_id, terms, now=real_now(), actor="bench")
        baseline: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
        found: dict[Sale, list[Answered]] = {sale: [] for sale in SALES}
        for run in range(RUNS):
            for clients, rates in baseline.items():
                settle_disk(connection)
                rates.append(_pgbench(connection, Path(folder), clients))
            for sale, answered in found.items():
                settle_disk(connection)
                with served(connection, sale.processes) as server:
                    answered.append(_sold(server.port, key, sale.reward, f"{sale.processes}-{run}"))
        _check(connection, programme)
        rates_of = {clients: sorted(rates)[RUNS // 2] for clients, rates in baseline.items()}
        best = max(rates_of, key=lambda clients: rates_of[clients])
        rows = [row(f"hot_item: pgbench, {n} clients", baseline[n], "sold/s") for n in CLIENTS]
        against = f"pgbench, {best} clients"
        for sale, answered in found.items():
            name, rates = f"hot_item: {sale.told}", [one.rate for one in answered]
            slowest = [one.slowest * 1_000 for one in answered]
            rows.append(row(name, rates, "sold/s", against, rates_of[best]))
            rows.append(row(f"{name}, p99", slowest, "ms"))
        return rows


def _earn(connection: psycopg.Connection[Any], programme: OpenProgramme) -> None:
    """Everybody can afford some."""
    now = real_now()
    for first in range(0, MEMBERS, 500):
        earned = [
            Event(
                id=f"first-{number}", member=str(number), type="purchase", occurred_at=now,
                fields={"amount": 1_000_000, "channel": "shop"},
            )
            for number in range(first, first + 500)
        ]  # fmt: skip
        submit(connection, programme, earned, now=now, actor="bench")
    connection.execute("VACUUM ANALYZE")


def _pgbench(connection: psycopg.Connection[Any], folder: Path, clients: int) -> float:
    """Things sold a second by so many clients, each a transaction that takes one off."""
    script = folder / "hot.sql"
    script.write_text(
        "UPDATE hot SET units_left = units_left - 1 WHERE item = 1 AND units_left > 0;\n"
    )
    info = connection.info
    arguments = ["-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2))]
    arguments += ["-T", str(SECONDS), "-f", str(script), "-h", info.host, "-U", info.user]
    done = run_program(folder, "pgbench", *arguments, info.dbname)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(done.stderr)
    return float(found[1])


def _sold(port: int, key: str, reward: str, run: str) -> Answered:
    """What buyers were sold, told by a process of their own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as buyers:
        return buyers.submit(_buy, port, key, reward, run).result()


def _buy(port: int, key: str, reward: str, run: str) -> Answered:
    chance = random.Random(run)
    head = f"POST /v1/redemptions HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n"

    def request(number: int) -> bytes:
        member = str(chance.randrange(MEMBERS))
        said = {"id": f"{reward}-{run}-{number:09d}", "member": member, "reward": reward}
        body = json.dumps({**said, "currency": "points"}).encode()
        return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body

    written = iter([request(number) for number in range(MOST_A_SECOND * SECONDS)])
    return ask_in_a_loop(port, written, BUYERS, SECONDS)


def _check(connection: psycopg.Connection[Any], programme: OpenProgramme) -> None:
    """What was taken from stock is what members have, and the proof finds nothing. Raises RuntimeError."""
    (shelf,) = stock_of(connection, programme)
    held = connection.execute(
        "SELECT sum(points)::bigint FROM balance WHERE currency = 1"
    ).fetchone()
    differences = prove(connection, programme).differences
    if held != (shelf.taken,) or differences:
        raise RuntimeError(f"{shelf.taken} taken, {held} held; {differences[:3]}")
