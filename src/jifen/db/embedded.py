"""A PostgreSQL server of our own for each data folder, shared by every process that uses the folder.

    data/
      postgres/        the database
      postgres.log     what the server said
      socket/          the Unix socket; in the system's temporary folder if this path will not do for one
      start.lock       held while a process starts or stops the server
      server.lock      held by the server itself: it inherits the locked file, so the kernel lets go of it
                       exactly when the last of the server's processes is gone, however they went

Attaching reads `postmaster.pid` and knocks at the socket. Starting cleans up after a killed server: with
server.lock in hand, whatever pid and socket files say is stale. The server goes on when we leave.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import signal
import socket
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from jifen.db.data_folders import database_folder, lock_for_starting, open_lock, see_log, taken
from jifen.db.new_databases import check_version, make_database
from jifen.db.problem import DatabaseProblem
from jifen.db.server_programs import cannot, run_program
from jifen.wording import Said

PORT = 5432  # only names the socket: the server does not listen to the network
PATIENCE_SECONDS = 60
UNREACHABLE_SECONDS = 3
RECOVERY_SECONDS = 600  # a killed server may have gigabytes of log to read before it is ready
LONGEST_SOCKET_PATH = 100  # bytes; the kernels allow 103 to 107


def server_url(data_folder: Path) -> str:
    """The address of the folder's server, which is started if need be and made if there is none.

    Raises DatabaseProblem.
    """
    return running_server_url(data_folder) or _start(data_folder)


def running_server_url(data_folder: Path) -> str | None:
    """The address of the folder's server if it runs and is ready, else None."""
    try:
        lines = (database_folder(data_folder) / "postmaster.pid").read_text().splitlines()
        port, socket_folder, status = lines[3], lines[4], lines[7].strip()
    except (OSError, IndexError):  # not there, being written, or not ours to read
        return None
    if status != "ready" or not _answers(f"{socket_folder}/.s.PGSQL.{port}"):
        return None
    return f"postgresql://jifen@/postgres?host={quote(socket_folder, safe='')}&port={port}"


def stop(data_folder: Path) -> bool:
    """Stop the folder's server, letting no transaction finish; False if none was running.

    Raises DatabaseProblem if it does not go.
    """
    if not database_folder(data_folder).exists():
        return False
    with lock_for_starting(data_folder), open_lock(data_folder / "server.lock") as lock:
        if taken(lock):
            return False
        pid = int((database_folder(data_folder) / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
        if not taken(lock, PATIENCE_SECONDS):
            raise DatabaseProblem(
                Said(
                    f"the database server (process {pid}) does not stop",
                    f"数据库服务（进程 {pid}）没有停下",
                ),
                see_log(data_folder),
            )
    return True


def _start(data_folder: Path) -> str:
    with lock_for_starting(data_folder), open_lock(data_folder / "server.lock") as lock:
        url = running_server_url(data_folder) or _wait_for_other(data_folder, lock)
        if url:
            return url
        database = database_folder(data_folder)
        check_version(database)
        if not database.exists():
            make_database(data_folder, lock)
        (database / "postmaster.pid").unlink(missing_ok=True)
        socket_folder = _socket_folder(data_folder)
        for stale in socket_folder.glob(".s.PGSQL.*"):
            stale.unlink()
        _run_server(data_folder, socket_folder, lock)
    url = _until_ready(data_folder)
    if not url:
        raise DatabaseProblem(
            Said("the database server stopped at once", "数据库服务刚启动就停止了"),
            see_log(data_folder),
        )
    return url


def _until_ready(data_folder: Path) -> str | None:
    """The address of a server that was started, once it is ready, behind all of a kept log; None: it is gone."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not (url := running_server_url(data_folder)):
        try:
            os.kill(
                int((database_folder(data_folder) / "postmaster.pid").read_text().split()[0]), 0
            )
        except (FileNotFoundError, ProcessLookupError):
            return None
        if time.monotonic() > deadline:
            return None
        time.sleep(0.02)
    return url


def _wait_for_other(data_folder: Path, lock: int) -> str | None:
    """Take the server's lock, or wait for the server that has it to become ready (its address) or to go."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not taken(lock):
        if url := running_server_url(data_folder):
            return url
        if time.monotonic() > deadline - RECOVERY_SECONDS + UNREACHABLE_SECONDS:
            _check_reachable(data_folder)
        if time.monotonic() > deadline:
            raise DatabaseProblem(
                Said(
                    "the database server runs but does not become ready",
                    "数据库服务已启动，但一直没有就绪",
                ),
                see_log(data_folder),
            )
        time.sleep(0.02)
    return None


def _check_reachable(data_folder: Path) -> None:
    """A server that says it is ready and has lost its socket will never answer."""
    try:
        lines = (database_folder(data_folder) / "postmaster.pid").read_text().splitlines()
    except OSError:
        return
    if len(lines) > 7 and lines[7].strip() == "ready":
        raise DatabaseProblem(
            Said(
                f"the database server (process {lines[0]}) runs but its socket in {lines[4]} is gone",
                f"数据库服务（进程 {lines[0]}）在运行，但 {lines[4]} 中的套接字不见了",
            ),
            Said(
                f"Stop it with `kill -INT {lines[0]}` and try again; nothing is lost.",
                f"请用 `kill -INT {lines[0]}` 停止它，然后重试；数据不会丢失。",
            ),
        )


def _run_server(data_folder: Path, socket_folder: Path, lock: int) -> None:
    log = data_folder / "postgres.log"
    said_before = log.stat().st_size if log.exists() else 0
    result = run_program(
        data_folder,
        "pg_ctl",
        "start",
        "--wait",
        f"--timeout={RECOVERY_SECONDS}",
        "--pgdata=postgres",
        f"--log={log.name}",
        f"--options=-p {PORT} -k {shlex.quote(str(socket_folder))}",
        inherited=lock,
    )
    if result.returncode:
        with log.open("rb") if log.exists() else tempfile.TemporaryFile() as said:
            said.seek(said_before)
            what = Said("cannot start the database server", "无法启动数据库服务")
            raise cannot(what, said.read().decode() or result.stderr)


def _socket_folder(data_folder: Path) -> Path:
    folder = data_folder / "socket"
    path = os.fsencode(folder / f".s.PGSQL.{PORT}")
    if len(path) > LONGEST_SOCKET_PATH or set(path) & set(b',"'):
        database = database_folder(data_folder)
        mark = hashlib.sha256(f"{database} {database.stat().st_ino}".encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"jifen-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = data_folder.stat().st_uid
    if os.geteuid() == 0:
        os.chown(folder, owner, -1)
    if folder.stat().st_uid != owner or folder.stat().st_mode & 0o077:
        raise DatabaseProblem(
            Said(
                f"the folder for the database socket, {folder}, is open to others",
                f"数据库套接字所在的目录 {folder} 对他人开放",
            ),
            Said("Remove it and try again.", "请删除它后重试。"),
        )
    return folder


def _answers(socket_path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as knock:
        try:
            knock.connect(socket_path)
        except OSError:
            return False
    return True
