"""A server that answers over HTTP is killed while others ask it: what was acknowledged is there once, who asks again is
told the same, and the proof finds nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.opening import create_programme
from jifen.proof.proving import prove

COFFEE: Final = Path(__file__).parents[2] / "src/jifen/programme/templates/coffee-club.yaml"
MEMBERS: Final = ("ann", "bob", "cid")
ASKERS: Final = 6
KILLS: Final = 3
ACKNOWLEDGED_BETWEEN: Final = 40


class Asker(threading.Thread):
    """Buys, one purchase after the other, and asks again under the same id until it is answered."""

    def __init__(self, number: int, address: str, key: str, stop: threading.Event) -> None:
        super().__init__()
        self.number = number
        self.address = address
        self.key = key
        self.stop = stop
        self.told: dict[str, dict[str, Any]] = {}
        self.unheard = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        headers = {"authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=self.address, headers=headers, trust_env=False) as client:
            while not self.stop.is_set() and not self.wrong:
                self._buy(client, f"{self.number}-{len(self.told)}")

    def _buy(self, client: httpx.Client, id: str) -> None:
        member = MEMBERS[len(self.told) % len(MEMBERS)]
        body = {"id": id, "member": member, "type": "purchase", "amount": "7.00"}
        while True:
            try:
                answer = client.post("/v1/events", json=body, timeout=30)
            except httpx.TransportError:
                self.unheard += 1
                if self.stop.wait(0.05):
                    return
                continue
            if answer.status_code == 503:
                continue
            if answer.status_code != 200:
                self.wrong.append(answer.text)
            self.told[id] = answer.json()
            return


def test_a_killed_server_loses_and_doubles_nothing(database_url: str) -> None:
    with connect(database_url) as connection:
        now = real_now()
        document = COFFEE.read_text(encoding="utf-8")
        programme = create_programme(connection, document, now=now, actor="test")
        people = [NewMember(id=name, joined_at=now - 86_400_000_000) for name in MEMBERS]
        enrol_members(connection, programme, people, now=now, actor="test")
        terms = ApiKeyTerms(name="till", scopes=("read", "write"))
        key = make_key(connection, programme.programme_id, terms, now=now, actor="test")
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        stop = threading.Event()
        askers = [Asker(number, f"http://127.0.0.1:{port}", key, stop) for number in range(ASKERS)]
        for asker in askers:
            asker.start()
        try:
            for _ in range(KILLS):
                with _serving(database_url, port) as server:
                    _until_acknowledged(askers, ACKNOWLEDGED_BETWEEN)
                    server.send_signal(signal.SIGKILL)
            with _serving(database_url, port):
                _until_acknowledged(askers, ACKNOWLEDGED_BETWEEN)
                stop.set()
                for asker in askers:
                    asker.join()
                told = {id: answer for asker in askers for id, answer in asker.told.items()}
                _all_are_told_the_same_again(f"http://127.0.0.1:{port}", key, told)
        finally:
            stop.set()
        assert [wrong for asker in askers for wrong in asker.wrong] == []
        assert sum(asker.unheard for asker in askers) > 0
        assert set(told) <= _recorded(connection)
        assert len(_recorded(connection)) <= len(told) + ASKERS
        assert prove(connection, programme).holds


@contextmanager
def _serving(url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "JIFEN_DATABASE_URL": url}
    command = [sys.executable, "-m", "jifen", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield server
    finally:
        with suppress(ProcessLookupError):
            server.terminate()
        server.wait(60)


def _until_acknowledged(askers: list[Asker], more: int) -> None:
    """Wait until so many more purchases were answered."""
    wanted = sum(len(asker.told) for asker in askers) + more
    for _ in range(6_000):
        if sum(len(asker.told) for asker in askers) >= wanted:
            return
        if any(asker.wrong for asker in askers):
            return
        threading.Event().wait(0.01)
    raise AssertionError("the server answers nobody")


def _all_are_told_the_same_again(address: str, key: str, told: dict[str, dict[str, Any]]) -> None:
    bodies = [
        {"id": id, "member": answer["member"], "type": "purchase", "amount": "7.00"}
        for id, answer in told.items()
    ]
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, trust_env=False) as client:
        for first in range(0, len(bodies), 500):
            asked = bodies[first : first + 500]
            again = client.post("/v1/events", json=asked, timeout=60).json()["results"]
            assert all(one.pop("replayed") for one in again)
            assert again == [told[body["id"]] for body in asked]


def _recorded(connection: psycopg.Connection[Any]) -> set[str]:
    rows = connection.execute("SELECT event_id FROM event").fetchall()
    assert len(rows) == len(set(rows))
    return {id for (id,) in rows}
