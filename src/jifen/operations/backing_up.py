"""Backing up the embedded server while it works: a base backup, and if wanted its log from then on."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg import sql

from jifen.db.connection import connect, plain_problems
from jifen.db.embedded import server_url
from jifen.db.new_databases import KEEP_NO_LOG, MAJOR_VERSION
from jifen.db.problem import DatabaseProblem
from jifen.db.server_programs import cannot, run_program
from jifen.operations.backups import (
    BASE,
    DESCRIPTION,
    LOG,
    NAMED,
    Backup,
    Description,
    backups_in,
    check,
    refuse_other_servers,
)
from jifen.wording import Said

LOG_SECONDS: Final = 300
"""After so long a segment of the log is kept even if it is not full: what a lost disk may cost at most."""
_FAILED: Final = Said("cannot back up", "无法备份")
Clock = Callable[[], dt.datetime]


def back_up(
    data_folder: Path, place: Path, clock: Clock, *, with_log: bool | None = None
) -> Backup:
    """A new backup of the folder's server in a place, which is made if need be; whole, or not there.

    `with_log`: keep the server's log there, too, from before this backup on; False: no longer. Raises DatabaseProblem.
    """
    url = server_url(data_folder)
    with connect(url) as connection, plain_problems():
        server = _identifier(connection)
        refuse_other_servers(place, server)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if with_log:
            _keep_log(connection, place)
        elif with_log is False:
            _set_archiving(connection, KEEP_NO_LOG, 0)
    with _alone(place) as lock:
        for unfinished in place.glob("*.new"):
            shutil.rmtree(unfinished)
        name = clock().strftime(NAMED)
        unfinished = place / f"{name}.new"
        unfinished.mkdir(mode=0o700)
        try:
            _copy(data_folder, url, unfinished / BASE, lock)
            described = Description(server=server, version=MAJOR_VERSION, complete_at=clock())
            (unfinished / DESCRIPTION).write_bytes(msgspec.json.encode(described))
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        return Backup(unfinished.rename(place / name), described)


@contextmanager
def _alone(place: Path) -> Iterator[int]:
    """Nobody else backs up into a place meanwhile, not even what a killed backup has left running."""
    lock = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield lock
    except BlockingIOError:
        raise DatabaseProblem(
            Said(f"another backup into {place} is under way", f"另一个备份正写入 {place}"),
            Said("Wait until it is done.", "请等它完成。"),
        ) from None
    finally:
        os.close(lock)


def _copy(data_folder: Path, url: str, base: Path, lock: int) -> None:
    copied = run_program(
        data_folder,
        "pg_basebackup",
        f"--dbname={url}",
        f"--pgdata={base}",
        "--checkpoint=fast",
        "--wal-method=stream",
        "--manifest-checksums=SHA256",
        "--no-password",
        inherited=lock,
    )
    if copied.returncode:
        raise cannot(_FAILED, copied.stderr)
    check(base)


def _keep_log(connection: psycopg.Connection[Any], place: Path) -> None:
    (place / LOG).mkdir(mode=0o700, exist_ok=True)
    folder = shlex.quote(str(place / LOG)).replace("%", "%%")
    # Safe to run again: what a crash left half is overwritten, what is there must be the same.
    command = (
        f"if test -f {folder}/%f; then cmp -s %p {folder}/%f; "
        f"else cp %p {folder}/%f.new && sync {folder}/%f.new && mv {folder}/%f.new {folder}/%f; fi"
    )
    if connection.execute("SHOW archive_mode").fetchone() != ("on",):
        raise DatabaseProblem(
            Said(
                "this server was made without archive_mode", "这台数据库建立时没有开启 archive_mode"
            ),
            Said(
                "Write `archive_mode = on` into postgresql.conf of the data folder and restart it.",
                "请在数据目录的 postgresql.conf 中写上 `archive_mode = on`，然后重启数据库。",
            ),
        )
    _set_archiving(connection, command, LOG_SECONDS)


def forget_older(data_folder: Path, place: Path, kept: int) -> list[Backup]:
    """Remove all but the last backups and the log that only they needed; what was removed. Raises DatabaseProblem."""
    known = backups_in(place)
    gone = known[:-kept]
    for backup in gone:
        shutil.rmtree(backup.folder)
    if gone and (place / LOG).is_dir():
        label = (known[-kept].base / "backup_label").read_text(encoding="utf-8")
        first = re.search(r"\(file (\w+)\)", label)
        assert first is not None
        cleaned = run_program(data_folder, "pg_archivecleanup", str(place / LOG), first[1])
        if cleaned.returncode:
            raise cannot(_FAILED, cleaned.stderr)
    return gone


def _set_archiving(connection: psycopg.Connection[Any], command: str, seconds: int) -> None:
    for name, value in (("archive_command", command), ("archive_timeout", str(seconds))):
        setting = sql.SQL("ALTER SYSTEM SET {} = {}")
        connection.execute(setting.format(sql.Identifier(name), sql.Literal(value)))
    connection.execute("SELECT pg_reload_conf()")


def _identifier(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    assert row is not None
    return int(row[0])
