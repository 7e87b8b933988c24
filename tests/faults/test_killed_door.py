"""A server of two processes and a worker are asked over a line that is slow and cuts connections, or reach the database
over one, while any of them, the database, or one of that one's processes is killed: what was acknowledged is there
once, what was not at most once, who asks again is told the same, and the proof finds nothing."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from bad_line import bad_line_to
from installation import BACKEND, DATABASE, PROCESS, SERVER, VICTIMS, WORKER, Installation
from persistent_till import Till, ask_all_again
from tills_programme import check_books

from jifen.db import embedded
from jifen.db.connection import connect

pytestmark = pytest.mark.embedded

TILLS: Final = 6
ACKNOWLEDGED_BETWEEN: Final = (5, 60)
SECONDS_OF_PATIENCE: Final = 180


@contextmanager
def _installed(data: Path, seed: int, *, bad_line: bool) -> Iterator[Installation]:
    installation = Installation(data, seed, bad_line=bad_line)
    try:
        yield installation
    finally:
        installation.stop()


def test_whoever_is_killed_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    seen = _killed(tmp_path / "data", [PROCESS, DATABASE, WORKER, BACKEND, SERVER], seed=1)
    assert seen["unheard"] > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_whoever_is_killed_nothing_is_lost_or_doubled_at_length(tmp_path: Path, seed: int) -> None:
    victims = random.Random(seed).choices(VICTIMS, k=75)
    seen = _killed(tmp_path / "data", victims, seed, bad_line_to_database=seed % 2 == 1)
    print(dict(sorted(seen.items())))
    assert min(seen["unheard"], seen["done before and unheard"], seen["cuts"]) > 0


def _killed(
    data: Path, victims: Sequence[str], seed: int, *, bad_line_to_database: bool = False
) -> Counter[str]:
    """Let tills ask while one after the other is killed; how often what happened. Then all is asked again."""
    chance = random.Random(seed)
    with _installed(data, seed, bad_line=bad_line_to_database) as installation:
        stop = threading.Event()
        with bad_line_to(installation.port, seed) as line:
            address = f"http://127.0.0.1:{line.port}"
            tills = [Till(number, address, installation.key, stop) for number in range(TILLS)]
            try:
                for till in tills:
                    till.start()
                for victim in victims:
                    _until_acknowledged(installation, tills, chance.randint(*ACKNOWLEDGED_BETWEEN))
                    installation.kill(victim, chance)
                _until_acknowledged(installation, tills, ACKNOWLEDGED_BETWEEN[1])
            finally:
                stop.set()
                for till in tills:
                    till.join()
        told = [one for till in tills for one in till.told]
        assert [wrong for till in tills for wrong in till.wrong] == []
        ask_all_again(f"http://127.0.0.1:{installation.port}", installation.key, told)
        with connect(embedded.server_url(data)) as connection:
            check_books(connection, told, under_way=TILLS)
    cuts = Counter(cuts=line.cuts)
    if installation.line is not None:
        cuts["cuts before the database"] = installation.line.cuts
    return sum((till.seen for till in tills), Counter(victims)) + cuts


def _until_acknowledged(installation: Installation, tills: list[Till], more: int) -> None:
    """Wait until so many more commands were answered."""
    wanted = sum(len(till.told) for till in tills) + more
    for _ in range(SECONDS_OF_PATIENCE * 10):
        installation.look_after()
        for _ in range(20):
            if sum(len(till.told) for till in tills) >= wanted or any(till.wrong for till in tills):
                return
            threading.Event().wait(0.005)
    raise AssertionError("the server answers nobody")
