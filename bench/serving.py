"""A server for measurements: processes of their own in front of a bank."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

import psycopg

HOST: Final = "127.0.0.1"
PROCESSES: Final = 2


class Server(NamedTuple):
    """A server that listens: its port, and its first process."""

    port: int
    pid: int


@contextmanager
def served(connection: psycopg.Connection[object], processes: int = PROCESSES) -> Iterator[Server]:
    """Server processes of their own on a free port."""
    with socket.create_server((HOST, 0)) as listening:
        port: int = listening.getsockname()[1]
    environment = {**os.environ, "JIFEN_DATABASE_URL": connection.info.dsn}
    command = [sys.executable, "-m", "jifen", "serve", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--processes", str(processes)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield Server(port, server.pid)
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            with socket.create_connection((HOST, port)) as asking:
                asking.sendall(b"GET /health HTTP/1.1\r\nhost: bench\r\n\r\n")
                if b" 200 " in asking.recv(4_096):
                    time.sleep(1)  # until the other processes are there, too
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")
