"""A whole installation in processes of its own, for tests that kill any of them."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bad_line import BadLine, bad_line_to
from tills_programme import open_for_tills

from jifen.db import embedded
from jifen.db.connection import connect
from jifen.db.migrate import migrate

SERVER, PROCESS, WORKER, DATABASE, BACKEND = "server", "process", "worker", "database", "backend"
LOOPBACK: Final = "127.0.0.1"
TO_DATABASE: Final = (50_000, 3_000_000)
"""Bytes that pass before a line to the database is cut."""
VICTIMS: Final = (SERVER, PROCESS, WORKER, DATABASE, BACKEND)


class Installation:
    """A data folder with its database, a server of two processes on a port, and a worker; whoever of them has ended
    is begun again when `look_after` looks. With a bad line both reach the database over it."""

    def __init__(self, data: Path, seed: int, *, bad_line: bool = False) -> None:
        self.data = data
        with socket.create_server((LOOPBACK, 0)) as listening:
            self.port: int = listening.getsockname()[1]
        url = embedded.server_url(data)
        with connect(url) as connection:
            migrate(connection)
            self.key = open_for_tills(connection)
        self._environment = {**os.environ, "JIFEN_DATA": str(data)}
        self._ending = ExitStack()
        self.line: BadLine | None = None
        if bad_line:
            self.line = self._ending.enter_context(bad_line_to(_socket_of(url), seed, TO_DATABASE))
            address = f"postgresql://jifen@{LOOPBACK}:{self.line.port}/postgres"
            self._environment["JIFEN_DATABASE_URL"] = address
        self._commands = {
            SERVER: ["serve", "--processes", "2", "--port", str(self.port)],
            WORKER: ["worker"],
        }
        self._running = {name: self._begun(name) for name in self._commands}

    def _begun(self, name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "jifen", *self._commands[name]]
        with (self.data / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command, env=self._environment, stderr=log, start_new_session=True
            )

    def look_after(self) -> None:
        """Begin again whoever has ended, as what keeps services does."""
        for name, running in self._running.items():
            if running.poll() is not None:
                self._running[name] = self._begun(name)
        if self.line is not None:  # whoever comes over a line cannot start the database
            embedded.server_url(self.data)

    def kill(self, victim: str, chance: random.Random) -> None:
        """Somebody: the whole server or the worker, one process of the server, the database or one of its processes."""
        match victim:
            case "server" | "worker":
                with suppress(ProcessLookupError):
                    os.killpg(self._running[victim].pid, signal.SIGKILL)
                self._running[victim].wait()
            case "process":
                _send(chance.choice(_children(self._running[SERVER].pid) or [0]), signal.SIGKILL)
            case "database":
                _send(self._postmaster(), signal.SIGKILL)
            case "backend":
                _send(chance.choice(_children(self._postmaster()) or [0]), signal.SIGKILL)

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """The database stands still for as long as the block lasts, as on a disk that does not answer."""
        postmaster = self._postmaster()
        os.kill(postmaster, signal.SIGSTOP)  # first, so that it begins no other
        processes = [postmaster, *_children(postmaster)]
        for process in processes:
            _send(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                _send(process, signal.SIGCONT)

    @property
    def held_bytes(self) -> int:
        """The memory that the processes of the server hold."""
        first = self._running[SERVER].pid
        pages = [
            Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in (first, *_children(first))
        ]
        return sum(map(int, pages)) * os.sysconf("SC_PAGE_SIZE")

    def _postmaster(self) -> int:
        """Its process; 0 while there is none."""
        try:
            papers = (self.data / "postgres" / "postmaster.pid").read_text()
        except FileNotFoundError:
            return 0
        return int(papers.split("\n", 1)[0] or 0)

    def stop(self) -> None:
        """Let everybody end in good order."""
        for running in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGTERM)
        for running in self._running.values():
            running.wait(60)
        self._ending.close()
        embedded.stop(self.data)


def _socket_of(url: str) -> str:
    asked = parse_qs(urlsplit(url).query)
    return f"{asked['host'][0]}/.s.PGSQL.{asked['port'][0]}"


def _send(pid: int, sent: signal.Signals) -> None:
    """Signal a process, unless there is none."""
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, sent)


def _children(pid: int) -> list[int]:
    with suppress(FileNotFoundError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(child) for child in children.split()]
    return []
