"""What is handed on to brokers in the tests, and how it is asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from served_bank import Served, purchase, served_bank

from jifen.outbox.brokers import NoBroker, Target
from jifen.outbox.publishing import publish

BOUGHT: Final = 40


@contextmanager
def bank_with_purchases(database_url: str) -> Iterator[Served]:
    """A server and its database, in which four members have bought ten times each."""
    with served_bank(database_url) as served:
        for first in range(0, BOUGHT, 4):
            asked = [
                purchase(f"p{first + place}", member)
                for place, member in enumerate(("ann", "bob", "cid", "dan"))
            ]
            served.client.post("/v1/events", json=asked).raise_for_status()
        yield served


def publish_once(served: Served, target: Target) -> int:
    """Hand on what is there now; how many messages that were. Raises NoBroker."""
    return publish(
        served.connection, served.programme, target, stopping=lambda: False, goes_on=False
    )


def publish_all(served: Served, target: Target) -> int:
    """Hand on everything, as soon as all of it has its position (others work on the same server) and the database has
    noticed that whoever did so before is no more."""
    for _ in range(3_000):
        try:
            told = publish_once(served, target)
        except NoBroker as busy:
            if "another process" not in str(busy):
                raise
            told = 0
        if told:
            return told
        threading.Event().wait(0.01)
    raise AssertionError("nothing can be handed on")


def publish_and_be_killed(
    served: Served, database_url: str, target: Target, reached: Callable[[], bool]
) -> None:
    """A publisher of its own that is killed at some moment, and did not come to note how far it was."""
    command = [sys.executable, "-m", "jifen", "stream", "publish"]
    command += ["--to", target.url, "--prefix", target.prefix]
    environment = {**os.environ, "JIFEN_DATABASE_URL": database_url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as publisher:
        for _ in range(3_000):
            if reached() or publisher.poll() is not None:
                break
            threading.Event().wait(0.01)
        publisher.send_signal(signal.SIGKILL)
    # nothing was noted as handed on: all of it goes again
    forget = "DELETE FROM stream_publication WHERE target LIKE '%%/' || %s"
    served.connection.execute(forget, (target.prefix,))
