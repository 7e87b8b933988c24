"""What must stand in a member's history because of that history, compared with what does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from jifen.engine.events import Value
from jifen.instants import LONG_AGO, local_day_of
from jifen.intake.asking.commands import Event, Return
from jifen.intake.following.own_events import (
    Brought,
    Kind,
    brought_by_time,
    kind_of,
    sent_to_oneself,
)
from jifen.intake.judging.case import Case, HistoryKey, Work, local_day
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned
from jifen.intake.relations.deriving import Sent, as_first
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import OF_HISTORY

_Differing = tuple["Brought | Stands", Event | Return]
"""What stands and should not, or should stand and does not; and what mends it."""


class Stands(NamedTuple):
    """An event of a member's own history that stands there, or did until it was withdrawn. `awaited`: one or the other
    still waits in the inbox."""

    id: str
    occurred_at: int
    sequence: int
    fields: Mapping[str, Value]
    withdrawn: bool = False
    awaited: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands, but for its id."""
        return self.occurred_at, self.sequence

    @property
    def cause(self) -> str:
        """The id of the event that brought it about; empty if time did."""
        return str(self.fields.get("cause", ""))

    @property
    def about(self) -> Kind:
        """What makes another take its place."""
        return kind_of(self.id.partition("/")[0], self.fields)

    @property
    def first_id(self) -> str:
        """Its id without the running number of one that came again."""
        return as_first(self.id)


def standing(
    events: Iterable[PastEvent],
    returns: Mapping[int, Sequence[Returned]],
    waiting: Iterable[Event | Return],
    types: Collection[str] = OF_HISTORY,
) -> list[Stands]:
    """What of some types a member's own history has brought about until now, with what still waits in the inbox."""
    found = {
        event.event_id: Stands(
            event.event_id, *event.key[:2], event.payload.fields, event.seq in returns
        )
        for event in events
        if event.type in types and not event.stands
    }
    for asked in waiting:
        if isinstance(asked, Event) and asked.type in types and asked.id not in found:
            at = asked.occurred_at or 0
            found[asked.id] = Stands(asked.id, at, asked.sequence, asked.fields, awaited=True)
        elif isinstance(asked, Return) and asked.of in found and not found[asked.of].withdrawn:
            found[asked.of] = found[asked.of]._replace(withdrawn=True, awaited=True)
    return list(found.values())


def behind(programme: OpenProgramme, known: Iterable[Stands], start: HistoryKey) -> list[Stands]:
    """Those whose cause lies behind a place in history."""
    if start[0] == LONG_AGO:
        return list(known)
    day = local_day_of(start[0], programme.zone)
    return [
        one
        for one in known
        if (
            _decided_at(one) > start
            if one.cause
            else local_day_of(one.occurred_at, programme.zone) > day
        )
    ]


def not_brought_along(
    brought: Iterable[Brought],
    events: Iterable[PastEvent],
    returns: Mapping[int, Sequence[Returned]],
) -> list[Brought]:
    """What is to stand, but for steps of time that a merged member brought along: they stand already, unless they were
    withdrawn."""
    along = {
        event.occurred_at
        for event in events
        if event.stands and event.type in OF_HISTORY and event.seq not in returns
    }
    return [one for one in brought if one.fields.get("cause") or one.occurred_at not in along]


def corrections_of(
    member: str,
    expected: Iterable[Brought],
    known: Collection[Stands],
) -> list[Sent]:
    """What to withdraw and to send so that there stands what is expected, up to the first place where it does not.

    What is brought about behind that place depends on it, and is seen to when it has arrived; as it is where something
    waits for a place before. But what would be one too many of its kind once another has come goes first, wherever it
    stands.
    """
    wanted = list(expected)
    found = differing(member, wanted, known)
    places = [_place(one, id) for one, id, _ in found]
    places += [_place(one, one.id) for one in known if one.awaited]
    due: list[_Differing] = []
    later: list[_Differing] = []
    for one, id, asked in found:
        is_due = _place(one, id) == min(places) or _decided_at(one) < min(places)
        (due if is_due else later).append((one, asked))
    return [Sent(member, asked) for _, asked in [*_too_many(due, later, wanted, known), *due]]


def _too_many(
    due: Iterable[_Differing],
    later: Iterable[_Differing],
    expected: Iterable[Brought],
    known: Iterable[Stands],
) -> Iterator[_Differing]:
    """What is to be withdrawn later, and of whose kind there would else be more for a moment than are expected."""
    comes = Counter(one.about for one, asked in due if isinstance(asked, Event))
    comes.subtract(one.about for one, asked in due if isinstance(asked, Return))
    stands = Counter(one.about for one in known if not one.withdrawn)
    too_many = stands + comes - Counter(one.about for one in expected)
    for one, asked in later:
        if isinstance(asked, Return) and min(too_many[one.about], comes[one.about]) > 0:
            yield one, asked
            too_many[one.about] -= 1
            comes[one.about] -= 1


def differing(
    member: str, expected: Iterable[Brought], known: Collection[Stands]
) -> list[tuple[Brought | Stands, str, Event | Return]]:
    """What stands and should not, with its id and the return that withdraws it; and what should stand and does not,
    with its first id and the event as it comes."""
    wanted = {one.id_for(member): one for one in expected}
    stands = {one.first_id for one in known if not one.withdrawn}
    times = Counter(one.first_id for one in known)
    withdrawn: list[tuple[Brought | Stands, str, Event | Return]] = [
        (one, one.id, Return(id=one.id, member=member, of=one.id, full=True))
        for one in known
        if not one.withdrawn and one.first_id not in wanted
    ]
    return withdrawn + [
        (one, id, one.event_for(member, times[id] + 1))
        for id, one in wanted.items()
        if id not in stands
    ]


def _place(one: Brought | Stands, id: str) -> HistoryKey:
    return one.occurred_at, one.sequence, id.encode()


def _decided_at(one: Brought | Stands) -> HistoryKey:
    """Where it is settled whether it stands: at its cause, which may lie before what another brings about; of a step
    of time at the midnight."""
    cause = str(one.fields.get("cause", ""))
    return (one.occurred_at, one.sequence - 1 if cause else one.sequence, cause.encode())


def sent_by_time_since(work: Work, case: Case) -> list[Sent]:
    """What time has brought since the last event of a member whose history is as it was.

    Nothing where something of the batch stands between: it is seen to when that has arrived.
    """
    judged_again = any(member_id == case.member_id for member_id, _ in work.forgotten)
    sends = any(one.recipient == case.external_id for one in work.sent)
    if case.merged or judged_again or sends:
        return []
    until = local_day(work.programme, work.now)
    brought = brought_by_time(work.programme, case.state, case.last[0], until)
    return sent_to_oneself(case.external_id, brought)
