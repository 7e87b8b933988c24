"""A file of history, from rows to answers: read ahead, post in batches, hand back what was not taken.

Every event has its own key, so running a file again, after an interruption or with corrected rows, is safe;
the position reached is kept, so that it is also quick.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import psycopg
from psycopg.conninfo import make_conninfo

from jifen.db.connection import connect
from jifen.db.statements import statements
from jifen.intake.answers import Answered
from jifen.intake.commands import Event
from jifen.intake.files.mapping import Mapping
from jifen.intake.files.reading import Chunk, History, open_history
from jifen.intake.files.rejects import Reject
from jifen.intake.opening import OpenProgramme
from jifen.intake.submitting import CommandsFailed, submit
from jifen.ledger.refusals import Refusal

SQL = statements(Path(__file__).with_suffix(".sql"))
COMMANDS_PER_BATCH = 2_000
_SENTENCES = {refusal.code: refusal.en for refusal in Refusal}


@dataclass(slots=True)
class ImportReport:
    """What became of a file. `refused` and `skipped` count by reason; `rejected` are rows handed back."""

    rows_read: int = 0
    events: int = 0
    returns: int = 0
    replayed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    ambiguous_times: int = 0
    missing_times: int = 0
    already_imported: bool = False
    rejects_path: Path | None = None
    seconds: float = 0.0


Progress = Callable[[float, ImportReport], None]
"""Told after every batch: the share of the file done (0 to 1), and the report so far."""


def import_file(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    mapping: Mapping,
    path: Path,
    *,
    now: int,
    actor: str,
    rejects_path: Path,
    progress: Progress = lambda share, report: None,
    again: bool = False,
) -> ImportReport:
    """Import one file. Raises FileProblem for a file that cannot be used; nothing is half done then.

    `again` reads a file from its beginning that was already imported.
    """
    history = open_history(path, mapping, programme.programme)
    place = {"programme_id": programme.programme_id, "fingerprint": _fingerprint(mapping, path)}
    values = place | {"file_name": path.name, "now": now}
    row = connection.execute(SQL["start_import"], values).fetchone()
    position, finished = row if row and not again else (0, False)
    report = ImportReport(already_imported=finished)
    if finished:
        return report
    started = time.monotonic()
    rejects = history.rejects_file(rejects_path, resumed=position > 0)
    with _Posting(connection, programme, now, actor, mapping.enrol) as posting:
        for chunk in _read_ahead(history, position):
            rejects.write(posting.post(chunk, report))
            values = place | {"position": chunk.position, "finished": False}
            connection.execute(SQL["note_position"], values)
            report.seconds = time.monotonic() - started
            progress(chunk.progress, report)
    connection.execute(SQL["note_position"], place | {"position": 0, "finished": True})
    report.rejects_path = rejects_path if rejects.count else None
    report.seconds = time.monotonic() - started
    progress(1.0, report)
    return report


def _read_ahead(history: History, position: int) -> Iterator[Chunk]:
    """The chunks, the next one read by another thread while one is posted."""
    chunks = history.chunks(position)
    with ThreadPoolExecutor(1, "reading") as reader:
        coming = reader.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = reader.submit(next, chunks, None)
            yield chunk


class _Posting:
    """Posts chunks over two connections, members divided between them: while the bank writes one's batch,
    the other's is decided."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        programme: OpenProgramme,
        now: int,
        actor: str,
        enrol: bool,
    ) -> None:
        info = connection.info
        again = connect(make_conninfo(info.dsn, password=info.password or None))
        self._connections = [connection, again]
        self._workers = ThreadPoolExecutor(len(self._connections), "posting")
        self._submit = partial(
            submit, programme=programme, now=now, actor=actor, enrol=enrol, imported=True
        )

    def __enter__(self) -> _Posting:
        return self

    def __exit__(self, *error: object) -> None:
        self._workers.shutdown()
        self._connections[1].close()

    def post(self, chunk: Chunk, report: ImportReport) -> list[Reject]:
        """Post a chunk and count what became of it; the rows that are handed back."""
        answers: dict[int, Answered] = {}
        failures: dict[int, Exception] = {}
        lanes: list[list[int]] = [[] for _ in self._connections]
        by_member = sorted((command.member, n) for n, command in enumerate(chunk.commands))
        for member, number in by_member:  # so that a history that changes does so once a chunk
            lanes[crc32(member.encode()) % len(lanes)].append(number)
        done = [
            self._workers.submit(self._post_lane, connection, chunk, lane, answers, failures)
            for connection, lane in zip(self._connections, lanes, strict=True)
        ]
        for lane_done in done:
            lane_done.result()
        refused = [
            reject
            for number, answered in sorted(answers.items())
            for reject in _counted(chunk, number, answered, report)
        ]
        for number, error in sorted(failures.items()):
            refused += chunk.refuse(number, "failed", f"{type(error).__name__}: {error}")
        _count(chunk, report, refused)
        return sorted([*chunk.rejects, *refused], key=lambda reject: reject.line)

    def _post_lane(
        self,
        connection: psycopg.Connection[Any],
        chunk: Chunk,
        numbers: list[int],
        answers: dict[int, Answered],
        failures: dict[int, Exception],
    ) -> None:
        for start in range(0, len(numbers), COMMANDS_PER_BATCH):
            batch = numbers[start : start + COMMANDS_PER_BATCH]
            commands = [chunk.commands[number] for number in batch]
            try:
                answers.update(zip(batch, self._submit(connection, commands=commands), strict=True))
            except CommandsFailed as failed:
                answers.update((batch[place], said) for place, said in failed.answers.items())
                failures.update((batch[place], said) for place, said in failed.failures.items())


def _counted(chunk: Chunk, number: int, answered: Answered, report: ImportReport) -> list[Reject]:
    """Count one answer; its rows, if they are to be handed back."""
    answer = answered.answer
    if answer.refusal is not None:
        report.refused[answer.refusal] += 1
        said = answer.detail or _SENTENCES[answer.refusal]
        return chunk.refuse(number, answer.refusal, said)
    if answered.replayed:
        report.replayed += 1
    elif isinstance(chunk.commands[number], Event):
        report.events += 1
    else:
        report.returns += 1
    return []


def _count(chunk: Chunk, report: ImportReport, refused: list[Reject]) -> None:
    report.rows_read += chunk.rows_read
    report.skipped.update(chunk.skipped)
    report.rejected.update(reject.reason for reject in [*chunk.rejects, *refused])
    report.ambiguous_times += chunk.ambiguous_times
    report.missing_times += chunk.missing_times


def _fingerprint(mapping: Mapping, path: Path) -> bytes:
    """What makes a file the same file: its mapping and its content."""
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").digest()
    return hashlib.sha256(mapping.path.read_bytes() + content).digest()
