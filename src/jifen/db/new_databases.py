"""Making the database of a data folder, with settings that fit the machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from jifen.db.data_folders import database_folder
from jifen.db.problem import DatabaseProblem
from jifen.db.server_programs import cannot, run_program
from jifen.wording import Said

MAJOR_VERSION = "18"
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
    "autovacuum_naptime=10s",  # until it has looked at a new table, it plans for an empty one
    "random_page_cost=1.1",
    "jit=off",
    "max_parallel_workers_per_gather=0",  # the other core is ours
    "timezone=UTC",
    "log_timezone=UTC",
)
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
_PAGES_KEPT_MEGABYTES = (128, 1024)  # at least, at most; of it only what is used is taken


def memory_settings() -> tuple[str, str]:
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


def make_database(data_folder: Path, lock: int) -> None:
    """Make it beside its place and move it there, so that a database is whole or absent.

    initdb holds the server's lock as well: if we are killed, the next one waits for it to end.
    """
    unfinished = data_folder / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    settings = [*_SETTINGS, *memory_settings()]
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


def check_version(database: Path) -> None:
    """Raises DatabaseProblem for a database that another major version has made, and for what is no database."""
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
