"""A place for backups: base backups, each whole, and the log from which moments between and behind them are restored.

place/
  20260301T101530Z/
    base/          what pg_basebackup wrote, with its manifest
    backup.json    of which server it is, and from which moment on it can be restored
  log/             segments of the server's log, where it is kept
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Final

import msgspec

from jifen.db.problem import DatabaseProblem
from jifen.wording import Said

LOG: Final = "log"
BASE: Final = "base"
DESCRIPTION: Final = "backup.json"
NAMED: Final = "%Y%m%dT%H%M%SZ"


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """Of one backup: the server's own identifier and major version, and when it was complete."""

    server: int
    version: str
    complete_at: dt.datetime


class Backup(msgspec.Struct, frozen=True):
    """One backup of a place."""

    folder: Path
    description: Description

    @property
    def base(self) -> Path:
        """The database as it was copied."""
        return self.folder / BASE


class _File(msgspec.Struct, frozen=True, rename={"path": "Path", "checksum": "Checksum"}):
    path: str
    checksum: str


class _Manifest(msgspec.Struct, frozen=True, rename={"files": "Files"}):
    files: list[_File]


def backups_in(place: Path) -> list[Backup]:
    """The backups of a place, oldest first; what was begun and not finished is none."""
    return [
        Backup(file.parent, msgspec.json.decode(file.read_bytes(), type=Description))
        for file in sorted(place.glob(f"*Z/{DESCRIPTION}"))
    ]


def latest_before(place: Path, moment: dt.datetime | None) -> Backup:
    """The last backup that was complete at a moment, or of all. Raises DatabaseProblem where there is none."""
    known = backups_in(place)
    if not known:
        raise DatabaseProblem(
            Said(f"there is no backup in {place}", f"{place} 中没有备份"),
            Said(
                "Name the folder that `jifen backup` was given.",
                "请写 `jifen backup` 用过的文件夹。",
            ),
        )
    usable = [one for one in known if moment is None or one.description.complete_at <= moment]
    if not usable:
        first = known[0].description.complete_at.isoformat()
        raise DatabaseProblem(
            Said(f"the oldest backup is of {first}", f"最早的备份完成于 {first}"),
            Said("No earlier moment can be restored.", "更早的时刻无法恢复。"),
        )
    return usable[-1]


def refuse_other_servers(place: Path, server: int) -> None:
    """Raises DatabaseProblem where a place is that of another server, or holds something else."""
    known = backups_in(place)
    if known and known[-1].description.server != server:
        raise DatabaseProblem(
            Said(f"{place} holds backups of another server", f"{place} 存放的是另一台数据库的备份"),
            Said("Name another folder.", "请换一个文件夹。"),
        )
    strange = [
        file.name
        for file in (place.iterdir() if place.exists() else ())
        if file.name != LOG and not _ours(file.name)
    ]
    if strange:
        raise DatabaseProblem(
            Said(
                f"{place} holds something else: {strange[0]}", f"{place} 里有别的东西：{strange[0]}"
            ),
            Said(
                "Name a folder that is empty or not there yet.", "请写一个空的或尚不存在的文件夹。"
            ),
        )


def check(base: Path) -> None:
    """Every file of a base backup is as it was written, by the manifest's digests. Raises DatabaseProblem."""
    manifest = base / "backup_manifest"
    for file in msgspec.json.decode(manifest.read_bytes(), type=_Manifest).files:
        try:
            with (base / file.path).open("rb") as content:
                whole = hashlib.file_digest(content, "sha256").hexdigest() == file.checksum
        except FileNotFoundError:
            whole = False
        if not whole:
            raise DatabaseProblem(
                Said(
                    f"the backup {base} is damaged: {file.path}", f"备份 {base} 已损坏：{file.path}"
                ),
                Said("Restore an older one.", "请用更早的一份来恢复。"),
            )


def _ours(name: str) -> bool:
    try:
        dt.datetime.strptime(name.removesuffix(".new"), NAMED)  # noqa: DTZ007
    except ValueError:
        return False
    return True
