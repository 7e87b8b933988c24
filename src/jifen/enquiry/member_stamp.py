"""Whether anything of a member may have changed, told by one look instead of reading all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import UnknownMember
from jifen.instants import local_day_of
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))


def ask_for_stamp(sql: Cursor, programme: OpenProgramme, identity: str, now: int) -> None:
    """Ask ahead for what `member_stamp` will look at."""
    sql.ahead(SQL["member_stamp"], _values(programme, identity, now))


def member_stamp(sql: Cursor, programme: OpenProgramme, identity: str, now: int) -> str | None:
    """A text that is the same only as long as everything that a member's page tells is, but for when it was asked. None
    while something is due that nobody has posted: it changes by the clock. Raises UnknownMember.

    Windows of tiers go by days, so that the day is part of it, and the version in force.
    """
    rows = sql.rows(SQL["member_stamp"], _values(programme, identity, now))
    if not rows:
        raise UnknownMember(identity)
    member_id, seq, revision, generation, next_due_at, ripens_at, household = rows[0]
    if next_due_at <= now:
        return None
    at_work = (programme.revision, programme.engine.plan_at(now).revision)
    day = local_day_of(now, programme.zone)
    return repr(
        (member_id, seq, revision, generation, next_due_at, ripens_at, household, *at_work, day)
    )


def _values(programme: OpenProgramme, identity: str, now: int) -> dict[str, Any]:
    return {"programme": programme.programme_id, "identity": identity, "now": now}
