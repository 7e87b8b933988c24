"""Jobs: what is asked for and takes longer than an answer. They stand in the bank with their files, so that any worker
may take them and any server may tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.versions.opening import OpenProgramme
from jifen.wording import Said

SQL = statements(Path(__file__).with_suffix(".sql"))
BYTES_PER_PART: Final = 1_000_000
Kind = Literal["import", "export", "codes", "shipments"]
State = Literal["expects_data", "waiting", "working", "done", "failed", "cancelled"]


def expects_data(kind: Kind, asked: dict[str, Any]) -> bool:
    """Whether a file has to come before anybody can do it."""
    return kind in ("import", "shipments") or (kind == "codes" and "make" not in asked)


class JobExists(Exception):
    """There is a job of this id that asks for something else."""


class NoData(Exception):
    """The job expects no data: it is no import, or has them already."""


class UnknownJob(Exception):
    """There is no job of this id, or no such file of it."""


class JobFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a job, and how large it is."""

    name: str
    bytes: int


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it stands: `asked` in its sender's words, `share` done (0 to 1), instants in microseconds."""

    id: str
    kind: Kind
    asked: dict[str, Any]
    actor: str
    state: State
    attempts: int
    share: float
    counts: dict[str, Any]
    failure: Said | None
    created_at: int
    began_at: int | None
    ended_at: int | None
    files: tuple[JobFile, ...]


class Jobs:
    """The jobs of one programme."""

    def __init__(self, connection: psycopg.Connection[Any], programme: OpenProgramme) -> None:
        self.connection = connection
        self.programme_id: UUID = programme.programme_id
        self.slug = programme.slug

    def add(self, id: str, kind: Kind, asked: dict[str, Any], *, actor: str, now: int) -> Job:
        """A new job, or the one of this id if it asks for the same. An import expects its data, anything else waits for
        a worker at once. Raises JobExists."""
        state: State = "expects_data" if expects_data(kind, asked) else "waiting"
        written = msgspec.json.encode(asked).decode()
        values = {"kind": kind, "asked": written, "actor": actor, "state": state, "now": now}
        with self.connection.transaction():
            if self._row("add_job", id, **values) is not None and state == "waiting":
                self.queue(id)
        job = self.get(id)
        if (job.kind, job.asked) != (kind, asked):
            raise JobExists(id)
        return job

    def get(self, id: str) -> Job:
        """Raises UnknownJob."""
        found = self._list(id, 1)
        if not found:
            raise UnknownJob(id)
        return found[0]

    def latest(self, most: int) -> list[Job]:
        """The last ones, newest first."""
        return self._list(None, most)

    def queue(self, id: str, after_seconds: float = 0) -> None:
        """Let a worker take a job."""
        values = {"slug": self.slug, "id": id, "after_seconds": after_seconds}
        with cursor(self.connection) as sql:
            sql.execute(SQL["queue_job"], values)

    def add_part(self, id: str, name: str, part: int, content: bytes) -> None:
        """The next part of a file, counted from 0."""
        self._do("add_part", id, name=name, part=part, content=content)

    def complete_upload(self, id: str, upload: str, name: str) -> Job:
        """What was uploaded in parts is from now on the data of a job, which waits for a worker. Raises NoData."""
        with self.connection.transaction():
            if self._row("complete_upload", id) is None:
                raise NoData(id)
            self._do("name_upload", id, upload=upload, name=name)
            self.queue(id)
        return self.get(id)

    def drop_file(self, id: str, name: str) -> None:
        """A file is there no more."""
        self._do("drop_file", id, name=name)

    def part(self, id: str, name: str, part: int) -> bytes | None:
        """One part of a file, counted from 0; None behind the last."""
        row = self._row("part_of_file", id, name=name, part=part)
        return None if row is None else bytes(row[0])

    def parts(self, id: str, name: str) -> Iterator[bytes]:
        """The parts of a file, one after the other. Raises UnknownJob if there is no such file."""
        part = 0
        while (content := self.part(id, name, part)) is not None:
            yield content
            part += 1
        if not part:
            raise UnknownJob(id)

    def keep(self, id: str, path: Path) -> None:
        """A file that the job has made, instead of one of that name."""
        with self.connection.transaction(), path.open("rb") as file:
            self.drop_file(id, path.name)
            for part, content in enumerate(iter(lambda: file.read(BYTES_PER_PART), b"")):
                self.add_part(id, path.name, part, content)

    def begin(self, id: str, *, now: int) -> int | None:
        """Take a job; the how-manieth attempt this is, None if nothing is left to do."""
        row = self._row("begin_job", id, now=now)
        return None if row is None else int(row[0])

    def put_back(self, id: str, after_seconds: float = 0) -> None:
        """Let another worker take a job with which this one is told to stop; it is not counted as an attempt."""
        with self.connection.transaction():
            self._do("put_back", id)
            self.queue(id, after_seconds)

    def cancel(self, id: str, *, now: int) -> Job:
        """Let nobody do any more of a job; one that has ended stays as it is. What it has done by then stands: the
        events of an import are known, and under another id its file replays them. Raises UnknownJob."""
        self._do("cancel_job", id, now=now)
        return self.get(id)

    def note(self, id: str, share: float, counts: dict[str, Any]) -> bool:
        """How far a job is, or had come when it was cancelled; whether it is to go on."""
        told = msgspec.json.encode(counts).decode()
        row = self._row("note_progress", id, share=share, counts=told)
        return row is not None and bool(row[0])

    def end(self, id: str, counts: dict[str, Any], failure: Said | None, *, now: int) -> bool:
        """A job is done, or failed for a reason that people can mend; False where it was cancelled meanwhile."""
        row = self._row(
            "end_job",
            id,
            state="done" if failure is None else "failed",
            counts=msgspec.json.encode(counts).decode(),
            failure_en=failure.en if failure else None,
            failure_zh=failure.zh if failure else None,
            now=now,
        )
        return row is not None

    def _list(self, id: str | None, most: int) -> list[Job]:
        values = {"programme": self.programme_id, "id": id, "most": most}
        with cursor(self.connection) as sql:
            return [_job(row) for row in sql.execute(SQL["job_by_id"], values)]

    def _do(self, statement: str, id: str, **values: Any) -> None:
        with cursor(self.connection) as sql:
            sql.execute(SQL[statement], {"programme": self.programme_id, "id": id, **values})

    def _row(self, statement: str, id: str, **values: Any) -> tuple[Any, ...] | None:
        with cursor(self.connection) as sql:
            found = sql.execute(
                SQL[statement], {"programme": self.programme_id, "id": id, **values}
            )
            return found.fetchone()


def _job(row: tuple[Any, ...]) -> Job:
    (
        id, kind, asked, actor, state, attempts, share, counts, failure_en, failure_zh,
        created_at, began_at, ended_at, names, sizes,
    ) = row  # fmt: skip
    return Job(
        id=id,
        kind=kind,
        asked=msgspec.json.decode(asked),
        actor=actor,
        state=state,
        attempts=attempts,
        share=share,
        counts=msgspec.json.decode(counts),
        failure=Said(failure_en, failure_zh) if failure_en else None,
        created_at=created_at,
        began_at=began_at,
        ended_at=ended_at,
        files=tuple(
            JobFile(name=name, bytes=size)
            for name, size in zip(names or (), sizes or (), strict=True)
        ),
    )
