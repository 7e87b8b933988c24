"""`jifen job list|show|cancel`: imports and exports that workers do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from jifen.worker.jobs import Job

MOST_SHOWN = 20

_COUNTS = {
    "rows": ("rows", "行"),
    "rows_read": ("rows", "行"),
    "events": ("events", "事件"),
    "returns": ("returns", "退货"),
    "openings": ("openings", "期初余额"),
    "replayed": ("known before", "早已导入"),
    "added": ("codes put in", "放入的券码"),
    "known": ("known before", "早已登记"),
    "shipped": ("orders shipped", "登记发货的订单"),
    "unsent": ("not sent yet", "尚未寄出"),
    "made": ("codes made", "生成的券码"),
    "handed_back": ("rows handed back", "退回的行"),
    "ambiguous_times": ("local times that came twice", "重复的当地时间"),
    "missing_times": ("local times that never came", "不存在的当地时间"),
}
"""Of what a job counts, what people want to know; what the bank refused is among what is handed back."""


@click.group(
    "job",
    cls=SpokenGroup,
    help=say("Imports and exports that workers do.", "由后台进程完成的导入与导出。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Jobs of one programme."""


@command.command("list", help=say("The latest jobs, newest first.", "最近的任务，由新到旧。"))
@programme_option
@json_option
@common
def list_jobs(slug: str | None, as_json: bool) -> None:
    import msgspec

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table
    from jifen.worker.jobs import Jobs

    with opened(slug) as (connection, programme):
        found = Jobs(connection, programme).latest(MOST_SHOWN)
        zone = programme.zone
    if as_json:
        output.as_json([msgspec.to_builtins(one, enc_hook=_said) for one in found])
        return
    columns = (
        Column(say("job", "任务")),
        Column(say("kind", "种类")),
        Column(say("state", "状态")),
        Column(say("done", "进度"), "right"),
        Column(say("asked by", "提交者")),
        Column(say("asked", "提交于")),
    )
    rows = [
        (one.id, _kind(one), _state(one), f"{one.share:.0%}", one.actor, output.time_text(one.created_at, zone))
        for one in found
    ]  # fmt: skip
    output.lines(table(columns, rows))


@command.command(
    "show", help=say("How far a job is, and what came of it.", "一项任务的进度与结果。")
)
@click.argument("id")
@click.option(
    "--save",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="FOLDER",
    help=say("Write the files that it made here.", "把它产生的文件存到这里。"),
)
@programme_option
@json_option
@common
def show(id: str, folder: Path | None, slug: str | None, as_json: bool) -> None:
    import msgspec

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.worker.jobs import Jobs

    with opened(slug) as (connection, programme), _known(id):
        jobs = Jobs(connection, programme)
        job = jobs.get(id)
        for one in job.files if folder else ():
            assert folder is not None
            with (folder / one.name).open("wb") as file:
                file.writelines(jobs.parts(id, one.name))
        zone = programme.zone
    if as_json:
        output.as_json(msgspec.to_builtins(job, enc_hook=_said))
    else:
        output.lines(_told(job, zone))


@command.command(
    "cancel",
    help=say(
        "Do no more of a job; what it has done stays done.", "取消一项任务；已经完成的部分保留。"
    ),
)
@click.argument("id")
@programme_option
@common
def cancel(id: str, slug: str | None) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.intake.clock import real_now
    from jifen.worker.jobs import Jobs

    with opened(slug) as (connection, programme), _known(id):
        job = Jobs(connection, programme).cancel(id, now=real_now())
    output.lines(_told(job, programme.zone))


@contextmanager
def _known(id: str) -> Iterator[None]:
    """Raises CommandProblem where there is no such job."""
    from jifen.cli.problems import CommandProblem
    from jifen.worker.jobs import UnknownJob

    try:
        yield
    except UnknownJob:
        raise CommandProblem(say(f"there is no job '{id}'", f"没有任务“{id}”")) from None


def _told(job: Job, zone: ZoneInfo) -> list[str]:
    from jifen.cli import output
    from jifen.cli.language import told
    from jifen.cli.tables import pairs

    rows = [
        (say("job", "任务"), f"{job.id}  {_kind(job)}  {_state(job)}  {job.share:.0%}"),
        (say("asked", "提交"), f"{output.time_text(job.created_at, zone)}  {job.actor}"),
    ]
    if job.ended_at is not None:
        rows.append((say("ended", "结束"), output.time_text(job.ended_at, zone)))
    rows += _counted(job.counts)
    rows += [(say("file", "文件"), f"{one.name}  {one.bytes:,} B") for one in job.files]
    lines = pairs(rows)
    return lines if job.failure is None else [*lines, *told(job.failure).splitlines()]


def _counted(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What there is to count, in words; by its reason where there is one."""
    from jifen.intake.files.importing import reason_words

    rows = [
        (say(*words), f"{counts[name]:,}") for name, words in _COUNTS.items() if counts.get(name)
    ]
    rows += [
        (say("skipped", "略过"), f"{count:,} × {reason}")
        for reason, count in counts.get("skipped", {}).items()
    ]
    for code, count in counts.get("rejected", {}).items():
        words = reason_words(code)
        said = say(f" ({words.en.rstrip('.')})", f"（{words.zh.rstrip('。')}）")
        rows.append((say("handed back", "退回"), f"{count:,} × {code}{said}"))
    if seconds := counts.get("seconds"):
        rows.append((say("took", "用时"), say(f"{seconds:.1f} s", f"{seconds:.1f} 秒")))
    return rows


def _kind(job: Job) -> str:
    return {
        "import": say("import", "导入"),
        "export": say("export", "导出"),
        "codes": say("codes", "券码"),
        "shipments": say("shipments", "发货登记"),
    }[job.kind]


def _state(job: Job) -> str:
    return {
        "expects_data": say("expects its file", "等待上传"),
        "waiting": say("waiting", "等待执行"),
        "working": say("at work", "执行中"),
        "done": say("done", "已完成"),
        "failed": say("failed", "失败"),
        "cancelled": say("cancelled", "已取消"),
    }[job.state]


def _said(value: object) -> object:
    from jifen.wording import Said

    assert isinstance(value, Said)
    return value.for_machines()
