"""What lies where in a data folder, and whose turn it is to start or stop its server."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jifen.db.problem import DatabaseProblem
from jifen.wording import Said


def database_folder(data_folder: Path) -> Path:
    """Where the database of a data folder lies; need not exist yet."""
    return data_folder / "postgres"


def see_log(data_folder: Path) -> Said:
    """The hint where a server's own words are."""
    log = data_folder / "postgres.log"
    return Said(f"See {log}.", f"请查看 {log}。")


@contextmanager
def lock_for_starting(data_folder: Path) -> Iterator[None]:
    """Nobody else starts, stops or makes the folder's server meanwhile; the folder is made if need be."""
    try:
        data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(data_folder, error) from None
    with open_lock(data_folder / "start.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def open_lock(path: Path) -> Iterator[int]:
    """The descriptor of a file to be locked, made if need be."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _no_folder(path.parent, error) from None
    try:
        if os.geteuid() == 0:  # root's doings do not shut the folder's owner out
            os.fchown(descriptor, path.parent.stat().st_uid, -1)
        yield descriptor
    finally:
        os.close(descriptor)


def taken(lock: int, seconds: float = 0) -> bool:
    """Take a lock; False if somebody else keeps it for so long."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        else:
            return True


def _no_folder(folder: Path, error: OSError) -> DatabaseProblem:
    return DatabaseProblem(
        Said(
            f"cannot use the data folder {folder}: {error.strerror}",
            f"无法使用数据目录 {folder}：{error.strerror}",
        ),
        Said(
            "Run as its owner, make room, or set JIFEN_DATA to another folder.",
            "请以其所有者的身份运行，或清理磁盘，或把 JIFEN_DATA 设为另一个目录。",
        ),
    )
