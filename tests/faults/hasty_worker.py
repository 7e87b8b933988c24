"""A worker in a hurry, for tests that kill it: every second, three members a slice. Its argument is the database."""

from __future__ import annotations

import sys
from dataclasses import replace

from jifen.intake import sweeping
from jifen.worker import running
from jifen.worker.timetable import TIMETABLE, every_seconds

if __name__ == "__main__":
    sweeping.MEMBERS_PER_SLICE = 3
    running.SECONDS_BEFORE_ANOTHER_TRY = 0.1  # type: ignore[misc]
    hasty = [replace(duty, rhythm=every_seconds(1)) for duty in TIMETABLE if duty.name == "settle"]
    running.run(sys.argv[1], hasty)
