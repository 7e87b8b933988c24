"""An import that is cut short anywhere goes on where it stopped: nothing is lost, nothing is there twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jifen.db import embedded
from jifen.db.connection import connect, plain_problems
from jifen.db.migrate import migrate
from jifen.db.problem import DatabaseProblem
from jifen.intake import submitting
from jifen.intake.files import blocks, importing, posting
from jifen.intake.files.counts import ImportReport
from jifen.intake.files.importing import Progress, import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.versions.opening import OpenProgramme, create_programme, open_programme
from jifen.intake.write import write
from jifen.proof.proving import prove

NOW = 1_770_000_000_000_000  # 2026-02-02
EVENTS, MEMBERS = 2_000, 150
ROWS_PER_BLOCK, COMMANDS_PER_BATCH = 500, 60  # small, so that there are many places to stop at
DOCUMENT = """
programme: shop
name: Shop
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points, expiry: {rolling: 12 months}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: third, on: purchase, when: "count('purchase', 'week') == 3", give: 30 points}
limits: [200 points per day]
"""
MAPPING = """
time: {column: time, timezone: Asia/Shanghai}
event: purchase
id: order
member: who
fields: {amount: amount}
enrol: true
"""
IMPORT = """
import sys, pathlib
from jifen.db.connection import connect
from jifen.intake.files import importing, posting
from jifen.intake.files import blocks
from jifen.intake.files.loading import load_mapping
from jifen.intake.versions.opening import open_programme
url, folder, now, blocks.ROWS_PER_BLOCK, importing.COMMANDS_PER_BATCH, posting.FEW_COMMANDS = (
    sys.argv[1], pathlib.Path(sys.argv[2]), *map(int, sys.argv[3:]))
with connect(url) as connection:
    importing.import_file(
        connection, open_programme(connection, "shop"), load_mapping(folder / "mapping.yaml"), folder / "orders.csv",
        now=now, actor="import", rejects_path=folder / "rejects.csv")
"""
Totals = list[tuple[Any, ...]]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "ROWS_PER_BLOCK", ROWS_PER_BLOCK)
    monkeypatch.setattr(importing, "COMMANDS_PER_BATCH", COMMANDS_PER_BATCH)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a file in no order at all, and its mapping."""
    chance = random.Random(7)
    folder = tmp_path / "files"
    folder.mkdir()
    rows = [
        f"o{number:05d},m{chance.randrange(MEMBERS)},2026-01-{1 + number % 28:02d} {number % 24:02d}:00,"
        f"{chance.randrange(100, 9000) / 100:.2f}"
        for number in range(EVENTS)
    ]
    chance.shuffle(rows)
    (folder / "orders.csv").write_text("\n".join(["order,who,time,amount", *rows]))
    (folder / "mapping.yaml").write_text(MAPPING)
    return folder


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(("seed", "alone"), [(1, True), (2, False)])
def test_a_killed_import_goes_on_where_it_stopped(
    database_url: str, files: Path, seed: int, alone: bool
) -> None:
    chance = random.Random(seed)
    with connect(database_url) as connection:
        programme = _programme(connection)
        for stop in sorted(chance.sample(range(1, EVENTS - 200), 3)):
            _import_until(connection, database_url, files, stop, alone)
        before = _events(connection)
        assert before < EVENTS
        report = _import(connection, programme, files)
        assert report.events <= EVENTS - before
        _assert_whole(connection, programme)
        totals = _totals(connection)
        fresh = _import_uninterrupted(connection, files)
    assert totals == fresh


@pytest.mark.embedded
@pytest.mark.usefixtures("small_batches")
def test_an_import_survives_its_database_server(
    tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    try:
        with connect(embedded.server_url(data)) as connection:
            migrate(connection)
            programme = _programme(connection)
            postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
            with monkeypatch.context() as patched:
                patched.setattr(submitting, "write", _write_then_kill(postmaster, writes=9))
                problem = _problem(connection, programme, files)
        assert "\n" not in str(problem)
        assert problem.hint
        with connect(embedded.server_url(data)) as connection:
            programme = open_programme(connection, "shop")
            assert 0 < _events(connection) < EVENTS
            _import(connection, programme, files)
            _assert_whole(connection, programme)
    finally:
        embedded.stop(data)


@pytest.mark.usefixtures("small_batches")
def test_an_import_goes_on_after_one_of_its_processes_was_killed(
    database_url: str, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "FEW_COMMANDS", 0)

    def kill_one(share: float, report: ImportReport) -> None:
        for child in multiprocessing.active_children()[:1]:  # at first there is none
            child.kill()

    with connect(database_url) as connection:
        programme = _programme(connection)
        with pytest.raises((RuntimeError, OSError)):
            _import(connection, programme, files, kill_one)
        assert 0 < _events(connection) < EVENTS
        _import(connection, programme, files)
        _assert_whole(connection, programme)


@pytest.mark.embedded
@pytest.mark.usefixtures("small_batches")
def test_an_import_goes_on_once_there_is_room_again(tmp_path: Path, files: Path) -> None:
    with _small_disk(tmp_path / "disk") as disk:
        data = disk / "data"
        try:
            with connect(embedded.server_url(data)) as connection:
                migrate(connection)
                programme = _programme(connection)
                filler = disk / "filler"
                filler.write_bytes(bytes(shutil.disk_usage(disk).free - 300_000))
                problem = _problem(connection, programme, files)
            assert "\n" not in str(problem)
            filler.unlink()
            with connect(embedded.server_url(data)) as connection:
                programme = open_programme(connection, "shop")
                assert _events(connection) < EVENTS
                _import(connection, programme, files)
                _assert_whole(connection, programme)
        finally:
            embedded.stop(data)


def _programme(connection: psycopg.Connection[Any], slug: str = "shop") -> OpenProgramme:
    return create_programme(connection, DOCUMENT, slug=slug, test_now=NOW, now=NOW, actor="owner")


def _import(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    files: Path,
    progress: Progress = lambda share, report: None,
) -> ImportReport:
    return import_file(
        connection, programme, load_mapping(files / "mapping.yaml"), files / "orders.csv",
        now=NOW, actor="import", rejects_path=files / "rejects.csv", progress=progress,
    )  # fmt: skip


def _import_until(
    connection: psycopg.Connection[Any], url: str, files: Path, stop: int, alone: bool
) -> None:
    """Let a process import, alone or with two more, and kill it as soon as so many events are there."""
    few_commands = 10**9 if alone else 0
    numbers = map(str, (NOW, ROWS_PER_BLOCK, COMMANDS_PER_BATCH, few_commands))
    importer = subprocess.Popen([sys.executable, "-c", IMPORT, url, str(files), *numbers])
    while _events(connection) < stop and importer.poll() is None:
        pass
    importer.kill()
    assert importer.wait() == -signal.SIGKILL


def _import_uninterrupted(connection: psycopg.Connection[Any], files: Path) -> Totals:
    connection.execute("UPDATE programme SET slug = 'interrupted'")
    programme = _programme(connection)
    report = _import(connection, programme, files)
    assert report.events == EVENTS
    return _totals(connection)


def _problem(
    connection: psycopg.Connection[Any], programme: OpenProgramme, files: Path
) -> DatabaseProblem:
    with pytest.raises(DatabaseProblem) as raised, plain_problems():
        _import(connection, programme, files)
    return raised.value


def _write_then_kill(postmaster: int, writes: int) -> Any:
    """What writes batches, until in the middle of one the server is killed."""
    left = iter(range(writes))

    def write_then_kill(*arguments: Any) -> None:
        write(*arguments)
        if next(left, None) is None:
            os.kill(postmaster, signal.SIGKILL)
            arguments[0].execute("SELECT pg_sleep(60)")  # until the server notices

    return write_then_kill


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """A file system of some megabytes."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=120m,mode=0777", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here: it takes root and its powers")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _events(connection: psycopg.Connection[Any]) -> int:
    (count,) = connection.execute("SELECT count(*) FROM event").fetchone() or (0,)
    return int(count)


def _assert_whole(connection: psycopg.Connection[Any], programme: OpenProgramme) -> None:
    """Every event of the file is there once, and everything else agrees with them."""
    found = connection.execute("SELECT count(*), count(DISTINCT event_id) FROM event").fetchone()
    assert found == (EVENTS, EVENTS)
    report = prove(connection, programme)
    assert [str(difference) for difference in report.differences] == []


def _totals(connection: psycopg.Connection[Any]) -> Totals:
    """Points, lifetime and debt of every member of the programme now called shop."""
    return connection.execute(
        "SELECT external_id, points, lifetime, debt, encode(state, 'hex') FROM balance"
        " JOIN member USING (programme_id, member_id) JOIN programme USING (programme_id)"
        " WHERE slug = 'shop' ORDER BY external_id"
    ).fetchall()
