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

import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from jifen.db.problem import DatabaseProblem
from jifen.db.server_programs import run_program
from jifen.wording import Said

MAJOR_VERSION = "18"
PORT = 5432  # only names the socket: the server does not listen to the network
PATIENCE_SECONDS = 60
UNREACHABLE_SECONDS = 3
RECOVERY_SECONDS = 600  # a killed server may have gigabytes of log to read before it is ready
LONGEST_SOCKET_PATH = 100  # bytes; the kernels allow 103 to 107

KEEP_NO_LOG = "true"
"""The archive command of a server whose log nobody keeps: it is thrown away in peace."""
_SETTINGS = (  # for a laptop or two cores; written once, the owner may change them in postgresql.conf
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "work_mem=32MB",
    "maintenance_work_mem=256MB",
    "max_wal_size=4GB",
    "checkpoint_timeout=15min",
    "archive_mode=on",  # so that keeping the log for a restore needs no restart
    f"archive_command={KEEP_NO_LOG}",
    "random_page_cost=1.1",
    "jit=off",
    "max_parallel_workers_per_gather=0",  # the other core is ours
    "timezone=UTC",
    "log_timezone=UTC",
)
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
_PAGES_KEPT_MEGABYTES = (128, 1024)  # at least, at most; of it only what is used is taken


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
    with lock_for_starting(data_folder), _open_lock(data_folder / "server.lock") as lock:
        if _take(lock):
            return False
        pid = int((database_folder(data_folder) / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
        if not _take(lock, PATIENCE_SECONDS):
            raise DatabaseProblem(
                Said(
                    f"the database server (process {pid}) does not stop",
                    f"数据库服务（进程 {pid}）没有停下",
                ),
                _see_log(data_folder),
            )
    return True


def _start(data_folder: Path) -> str:
    with lock_for_starting(data_folder), _open_lock(data_folder / "server.lock") as lock:
        url = running_server_url(data_folder) or _wait_for_other(data_folder, lock)
        if url:
            return url
        database = database_folder(data_folder)
        _check_version(database)
        if not database.exists():
            _make_cluster(data_folder, lock)
        (database / "postmaster.pid").unlink(missing_ok=True)
        socket_folder = _socket_folder(data_folder)
        for stale in socket_folder.glob(".s.PGSQL.*"):
            stale.unlink()
        _run_server(data_folder, socket_folder, lock)
    url = _until_ready(data_folder)
    if not url:
        raise DatabaseProblem(
            Said("the database server stopped at once", "数据库服务刚启动就停止了"),
            _see_log(data_folder),
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
    while not _take(lock):
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
                _see_log(data_folder),
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


def _memory_settings() -> tuple[str, str]:
    """What the server may keep in memory, by what there is: a bank whose pages no longer fit earns slower."""
    megabytes = _memory_bytes() >> 20
    least, most = _PAGES_KEPT_MEGABYTES
    kept = min(max(megabytes // 8, least), most)
    return f"shared_buffers={kept}MB", f"effective_cache_size={megabytes // 2}MB"


def _memory_bytes() -> int:
    """What the machine has, or its container where that has less."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        container = _CONTAINER_LIMIT.read_text().strip()
    except OSError:
        return machine
    return min(machine, int(container)) if container.isdigit() else machine


def _make_cluster(data_folder: Path, lock: int) -> None:
    """Make it beside its place and move it there, so that a database is whole or absent.

    initdb holds the server's lock as well: if we are killed, the next one waits for it to end.
    """
    unfinished = data_folder / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    settings = [*_SETTINGS, *_memory_settings()]
    options = [option for setting in settings for option in ("--set", setting)]
    result = run_program(
        data_folder,
        "initdb",
        f"--pgdata={unfinished.name}",
        "--username=jifen",
        "--auth=trust",  # who may open the socket is the folder's affair
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        *options,
        inherited=lock,
    )
    if result.returncode:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise cannot(Said("cannot make the database", "无法建立数据库"), result.stderr)
    unfinished.rename(database_folder(data_folder))


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


def cannot(what: Said, said: str) -> DatabaseProblem:
    """The problem that a program's last words tell of."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:"))]
    if "No space left on device" in said:
        return DatabaseProblem(
            Said(f"{what.en}: the disk is full", f"{what.zh}：磁盘已满"),
            Said("Make room and try again.", "请清理磁盘后重试。"),
        )
    words = (telling or lines or ["?"])[-1]
    message = Said(f"{what.en}: {words}", f"{what.zh}：{words}")
    if "Permission denied" in said:
        hint = Said(
            "Run as the owner of the data folder, or set JIFEN_DATA.",
            "请以数据目录所有者的身份运行，或另设 JIFEN_DATA。",
        )
        return DatabaseProblem(message, hint)
    hint = Said("The whole story is in postgres.log.", "详情见 postgres.log。")
    return DatabaseProblem(message, hint)


def _check_version(database: Path) -> None:
    if not database.exists():
        return
    try:
        version = (database / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise DatabaseProblem(
            Said(f"{database} is not a database", f"{database} 不是数据库"),
            Said("Set JIFEN_DATA to another folder.", "请把 JIFEN_DATA 设为另一个目录。"),
        ) from None
    if version != MAJOR_VERSION:
        raise DatabaseProblem(
            Said(
                f"the data folder was made by PostgreSQL {version}, this jifen runs {MAJOR_VERSION}",
                f"数据目录由 PostgreSQL {version} 建立，而当前的 jifen 使用 {MAJOR_VERSION}",
            ),
            Said(
                f"Move it over with pg_upgrade or pg_dump, or serve it with PostgreSQL {version} "
                "itself if that is 17 or later and set JIFEN_DATABASE_URL.",
                f"请用 pg_upgrade 或 pg_dump 迁移；如果是 17 或更高版本，也可直接用 "
                f"PostgreSQL {version} 提供服务，并设置 JIFEN_DATABASE_URL。",
            ),
        )


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


def database_folder(data_folder: Path) -> Path:
    """Where the database of a data folder lies; need not exist yet."""
    return data_folder / "postgres"


def _see_log(data_folder: Path) -> Said:
    log = data_folder / "postgres.log"
    return Said(f"See {log}.", f"请查看 {log}。")


@contextmanager
def lock_for_starting(data_folder: Path) -> Iterator[None]:
    """Nobody else starts, stops or makes the folder's server meanwhile; the folder is made if need be."""
    try:
        data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(data_folder, error) from None
    with _open_lock(data_folder / "start.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _open_lock(path: Path) -> Iterator[int]:
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


def _take(lock: int, seconds: float = 0) -> bool:
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
