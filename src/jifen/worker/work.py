"""What a job has to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from jifen.intake.versions.opening import OpenProgramme
from jifen.worker.jobs import Job, Jobs


@dataclass(frozen=True, slots=True)
class Task:
    """A job that is being done: a connection and a folder of its own. `tell` says how far it is (0 to 1) with counts,
    and stops it by an exception where the worker is to stop. `jobs` writes what is seen at once."""

    connection: psycopg.Connection[Any]
    programme: OpenProgramme
    jobs: Jobs
    job: Job
    attempt: int
    folder: Path
    tell: Callable[[float, dict[str, Any]], None]
