"""An import as a job: the uploaded file, read as its mapping says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from jifen.intake.files.counts import ImportReport, counts_of
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.files.mapping import Mapping, OpeningMapping
from jifen.intake.versions.opening import now_of
from jifen.sealing import of_upload, unseal
from jifen.worker.work import Task

REJECTS: Final = "rejects.csv"
DATA: Final = "data"


def read_mapping(written: str, folder: Path) -> Mapping | OpeningMapping:
    """The mapping of a job. Raises MappingError for one that is wrong, or names files of its own."""
    path = folder / "mapping.yaml"
    path.write_text(written, encoding="utf-8")
    return load_mapping(path, alone=True)


def import_job(task: Task) -> dict[str, Any]:
    """Import the file of a job; counts of what became of it. Raises FileProblem and MappingError.

    Another attempt, and another job of the same file, reads it from its beginning: what is known is replayed, and what
    is handed back is complete.
    """
    job = task.job
    mapping = read_mapping(job.asked["mapping"], task.folder)
    report = import_file(
        task.connection,
        task.programme,
        mapping,
        written_data(task),
        now=now_of(task.programme),
        actor=job.actor,
        rejects_path=task.folder / REJECTS,
        progress=_told(task.tell),
        told=lambda said: said.told_in(job.asked["language"]),
        again=task.attempt > 1,
        whole=True,
    )
    if report.rejects_path is not None:
        task.jobs.keep(job.id, report.rejects_path)
    task.jobs.drop_file(job.id, DATA)
    return counts_of(report)


def written_data(task: Task) -> Path:
    """The file that came with a job, in its folder."""
    data = task.folder / f"{DATA}.{task.job.asked['format']}"
    with data.open("wb") as file:
        for part in task.jobs.parts(task.job.id, DATA):
            file.write(unseal(part, of_upload(task.programme.programme_id, task.job.id)))
    return data


def _told(
    tell: Callable[[float, dict[str, Any]], None],
) -> Callable[[float, ImportReport], None]:
    def progress(share: float, report: ImportReport) -> None:
        tell(share, counts_of(report))

    return progress
