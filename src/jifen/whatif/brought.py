"""What nobody sends and would have come about had a draft held: steps of the tier, milestones, deeds for others.

A history has what the published timeline brought about. Members are walked through under the draft, and what comes
about on the way is put where it belongs, so that it has brought about what it brings about in turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from jifen.instants import LONG_AGO, local_day_of
from jifen.intake.asking.commands import Event
from jifen.intake.following.own_events import (
    Brought,
    before_event,
    brought_by_event,
    brought_by_time,
    earned_before,
)
from jifen.intake.gathering.facts import REFERRER
from jifen.intake.judging.case import HistoryKey
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned
from jifen.intake.occasions import Person
from jifen.intake.relations.deriving import (
    NO_DEEDS,
    Cause,
    Sent,
    deeds_of,
    is_friend,
    sent,
)
from jifen.intake.undoing.return_policies import judged
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.events import DERIVED, OF_HISTORY
from jifen.whatif.rows import PLACE, Row, past_for, past_of, row_of

_NO_RETURNS: Mapping[int, Sequence[Returned]] = {}


def brought_by_draft(
    draft: OpenProgramme,
    people: Collection[tuple[bytes, Person]],
    rows: Iterable[Row],
    returned: Mapping[tuple[bytes, int], Sequence[Returned]],
) -> tuple[frozenset[str], list[Row]]:
    """The types of events that a draft brings about by itself, and these as rows of the table of events.

    `people` are the members that act, by their 16 bytes; `rows` what was recorded of everybody.
    """
    kinds = (DERIVED if draft.derives else frozenset()) | (
        OF_HISTORY if draft.own_events else frozenset()
    )
    if not kinds:
        return kinds, []
    of_members: dict[bytes, list[PastEvent]] = {member_id: [] for member_id, _ in people}
    for row in rows:
        known = of_members.get(row[PLACE["member_id"]])
        if known is not None and row[PLACE["type"]] not in kinds:
            known.append(past_of(row))
    returns: dict[bytes, dict[int, Sequence[Returned]]] = {}
    for (member_id, seq), of_event in returned.items():
        returns.setdefault(member_id, {})[seq] = of_event
    found: list[Row] = []
    if draft.derives:
        found += _deeds(draft, people, of_members, returns)
    if draft.own_events:
        for member_id, person in people:
            walk = _Walk(draft, person, returns.get(member_id, _NO_RETURNS))
            walk.through(of_members[member_id])
            found += [row_of(draft, member_id, event) for event in walk.brought.values()]
    return kinds, found


def _deeds(
    draft: OpenProgramme,
    people: Collection[tuple[bytes, Person]],
    of_members: Mapping[bytes, list[PastEvent]],
    returns: Mapping[bytes, Mapping[int, Sequence[Returned]]],
) -> Iterator[Row]:
    """What members did for their relations, put among the events of these as well."""
    by_name = {person.external_id: (member_id, person) for member_id, person in people}
    carries = any(plan.carrying for plan in draft.engine.plans.values())
    for member_id, person in people:
        if not (carries or is_friend(person.facts)):
            continue
        walk = _Walk(draft, person, returns.get(member_id, _NO_RETURNS))
        walk.through(of_members[member_id])
        for one in walk.sent:
            if one.recipient in by_name and isinstance(one.asked, Event):
                referrer_id, referrer = by_name[one.recipient]
                event = past_for(draft, referrer, one.asked)
                of_members[referrer_id].append(event)
                yield row_of(draft, referrer_id, event)


@dataclass(slots=True)
class _Walk:
    """One member's life under a draft. `brought`: what came about in it, by id; `sent`: what it did to others."""

    draft: OpenProgramme
    person: Person
    returns: Mapping[int, Sequence[Returned]]
    brought: dict[str, PastEvent] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def through(self, events: Iterable[PastEvent]) -> None:
        """Judge the events in order, each behind what comes about before it."""
        draft, state, last_at = self.draft, self.draft.engine.new_state(), LONG_AGO
        waiting = [(event.key, event) for event in events]
        heapify(waiting)
        while True:
            while waiting:
                key, event = heappop(waiting)
                earlier = self._new(before_event(draft, state, last_at, event.day))
                if earlier:
                    for one in (*earlier, event):
                        heappush(waiting, (one.key, one))
                    continue
                for one in self._judge(state, key, event):
                    heappush(waiting, (one.key, one))
                last_at = event.occurred_at
            today = local_day_of(now_of(draft), draft.zone)
            later = self._new(brought_by_time(draft, state, last_at, today))
            if not later:
                return
            waiting = [(one.key, one) for one in later]
            heapify(waiting)

    def _judge(self, state: list[int], key: HistoryKey, event: PastEvent) -> list[PastEvent]:
        """What comes about for the member because of an event; the state goes on behind it."""
        earned = earned_before(self.draft, state, event.occurred_at)
        found = judged(self.draft, state, event, self.returns.get(event.seq, ()))
        if found is None:
            return []
        deeds = deeds_of(
            self.draft, event.type, found.plan.revision, found.reasons, found.components
        )
        referrer = str(self.person.facts.get(REFERRER, ""))
        who, facts = self.person.external_id, event.payload.facts
        cause = Cause(who, referrer, facts, event.event_id, event.occurred_at)
        self.sent += sent(cause, NO_DEEDS, deeds)
        return self._new(
            brought_by_event(self.draft, event.event_id, event.type, *key[:2], found, earned, state)
        )

    def _new(self, brought: Iterable[Brought]) -> list[PastEvent]:
        """What has not come about before, now known."""
        events = [one.event_for(self.person.external_id) for one in brought]
        new = [
            past_for(self.draft, self.person, one) for one in events if one.id not in self.brought
        ]
        self.brought |= {one.event_id: one for one in new}
        return new
