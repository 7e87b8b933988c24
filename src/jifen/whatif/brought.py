"""What nobody sends and would have come about had a draft held: steps of the tier, milestones, deeds for others.

A history has what the published timeline brought about. Members are walked through under the draft, and what comes
about on the way is put where it belongs, so that it has brought about what it brings about in turn. What comes about
under both stands on both sides as it was recorded: with the facts of its day, and with what budgets left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from jifen.instants import local_day_of
from jifen.intake.asking.commands import Event
from jifen.intake.gathering.facts import REFERRER
from jifen.intake.judging.history import as_absorbed
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned
from jifen.intake.relations.deriving import Sent, as_first
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.events import DERIVED, OF_HISTORY
from jifen.whatif.people import Someone, known_to
from jifen.whatif.rows import PLACE, Returns, Row, past_for, past_of, row_of
from jifen.whatif.sides import BOTH, DRAFT, PUBLISHED, Sided
from jifen.whatif.walking import Left, Walk

_MOST_ROUNDS = 100
"""What one member's deed does to another may change what that one's deeds do, later in history: each round settles
what the ones before it left first. Only deeds of one instant could go on for ever."""


class _Recorded(NamedTuple):
    """Something that was brought about and stands, in whose history."""

    member_id: bytes
    event: PastEvent
    row: Row


def with_brought(
    published: OpenProgramme,
    draft: OpenProgramme,
    people: Sequence[Someone],
    rows: Sequence[Row],
    returned: Returns,
    left: Left | None = None,
    drafted: Sequence[Row] = (),
    *,
    posting: bool = False,
) -> tuple[Sequence[Row], list[Sided]]:
    """The rows of events that are the same under both timelines, and what either brings about by itself.
    `left`: what the draft's budgets leave; None: what was really left. `drafted`: what else only the draft has, which
    may bring something about as well. `posting`: as a correction would post it,
    which leaves alone what was given to members who were merged."""
    kinds = (DERIVED if draft.derives else frozenset()) | (
        OF_HISTORY if draft.own_events else frozenset()
    )
    if not kinds:
        return rows, []
    others = [row for row in rows if row[PLACE["type"]] not in kinds]
    recorded = {
        as_first(row[PLACE["event_id"]]): _Recorded(row[PLACE["member_id"]], past_of(row), row)
        for row in rows
        if row[PLACE["type"]] in kinds
        and (row[PLACE["member_id"]], row[PLACE["member_seq"]]) not in returned
    }
    lives = _Lives(published, draft, people, recorded, left, posting)
    lives.remember([*others, *drafted], returned)
    lives.walk()
    return others, list(lives.sided())


class _Lives:
    """Everybody whose history may bring something about, and what it brings."""

    def __init__(
        self,
        published: OpenProgramme,
        draft: OpenProgramme,
        people: Sequence[Someone],
        recorded: Mapping[str, _Recorded],
        left: Left | None,
        posting: bool,
    ) -> None:
        self.published, self.draft, self.recorded, self.left = published, draft, recorded, left
        self.posting = posting
        self.by_id = {one.member_id: one for one in people}
        self.by_name = {one.person.external_id: one for one in people}
        carries = any(plan.carrying for plan in draft.engine.plans.values())
        everybody = carries or bool(draft.own_events)
        walked = [one for one in people if everybody or REFERRER in one.person.facts]
        self.walked = sorted(
            walked, key=lambda one: len(one.absorbed)
        )  # whose events others have first
        self.walks: dict[bytes, Walk] = {}
        self.own: dict[bytes, list[PastEvent]] = {}
        self.returns: dict[bytes, dict[int, Sequence[Returned]]] = {}
        self.arrived: dict[bytes, dict[str, PastEvent]] = {}
        for id, one in recorded.items():
            if one.event.type in DERIVED:
                self.arrived.setdefault(one.member_id, {})[id] = one.event
        self.stood = {id: one.event for id, one in recorded.items() if one.event.type in OF_HISTORY}

    def remember(self, rows: Iterable[Row], returned: Returns) -> None:
        """What was recorded of those who are walked through, and of whom they absorbed."""
        wanted = {one.member_id for one in self.walked}
        wanted |= {by.member_id.bytes for one in self.walked for by in one.absorbed}
        for row in rows:
            if row[PLACE["member_id"]] in wanted:
                self.own.setdefault(row[PLACE["member_id"]], []).append(past_of(row))
        for (member_id, seq), of_event in returned.items():
            self.returns.setdefault(member_id, {})[seq] = of_event

    def walk(self) -> None:
        """Go through everybody's history, and again through those for whom something else arrives."""
        pending = self.walked
        for _ in range(_MOST_ROUNDS):
            for someone in pending:
                self.walks[someone.member_id] = self._walked(someone)
            before, self.arrived = self.arrived, self._arriving()
            changed = {
                member_id
                for member_id in before.keys() | self.arrived
                if before.get(member_id) != self.arrived.get(member_id)
            }
            pending = [one for one in self.walked if not changed.isdisjoint(one.all_in_one)]
            if not pending:
                return

    def _walked(self, someone: Someone) -> Walk:
        timeline = self.published if someone.merged and self.posting else self.draft
        walk = self._walk(timeline, someone)
        if someone.merged and not walk.brought.keys() <= self.recorded.keys():
            # Time brings nothing new here since the merge: what published would bring and did not, does not come.
            published = self._walk(self.published, someone)
            never_came = published.brought.keys() - self.recorded.keys()
            return self._walk(timeline, someone, never_came)
        return walk

    def _walk(
        self, timeline: OpenProgramme, someone: Someone, suppressed: Iterable[str] = ()
    ) -> Walk:
        until = min(now_of(timeline), someone.until)
        returns = dict(self.returns.get(someone.member_id, {}))
        for by in someone.absorbed:
            theirs = self.returns.get(by.member_id.bytes, {})
            returns |= {by.number(seq): of_event for seq, of_event in theirs.items()}
        walk = Walk(
            timeline=known_to(timeline, someone),
            person=someone.person,
            until_day=local_day_of(until, timeline.zone),
            returns=returns,
            recorded=self.stood,
            suppressed=frozenset(suppressed),
            left=self.left if timeline is self.draft else None,
        )
        walk.through(list(self._events(someone)))
        return walk

    def _events(self, someone: Someone) -> Iterator[PastEvent]:
        """What a walk goes through: what was recorded, what others did for the member, and what those brought along who
        were merged into it."""
        yield from self._before_walk(someone.member_id)
        for by in someone.absorbed:
            other = by.member_id.bytes
            events = [*self._before_walk(other)]
            if other in self.walks:
                events += self.walks[other].brought.values()
            yield from (as_absorbed(one, by) for one in events if one.occurred_at >= by.counts_from)

    def _before_walk(self, member_id: bytes) -> Iterator[PastEvent]:
        yield from self.own.get(member_id, ())
        yield from self.arrived.get(member_id, {}).values()

    def _arriving(self) -> dict[bytes, dict[str, PastEvent]]:
        """What the deeds of all bring others, by whose history it is in and its id."""
        found: dict[bytes, dict[str, PastEvent]] = {}
        for walk in self.walks.values():
            for one in walk.sent:
                assert isinstance(one.asked, Event)
                known = self.recorded.get(one.asked.id)
                if known is not None and known.event.payload.fields == one.asked.fields:
                    found.setdefault(known.member_id, {})[one.asked.id] = known.event
                elif (to := self._recipient(one, known)) is not None:
                    event = past_for(self.draft, to.person, one.asked)
                    found.setdefault(to.member_id, {})[one.asked.id] = event
        return found

    def _recipient(self, one: Sent, known: _Recorded | None) -> Someone | None:
        """In whose history something is put that was not recorded so: where the deed has something else, else with
        whoever acted for the recipient then. None where it is refused, for it was before that history."""
        if known is not None:
            return self.by_id[known.member_id]
        to = self.by_name.get(one.recipient)
        assert isinstance(one.asked, Event)
        at = one.asked.occurred_at or 0
        while to is not None and to.merged and at >= to.until:
            to = self.by_id[to.survivor_id]
        return None if to is None or at < to.begins else to

    def sided(self) -> Iterator[Sided]:
        """What either side has that nobody sent."""
        kept: set[str] = set()
        for member_id, found in self._found():
            for id, event in found.items():
                known = self.recorded.get(id)
                if known is not None and known.event is event:
                    kept.add(id)
                else:
                    yield Sided(row_of(self.draft, member_id, event), DRAFT)
        for id, known in self.recorded.items():
            yield Sided(known.row, BOTH if id in kept else PUBLISHED)

    def _found(self) -> Iterator[tuple[bytes, Mapping[str, PastEvent]]]:
        yield from self.arrived.items()
        for member_id, walk in self.walks.items():
            yield member_id, walk.brought
