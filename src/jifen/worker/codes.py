"""Codes as a job: an uploaded file of them put into a pool, or so many made."""

from __future__ import annotations

from typing import Any

from jifen.intake.codes.filling import Source, making
from jifen.intake.codes.importing import CodesReport, import_codes
from jifen.intake.codes.making import make_codes
from jifen.intake.versions.opening import now_of
from jifen.worker.importing import DATA, REJECTS, written_data
from jifen.worker.work import Task


def codes_job(task: Task) -> dict[str, Any]:
    """Put codes into a pool; counts of what became of them. Raises FileProblem, UnknownPool and SealingProblem.

    Another attempt goes on: codes that are there from the same row of the file, or were made for the same job, stay.
    """
    asked, now = task.job.asked, now_of(task.programme)
    if "make" in asked:
        source = Source(asked["pool"], making(task.programme, task.job.id), now)
        make_codes(
            task.connection,
            task.programme,
            source,
            asked["make"],
            lambda made: task.tell(made / asked["make"], {"made": made}),
        )
        return {"made": asked["make"]}
    report = import_codes(
        task.connection,
        task.programme,
        asked["pool"],
        written_data(task),
        now=now,
        rejects_path=task.folder / REJECTS,
        progress=lambda share, report: task.tell(share, counts_of(report)),
        told=lambda said: said.told_in(asked["language"]),
    )
    if report.rejects_path is not None:
        task.jobs.keep(task.job.id, report.rejects_path)
    task.jobs.drop_file(task.job.id, DATA)
    return counts_of(report)


def counts_of(report: CodesReport) -> dict[str, Any]:
    """What became of the rows of a file, as a job tells it."""
    counts = {name: getattr(report, name) for name in ("rows", "added", "known")}
    return counts | {"handed_back": report.rejected}
