"""The duty `tidy`: what killed workers left in the queue."""

from __future__ import annotations

from pathlib import Path

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.worker.shift import Shift

SQL = statements(Path(__file__).with_suffix(".sql"))


def tidy(shift: Shift) -> None:
    """Forget turns that nobody is taking any more."""
    with cursor(shift.connection) as sql:
        sql.execute(SQL["lose_silent_workers"])
        sql.execute(SQL["drop_lost_turns"])
