"""Until when activity let lots live at each command of a journal, derived from the events and returns before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from jifen.intake.judging.activity import extended_by
from jifen.intake.judging.case import RETURNS
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned, decode_returned
from jifen.intake.undoing.return_policies import counted
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.extending import Extended, ExtendedBy, end_of_life
from jifen.programme.point_terms import Extension
from jifen.programme.reading.extensions import extending_events
from jifen.proof.as_known import HistoryKnown
from jifen.proof.evaluation import History
from jifen.proof.journal import Asked
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline

Life = tuple[int, ExtendedBy]
"""The place of the first command that found it so, and what activity had done for lots by then."""
_UNITING: Final = frozenset({"merge", "unmerge"})


def possible_lives(
    member: MemberRow,
    records: Records,
    history: History,
    asked: Sequence[Asked],
    timeline: Timeline,
) -> Iterator[list[Life]]:
    """In the order of commands, as it may have been: of a command that came as a version was published, the books do
    not say whether it knew of it. Nothing where it cannot be told: the past of a programme was corrected, or the member
    was united with another, whose events count from then on."""
    programme = timeline.programme
    united = member.merged or records.standing.events
    if not programme.extensions:
        yield [(0, {})]
    elif united or programme.corrections or any(one.kind in _UNITING for one in asked):
        return
    elif any(one.spares for lengthening in programme.extensions.values() for one in lengthening):
        for later in timeline.doubts:
            yield _lives_with_tiers(records, history, asked, timeline, later)
    else:
        yield _lives_by_deeds(records, history, asked, programme)


def _lives_by_deeds(
    records: Records, history: History, asked: Sequence[Asked], programme: OpenProgramme
) -> list[Life]:
    events = {event.seq: event for event in history.events if lengthened(programme, event)}
    returns: dict[int, list[tuple[int, Returned]]] = defaultdict(list)
    for _, _, seq, event_seq, payload in records.read(RETURNS):
        returns[seq].append((event_seq, decode_returned(payload)))
    found: list[Life] = [(0, {})]
    active: dict[int, PastEvent] = {}
    back: dict[int, list[Returned]] = defaultdict(list)
    for place, command in enumerate(asked, start=1):
        before = active.keys() | ()
        if command.seq in events:
            active[command.seq] = events[command.seq]
        for event_seq, returned in returns.get(command.seq, ()):
            back[event_seq].append(returned)
            of = active.get(event_seq)
            if of is not None and counted(programme, of, back[event_seq]) is None:
                del active[event_seq]
        if active.keys() != before:
            found.append((place, _extended(programme, active.values())))
    return found


def _lives_with_tiers(
    records: Records,
    history: History,
    asked: Sequence[Asked],
    timeline: Timeline,
    later: int,
) -> list[Life]:
    """The same where tiers keep points alive: which tier, and until when, follows from the state and the versions that
    were known. `later`: by how much later than recorded a command looked at the versions."""
    known, found = HistoryKnown(records, history), list[Life]([(0, {})])
    changing = {event.seq for event in history.events}
    changing |= {row[2] for row in records.read(RETURNS)}
    recorded = accumulate((command.recorded_at for command in asked), max)
    programmes = [timeline.known_at(at + later) for at in recorded]
    for place, (command, programme) in enumerate(zip(asked, programmes, strict=True), start=1):
        following = programmes[place] if place < len(asked) else programme
        if command.seq in changing or following.revision != programme.revision:
            state = known.state_before(command.seq + 1, following)
            found.append((place, extended_by(following, state)))
    return found


def lengthened(programme: OpenProgramme, event: PastEvent) -> list[tuple[str, Extension]]:
    """What an event lets live on: currencies, and how."""
    document = programme.engine.plan_at(event.occurred_at).programme
    return [
        (currency.id, currency.extension)
        for currency in document.currencies
        if currency.extension and event.type in extending_events(currency.extension, document.rules)
    ]


def _extended(programme: OpenProgramme, active: Iterable[PastEvent]) -> ExtendedBy:
    """What the last day of each kind of activity does for lots, by currency number."""
    last: dict[tuple[str, Extension], int] = {}
    for event in active:
        for kind in lengthened(programme, event):
            last[kind] = max(event.day, last.get(kind, event.day))
    found: dict[int, list[Extended]] = {}
    for (currency, extension), day in last.items():
        until = end_of_life(extension.life, day, programme.zone)
        number = programme.currency_number(currency)
        found.setdefault(number, []).append(Extended(until, extension.most))
    return found
