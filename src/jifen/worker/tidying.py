"""The duty `tidy`: what killed workers left in the queue, and files that nobody needs any more."""

from __future__ import annotations

from pathlib import Path

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.using.addresses import forget_addresses
from jifen.worker.jobs import SQL as JOBS
from jifen.worker.shift import Shift

SQL = statements(Path(__file__).with_suffix(".sql"))


def tidy(shift: Shift) -> None:
    """Forget turns that nobody is taking any more, hand on jobs, and let go of files whose time is over."""
    with cursor(shift.connection) as sql:
        sql.execute(SQL["lose_silent_workers"])
        sql.execute(SQL["drop_lost_turns"])
        sql.execute(SQL["hand_on_lost_jobs"])
        sql.execute(JOBS["forget_files"], {"now": shift.now()})
        forget_addresses(sql, shift.now())
