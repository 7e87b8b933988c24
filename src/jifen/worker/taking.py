"""A worker takes a job: once, by one worker, to its end or until it is told to stop."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import psycopg

from jifen.db.connection import connect
from jifen.db.problem import DatabaseProblem
from jifen.intake.clock import real_now
from jifen.intake.files.importing import Enough
from jifen.intake.versions.at_work import Programmes
from jifen.programme.problems import ProgrammeError
from jifen.wording import Mendable, Said
from jifen.worker.codes import codes_job
from jifen.worker.exporting import export_job
from jifen.worker.importing import import_job
from jifen.worker.jobs import Job, Jobs
from jifen.worker.shift import Shift
from jifen.worker.shipping import shipments_job
from jifen.worker.work import Task

MOST_ATTEMPTS: Final = 5
SECONDS_BETWEEN_NOTES: Final = 0.5
SECONDS_BEFORE_ANOTHER_LOOK: Final = 30
_WORK: Final = MappingProxyType(
    {"import": import_job, "export": export_job, "codes": codes_job, "shipments": shipments_job}
)
_FAULT: Final = Said(
    "A fault of jifen's own; the worker's log says more.",
    "jifen 内部错误，详见后台进程的日志。",
)
_TOO_OFTEN: Final = Said(
    f"It was interrupted {MOST_ATTEMPTS} times; ask for it again under another id.",
    f"已中断 {MOST_ATTEMPTS} 次；请换一个编号重新提交。",
)
_LOG: Final = logging.getLogger("jifen.worker")


class _Stopped(Enough):
    """The worker is to stop: somebody else goes on."""


class _Cancelled(Enough):
    """Nobody wants the job done any more."""


def take(
    url: str, programmes: Programmes, stopping: Callable[[], bool], slug: str, id: str
) -> None:
    """Do a job of a programme, over connections of its own. What people can mend is noted with it; so is that a fault
    was ours."""
    with connect(url) as connection, connect(url) as noting:
        programme = programmes.now(connection, slug)
        jobs = Jobs(noting, programme)
        with Shift(connection, programmes, stopping).alone(f"job {slug} {id}") as mine:
            if not mine:  # its worker was thought to be lost, and is not
                jobs.queue(id, SECONDS_BEFORE_ANOTHER_LOOK)
                return
            attempt = jobs.begin(id, now=real_now())
            if attempt is None:
                return
            if attempt > MOST_ATTEMPTS:
                jobs.end(id, {}, _TOO_OFTEN, now=real_now())
                return
            job = jobs.get(id)
            with tempfile.TemporaryDirectory(prefix="jifen-job-") as folder:
                tell = _teller(jobs, job, stopping)
                task = Task(connection, programme, jobs, job, attempt, Path(folder), tell)
                _do(task)


def _do(task: Task) -> None:
    jobs, id = task.jobs, task.job.id
    try:
        counts = _WORK[task.job.kind](task)
    except _Stopped:
        jobs.put_back(id)
    except _Cancelled:
        pass  # as it stands in the bank
    except (psycopg.OperationalError, DatabaseProblem):
        raise  # another attempt follows
    except (Mendable, ProgrammeError) as error:
        jobs.end(id, jobs.get(id).counts, _failure(error, task.folder), now=real_now())
    except Exception as error:
        _LOG.error("a job failed", exc_info=error)
        jobs.end(id, jobs.get(id).counts, _FAULT, now=real_now())
    else:
        if not jobs.end(id, counts, None, now=real_now()):  # cancelled when all of it was done
            jobs.note(id, 1.0, counts)


def _failure(error: Mendable | ProgrammeError, folder: Path) -> Said:
    """What is wrong, without where its files lay meanwhile."""
    said = [one.told() for one in getattr(error, "problems", [error])]
    en, zh = ("\n".join(words) for words in zip(*((one.en, one.zh) for one in said), strict=True))
    return Said(en.replace(f"{folder}/", ""), zh.replace(f"{folder}/", ""))


def _teller(
    jobs: Jobs, job: Job, stopping: Callable[[], bool]
) -> Callable[[float, dict[str, Any]], None]:
    """Notes how far a job is, twice a second at most."""
    noted_at = 0.0

    def tell(share: float, counts: dict[str, Any]) -> None:
        nonlocal noted_at
        if stopping():
            raise _Stopped
        if time.monotonic() >= noted_at + SECONDS_BETWEEN_NOTES:
            if not jobs.note(job.id, share, counts):
                raise _Cancelled
            noted_at = time.monotonic()

    return tell
