"""Until when activity let lots live at each command of a journal, derived from the events and returns before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, product
from typing import Final, NamedTuple

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
from jifen.proof.slices import Records
from jifen.proof.timeline import Timeline

Life = tuple[int, ExtendedBy]
"""The place of the first command that found it so, and what activity had done for lots by then."""
_UNITING: Final = ("counterpart/merge/", "counterpart/claim/")


class _Doubt(NamedTuple):
    """What the books do not say: by how much `later` than recorded a command looked at the versions, and whether what
    was settled behind a correction was so before the past was judged again."""

    later: int
    settled_first: bool


def possible_lives(
    records: Records, history: History, asked: Sequence[Asked], timeline: Timeline
) -> Iterator[list[Life]]:
    """In the order of commands, as it may have been: of a command that came as a version was published, the books do
    not say whether it knew of it, nor whether what was settled behind a correction went before it. Nothing where it
    cannot be told: somebody was merged into the member who has parted again, so that histories have come apart."""
    programme = timeline.programme
    if not programme.extensions:
        yield [(0, {})]
    elif any(
        one.key.startswith(_UNITING) for one in asked if one.key not in records.standing.merges
    ):
        return
    elif records.standing.events or programme.corrections or _spares(programme):
        unsure = (False, True) if programme.corrections else (False,)
        for later, settled_first in product(timeline.doubts, unsure):
            doubt = _Doubt(later, settled_first)
            yield _lives_by_states(records, history, asked, timeline, doubt)
    else:
        yield _lives_by_deeds(records, history, asked, programme)


def _spares(programme: OpenProgramme) -> bool:
    return any(one.spares for lengthening in programme.extensions.values() for one in lengthening)


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


def _lives_by_states(
    records: Records,
    history: History,
    asked: Sequence[Asked],
    timeline: Timeline,
    doubt: _Doubt,
) -> list[Life]:
    """The same where more than the deeds decide: which tier keeps points alive, and until when, what merged members
    brought, and what was corrected since follow from the state and the versions that were known."""
    known, found = HistoryKnown(records, history), list[Life]([(0, {})])
    standing = records.standing
    changing = {standing.since.get(event.seq, event.seq) for event in history.events}
    changing |= {row[2] for row in records.read(RETURNS)}
    changing |= {one.seq for one in standing.came_back}
    recorded = accumulate((command.recorded_at for command in asked), max)
    programmes = [timeline.known_at(at + doubt.later) for at in recorded]
    behind = False
    for place, (command, newest) in enumerate(zip(asked, programmes, strict=True), start=1):
        following = programmes[place] if place < len(asked) else newest
        if command.seq in changing or following.revision != newest.revision or behind:
            behind = _settles_first(asked[place:], newest, following, doubt)
            judged_by = newest if behind else following
            state = known.state_before(command.seq + 1, judged_by)
            found.append((place, extended_by(following, state)))
    return found


def _settles_first(
    ahead: Sequence[Asked], before: OpenProgramme, after: OpenProgramme, doubt: _Doubt
) -> bool:
    """Whether the next command settles what was due before the past is judged again by a corrected version: the one
    that follows says so, unless the correction changed no award, which leaves no command."""
    corrected = {revision for revision, _ in after.corrections} & {
        *range(before.revision + 1, after.revision + 1)
    }
    alike = before.engine.layout.generation == after.engine.layout.generation
    if not (ahead and corrected and alike and ahead[0].kind == "settle"):
        return False
    judged_again = len(ahead) > 1 and ahead[1].key.startswith(f"correct/{after.revision}/")
    return doubt.settled_first or (judged_again and ahead[1].recorded_at == ahead[0].recorded_at)


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
