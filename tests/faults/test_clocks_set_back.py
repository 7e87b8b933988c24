"""The clocks of a server's processes and of a worker are some seconds apart and are set back, again and again, while
tills ask: each command is done once, whoever asks again is told the same, and the proof finds nothing."""

from __future__ import annotations

import os
import threading
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from installation import Installation
from persistent_till import MEMBERS, Till, ask_all_again
from tills_programme import check_books
from waiting import until

from jifen.db import embedded
from jifen.db.connection import connect
from jifen.intake.asking.commands import Adjust
from jifen.intake.clock import real_now
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import open_programme

pytestmark = pytest.mark.embedded

TILLS: Final = 4
ANSWERS_BETWEEN: Final = 60
FAST_BY_SECONDS: Final = (86_400, 86_395, 86_000, 43_200, 60, 3_600, 0)


def test_clocks_that_are_set_back_double_and_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast_by, stop = tmp_path / "fast-by", threading.Event()
    _set(fast_by, FAST_BY_SECONDS[0])
    folders = [str(Path(__file__).with_name("wrong_clock")), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("FAST_BY_SECONDS_FILE", str(fast_by))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(folders))
    with closing(_Installed(tmp_path / "data", seed=1)) as installed:
        _give_plenty(installed.data)
        address = f"http://127.0.0.1:{installed.port}"
        tills = [Till(number, address, installed.key, stop) for number in range(TILLS)]
        try:
            for till in tills:
                till.start()
            for seconds in FAST_BY_SECONDS:
                _set(fast_by, seconds)
                wanted = _answered(tills) + ANSWERS_BETWEEN
                until(partial(_are_answered, tills, wanted), "so many answers")
        finally:
            stop.set()
            for till in tills:
                till.join()
        told = [one for till in tills for one in till.told]
        assert [wrong for till in tills for wrong in till.wrong] == []
        ask_all_again(address, installed.key, told)
        with connect(embedded.server_url(installed.data)) as connection:
            assert _longest_step_back(connection) > 40_000
            check_books(connection, told, under_way=TILLS)


def _set(file: Path, seconds: int) -> None:
    """At once: nobody reads half of it."""
    new = file.with_suffix(".new")
    new.write_text(str(seconds), encoding="ascii")
    new.replace(file)


def _answered(tills: list[Till]) -> int:
    return sum(len(till.told) for till in tills)


def _are_answered(tills: list[Till], wanted: int) -> bool:
    return _answered(tills) >= wanted or any(till.wrong for till in tills)


def _longest_step_back(connection: psycopg.Connection[Any]) -> float:
    """By how many seconds a command was recorded before the one of the same member that it followed."""
    row = connection.execute(
        "SELECT extract(epoch FROM max(before - recorded_at))::float8 FROM (SELECT recorded_at, lag(recorded_at)"
        " OVER (PARTITION BY programme_id, member_id ORDER BY member_seq) AS before FROM command) AS commands"
    ).fetchone()
    assert row is not None
    step: float = row[0]
    return step


def _give_plenty(data: Path) -> None:
    """Points by the right clock: what is earned by one that is fast is not there yet for one that is right."""
    with connect(embedded.server_url(data)) as connection:
        programme = open_programme(connection, "coffee-club")
        plenty = [
            Adjust(id=f"a-{one}", member=one, points=1_000, currency="points", reason="start")
            for one in MEMBERS
        ]
        submit(connection, programme, plenty, now=real_now(), actor="test")


class _Installed(Installation):
    """One that ends in good order when it is closed."""

    close = Installation.stop
