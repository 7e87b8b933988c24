"""A worker in a hurry, for tests that kill it: every second, three members a slice. Its arguments are the database and
the duties that it does, `settle` unless said. It never tires of a job that is interrupted."""

from __future__ import annotations

import sys
from dataclasses import replace

from jifen.intake import sweeping
from jifen.worker import running, taking
from jifen.worker.timetable import TIMETABLE, every_seconds

if __name__ == "__main__":
    _, url, *names = sys.argv
    sweeping.MEMBERS_PER_SLICE = 3
    running.SECONDS_BEFORE_ANOTHER_TRY = 0.1  # type: ignore[misc]
    taking.MOST_ATTEMPTS = 1_000  # type: ignore[misc]
    taking.SECONDS_BEFORE_ANOTHER_LOOK = 1  # type: ignore[misc]
    hasty = [
        replace(duty, rhythm=every_seconds(1))
        for duty in TIMETABLE
        if duty.name in (names or ["settle"])
    ]
    running.run(url, hasty)
