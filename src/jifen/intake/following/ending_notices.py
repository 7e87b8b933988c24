"""What others are told of points that will end, as the programme promises it."""

from __future__ import annotations

from typing import Any

from jifen.instants import NEVER, date_of, local_day_of
from jifen.intake.judging.case import Case, Told, Work

EXPIRING = "points.expiring"
DELAYED = "points.expiry_delayed"


def told_of_ends(work: Work, case: Case) -> Told:
    """The notices that settling found: in time, or missed and what that did to the end."""
    names = work.programme.engine.currencies
    told: Told = []
    for notice in case.book.notices:
        payload: dict[str, Any] = {
            "member": case.external_id,
            "points": {names[notice.currency]: notice.points},
            "last_day": _last_day(work, notice.ends_at),
            "notice_days": notice.days,
        }
        if notice.due_at == NEVER:
            told.append((EXPIRING, payload))
        else:
            told.append((DELAYED, payload | {"instead_of": _last_day(work, notice.due_at)}))
    case.book.notices.clear()
    return told


def _last_day(work: Work, ends_at: int) -> str:
    return date_of(local_day_of(ends_at - 1, work.programme.zone)).isoformat()
