"""`jifen up` is the door and a worker, which begin and end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from old_club import balances, old_club
from waiting import until

from jifen.db.connection import connect


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def up(
    url: str, *command: str, more: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Everything in one, or another command, and the address at which it answers."""
    port = free_port()
    environment = {**os.environ, "JIFEN_DATABASE_URL": url}
    begun = [sys.executable, "-m", "jifen", *(command or ["up"]), "--port", str(port), *more]
    running = subprocess.Popen(begun, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield running, f"http://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            running.terminate()
        running.wait(60)


def answers(address: str) -> bool:
    """Whether anybody answers there."""
    try:
        return httpx.get(f"{address}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_up_answers_and_settles_and_stops_in_good_order(database_url: str) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection, "ann")
        metrics = free_port()
        with up(database_url, more=["--metrics-port", str(metrics)]) as (running, address):
            until(lambda: answers(address), "an answer")
            told = httpx.get(f"http://127.0.0.1:{metrics}/metrics", trust_env=False).text
            assert "jifen_database_up 1.0" in told
            until(lambda: balances(connection, programme) == [("ann", 0)], "ann settled")
            running.send_signal(signal.SIGTERM)
            assert running.wait(60) == 0
            assert not answers(address)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="asks Linux for the children")
def test_what_is_left_alone_ends_as_well(database_url: str) -> None:
    with up(database_url) as (running, address):
        until(lambda: answers(address), "an answer")
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        words = {
            int(child): Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            for child in children
        }
        os.kill(next(child for child, said in words.items() if b"worker" in said), signal.SIGKILL)
        assert running.wait(60) == 1
        assert not answers(address)


def test_nothing_is_left_behind_when_it_is_killed(database_url: str) -> None:
    with up(database_url) as (running, address):
        until(lambda: answers(address), "an answer")
        running.kill()
        until(lambda: not answers(address), "the door's end")
        with connect(database_url) as connection:
            others = (
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            until(lambda: connection.execute(others).fetchone() == (0,), "the worker's end")


def test_a_server_of_two_processes_leaves_none_behind_when_it_is_killed(database_url: str) -> None:
    with up(database_url, "serve", "--processes", "2") as (running, address):
        until(lambda: answers(address), "an answer")
        running.kill()
        until(lambda: not answers(address), "the end of both")
