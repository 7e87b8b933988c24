"""The database stands still while much is asked: so much waits and no more, the others are told to ask again, and once
it goes on everything is done once."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from installation import Installation
from persistent_till import MEMBERS

from jifen.api.command_queue import MOST_WAITING
from jifen.db import embedded
from jifen.db.connection import connect
from jifen.intake.versions.opening import open_programme
from jifen.proof.proving import prove

pytestmark = pytest.mark.embedded

TOGETHER: Final = 500
PROCESSES: Final = 2
REQUESTS: Final = 40
"""Of so many events each: more than two processes let wait for one key."""
PATIENT_SECONDS: Final = 10
MOST_HELD_MORE: Final = 100_000_000


def test_what_a_database_that_stands_still_leaves_waiting_is_bounded(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "data", 1)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{installation.port}",
            headers={"authorization": f"Bearer {installation.key}"},
            limits=httpx.Limits(max_connections=None),
            trust_env=False,
        ) as client:
            _until_ready(client)
            _ask_until_answered(client, 0)  # who asks is known, to one process at least
            held = installation.held_bytes
            with installation.stalled():
                seen = _ask_all(client)
                assert seen["busy"] + seen["database_away"] > 0
                assert seen["waits"] * TOGETHER <= MOST_WAITING * PROCESSES
                assert client.get("/health", timeout=PATIENT_SECONDS).status_code == 200
                ready = client.get("/ready", timeout=PATIENT_SECONDS)
                assert ready.status_code == 503
                assert ready.json()["code"] == "database_away"
                assert installation.held_bytes - held < MOST_HELD_MORE
            _until_ready(client)
            for number in range(REQUESTS):
                _ask_until_answered(client, number)
        with connect(embedded.server_url(tmp_path / "data")) as connection:
            programme = open_programme(connection, "coffee-club")
            counted = connection.execute("SELECT count(*), count(DISTINCT event_id) FROM event")
            assert counted.fetchone() == (REQUESTS * TOGETHER, REQUESTS * TOGETHER)
            assert prove(connection, programme).holds
    finally:
        installation.stop()


def _until_ready(client: httpx.Client) -> None:
    for _ in range(600):
        try:
            if client.get("/ready", timeout=PATIENT_SECONDS).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server does not get ready")


def _bodies(number: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{number}-{place}",
            "member": MEMBERS[place % len(MEMBERS)],
            "type": "purchase",
            "amount": "7.00",
        }
        for place in range(TOGETHER)
    ]


def _ask_all(client: httpx.Client) -> Counter[str]:
    """What became of requests that are all sent at once: the codes of problems, and who waits."""

    def ask(number: int) -> str:
        try:
            answer = client.post("/v1/events", json=_bodies(number), timeout=PATIENT_SECONDS)
        except httpx.ReadTimeout:
            return "waits"
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["retry-after"]) > 0
        code: str = answer.json()["code"]
        return code

    with ThreadPoolExecutor(REQUESTS) as asking:
        return Counter(asking.map(ask, range(REQUESTS)))


def _ask_until_answered(client: httpx.Client, number: int) -> None:
    while True:
        answer = client.post("/v1/events", json=_bodies(number), timeout=60)
        told = {one.get("code") for one in answer.json().get("results", [])}
        if answer.status_code == 200 and told == {None}:
            return
        assert answer.status_code in (200, 503), answer.text
        assert told <= {None, "busy"}
        time.sleep(float(answer.headers.get("retry-after", 1)))
