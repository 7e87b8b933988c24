"""A bank is backed up while it works and restored, also to a moment; what goes wrong leaves nothing half done."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
import pytest

from jifen.db import embedded, new_databases
from jifen.db.connection import connect
from jifen.db.migrate import migrate
from jifen.db.problem import DatabaseProblem
from jifen.intake.asking.commands import Event
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import create_programme, open_programme
from jifen.operations.backing_up import back_up, forget_older
from jifen.operations.backups import BASE, DESCRIPTION, backups_in
from jifen.operations.restoring import restore
from jifen.proof.proving import prove

pytestmark = pytest.mark.embedded

COFFEE: Final = Path(__file__).parents[2] / "src/jifen/programme/templates/coffee-club.yaml"
SLUG: Final = "coffee-club"
AS_ROOT: Final = os.geteuid() == 0


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Bank(NamedTuple):
    """An embedded server with one programme and one member in it."""

    data: Path
    connection: psycopg.Connection[Any]

    def buy(self, id: str) -> None:
        programme = open_programme(self.connection, SLUG)
        now = real_now()
        event = Event(
            id=id, member="ann", type="purchase", occurred_at=now, fields={"amount": 1000}
        )
        (answered,) = submit(self.connection, programme, [event], now=now, actor="test")
        assert answered.answer.refusal is None


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    data = tmp_path_factory.mktemp("bank") / "data"
    with connect(embedded.server_url(data)) as connection:
        migrate(connection)
        now = real_now()
        document = COFFEE.read_text(encoding="utf-8")
        programme = create_programme(connection, document, now=now, actor="test")
        ann = NewMember(id="ann", joined_at=now - 86_400_000_000)
        enrol_members(connection, programme, [ann], now=now, actor="test")
        yield Bank(data, connection)
    embedded.stop(data)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """A data folder to be, whose server is stopped in the end."""
    yield tmp_path / "restored"
    embedded.stop(tmp_path / "restored")


def _bought(data: Path) -> list[str]:
    """What was bought in a restored bank, which is proved."""
    with connect(embedded.server_url(data)) as connection:
        assert prove(connection, open_programme(connection, SLUG)).holds
        rows = connection.execute("SELECT event_id FROM event ORDER BY occurred_at").fetchall()
    return [id for (id,) in rows]


def test_a_bank_is_restored_to_a_moment_and_to_its_last(
    bank: Bank, tmp_path: Path, fresh: Path
) -> None:
    place = tmp_path / "it's 100% safe"
    bank.buy("before")
    backup = back_up(bank.data, place, _now, with_log=True)
    bank.buy("behind")
    row = bank.connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    bank.buy("at last")
    _until_kept(bank.connection)
    assert restore(place, fresh, row[0]) == backup
    assert _bought(fresh) == ["before", "behind"]
    embedded.stop(fresh)
    shutil.rmtree(fresh)
    restore(place, fresh, None)
    assert _bought(fresh) == ["before", "behind", "at last"]
    with connect(embedded.server_url(fresh)) as connection:  # two servers would spoil one log
        assert connection.execute("SHOW archive_command").fetchone() == (new_databases.KEEP_NO_LOG,)
    with pytest.raises(DatabaseProblem, match="there is a database in"):
        restore(place, fresh, None)
    embedded.stop(fresh)
    shutil.rmtree(fresh)
    with pytest.raises(DatabaseProblem, match=r"the log does not reach .*, its end is \d{4}-"):
        restore(place, fresh, _now() + dt.timedelta(days=1))
    assert not (fresh / "postgres").exists()
    with pytest.raises(DatabaseProblem, match="the oldest backup is of"):
        restore(place, fresh, backup.description.complete_at - dt.timedelta(days=1))
    _forget_all_but_the_last(bank, place)


def _until_kept(connection: psycopg.Connection[Any]) -> None:
    """Wait until everything written so far lies in the place of the backups."""
    row = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
    assert row is not None
    connection.execute("SELECT pg_switch_wal()")
    asked = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
    for _ in range(1_200):
        if connection.execute(asked, row).fetchone() == (True,):
            return
        threading.Event().wait(0.05)
    raise AssertionError("the log is not kept")


def _forget_all_but_the_last(bank: Bank, place: Path) -> None:
    segments = len(list((place / "log").iterdir()))
    threading.Event().wait(1.0)  # backups are named by the second
    newer = back_up(bank.data, place, _now, with_log=False)
    assert len(forget_older(bank.data, place, 1)) == 1
    assert [one.folder for one in backups_in(place)] == [newer.folder]
    assert len(list((place / "log").iterdir())) < segments


def test_a_damaged_backup_and_one_of_another_version_are_not_restored(
    bank: Bank, tmp_path: Path, fresh: Path
) -> None:
    place = tmp_path / "place"
    backup = back_up(bank.data, place, _now)
    with pytest.raises(DatabaseProblem, match="keeps no log"):
        restore(place, fresh, _now())
    control = backup.folder / BASE / "PG_VERSION"
    control.write_bytes(b"19\n")
    with pytest.raises(DatabaseProblem, match="damaged: PG_VERSION"):
        restore(place, fresh, None)
    control.unlink()
    with pytest.raises(DatabaseProblem, match="damaged: PG_VERSION"):
        restore(place, fresh, None)
    described = backup.folder / DESCRIPTION
    described.write_text(json.dumps(json.loads(described.read_text()) | {"version": "17"}))
    with pytest.raises(DatabaseProblem, match="is of PostgreSQL 17"):
        restore(place, fresh, None)
    assert not fresh.exists()


def test_a_place_of_others_is_left_alone(bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(DatabaseProblem, match=r"holds something else: holiday\.jpg"):
        back_up(bank.data, tmp_path, _now)
    assert [file.name for file in tmp_path.iterdir()] == ["holiday.jpg"]
    place = tmp_path / "place"
    of_another = place / "20260301T101530Z"
    of_another.mkdir(parents=True)
    told = {"server": 1, "version": "18", "complete_at": "2026-03-01T10:15:30Z"}
    (of_another / DESCRIPTION).write_text(json.dumps(told))
    with pytest.raises(DatabaseProblem, match="backups of another server"):
        back_up(bank.data, place, _now)
    with pytest.raises(DatabaseProblem, match="there is no backup in"):
        restore(tmp_path / "nowhere", tmp_path / "data", None)


def test_a_killed_backup_is_none_and_is_in_nobodys_way(bank: Bank, tmp_path: Path) -> None:
    place = tmp_path / "place"
    environment = {**os.environ, "JIFEN_DATA": str(bank.data)}
    command = [sys.executable, "-m", "jifen", "backup", str(place)]
    killed = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while killed.poll() is None and not list(place.glob(f"*.new/{BASE}")):
        threading.Event().wait(0.002)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(60) == -signal.SIGKILL
    assert backups_in(place) == []
    for _ in range(600):
        try:
            whole = back_up(bank.data, place, _now)
            break
        except DatabaseProblem as problem:  # what the killed one has begun goes on for a moment
            if "under way" not in str(problem):
                raise
            threading.Event().wait(0.05)
    assert [file.name for file in place.iterdir()] == [whole.folder.name]


@pytest.mark.skipif(not AS_ROOT, reason="only root can mount a small disk")
def test_a_full_disk_is_called_that_and_leaves_nothing(bank: Bank, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        with pytest.raises(DatabaseProblem, match=r"disk.* full"):
            back_up(bank.data, disk / "place", _now)
        assert list((disk / "place").iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("command", [["backup", "somewhere"], ["restore", "somewhere"]])
def test_a_server_of_ones_own_is_left_to_its_own_tools(command: list[str], tmp_path: Path) -> None:
    environment = {**os.environ, "JIFEN_DATABASE_URL": "postgresql://db.example/jifen"}
    asked = [sys.executable, "-m", "jifen", *command]
    said = subprocess.run(
        asked, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert "pg_basebackup or pgBackRest" in said.stderr
    assert list(tmp_path.iterdir()) == []
