"""`jifen doctor`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import click

from jifen.cli.language import listed, say, told
from jifen.cli.options import common, json_option
from jifen.wording import Said, verbatim

_TITLES = {
    "python": verbatim("Python"),
    "zones": Said("time zones", "时区"),
    "bulk": Said("bulk work", "批量处理"),
    "room": Said("room on disk", "磁盘空间"),
    "database": Said("database", "数据库"),
}


class Finding(NamedTuple):
    """One thing looked at. `hint` only where it is not well."""

    name: str  # for machines
    well: bool
    said: str
    hint: str | None = None


@click.command("doctor", help=say("Say what works and what does not.", "检查安装是否正常。"))
@json_option
@common
def command(as_json: bool) -> None:
    from jifen.cli import output

    findings = list(_findings())
    if as_json:
        output.as_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            title = verbatim(finding.said).of(told(_TITLES[finding.name]))
            click.echo(f"{'✓' if finding.well else '✗'} {told(title)}")
            if finding.hint:
                click.echo(f"  {finding.hint}")
    if not all(finding.well for finding in findings):
        raise click.exceptions.Exit(1)


def _findings() -> Iterator[Finding]:
    for look in (_python, _zones, _bulk, _room, _database):
        yield _looked(look)


def _looked(look: Callable[[], Finding]) -> Finding:
    from jifen.cli.problems import explain

    try:
        return look()
    except Exception as error:
        said, hint = explain(error) or (f"{type(error).__name__}: {error}", None)
        return Finding(look.__name__.strip("_"), False, said, hint)


def _python() -> Finding:
    from importlib.metadata import version

    return Finding("python", True, f"{sys.version.split()[0]}, jifen {version('jifen')}")


def _zones() -> Finding:
    from importlib.metadata import version
    from zoneinfo import ZoneInfo

    ZoneInfo("Asia/Shanghai")
    return Finding("zones", True, f"tzdata {version('tzdata')}")


def _bulk() -> Finding:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return Finding("bulk", True, f"numba {version('numba')}")
    except PackageNotFoundError:
        return Finding(
            "bulk",
            True,
            say(
                "without Numba: everything works, bulk work more slowly (`pip install jifen[bulk]`)",
                "未安装 Numba：功能齐全，批量处理较慢（`pip install jifen[bulk]`）",
            ),
        )


def _room() -> Finding:
    import shutil

    from jifen.settings import data_folder

    folder = data_folder()
    standing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(standing).free
    said = say(f"{folder}, {free / 2**30:,.1f} GiB free", f"{folder}，剩余 {free / 2**30:,.1f} GiB")
    if free < 2**30:
        return Finding("room", False, said, say("Make room on this disk.", "请清理磁盘空间。"))
    return Finding("room", True, said)


def _database() -> Finding:
    from jifen.cli.database import database, slugs

    with database() as connection:
        row = connection.execute("SHOW server_version").fetchone()
        names = listed(slugs(connection)) or say("no programme yet", "尚无计划")
    version = row[0] if row else "?"
    return Finding("database", True, told(verbatim(names).of(f"PostgreSQL {version}")))
