"""A node of a cluster is stopped under load as a loss of power would stop it: its programmes are told to ask again,
those of the other nodes notice nothing, and once it is back everything acknowledged is there once."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import pytest
from node_of_cluster import Node, port_of_programme
from persistent_till import Till, ask_all_again
from tills_programme import check_books, open_for_tills
from waiting import until

from jifen.db.connection import connect

pytestmark = [pytest.mark.cluster, pytest.mark.long]

KILLS: Final = 10
TILLS: Final = 3
"""Of each programme."""
ACKNOWLEDGED_BETWEEN: Final = (5, 60)
TOLD_TO_WAIT: Final = 20
"""How often the tills of the lost programme are told to ask again before its node is started."""
SECONDS_OF_PATIENCE: Final = 180


class Branch(NamedTuple):
    """A programme and those who ask at it."""

    slug: str
    key: str
    tills: list[Till]

    def acknowledged(self) -> int:
        return sum(len(till.told) for till in self.tills)

    def seen(self) -> Counter[str]:
        return sum((till.seen for till in self.tills), Counter())


@pytest.fixture
def victim(nodes: tuple[str, ...]) -> Iterator[Node]:
    """A node that may be stopped, and is started again at last."""
    if os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") != "1":
        pytest.skip("stops a node on which other tests are at work; run it alone")
    node = Node.here(nodes[1])
    if node is None:
        pytest.skip("the nodes of this cluster are on other machines, where nobody can stop them")
    yield node
    if not (node.data / "postmaster.pid").exists():
        node.start()


@contextmanager
def _served(database_url: str, folder: Path) -> Iterator[str]:
    """A server of two processes and a worker, none of which may end before it is told to; the server's address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    environment = {**os.environ, "JIFEN_DATABASE_URL": database_url, "JIFEN_DATA": str(folder)}
    running = []
    for arguments in (["serve", "--processes", "2", "--port", str(port)], ["worker"]):
        command = [sys.executable, "-m", "jifen", *arguments]
        with (folder / f"{arguments[0]}.log").open("ab") as log:
            running.append(
                subprocess.Popen(command, env=environment, stderr=log, start_new_session=True)
            )
    try:
        address = f"http://127.0.0.1:{port}"
        until(lambda: _ready(address), "ready")
        yield address
        assert [one.poll() for one in running] == [None, None]
    finally:
        for one in running:
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGTERM)
        for one in running:
            one.wait(60)


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/ready", trust_env=False, timeout=20).status_code == 200
    except httpx.TransportError:
        return False


def test_a_node_that_is_lost_costs_its_programmes_time_and_the_others_nothing(
    database_url: str, victim: Node, tmp_path: Path
) -> None:
    stop = threading.Event()
    chance = random.Random(1)
    with _served(database_url, tmp_path) as address:
        branches = _one_here_and_one_elsewhere(database_url, victim.port, address, stop)
        lost, spared = branches
        try:
            for till in [*lost.tills, *spared.tills]:
                till.start()
            for _ in range(KILLS):
                _more(branches, lost.acknowledged, chance.randint(*ACKNOWLEDGED_BETWEEN))
                victim.stop_at_once()
                before = lost.acknowledged()
                _more(branches, lambda: lost.seen()["told to ask again"], TOLD_TO_WAIT)
                _more(branches, spared.acknowledged, chance.randint(*ACKNOWLEDGED_BETWEEN))
                # Each till may have been on its way with an answer when they were counted.
                assert lost.acknowledged() <= before + TILLS
                victim.start()
            for branch in branches:
                _more(branches, branch.acknowledged, ACKNOWLEDGED_BETWEEN[1])
        finally:
            stop.set()
            for till in [*lost.tills, *spared.tills]:
                till.join()
        print({branch.slug: dict(sorted(branch.seen().items())) for branch in branches})
        for branch in branches:
            told = [one for till in branch.tills for one in till.told]
            ask_all_again(address, branch.key, told)
            with connect(database_url) as connection:
                check_books(connection, told, under_way=TILLS, slug=branch.slug)
    assert spared.seen()["told to ask again"] == 0


def _one_here_and_one_elsewhere(
    database_url: str, port: int, address: str, stop: threading.Event
) -> tuple[Branch, Branch]:
    """A programme on the node of a port and one on another node, with tills that have not begun."""
    found: dict[bool, Branch] = {}
    with connect(database_url) as connection:
        for number in count():
            slug = f"club-{number}"
            key = open_for_tills(connection, slug)
            tills = [Till(one, address, key, stop) for one in range(TILLS)]
            found.setdefault(port_of_programme(connection, slug) == port, Branch(slug, key, tills))
            if len(found) == 2:
                break
    return found[True], found[False]


def _more(branches: tuple[Branch, ...], counted: Callable[[], int], more: int) -> None:
    """Wait until something has happened so many times more."""
    wanted = counted() + more
    tills = [till for branch in branches for till in branch.tills]
    for _ in range(SECONDS_OF_PATIENCE * 100):
        assert [wrong for till in tills for wrong in till.wrong] == []
        if counted() >= wanted:
            return
        threading.Event().wait(0.01)
    raise AssertionError({branch.slug: dict(branch.seen()) for branch in branches})
