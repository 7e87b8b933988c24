"""Restoring an embedded server from a backup, to its last moment or to an earlier one."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import shutil
from pathlib import Path
from typing import Final

from jifen.db.connection import connect, plain_problems
from jifen.db.data_folders import database_folder, lock_for_starting
from jifen.db.embedded import server_url
from jifen.db.new_databases import KEEP_NO_LOG, MAJOR_VERSION
from jifen.db.problem import DatabaseProblem
from jifen.db.server_programs import cannot, run_program
from jifen.operations.backups import LOG, Backup, check, latest_before
from jifen.wording import Said

_TOO_SHORT: Final = "recovery ended before configured recovery target"
_LAST_OF_LOG: Final = re.compile(r"last completed transaction was at log time (.+)")
_FORGOTTEN: Final = (
    "restore_command", "recovery_target_time", "recovery_target_action", "hot_standby", "archive_command",
    "archive_timeout",
)  # fmt: skip
"""What the server was told for its recovery, or by the one that was backed up."""


def restore(place: Path, data_folder: Path, moment: dt.datetime | None) -> Backup:
    """Make the server of a data folder that has none from a place, as it was at a moment, or as late as the log goes;
    which backup it was made from. The server runs afterwards and keeps no log.

    Raises DatabaseProblem.
    """
    backup = latest_before(place, moment)
    _refuse_other_versions(backup)
    log = place / LOG
    if moment is not None and not log.is_dir():
        raise DatabaseProblem(
            Said(f"{place} keeps no log", f"{place} 没有保存日志"),
            Said(
                "Without it only the backups themselves can be restored: leave out --until.",
                "没有日志，只能恢复备份本身：请去掉 --until。",
            ),
        )
    check(backup.base)
    database = database_folder(data_folder)
    with lock_for_starting(data_folder):
        if database.exists():
            raise DatabaseProblem(
                Said(
                    f"there is a database in {data_folder} already", f"{data_folder} 中已有数据库"
                ),
                Said(
                    "Restore beside it: set JIFEN_DATA to a folder that is not there yet.",
                    "请恢复到旁边：把 JIFEN_DATA 设为一个尚不存在的文件夹。",
                ),
            )
        unfinished = data_folder / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        _copy(data_folder, backup, unfinished)
        _ask_for_recovery(unfinished, log if log.is_dir() else None, moment)
        unfinished.rename(database)
    _recover(data_folder, moment)
    return backup


def _refuse_other_versions(backup: Backup) -> None:
    version = backup.description.version
    if version != MAJOR_VERSION:
        raise DatabaseProblem(
            Said(
                f"the backup is of PostgreSQL {version}, this jifen runs {MAJOR_VERSION}",
                f"备份来自 PostgreSQL {version}，而当前的 jifen 使用 {MAJOR_VERSION}",
            ),
            Said(
                f"Restore it with the jifen that made it, or with PostgreSQL {version} itself.",
                f"请用当初备份的 jifen，或 PostgreSQL {version} 本身来恢复。",
            ),
        )


def _copy(data_folder: Path, backup: Backup, database: Path) -> None:
    """By PostgreSQL's own program, so that the files belong to whoever runs the server."""
    copied = run_program(
        data_folder, "pg_combinebackup", f"--output={database.name}", str(backup.base)
    )
    if copied.returncode:
        shutil.rmtree(database, ignore_errors=True)
        raise cannot(Said("cannot restore", "无法恢复"), copied.stderr)


def _ask_for_recovery(database: Path, log: Path | None, moment: dt.datetime | None) -> None:
    """Written behind what the server was told before, and so in its place: two servers must not keep one log."""
    settings = {"archive_command": KEEP_NO_LOG}
    if log is not None:
        folder = shlex.quote(str(log)).replace("%", "%%")
        settings |= {"restore_command": f"cp {folder}/%f %p", "hot_standby": "off"}
        (database / "recovery.signal").touch()
    if moment is not None:
        settings |= {
            "recovery_target_time": moment.isoformat(),
            "recovery_target_action": "promote",
        }
    with (database / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        for name, value in settings.items():
            quoted = value.replace("'", "''")
            file.write(f"{name} = '{quoted}'\n")


def _recover(data_folder: Path, moment: dt.datetime | None) -> None:
    try:
        url = server_url(data_folder)
    except DatabaseProblem as problem:
        said = (data_folder / "postgres.log").read_text(errors="replace")[-2_000:]
        if _TOO_SHORT in said:
            raise _not_so_far(data_folder, moment, _LAST_OF_LOG.findall(said)) from problem
        raise
    with connect(url) as connection, plain_problems():
        for name in _FORGOTTEN:
            connection.execute(f"ALTER SYSTEM RESET {name}".encode())
        connection.execute("SELECT pg_reload_conf()")


def _not_so_far(data_folder: Path, moment: dt.datetime | None, last: list[str]) -> DatabaseProblem:
    """What was made of the backup is in the way of another try. `last` is when the server found the log to end."""
    shutil.rmtree(database_folder(data_folder))
    until = Said(f", its end is {last[-1]}", f"，只到 {last[-1]}") if last else Said("", "")
    return DatabaseProblem(
        Said(f"the log does not reach {moment}{until.en}", f"日志没有到 {moment}{until.zh}"),
        Said("Name an earlier moment, or leave out --until.", "请写更早的时刻，或去掉 --until。"),
    )
