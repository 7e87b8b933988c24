"""The stream handed on to a real NATS server: everything once, in order, also behind a killed publisher."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import nats
import pytest
from handing_on import (
    BOUGHT,
    bank_with_purchases,
    publish_all,
    publish_and_be_killed,
    publish_once,
)
from nats.js.api import StreamState
from served_bank import Served

from jifen.outbox.brokers import NoBroker, Target


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with bank_with_purchases(module_database_url) as served:
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
    assert publish_once(served, target) == 0


def test_a_killed_publisher_hands_on_again_and_nothing_stands_there_twice(
    served: Served, broker: str, module_database_url: str
) -> None:
    made(broker, "killed")
    target = Target(broker, "killed")

    def reached(count: int) -> bool:
        return len(kept(broker, "killed")) >= count

    for count in (1, 5, 15):
        publish_and_be_killed(
            served,
            module_database_url,
            target,
            reached=partial(reached, count),
        )
    total = publish_all(served, target)
    found = [message["position"] for _, message in kept(broker, "killed")]
    assert found == list(range(1, total + 1))


def test_where_no_broker_answers_that_is_said(served: Served, broker: str) -> None:
    for url, words in (
        ("amqp://127.0.0.1", "no address of a broker"),
        ("nats://127.0.0.1:1", "does not answer"),
        (broker, "no JetStream missing"),
    ):
        with pytest.raises(NoBroker, match=words):
            publish_once(served, Target(url, "missing"))
