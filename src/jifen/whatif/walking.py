"""One member's history under a timeline, and what comes about on the way through it: steps of the tier, milestones, and
deeds for others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from msgspec.structs import replace

from jifen.instants import LONG_AGO
from jifen.intake.following.own_events import (
    Brought,
    before_event,
    brought_by_event,
    brought_by_time,
    earned_before,
)
from jifen.intake.following.standing import not_brought_along
from jifen.intake.gathering.facts import REFERRER
from jifen.intake.judging.budgets import with_left
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned
from jifen.intake.occasions import Person
from jifen.intake.relations.deriving import NO_DEEDS, Cause, Sent, deeds_of, sent
from jifen.intake.undoing.return_policies import judged
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.budget import is_budget_fact
from jifen.programme.events import OF_HISTORY
from jifen.whatif.rows import past_for

Left = Mapping[str, Mapping[str, int]]
"""What budgets still had, by rule and id of event, where that was too little."""


@dataclass(slots=True)
class Walk:
    """One member's life under a timeline, up to and with a local day. `recorded`: what was really brought about, by the
    id that it had the first time; where it comes about here too, it stands as it was recorded. `suppressed`: ids of
    what does not come about whatever the history says. `left`: what budgets leave; None: what they really left.

    `brought`: what came about in it, by id; `sent`: what it did to others.
    """

    timeline: OpenProgramme
    person: Person
    until_day: int
    returns: Mapping[int, Sequence[Returned]]
    recorded: Mapping[str, PastEvent]
    suppressed: Collection[str] = ()
    left: Left | None = None
    brought: dict[str, PastEvent] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    _along: list[PastEvent] = field(default_factory=list)

    def through(self, events: Sequence[PastEvent]) -> None:
        """Judge the events in order, each behind what comes about before it."""
        timeline, state, last_at = self.timeline, self.timeline.engine.new_state(), LONG_AGO
        self._along = [event for event in events if event.stands and event.type in OF_HISTORY]
        coming = events
        while True:
            waiting = [(event.key, event) for event in coming]
            heapify(waiting)
            while waiting:
                _, event = heappop(waiting)
                earlier = self._new(before_event(timeline, state, last_at, event.day))
                if earlier:
                    for one in (*earlier, event):
                        heappush(waiting, (one.key, one))
                    continue
                for one in self._judge(state, event):
                    heappush(waiting, (one.key, one))
                last_at = event.occurred_at
            coming = self._new(brought_by_time(timeline, state, last_at, self.until_day))
            if not coming:
                return

    def _judge(self, state: list[int], event: PastEvent) -> list[PastEvent]:
        """What comes about for the member because of an event; the state goes on behind it. What a merged member
        brought along brings about nothing here."""
        earned = earned_before(self.timeline, state, event.occurred_at)
        returns = self.returns.get(event.seq, ())
        found = judged(self.timeline, state, self._within_budgets(event), returns)
        if found is None or event.stands:
            return []
        deeds = deeds_of(
            self.timeline, event.type, found.plan.revision, found.reasons, found.components
        )
        if deeds:
            referrer = str(self.person.facts.get(REFERRER, ""))
            who, facts = self.person.external_id, event.payload.facts
            cause = Cause(who, referrer, facts, event.event_id, event.occurred_at)
            self.sent += sent(cause, NO_DEEDS, deeds)
        return self._new(
            brought_by_event(
                self.timeline, event.event_id, event.type, *event.key[:2], found, earned, state
            )
        )

    def _within_budgets(self, event: PastEvent) -> PastEvent:
        """The event with what budgets leave it."""
        if self.left is None:
            return event
        left = {rule: of[event.event_id] for rule, of in self.left.items() if event.event_id in of}
        known = event.payload.facts
        facts = {name: value for name, value in known.items() if not is_budget_fact(name)}
        return event._replace(payload=with_left(replace(event.payload, facts=facts), left))

    def _new(self, brought: Iterable[Brought]) -> list[PastEvent]:
        """What has not come about before, now known."""
        new: dict[str, PastEvent] = {}
        for one in not_brought_along(brought, self._along, self.returns):
            id = one.id_for(self.person.external_id)
            if id in self.brought or id in self.suppressed:
                continue
            known = self.recorded.get(id)
            new[id] = known or past_for(
                self.timeline, self.person, one.event_for(self.person.external_id)
            )
        self.brought |= new
        return list(new.values())
