"""From when on it counts what somebody did: since joining, and some days before where the programme looks back."""

from __future__ import annotations

from jifen.instants import start_of_day
from jifen.intake.judging.case import Case, Work


def is_before_membership(work: Work, case: Case, occurred_at: int) -> bool:
    """Whether something happened before joining and is not looked back on: a file may bring it all the same, and a
    guest has never joined."""
    if occurred_at >= case.joined_at or work.imported or case.guest:
        return False
    return occurred_at < looked_back_to(work, case)


def looked_back_to(work: Work, case: Case) -> int:
    """The instant from which on it counts what a member did before joining, or a guest whom the member claims."""
    days = work.programme.engine.plan_at(work.now).programme.look_back_days
    if days is None:
        return case.joined_at
    return start_of_day(case.joined_day - days, work.programme.zone)
