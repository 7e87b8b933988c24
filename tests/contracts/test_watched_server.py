"""A server as those meet it who look after it: ready or not, its metrics on a port of their own, its log."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.opening import create_programme

COFFEE = Path(__file__).parents[2] / "src/jifen/programme/templates/coffee-club.yaml"
MEMBER = "ann@example.com"


class Running(NamedTuple):
    """Two server processes of one command, a client with a key, where metrics are told, and the log so far."""

    client: httpx.Client
    metrics: str
    log: Path
    url: str


@pytest.fixture(scope="module")
def running(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    with connect(module_database_url) as connection:
        now = real_now()
        document = COFFEE.read_text(encoding="utf-8")
        programme = create_programme(connection, document, now=now, actor="test")
        enrol_members(
            connection, programme, [NewMember(id=MEMBER, joined_at=now)], now=now, actor="test"
        )
        terms = ApiKeyTerms(name="till", scopes=("read", "write"))
        key = make_key(connection, programme.programme_id, terms, now=now, actor="test")
    port, metrics_port = _free_ports()
    command = [sys.executable, "-m", "jifen", "serve", "--port", str(port), "--processes", "2"]
    command += ["--metrics-port", str(metrics_port), "--log-requests"]
    log = tmp_path_factory.mktemp("log") / "stderr"
    with log.open("wb") as stderr:
        environment = {**os.environ, "JIFEN_DATABASE_URL": module_database_url}
        server = subprocess.Popen(command, env=environment, stderr=stderr)
    headers = {"authorization": f"Bearer {key}"}
    address = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=60) as client:
        try:
            _until_ready(client)
            metrics = f"http://127.0.0.1:{metrics_port}/metrics"
            yield Running(client, metrics, log, module_database_url)
        finally:
            server.terminate()
            server.wait(60)


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


def _until_ready(client: httpx.Client) -> None:
    for _ in range(1_200):
        try:
            if client.get("/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        threading.Event().wait(0.05)
    raise AssertionError("the server does not become ready")


def _samples(metrics: str) -> dict[str, float]:
    lines = httpx.get(metrics, trust_env=False, timeout=60).text.splitlines()
    samples = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


def _until_counted(metrics: str, name: str, value: float) -> dict[str, float]:
    """What is told once a number is what it should be: processes note what they count every second."""
    for _ in range(600):
        if (samples := _samples(metrics)).get(name) == value:
            return samples
        threading.Event().wait(0.05)
    raise AssertionError(f"{name} is {samples.get(name)}, not {value}")


def test_the_metrics_tell_what_all_processes_did_and_how_the_bank_stands(running: Running) -> None:
    bodies = [
        {"id": f"receipt-{number}", "member": MEMBER, "type": "purchase", "amount": 10}
        for number in range(20)
    ]
    for body in bodies:  # each over a connection of its own, so that both processes are asked
        with httpx.Client(base_url=running.client.base_url, trust_env=False, timeout=60) as client:
            answer = client.post("/v1/events", json=body, headers=running.client.headers)
            assert answer.status_code == 200
    assert running.client.get(f"/v1/members/{MEMBER}").status_code == 200
    for lean_or_routed in ("", "?at=2026-01-01"):
        path = f"/v1/members/{MEMBER}/balances{lean_or_routed}"
        assert running.client.get(path).status_code == 200
    assert running.client.post("/v1/events", json={"id": "x", "member": "y"}).status_code == 400
    assert running.client.get("/v1/nothing").status_code == 404
    events = 'method="POST",route="/v1/events",status="200"'
    samples = _until_counted(running.metrics, f"jifen_http_request_seconds_count{{{events}}}", 20)
    samples = _until_counted(running.metrics, 'jifen_problems_total{code="not_found"}', 1)
    member = 'method="GET",route="/v1/members/{member}",status="200"'
    assert samples[f"jifen_http_request_seconds_count{{{member}}}"] == 1
    balances = 'method="GET",route="/v1/members/{member}/balances",status="200"'
    assert samples[f"jifen_http_request_seconds_count{{{balances}}}"] == 2
    assert samples['jifen_problems_total{code="malformed"}'] == 1
    assert samples['jifen_batch_commands_sum{queue="appending"}'] == 21
    assert samples['jifen_queue_length{queue="appending"}'] == 0
    assert (samples["jifen_server_processes"], samples["jifen_database_up"]) == (2, 1)
    assert samples['jifen_overdue_seconds{programme="coffee-club"}'] == 0


def test_the_last_proof_is_told(running: Running) -> None:
    assert 'jifen_last_proof_differences{programme="coffee-club"}' not in _samples(running.metrics)
    environment = {**os.environ, "JIFEN_DATABASE_URL": running.url}
    command = [sys.executable, "-m", "jifen", "prove"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    samples = _samples(running.metrics)
    assert samples['jifen_last_proof_differences{programme="coffee-club"}'] == 0
    proved_at = samples['jifen_last_proof_timestamp_seconds{programme="coffee-club"}']
    assert 0 <= real_now() / 1_000_000 - proved_at < 600


def test_a_server_whose_database_lacks_a_migration_is_not_ready(running: Running) -> None:
    with connect(running.url) as connection:
        taken = "DELETE FROM migration WHERE name LIKE '0005%' RETURNING name, sha256"
        lacking = connection.execute(taken).fetchall()
        answer = running.client.get("/ready")
        connection.execute("INSERT INTO migration (name, sha256) VALUES (%s, %s)", lacking[0])
    assert (answer.status_code, answer.json()["code"]) == (503, "migrations_missing")
    assert answer.json()["figures"] == {"lacking": lacking[0][0]}
    assert running.client.get("/ready").json() == {"state": "ready"}


def test_the_log_has_a_line_for_each_request_and_says_nothing_of_members(running: Running) -> None:
    sent = {"x-request-id": "till-7-0001"}
    body = {"id": "receipt-log", "member": MEMBER, "type": "purchase", "amount": "98765.43"}
    assert running.client.post("/v1/events", json=body, headers=sent).status_code == 200
    for path in (f"members/{MEMBER}", f"members?prefix={MEMBER}"):
        assert running.client.get(f"/v1/{path}").status_code == 200
    answered = running.client.get("/v1/events/receipt-unknown")
    log = _log_with(running.log, answered.headers["x-request-id"])
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    by_id = {line["request_id"]: line for line in lines if "request_id" in line}
    told = by_id["till-7-0001"]
    assert (told["method"], told["route"], told["status"]) == ("POST", "/v1/events", 200)
    unknown = by_id[answered.headers["x-request-id"]]
    assert (unknown["route"], unknown["status"]) == ("/v1/events/{event}", 404)
    assert answered.json()["request_id"] == unknown["request_id"]
    personal = (MEMBER, "receipt-", "98765.43", running.client.headers["authorization"][-20:])
    assert [word for word in personal if word in log] == []


def _log_with(log: Path, request_id: str) -> str:
    for _ in range(600):
        written = log.read_text(encoding="utf-8")
        if request_id in written:
            return written
        threading.Event().wait(0.05)
    raise AssertionError("the request is not in the log")
