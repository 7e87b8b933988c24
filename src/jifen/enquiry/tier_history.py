"""Every step of a member's tier, with what brought it: history judged once more, as its awards were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot
from jifen.engine.plan import Plan
from jifen.engine.tier_steps import steps_by_time
from jifen.enquiry.finding import settled_case
from jifen.instants import date_of
from jifen.intake.judging.case import local_day
from jifen.intake.judging.evaluating import evaluate
from jifen.intake.judging.history import BEGINNING, events_after, returns_of
from jifen.intake.judging.past_event import PastEvent, asked_again
from jifen.intake.judging.payload import Returned
from jifen.intake.undoing.return_policies import counted_here
from jifen.intake.versions.opening import OpenProgramme


class TierChange(msgspec.Struct, frozen=True, kw_only=True):
    """From one tier to another on a day. `cause`: an event (then `event` is its id), the end of a period or of
    a tier that was bought or given (`time`), or a new version of the programme."""

    on: dt.date
    before: str
    after: str
    cause: Literal["event", "time", "version"]
    event: str | None = None


def tier_history(
    connection: psycopg.Connection[Any], programme: OpenProgramme, external_id: str, now: int
) -> list[TierChange]:
    """The changes of a member's tier, in order of time, as history stands now. Raises UnknownMember."""
    with snapshot(connection) as sql:
        case = settled_case(sql, programme, external_id, now)
        member_id = UUID(bytes=case.member_id)
        events = events_after(sql, programme, member_id, BEGINNING)
        returns = returns_of(sql, programme, member_id)
    return list(_Telling(programme, now).changes(events, returns))


class _Telling:
    """A history on its way: the state so far, the tier last told, and the last day looked at."""

    def __init__(self, programme: OpenProgramme, now: int) -> None:
        self.programme, self.now = programme, now
        self.state = programme.engine.new_state()
        self.tier: int | None = None
        self.day: int | None = None
        self.began = {revision: instant for instant, revision in programme.engine.timeline}

    def changes(
        self, events: list[PastEvent], returns: dict[int, list[Returned]]
    ) -> Iterator[TierChange]:
        programme = self.programme
        for event in events:
            payload = counted_here(programme, self.state, event, returns.get(event.seq, ()))
            if payload is None:
                continue
            plan = programme.engine.plan_at(event.occurred_at)
            yield from self.until(plan, event.day)
            found = evaluate(programme, self.state, asked_again(event, payload))
            yield from self.step(found.tier, event.day, "event", event.event_id)
        yield from self.until(programme.engine.plan_at(self.now), local_day(programme, self.now))

    def until(self, plan: Plan, day: int) -> Iterator[TierChange]:
        """What time and a new version brought up to a day."""
        if plan.programme.tiers is None:
            return
        since = day if self.day is None else self.day
        tier = plan.tier_on(self.state, since)
        if self.tier is not None and tier != self.tier:
            since = max(since, local_day(self.programme, self.began[plan.revision]))
            yield from self.step(tier, since, "version")
        self.tier = tier
        for step in steps_by_time(plan, self.state, since, day):
            yield from self.step(step.after, step.day, "time")
        self.day = day

    def step(
        self,
        tier: int,
        day: int,
        cause: Literal["event", "time", "version"],
        event: str | None = None,
    ) -> Iterator[TierChange]:
        names = self.programme.engine.tiers
        if self.tier is not None and tier != self.tier:
            yield TierChange(
                on=date_of(day),
                before=names[self.tier],
                after=names[tier],
                cause=cause,
                event=event,
            )
        self.tier = tier
