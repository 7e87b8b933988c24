"""A file of history, from rows to answers: read ahead, post in batches, hand back what was not taken.

Every event has its own key, so running a file again, after an interruption or with corrected rows, is safe;
the position reached is kept, so that it is also quick.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import errors

from jifen.db.statements import statements
from jifen.intake.asking.commands import BlindReturn, Event, Return, returned_event
from jifen.intake.asking.member_commands import Opening, SetFact
from jifen.intake.details import refusal_as_said
from jifen.intake.files.counts import ImportReport
from jifen.intake.files.mapping import Mapping, OpeningMapping
from jifen.intake.files.openings import Openings, open_openings
from jifen.intake.files.posting import Posted, Posting, Terms
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.reading import Chunk, History, open_history
from jifen.intake.files.rejects import REASONS, Reject, RejectsFile
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal
from jifen.wording import Said

SQL = statements(Path(__file__).with_suffix(".sql"))
COMMANDS_PER_BATCH = 2_000


class Enough(Exception):
    """Raised by whoever is told of the progress: no more of the file is to be taken."""


class Early(NamedTuple):
    """What brings back something that the bank did not know when it was asked, and the rows that say so."""

    asked: Event | Return
    rows: list[Reject]


Progress = Callable[[float, ImportReport], None]
"""Told at first and after every batch: the share of the file done (0 to 1), and the report so far."""


def import_file(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    mapping: Mapping | OpeningMapping,
    path: Path,
    *,
    now: int,
    actor: str,
    rejects_path: Path,
    progress: Progress = lambda share, report: None,
    told: Callable[[Said], str] = str,
    again: bool = False,
    whole: bool = False,
) -> ImportReport:
    """Import one file. Raises FileProblem for a file that cannot be used; nothing is half done then. Where `progress`
    raises Enough, it is told once more, of what was posted meanwhile.

    `told` chooses the language in which rows handed back are explained. `again` reads a file from its
    beginning that was already imported, `whole` one that was read in part: what was handed back then lies elsewhere.
    """
    if not rejects_path.parent.is_dir():
        hint = Said(
            "make it, or name another folder for the rows handed back",
            "请先建立它，或另选存放退回行的文件夹",
        )
        folder = rejects_path.parent
        raise FileProblem(Said(f"there is no folder {folder}", f"没有文件夹 {folder}"), hint)
    history = _opened(path, mapping, programme)
    fingerprint = _fingerprint(mapping, path)
    place = {"programme_id": programme.programme_id, "fingerprint": fingerprint}
    terms = Terms(now, actor, mapping.enrol, COMMANDS_PER_BATCH)
    started = time.monotonic()
    with _alone(connection, path, programme.programme_id.bytes + fingerprint):
        values = place | {"file_name": path.name, "now": now, "again": again, "whole": whole}
        position, finished = connection.execute(SQL["start_import"], values).fetchone() or (
            0,
            False,
        )
        report = ImportReport(already_imported=finished)
        if finished:
            return report
        rejects = history.rejects_file(rejects_path, told=told, resumed=position > 0)
        early: list[Early] = []
        with collecting_no_garbage(), Posting(connection, programme, terms) as posting:
            tell = partial(_tell, progress, report, started)
            tell(0.0)
            chunks = history.chunks(position)
            for chunk in _posted_chunks(chunks, posting, report, rejects, early, tell):
                values = place | {"position": chunk.position, "finished": False}
                connection.execute(SQL["note_position"], values)
            _ask_again(early, posting, report, rejects)
        done = position > 0 or not report.all_handed_back  # else it is read again as it is
        connection.execute(SQL["note_position"], place | {"position": 0, "finished": done})
    report.rejects_path = rejects_path if rejects.begun else None
    report.seconds = time.monotonic() - started
    progress(1.0, report)
    return report


def _tell(progress: Progress, report: ImportReport, started: float, share: float) -> None:
    report.seconds = time.monotonic() - started
    progress(share, report)


@contextmanager
def _alone(connection: psycopg.Connection[Any], path: Path, identity: bytes) -> Iterator[None]:
    """Keep others from importing the same file into the same programme: each row is handed back once.

    Raises FileProblem where another process does so. The lock ends with the connection at the latest.
    """
    lock = {"lock": int.from_bytes(hashlib.sha256(identity).digest()[:8], signed=True)}
    try:
        with connection.transaction():
            connection.execute(SQL["patience"])
            connection.execute(SQL["lock_import"], lock)
    except errors.LockNotAvailable:
        raise FileProblem(
            Said(
                f"{path.name} is being imported by another process",
                f"另一个进程正在导入 {path.name}",
            ),
            Said("wait until it is done", "请等它完成"),
        ) from None
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute(SQL["unlock_import"], lock)


def _posted_chunks(
    chunks: Iterator[Chunk],
    posting: Posting,
    report: ImportReport,
    rejects: RejectsFile,
    early: list[Early],
    tell: Callable[[float], None],
) -> Iterator[Chunk]:
    """The chunks, each when it is posted and counted; the next is read, and then begun, meanwhile. `tell` hears after
    every batch what share of the file is done."""
    before = 0.0

    def told(count: int) -> None:
        assert at_work is not None
        report.posting += count
        done = min(1.0, report.posting / len(at_work.commands))
        tell(before + (at_work.progress - before) * done)

    at_work = next(chunks, None)
    if at_work is not None:
        posting.begin(at_work.commands, at_work.progress)
    try:
        while (chunk := at_work) is not None:
            following = next(chunks, None)
            posted = posting.end(told)
            before, report.posting, at_work = chunk.progress, 0, following
            if following is not None:
                posting.begin(following.commands, following.progress)
            rejects.write(_counted(chunk, posted, report, early))
            yield chunk
            tell(before)
    except Enough:
        if at_work is not None:
            rejects.write(_counted(at_work, posting.stop(), report, early))
        tell(before)
        raise


def _counted(
    chunk: Chunk, posted: Posted, report: ImportReport, early: list[Early]
) -> list[Reject]:
    """Count what became of a chunk; the rows that are handed back."""
    refused: list[Reject] = []
    facts: dict[tuple[int, str], Reject] = {}  # whose rows are handed back with their events
    for number, code, detail in posted.refused:
        report.refused[code] += 1
        rows = chunk.refuse(number, code, refusal_as_said(code, detail))
        command = chunk.commands[number]
        if (
            code == Refusal.UNKNOWN_EVENT.code
            and isinstance(command, Event | Return)
            and returned_event(command)
        ):
            early.append(Early(command, rows))
        if isinstance(command, SetFact):
            facts |= {(reject.line, reject.reason): reject for reject in rows}
        else:
            refused += rows
    for number, said in posted.failed:
        refused += chunk.refuse(number, "failed", _failed(said))
    back = {(reject.line, reject.reason) for reject in refused}
    refused += [reject for place, reject in facts.items() if place not in back]
    others = {number for number, *_ in (*posted.refused, *posted.failed)}
    others |= {*posted.replayed, *posted.left}
    for number, command in enumerate(chunk.commands):
        if number not in others:
            returned = isinstance(command, Return | BlindReturn)
            report.events += isinstance(command, Event) and not returned
            report.returns += returned
            report.openings += isinstance(command, Opening)
    report.replayed += len(posted.replayed)
    report.rows_read += chunk.rows_read
    report.skipped.update(chunk.skipped)
    report.rejected.update(reject.reason for reject in [*chunk.rejects, *refused])
    report.ambiguous_times += chunk.ambiguous_times
    report.missing_times += chunk.missing_times
    return sorted([*chunk.rejects, *refused], key=lambda reject: reject.line)


def reason_words(code: str) -> Said:
    """Why rows are handed back, in a few words: by the reason of a reject, which may be a refusal."""
    return REASONS[code] if code in REASONS else refusal_as_said(code, None)


def _failed(error: str) -> Said:
    """Of a command that could not be decided, with the words of what went wrong."""
    return Said(f"could not be decided: {error}", f"未能处理：{error}")


def _ask_again(
    early: list[Early], posting: Posting, report: ImportReport, rejects: RejectsFile
) -> None:
    """Ask once more for returns whose purchase was not there yet: a file need not be in order.

    Their rows were handed back already, so that an interruption loses none; what is taken now is withdrawn.
    """
    if not early:
        return
    posting.begin([asked for asked, _ in early])
    posted = posting.end()
    said = {
        number: (code, refusal_as_said(code, detail)) for number, code, detail in posted.refused
    }
    report.refused[Refusal.UNKNOWN_EVENT.code] -= len(early)
    report.refused.update(code for _, code, _ in posted.refused)
    said |= {number: ("failed", _failed(error)) for number, error in posted.failed}
    again = [
        replace(reject, reason=said[number][0], explanation=said[number][1])
        for number, (_, rows) in enumerate(early)
        if number in said
        for reject in rows
    ]
    before = [reject for _, rows in early for reject in rows]
    report.rejected[Refusal.UNKNOWN_EVENT.code] -= len(before)
    report.rejected.update(reject.reason for reject in again)
    known = said.keys() | set(posted.replayed)
    taken = [asked for number, (asked, _) in enumerate(early) if number not in known]
    report.returns += sum(isinstance(asked, Return) for asked in taken)
    report.events += sum(isinstance(asked, Event) for asked in taken)
    report.replayed += len(posted.replayed)
    report.refused, report.rejected = +report.refused, +report.rejected
    rejects.replace(before, again)


def _opened(
    path: Path, mapping: Mapping | OpeningMapping, programme: OpenProgramme
) -> History | Openings:
    if isinstance(mapping, OpeningMapping):
        return open_openings(path, mapping, programme.programme)
    return open_history(path, mapping, programme.programme)


def _fingerprint(mapping: Mapping | OpeningMapping, path: Path) -> bytes:
    """What makes a file the same file: its mapping and its content."""
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").digest()
    return hashlib.sha256(mapping.path.read_bytes() + content).digest()
