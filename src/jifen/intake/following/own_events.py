"""What a member's own history brings about: events that nobody sends, such as a change of tier.

It is found on the way through history, from nothing but what is in it, and so again whenever a stretch is judged again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from jifen.engine.events import Value, within_bounds
from jifen.engine.needs import past_counters
from jifen.engine.plan import Plan
from jifen.engine.tier_steps import steps_over_versions
from jifen.instants import LONG_AGO, local_day_of, start_of_day
from jifen.intake.asking.commands import Event
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.relations.deriving import Sent
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import BALANCE_REACHED, OPENING, TIER_CHANGED, own_events_of
from jifen.programme.model import Programme
from jifen.programme.rules import Milestone, Rule

Kind = tuple[Value | None, ...]


def kind_of(event_type: str, fields: Mapping[str, Value]) -> Kind:
    """What makes one event take the place of another: the milestones of one rule, the steps to one tier."""
    return event_type, fields.get("rule"), fields.get("to_tier"), fields.get("up")


class Brought(NamedTuple):
    """An event that is to stand in a member's own history.

    `fields` hold as `cause` the id of the event that brings it about: it occurs with it and stands right behind it.
    What time brings has no cause, and occurs at a midnight.
    """

    kind: str
    occurred_at: int
    sequence: int
    fields: dict[str, Value]

    @property
    def about(self) -> Kind:
        """What makes another take its place."""
        return kind_of(self.kind, self.fields)

    def id_for(self, member: str) -> str:
        """`tier_changed/5b1c…`: its id where it comes for the first time."""
        said = (f"{name}={value}" for name, value in self.fields.items())
        parts = (member, str(self.occurred_at), *said)
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        return f"{self.kind}/{digest[:24]}"

    def event_for(self, member: str, number: int = 1) -> Event:
        """The event as it comes for the `number`th time, having been withdrawn in between."""
        again = f"/{number}" if number > 1 else ""
        return Event(
            id=self.id_for(member) + again,
            member=member,
            type=self.kind,
            occurred_at=self.occurred_at,
            sequence=self.sequence,
            fields=self.fields,
        )


class Earned(NamedTuple):
    """How many points were earned in the period in which any last were; no period where they count for ever."""

    period: tuple[int, ...]
    points: int


def sent_to_oneself(member: str, brought: Iterable[Brought]) -> list[Sent]:
    """What goes into a member's own inbox where all of it comes for the first time."""
    return [Sent(member, one.event_for(member)) for one in brought]


def before_event(
    programme: OpenProgramme, state: Sequence[int], last_at: int, day: int
) -> list[Brought]:
    """What time has brought between an event that occurred at `last_at` (LONG_AGO: none) and the next one."""
    if not programme.own_events:  # as in most programmes; every event asks
        return []
    return list(brought_by_time(programme, state, last_at, day))


def brought_by_time(
    programme: OpenProgramme, state: Sequence[int], last_at: int, until_day: int
) -> Iterator[Brought]:
    """The steps of the tier that time brings behind an instant up to and with a local day."""
    if TIER_CHANGED not in programme.own_events or last_at == LONG_AGO:
        return
    zone, since = programme.zone, local_day_of(last_at, programme.zone)
    for plan, step in steps_over_versions(programme.engine, zone, state, since, until_day):
        if TIER_CHANGED in own_events_of(plan.programme):
            fields = _step(programme, plan.programme, step.before, step.after)
            yield Brought(TIER_CHANGED, start_of_day(step.day, zone), 0, fields)


def brought_by_event(
    programme: OpenProgramme,
    event_id: str,
    event_type: str,
    occurred_at: int,
    sequence: int,
    found: Evaluation,
    earned: Sequence[Earned],
    state: Sequence[int],
) -> list[Brought]:
    """What is to stand in history because of an event that was judged; `earned` is of before it."""
    if event_type == OPENING or not programme.own_events:
        return []
    brought: list[Brought] = []
    own = found.plan.programme
    if TIER_CHANGED in own_events_of(own) and found.tier != found.tier_before:
        fields = _step(programme, own, found.tier_before, found.tier) | {"cause": event_id}
        brought.append(Brought(TIER_CHANGED, occurred_at, sequence + 1, fields))
    now = _earned(found.plan, state)
    for rule, before, after in zip(_waiting(found.plan), earned, now, strict=True):
        before_points = before.points if before.period == after.period else 0
        if times := _passed(rule.reached, before_points, after.points):
            fields = {"rule": rule.whole, "times": within_bounds(times), "cause": event_id}
            brought.append(Brought(BALANCE_REACHED, occurred_at, sequence + 1, fields))
    return brought


def earned_before(
    programme: OpenProgramme, state: Sequence[int], occurred_at: int
) -> tuple[Earned, ...]:
    """How many points a member has earned by an instant, for each rule that waits for so many."""
    if BALANCE_REACHED not in programme.own_events:
        return ()
    return tuple(_earned(programme.engine.plan_at(occurred_at), state))


def _waiting(plan: Plan) -> Iterator[Rule]:
    """The rules of a version that wait for so many points."""
    return (rule for rule in plan.rules if rule.reached is not None and rule.part_of is None)


def _earned(plan: Plan, state: Sequence[int]) -> Iterator[Earned]:
    for rule in _waiting(plan):
        assert rule.reached is not None
        (counter,) = past_counters(rule.reached.of)
        first = plan.layout.place(counter)
        *period, points = state[first : first + len(counter.cells)]
        yield Earned(tuple(period), points)


def _passed(milestone: Milestone | None, before: int, after: int) -> int:
    """How many milestones lie behind one number of points up to another."""
    if milestone is None or after <= before:
        return 0
    if milestone.every:
        return after // milestone.every - before // milestone.every
    return sum(before < at <= after for at in milestone.at)


def _step(
    programme: OpenProgramme, document: Programme, before: int, after: int
) -> dict[str, Value]:
    names, ladder = programme.engine.tiers, document.tiers
    ranks = [tier.id for tier in ladder.ladder] if ladder else []
    from_tier, to_tier = names[before], names[after]
    down = from_tier in ranks and ranks.index(to_tier) < ranks.index(from_tier)
    return {"up": not down, "from_tier": from_tier, "to_tier": to_tier}
