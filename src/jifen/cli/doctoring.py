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
    "cluster": Said("cluster", "集群"),
    "proof": Said("proof", "证明"),
    "stream": Said("stream", "消息流"),
    "secrets": Said("secrets", "密钥"),
}


_SECONDS_TO_WRITE = 60


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
    for look in (_python, _zones, _bulk, _room):
        if found := _looked(look):
            yield found
    there = _looked(_database)
    if there is not None:
        yield there
    if there is None or there.well:  # else all of them say what that said
        yield from filter(None, map(_looked, (_proof, _stream, _secrets, _cluster)))


def _looked(look: Callable[[], Finding | None]) -> Finding | None:
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


def _cluster() -> Finding | None:
    """Nothing where the bank is on one server, or cannot be looked at, which was said before."""
    from jifen.cli.database import database
    from jifen.cli.problems import CommandProblem
    from jifen.db.problem import DatabaseProblem
    from jifen.db.spreading import layout

    try:
        with database() as connection:
            found = layout(connection)
    except (CommandProblem, DatabaseProblem):
        return None
    if found is None:
        return None
    said = say(
        f"Citus {found.version}: {len(found.spread)} tables over {found.nodes} nodes in {found.shards} parts, "
        f"{len(found.copied)} on every node, {len(found.kept)} on the coordinator",
        f"Citus {found.version}：{len(found.spread)} 张表分成 {found.shards} 份，分布在 {found.nodes} 个节点上；"
        f"{len(found.copied)} 张表每个节点一份，{len(found.kept)} 张在协调节点上",
    )
    if found.lacking:
        return Finding(
            "cluster",
            False,
            said,
            say(
                f"Not spread yet: {listed(found.lacking)}. Run `jifen init --citus`.",
                f"还没有分布的表：{listed(found.lacking)}。请运行 `jifen init --citus`。",
            ),
        )
    return Finding("cluster", True, said)


def _proof() -> Finding:
    from jifen.cli.database import database
    from jifen.intake.clock import real_now
    from jifen.operations.standing import standing

    with database() as connection:
        proofs = [(one.slug, one.proved) for one in standing(connection, real_now()) if one.proved]
    red = listed(
        [f"{slug} ({proved.differences:,})" for slug, proved in proofs if proved.differences]
    )
    if red:
        return Finding(
            "proof",
            False,
            say(f"the last one found differences: {red}", f"最近一次查出不符：{red}"),
            say(
                "`jifen prove --json` names them; docs/guides/operations.md says what to do when the proof is red.",
                "`jifen prove --json` 逐条列出；该怎么办，见 docs/guides/operations.zh-CN.md 的“证明发现不符”。",
            ),
        )
    agreed = listed([slug for slug, _ in proofs])
    return Finding(
        "proof",
        True,
        say(f"agreed: {agreed}", f"相符：{agreed}")
        if agreed
        else say("not yet proved", "尚未证明过"),
    )


def _stream() -> Finding:
    from jifen.cli.database import database
    from jifen.operations.standing import oldest_write

    with database() as connection:
        write = oldest_write(connection)
    if write is None or write.seconds < _SECONDS_TO_WRITE:
        return Finding("stream", True, say("nothing holds it up", "没有受阻"))
    seconds = round(write.seconds)
    who = f"{write.pid} ({write.application or '?'}, {write.database or '?'}, {write.state or '?'})"
    return Finding(
        "stream",
        False,
        say(
            f"process {who} of the database server has been writing for {seconds:,} seconds: messages wait for it",
            f"数据库进程 {who} 的写事务已持续 {seconds:,} 秒，消息都在等它结束",
        ),
        say(
            f"Let it finish, or end it: `SELECT pg_terminate_backend({write.pid})`.",
            f"请等它结束，或终止它：`SELECT pg_terminate_backend({write.pid})`。",
        ),
    )


def _secrets() -> Finding:
    from jifen.cli.database import database
    from jifen.operations.sealed import check_all_open, seals
    from jifen.settings import sealing_keys

    with database() as connection:
        check_all_open(connection)
        found = seals(connection)
    left = found.secrets - found.current
    if not left:
        kept = say("sealed", "均已加密") if sealing_keys() else say("not sealed", "未加密")
        return Finding("secrets", True, f"{found.secrets}, {kept}")
    said = say(
        f"{left} of {found.secrets} not kept as the settings say",
        f"{found.secrets} 个中有 {left} 个与设置不符",
    )
    return Finding("secrets", False, said, say("Run `jifen seal`.", "请运行 `jifen seal`。"))
