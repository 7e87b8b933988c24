"""What others are told of tiers: each step up or down, by an event, a return, or time at the instant it was due."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.engine.compile import Engine
from jifen.engine.plan import Plan
from jifen.engine.tier_steps import steps_by_time
from jifen.instants import NEVER, moment_of, start_of_day
from jifen.intake.judging.case import Case, Told, Work, local_day
from jifen.intake.versions.opening import OpenProgramme


def next_tier_instant(programme: OpenProgramme, state: Sequence[int], now: int) -> int:
    """When time next looks at a member's tier; NEVER if it never does."""
    plan = programme.engine.plan_at(now)
    if not plan.has_time_for_tiers:
        return NEVER
    end = plan.tier_end(state, local_day(programme, now))
    return NEVER if end == NEVER else start_of_day(end + 1, programme.zone)


def told_by_time(work: Work, case: Case, since: int, until: int) -> Told:
    """The steps that time has brought from an instant on, before which nothing was due, until another."""
    programme, plan = work.programme, work.programme.engine.plan_at(work.now)
    told: Told = []
    first = local_day(programme, since) - 1
    for step in steps_by_time(plan, case.state, first, local_day(programme, until)):
        at = start_of_day(step.day, programme.zone)
        if at >= since:
            when = moment_of(at, programme.zone).isoformat()
            told += told_of_step(work, case, plan, step.before, step.after, at=when)
    return told


def told_of_step(
    work: Work, case: Case, plan: Plan, before: int, after: int, **cause: str | int
) -> Told:
    """That a member went from one tier (its code) to another; nothing if it is the same."""
    if before == after or plan.programme.tiers is None:
        return []
    names, codes = work.programme.engine.tiers, plan.tier_codes
    down = before in codes and codes.index(after) < codes.index(before)
    payload = {"member": case.external_id, "from": names[before], "to": names[after], **cause}
    return [("tier.downgraded" if down else "tier.upgraded", payload)]


def tier_shown(engine: Engine, state: Sequence[int], programme: OpenProgramme, now: int) -> int:
    """The code of the tier that a member has at an instant, as a timeline makes it of a state; 0 without tiers."""
    plan = engine.plan_at(now)
    return plan.tier_on(state, local_day(programme, now)) if plan.programme.tiers else 0


def told_of_correction(work: Work, case: Case, state: Sequence[int], event: str) -> Told:
    """The step that another past means for the tier of today."""
    before = tier_shown(work.programme.engine, case.state, work.programme, work.now)
    return told_of_corrected(work, case, before, state, event=event)


def told_of_corrected(
    work: Work, case: Case, before: int, state: Sequence[int], **cause: str | int
) -> Told:
    """The step from the tier shown before to the one that a state means today."""
    engine = work.programme.engine
    after = tier_shown(engine, state, work.programme, work.now)
    return told_of_step(work, case, engine.plan_at(work.now), before, after, **cause)
