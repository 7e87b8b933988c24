"""Why a member is frozen, since when, and who said so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec

from jifen.db.statements import statements
from jifen.instants import moment_of
from jifen.intake.asking.member_commands import Freeze
from jifen.intake.judging.case import Case
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))


class FreezeView(msgspec.Struct, frozen=True, kw_only=True):
    """The command that froze a member: `by` is who asked for it."""

    since: dt.datetime
    reason: str
    by: str


def freeze_view(sql: Sql, programme: OpenProgramme, case: Case) -> FreezeView | None:
    """Why the member is frozen; None for one who is not."""
    if not case.book.frozen:
        return None
    values = {"programme": programme.programme_id.hex, "member": case.member_id.hex()}
    found = sql.execute(SQL["last_freeze"], values).fetchone()
    assert found is not None, "only a command freezes"
    recorded_at, actor, body = found
    reason = msgspec.json.decode(body, type=Freeze).reason
    return FreezeView(since=moment_of(recorded_at, programme.zone), reason=reason, by=actor)
