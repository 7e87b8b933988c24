"""The stream handed on to a real NATS server: everything once, in order, also behind a killed publisher."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any, Final

import nats
import pytest
from nats.js.api import StreamState
from served_bank import Served, purchase, served_bank

from jifen.outbox.brokers import NoBroker, Target
from jifen.outbox.publishing import publish

BOUGHT: Final = 40


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url) as served:
        for first in range(0, BOUGHT, 4):
            asked = [
                purchase(f"p{first + place}", member)
                for place, member in enumerate(("ann", "bob", "cid", "dan"))
            ]
            served.client.post("/v1/events", json=asked).raise_for_status()
        yield served


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("nats-server")
    if program is None:
        pytest.skip("nats-server is not installed: apt-get install nats-server")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    folder = tmp_path_factory.mktemp("nats")
    command = [program, "-js", "-sd", str(folder), "-a", "127.0.0.1", "-p", str(port)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as server:
        try:
            _until_it_listens(port)
            yield f"nats://127.0.0.1:{port}"
        finally:
            server.terminate()


def _until_it_listens(port: int) -> None:
    for _ in range(1_000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            threading.Event().wait(0.01)
    raise AssertionError("the NATS server does not listen")


def made(url: str, prefix: str) -> None:
    """A JetStream that keeps whatever begins with a prefix."""

    async def make() -> None:
        connection = await nats.connect(url)
        await connection.jetstream().add_stream(name=prefix, subjects=[f"{prefix}.>"])
        await connection.close()

    asyncio.run(make())


def kept(url: str, prefix: str) -> list[tuple[str, dict[str, Any]]]:
    """Subject and message of everything that a JetStream has."""

    async def look() -> list[tuple[str, dict[str, Any]]]:
        connection = await nats.connect(url)
        stream = connection.jetstream()
        state: StreamState = (await stream.stream_info(prefix)).state
        found = [await stream.get_msg(prefix, seq + 1) for seq in range(state.messages)]
        await connection.close()
        return [(one.subject or "", json.loads(one.data or b"{}")) for one in found]

    return asyncio.run(look())


def publish_all(served: Served, target: Target) -> int:
    """Hand on everything, as soon as all of it has its position (others work on the same server) and the database has
    noticed that whoever did so before is no more."""
    for _ in range(3_000):
        try:
            told = publish(
                served.connection, served.programme, target, stopping=lambda: False, goes_on=False
            )
        except NoBroker as busy:
            if "another process" not in str(busy):
                raise
            told = 0
        if told:
            return told
        threading.Event().wait(0.01)
    raise AssertionError("nothing can be handed on")


def test_everything_is_handed_on_once_and_in_order(served: Served, broker: str) -> None:
    made(broker, "whole")
    stream = served.client.get("/v1/stream", params={"limit": 1_000, "wait": 20}).json()["messages"]
    assert len(stream) >= BOUGHT
    target = Target(broker, "whole")
    assert publish_all(served, target) == len(stream)
    found = kept(broker, "whole")
    assert [message for _, message in found] == stream
    assert {subject for subject, message in found if message["type"] == "points.earned"} == {
        "whole.coffee-club.points.earned"
    }
    again = publish(
        served.connection, served.programme, target, stopping=lambda: False, goes_on=False
    )
    assert again == 0


def test_a_killed_publisher_hands_on_again_and_nothing_stands_there_twice(
    served: Served, broker: str, module_database_url: str
) -> None:
    made(broker, "killed")
    environment = {**os.environ, "JIFEN_DATABASE_URL": module_database_url}
    command = [
        sys.executable,
        "-m",
        "jifen",
        "stream",
        "publish",
        "--to",
        broker,
        "--prefix",
        "killed",
    ]
    for reached in (1, 5, 15):
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as publisher:
            for _ in range(3_000):
                if len(kept(broker, "killed")) >= reached or publisher.poll() is not None:
                    break
                threading.Event().wait(0.01)
            publisher.send_signal(signal.SIGKILL)
        # nothing was noted as handed on: all of it goes again
        served.connection.execute("DELETE FROM stream_publication WHERE target LIKE '%/killed'")
    total = publish_all(served, Target(broker, "killed"))
    found = [message["position"] for _, message in kept(broker, "killed")]
    assert found == list(range(1, total + 1))


def test_where_no_broker_answers_that_is_said(served: Served, broker: str) -> None:
    for url, words in (
        ("amqp://127.0.0.1", "no address of a broker"),
        ("nats://127.0.0.1:1", "does not answer"),
        (broker, "no JetStream missing"),
    ):
        target = Target(url, "missing")
        with pytest.raises(NoBroker, match=words):
            publish(
                served.connection, served.programme, target, stopping=lambda: False, goes_on=False
            )
