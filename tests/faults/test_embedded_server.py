"""The embedded server starts, is shared, is killed and comes back, and says plainly why it cannot."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from waiting import until

import jifen
from jifen.db import embedded, new_databases, reviving
from jifen.db.connection import connect, plain_problems
from jifen.db.problem import DatabaseProblem
from jifen.db.reviving import kept_alive

pytestmark = pytest.mark.embedded

START = (
    "import sys, pathlib, jifen.db.embedded as e; print(e.server_url(pathlib.Path(sys.argv[1])))"
)
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder to be, whose server is stopped in the end."""
    folder = tmp_path / "data"
    yield folder
    embedded.stop(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user owns and can reach."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        if AS_ROOT:
            nobody = pwd.getpwnam("nobody")
            os.chown(name, nobody.pw_uid, nobody.pw_gid)
        yield Path(name)
        embedded.stop(Path(name))


def _start_elsewhere(folder: Path, *command: str, **options: Any) -> subprocess.Popen[str]:
    """Start or join the folder's server from a process of its own, which prints the address and leaves."""
    command = (*(command or (sys.executable,)), "-c", START, str(folder))
    return subprocess.Popen(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def _start_as_ordinary_user(folder: Path) -> tuple[str, str]:
    """What the ordinary user's process printed: the address, and its errors."""
    if not AS_ROOT:
        return _start_elsewhere(folder).communicate(timeout=60)
    nobody = pwd.getpwnam("nobody")
    user: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
    places = [str(Path(file).parents[1]) for file in (jifen.__file__, psycopg.__file__)]
    user |= {"cwd": "/", "env": {"PYTHONPATH": ":".join(places)}}
    for python in (sys.executable, "/usr/bin/python3"):  # ours may be in a folder of root's
        try:
            subprocess.run([python, "-c", "import jifen.db.embedded"], check=True, **user)
        except (OSError, subprocess.CalledProcessError):
            continue
        return _start_elsewhere(folder, python, **user).communicate(timeout=60)
    pytest.skip("an ordinary user cannot reach this checkout")


def _pid(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def _write(url: str, words: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (words text)")
        connection.execute("INSERT INTO note VALUES (%s)", (words,))


def _notes(url: str) -> list[str]:
    with connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT words FROM note ORDER BY words")]


def _ask_until_it_fails(connection: psycopg.Connection[Any]) -> None:
    with plain_problems():
        while True:
            connection.execute("SELECT 1")


def test_the_server_is_durable(folder: Path) -> None:
    with connect(embedded.server_url(folder)) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}".encode()).fetchone() == ("on",)


@pytest.mark.parametrize(
    ("machine_gigabytes", "container", "kept"),
    [
        (24, None, "1024MB"),
        (4, "max", "512MB"),
        (24, str(2 << 30), "256MB"),
        (1, str(64 << 30), "128MB"),
    ],
)
def test_the_server_keeps_an_eighth_of_the_memory_that_there_is(
    machine_gigabytes: int,
    container: str | None,
    kept: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    of_machine = {"SC_PAGE_SIZE": page, "SC_PHYS_PAGES": (machine_gigabytes << 30) // page}
    limit = tmp_path / "memory.max"
    if container is not None:
        limit.write_text(f"{container}\n")
    monkeypatch.setattr(os, "sysconf", of_machine.__getitem__)
    monkeypatch.setattr(new_databases, "_CONTAINER_LIMIT", limit)
    assert new_databases.memory_settings()[0] == f"shared_buffers={kept}"


def test_processes_that_start_at_once_share_one_server(folder: Path) -> None:
    processes = [_start_elsewhere(folder) for _ in range(3)]
    answers = {process.communicate(timeout=60) for process in processes}
    assert answers == {(f"{embedded.running_server_url(folder)}\n", "")}


def test_the_server_goes_on_when_the_one_who_started_it_leaves(folder: Path) -> None:
    _start_elsewhere(folder).communicate(timeout=60)
    url = embedded.running_server_url(folder)
    assert url is not None
    _write(url, "still here")


def test_joining_a_running_server_runs_no_program(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = embedded.server_url(folder)
    monkeypatch.setattr(embedded, "run_program", None)
    assert embedded.server_url(folder) == url


def test_a_stopped_server_comes_back_with_its_data(folder: Path) -> None:
    _write(embedded.server_url(folder), "before")
    assert embedded.stop(folder)
    assert embedded.running_server_url(folder) is None
    assert not embedded.stop(folder)
    assert _notes(embedded.server_url(folder)) == ["before"]


def test_what_was_committed_survives_a_killed_server(folder: Path) -> None:
    url = embedded.server_url(folder)
    _write(url, "committed")
    with connect(url) as connection:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO note VALUES ('never committed')")
        os.kill(_pid(folder), signal.SIGKILL)
        with pytest.raises(DatabaseProblem, match=r"lost|stopping"):
            _ask_until_it_fails(connection)
    assert _notes(embedded.server_url(folder)) == ["committed"]


def test_a_stale_pid_that_now_belongs_to_somebody_else_does_no_harm(folder: Path) -> None:
    _write(embedded.server_url(folder), "kept")
    os.kill(_pid(folder), signal.SIGKILL)
    while embedded.running_server_url(folder):  # a killed process takes a moment to be gone
        pass
    pid_file = folder / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    lock_file = next((folder / "socket").glob("*.lock"))
    lock_file.write_text(f"{os.getppid()}\n")
    assert _notes(embedded.server_url(folder)) == ["kept"]


def test_a_database_whose_making_was_killed_is_made_anew(folder: Path) -> None:
    maker = _start_elsewhere(folder)
    while not (folder / "postgres.new").exists() and maker.poll() is None:
        pass
    maker.kill()
    maker.communicate()
    _write(embedded.server_url(folder), "whole")
    assert not (folder / "postgres.new").exists()


@pytest.mark.parametrize("name", ["x" * 120, '会员 data\'s "folder" $HOME'])
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    try:
        url = embedded.server_url(folder)
        _write(url, "reached")
        assert embedded.running_server_url(folder) == url
    finally:
        embedded.stop(folder)


def test_an_ordinary_user_can_start_it_and_root_can_join(open_folder: Path) -> None:
    output, errors = _start_as_ordinary_user(open_folder)
    assert errors == ""
    assert embedded.server_url(open_folder) == output.strip()
    _write(output.strip(), "joined")


@pytest.mark.skipif(not AS_ROOT, reason="not root")
def test_root_starts_it_as_somebody_who_is_not_and_opens_no_folder(folder: Path) -> None:
    folder.parent.chmod(0o700)
    embedded.server_url(folder)
    assert (folder / "postgres").stat().st_uid != 0
    assert [path.stat().st_mode & 0o777 for path in (folder.parent, folder)] == [0o700, 0o700]


@pytest.mark.skipif(not AS_ROOT, reason="not root")
def test_the_owner_can_use_what_root_started_in_their_folder(open_folder: Path) -> None:
    url = embedded.server_url(open_folder)
    assert _start_as_ordinary_user(open_folder) == (f"{url}\n", "")
    embedded.stop(open_folder)
    assert _start_as_ordinary_user(open_folder) == (f"{url}\n", "")


def test_a_folder_that_is_closed_to_us_is_named(open_folder: Path) -> None:
    open_folder.chmod(0o500)
    closed = open_folder / "data"
    _, errors = _start_as_ordinary_user(closed)
    open_folder.chmod(0o700)
    assert f"cannot use the data folder {closed}: Permission denied" in errors


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DatabaseProblem, match=r"cannot use the data folder .*File exists"):
        embedded.server_url(tmp_path / "data")


def test_data_of_another_postgresql_is_refused_and_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(
        DatabaseProblem, match="made by PostgreSQL 15, this jifen runs 18"
    ) as caught:
        embedded.server_url(folder)
    assert "pg_upgrade" in str(caught.value.hint)
    assert [path.name for path in (folder / "postgres").iterdir()] == ["PG_VERSION"]


def test_a_folder_that_is_no_database_is_refused(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    with pytest.raises(DatabaseProblem, match="is not a database"):
        embedded.server_url(folder)


def test_a_server_that_cannot_start_gives_its_last_words(folder: Path) -> None:
    embedded.server_url(folder)
    embedded.stop(folder)
    with (folder / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("shared_bufers = 1GB\n")
    with pytest.raises(DatabaseProblem, match="cannot start the database server") as caught:
        embedded.server_url(folder)
    assert "postgresql.conf" in str(caught.value.message)
    assert "\n" not in str(caught.value.message)
    assert "shared_bufers" in (folder / "postgres.log").read_text()


def _fill(folder: Path) -> None:
    with connect(embedded.server_url(folder)) as connection, plain_problems():
        connection.execute("CREATE TABLE big AS SELECT generate_series(1, 3000000) AS n")


@pytest.mark.skipif(not AS_ROOT, reason="only root may mount a small disk")
@pytest.mark.parametrize("megabytes", [5, 48])
def test_a_full_disk_is_called_that(tmp_path: Path, megabytes: int) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        with pytest.raises(DatabaseProblem, match=r"disk.* full"):
            _fill(disk / "data")
    finally:
        embedded.stop(disk / "data")
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_socket_folder_that_others_can_open_is_refused(folder: Path) -> None:
    embedded.server_url(folder)
    embedded.stop(folder)
    (folder / "socket").chmod(0o777)
    with pytest.raises(DatabaseProblem, match="open to others"):
        embedded.server_url(folder)


def test_nothing_is_running_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert embedded.running_server_url(tmp_path / "none") is None
    assert not embedded.stop(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_psycopg_is_not_needed_to_join() -> None:
    program = "import sys, jifen.db.embedded; sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_server_whose_folder_was_removed_does_not_hinder_the_next(folder: Path) -> None:
    old = psycopg.connect(embedded.server_url(folder))
    pid = _pid(folder)
    shutil.rmtree(folder)
    try:
        url = embedded.server_url(folder)
        _write(url, "new")
        assert _notes(url) == ["new"]
    finally:
        old.close()
        os.kill(pid, signal.SIGQUIT)


def test_a_server_that_lost_its_socket_is_named_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "UNREACHABLE_SECONDS", 0)
    url = embedded.server_url(folder)
    socket = Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"])) / ".s.PGSQL.5432"
    socket.unlink()
    with pytest.raises(DatabaseProblem, match="its socket"):
        embedded.server_url(folder)


def test_a_server_that_was_killed_is_started_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviving, "SECONDS_BETWEEN_LOOKS", 0.02)
    url = embedded.server_url(folder)
    with kept_alive(folder):
        killed = _pid(folder)
        os.kill(killed, signal.SIGKILL)
        until(
            lambda: embedded.running_server_url(folder) == url and _pid(folder) != killed,
            "the database back",
        )
        connect(url).close()


def test_a_server_that_was_stopped_stays_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviving, "SECONDS_BETWEEN_LOOKS", 0.02)
    embedded.server_url(folder)
    with kept_alive(folder):
        embedded.stop(folder)
        threading.Event().wait(0.2)  # ten looks
        assert embedded.running_server_url(folder) is None
