"""A server of two processes answers over a line that is slow and cuts connections, while it, one of its processes, the
database or one of that one's processes is killed: what was acknowledged is there once, what was not at most once, who
asks again is told the same, and the proof finds nothing."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from bad_line import bad_line_to
from persistent_till import MEMBERS, Till, ask_all_again

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.db import embedded
from jifen.db.connection import connect
from jifen.db.migrate import migrate
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.opening import create_programme, open_programme
from jifen.proof.proving import prove

COFFEE: Final = Path(__file__).parents[2] / "src/jifen/programme/templates/coffee-club.yaml"
TILLS: Final = 6
SERVER, PROCESS, DATABASE, BACKEND = "server", "process", "database", "backend"
VICTIMS: Final = (SERVER, PROCESS, DATABASE, BACKEND)
ACKNOWLEDGED_BETWEEN: Final = (5, 60)


class Installation:
    """A data folder with its database, and a server of two processes on a port."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port: int = listening.getsockname()[1]
        with connect(embedded.server_url(data)) as connection:
            self.key = _bank(connection)
        self._server = self._serve()

    def _serve(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "jifen", "serve", "--processes", "2"]
        command += ["--port", str(self.port)]
        environment = {**os.environ, "JIFEN_DATA": str(self.data)}
        with (self.data / "serve.log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stderr=log, start_new_session=True)

    def kill(self, victim: str, chance: random.Random) -> None:
        """And let what does not come back by itself begin again."""
        match victim:
            case "server":
                os.killpg(self._server.pid, signal.SIGKILL)
                self._server.wait()
                self._server = self._serve()
            case "process":
                _kill(chance.choice(_children(self._server.pid) or [0]))
            case "database":
                killed = self._postmaster()
                _kill(killed)
                self._until_gone(killed)
                embedded.server_url(self.data)
            case "backend":
                _kill(chance.choice(_children(self._postmaster()) or [0]))

    def _until_gone(self, killed: int) -> None:
        """A killed process answers for a moment more."""
        for _ in range(2_000):
            if not embedded.running_server_url(self.data) or self._postmaster() != killed:
                return
            threading.Event().wait(0.005)

    def _postmaster(self) -> int:
        return int((self.data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGTERM)
        self._server.wait(60)
        embedded.stop(self.data)


def _kill(pid: int) -> None:
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    with suppress(FileNotFoundError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(child) for child in children.split()]
    return []


def _bank(connection: psycopg.Connection[Any]) -> str:
    """The coffee club with its members; a key for it."""
    migrate(connection)
    now = real_now()
    document = COFFEE.read_text(encoding="utf-8")
    programme = create_programme(connection, document, now=now, actor="test")
    people = [NewMember(id=name, joined_at=now - 86_400_000_000) for name in MEMBERS]
    enrol_members(connection, programme, people, now=now, actor="test")
    terms = ApiKeyTerms(name="till", scopes=("read", "write"))
    return make_key(connection, programme.programme_id, terms, now=now, actor="test")


@contextmanager
def _installed(data: Path) -> Iterator[Installation]:
    installation = Installation(data)
    try:
        yield installation
    finally:
        installation.stop()


def test_whoever_is_killed_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    seen = _killed(tmp_path / "data", [PROCESS, DATABASE, SERVER, BACKEND], seed=1)
    assert seen["unheard"] > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_killed_nothing_is_lost_or_doubled_at_length(tmp_path: Path, seed: int) -> None:
    victims = random.Random(seed).choices(VICTIMS, k=60)
    seen = _killed(tmp_path / "data", victims, seed)
    print(dict(sorted(seen.items())))
    assert min(seen["unheard"], seen["done before and unheard"], seen["cuts"]) > 0


def _killed(data: Path, victims: Sequence[str], seed: int) -> Counter[str]:
    """Let tills ask while one after the other is killed; how often what happened. Then all is asked again."""
    chance = random.Random(seed)
    with _installed(data) as installation:
        stop = threading.Event()
        with bad_line_to(installation.port, seed) as line:
            address = f"http://127.0.0.1:{line.port}"
            tills = [Till(number, address, installation.key, stop) for number in range(TILLS)]
            try:
                for till in tills:
                    till.start()
                for victim in victims:
                    _until_acknowledged(tills, chance.randint(*ACKNOWLEDGED_BETWEEN))
                    installation.kill(victim, chance)
                _until_acknowledged(tills, ACKNOWLEDGED_BETWEEN[1])
            finally:
                stop.set()
                for till in tills:
                    till.join()
        told = [one for till in tills for one in till.told]
        assert [wrong for till in tills for wrong in till.wrong] == []
        ask_all_again(f"http://127.0.0.1:{installation.port}", installation.key, told)
        with connect(embedded.server_url(data)) as connection:
            _check_books(connection, {one.body["id"] for one in told})
    return sum((till.seen for till in tills), Counter(victims)) + Counter(cuts=line.cuts)


def _until_acknowledged(tills: list[Till], more: int) -> None:
    """Wait until so many more commands were answered."""
    wanted = sum(len(till.told) for till in tills) + more
    for _ in range(24_000):
        if sum(len(till.told) for till in tills) >= wanted or any(till.wrong for till in tills):
            return
        threading.Event().wait(0.005)
    raise AssertionError("the server answers nobody")


def _check_books(connection: psycopg.Connection[Any], acknowledged: set[str]) -> None:
    """Everything acknowledged is in the journal once; at most what each till had under way besides."""
    asked = r"SELECT split_part(key, '/', 2) FROM command WHERE key ~ '/\d+-\d+$'"
    ours = [id for (id,) in connection.execute(asked)]
    assert len(ours) == len(set(ours))
    assert acknowledged <= set(ours)
    assert len(ours) <= len(acknowledged) + TILLS
    assert prove(connection, open_programme(connection, "coffee-club")).holds
