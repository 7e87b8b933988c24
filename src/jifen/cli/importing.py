"""`jifen import`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jifen.cli import language
from jifen.cli.language import counted, say
from jifen.cli.options import common, json_option, programme_option
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    from jifen.cli.output import Progress
    from jifen.intake.files.counts import ImportReport


DATA_ENDINGS = (".csv", ".parquet", ".pq", ".xlsx")


@click.command(
    "import",
    help=say(
        "Import files of history. MAPPING says what their columns mean, and may name its file itself."
        " Running it again is safe.",
        "导入历史文件。MAPPING 说明各列的含义，也可自带文件名。重复运行是安全的。",
    ),
)
@click.argument("mapping_path", metavar="MAPPING", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, file_okay=False),
    help=say(
        "Folder for rows handed back; beside the file unless said.",
        "退回行所存的文件夹；默认与原文件同处。",
    ),
)
@click.option(
    "--again", is_flag=True, help=say("Read finished files once more.", "已导入的文件也重新读取。")
)
@programme_option
@json_option
@common
def command(
    mapping_path: Path,
    files: tuple[Path, ...],
    rejects: Path | None,
    again: bool,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.files.importing import import_file
    from jifen.intake.files.loading import load_mapping
    from jifen.intake.versions.opening import now_of

    if mapping_path.suffix.lower() in DATA_ENDINGS:
        raise CommandProblem(
            say(f"{mapping_path} is data, not a mapping", f"{mapping_path} 是数据，不是映射"),
            say("The mapping comes first: ", "映射写在前面：")
            + say("jifen import MAPPING FILE...", "jifen import 映射 文件..."),
        )
    mapping = load_mapping(mapping_path)
    if not files and mapping.file is None:
        raise CommandProblem(
            say("which file? the mapping names none", "请指明文件：映射中没有写文件名"),
            say("jifen import MAPPING FILE...", "jifen import 映射 文件..."),
        )
    reports = {}
    with opened(slug) as (connection, programme):
        for file in files or (mapping.file,):
            assert file is not None
            bar = output.Progress(file.name)
            handed_back = _rejects_path(file, rejects, given=bool(files))
            try:
                reports[str(file)] = import_file(
                    connection,
                    programme,
                    mapping,
                    file,
                    now=now_of(programme),
                    actor=COMMAND_LINE,
                    rejects_path=handed_back,
                    progress=partial(tell, bar),
                    told=language.told,
                    again=again,
                )
            finally:
                bar.done()
            if not as_json:
                output.lines(told(file, reports[str(file)]))
    if as_json:
        output.as_json({name: _for_machines(report) for name, report in reports.items()})
    if any(report.rejects_path for report in reports.values()):
        raise click.exceptions.Exit(1)


def _rejects_path(file: Path, folder: Path | None, *, given: bool) -> Path:
    """Rows handed back lie beside a file that was given; else, as where it lies is not ours, here."""
    return (folder or (file.parent if given else Path())) / f"{file.stem}.rejects.csv"


def tell(bar: Progress, share: float, report: ImportReport) -> None:
    """Draw how far an import is."""
    bar.tell(share, told_briefly(report))


def told_briefly(report: ImportReport) -> str:
    """How far an import is, beside its bar."""
    done = report.events + report.returns + report.openings + report.replayed + report.posting
    pace = f"{done / report.seconds:,.0f}/s" if report.seconds else ""
    return say(f"{done:,} events", f"{done:,} 条") + f"  {pace}"


def told(file: Path, report: ImportReport) -> list[str]:
    """What became of a file, for people."""
    from jifen.intake.files.importing import reason_words

    if report.already_imported:
        return [
            say(
                f"{file}: already imported (--again reads it once more)",
                f"{file}：早已导入（--again 可重读）",
            )
        ]
    lines = [
        say(
            f"{file}: {counted(report.events, 'event')} and {counted(report.returns, 'return')}"
            f" from {counted(report.rows_read, 'row')} in {report.seconds:.1f} s",
            f"{file}：{report.rows_read:,} 行中导入 {report.events:,} 个事件、{report.returns:,} 笔退货，"
            f"用时 {report.seconds:.1f} 秒",
        )
    ]
    if report.openings:
        lines.append(
            say(f"  openings: {report.openings:,}", f"  期初余额：{report.openings:,} 位会员")
        )
    if report.replayed:
        lines.append(
            say(f"  known before: {report.replayed:,}", f"  早已导入：{report.replayed:,}")
        )
    # What the bank refused is among what is handed back: told once.
    for reason, count in report.skipped.most_common():
        lines.append(say("  skipped: ", "  略过：") + f"{count:,} × {reason}")
    for code, count in report.rejected.most_common():
        words = reason_words(code)
        lines.append(
            say(
                f"  handed back: {count:,} × {code} ({words.en.rstrip('.')})",
                f"  退回：{count:,} × {code}（{words.zh.rstrip('。')}）",
            )
        )
        if code == "unknown_member":
            lines.append(
                say(
                    "  `enrol: true` in the mapping lets members join with their first event.",
                    "  映射里写 `enrol: true`，会员便随第一笔事件入会。",
                )
            )
    if report.ambiguous_times or report.missing_times:
        lines.append(
            say(
                f"  local times that came twice: {report.ambiguous_times:,}, that never came: {report.missing_times:,}",
                f"  重复的当地时间：{report.ambiguous_times:,}，不存在的当地时间：{report.missing_times:,}",
            )
        )
    if report.rejects_path:
        lines.append(
            say(
                f"  rows handed back, with reasons: {report.rejects_path}",
                f"  退回的行及原因：{report.rejects_path}",
            )
        )
    return lines


def _for_machines(report: ImportReport) -> dict[str, Any]:
    from jifen.intake.files.counts import counts_of

    rejects = None if report.rejects_path is None else str(report.rejects_path)
    return counts_of(report) | {"rejects": rejects}
