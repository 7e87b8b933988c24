"""A member's history evaluated again: awards, state, checkpoints, and what was posted for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from jifen.db.tables import CHECKPOINT
from jifen.engine.tier_steps import steps_by_time
from jifen.instants import NEVER, start_of_day
from jifen.intake.judging.case import AWARDS, EVENTS, RETURNS, HistoryKey, local_day, state_bytes
from jifen.intake.judging.history import (
    BEGINNING,
    Awarded,
    Reevaluation,
    Start,
    differs,
    points_awarded,
    reevaluate,
)
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned, decode_payloads, decode_returned
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import POSTINGS
from jifen.ledger.records import EXPIRED, ISSUED, REDEEM, SPIN
from jifen.proof.differences import Difference
from jifen.proof.journal import Asked, returned_by
from jifen.proof.showing import at, moment_shown, points_shown
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline
from jifen.wording import Said

LOOKED_AHEAD_DAYS = 40 * 366
"""A tier that is kept for longer by nothing is one that is never lost."""

Sums = dict[tuple[int, int], int]
"""Points by (number of an event or command, currency)."""


class History(NamedTuple):
    """What a member did, what came back of it, and the awards that hold."""

    events: list[PastEvent]
    returns: dict[int, list[Returned]]
    awards: dict[int, Awarded]  # by event number, the one recorded last


def history_of(records: Records) -> History:
    """The records of events, returns and awards, read, with the events of merged members among them."""
    rows = records.read(EVENTS)
    payloads = decode_payloads(b"[%s]" % b",".join([row[-1] for row in rows]))
    events = [
        PastEvent(seq, occurred_at, sequence, event_id, type_, day, payload)
        for (_, _, seq, occurred_at, sequence, _, day, event_id, type_, _), payload in zip(
            rows, payloads, strict=True
        )
    ]
    returns: dict[int, list[Returned]] = {}
    for _, _, _, event_seq, payload in records.read(RETURNS):
        returns.setdefault(event_seq, []).append(decode_returned(payload))
    if records.standing.events:
        events = sorted([*events, *records.standing.events], key=lambda event: event.key)
        returns |= records.standing.returns
    awards = {row[4]: Awarded(*row[5:]) for row in records.read(AWARDS)}
    return History(events, returns, awards)


def evaluation_differences(
    member: MemberRow,
    records: Records,
    history: History,
    again: Reevaluation,
    asked: list[Asked],
    timeline: Timeline,
) -> Iterator[Difference]:
    """Every award that holds, the state behind the last event, as of the member's revision, and when time next
    brings the tier a step."""
    programme = timeline.of_member(member)
    yield from _award_differences(member, history, again, programme)
    yield from _state_differences(member, again, history, programme)
    yield from _checkpoint_differences(member, records, history, again, timeline)
    yield from _due_differences(member, again, asked, programme)


def _due_differences(
    member: MemberRow, again: Reevaluation, asked: list[Asked], programme: OpenProgramme
) -> Iterator[Difference]:
    """Time brings the tier no step between the last command and the next look at the member.

    Nobody looks at a member who was merged.
    """
    if not asked or member.merged:
        return
    recorded_at = asked[-1].recorded_at
    plan, since = programme.engine.plan_at(recorded_at), local_day(programme, recorded_at)
    last = since + LOOKED_AHEAD_DAYS
    if member.next_due_at != NEVER:
        last = min(last, local_day(programme, member.next_due_at) - 1)
    for step in steps_by_time(plan, again.state, since, last):
        yield Difference(
            check="next_due_at",
            member=member.external_id,
            recorded=moment_shown(member.next_due_at, programme.zone),
            derived=moment_shown(start_of_day(step.day, programme.zone), programme.zone),
        )
        return


def evaluated(programme: OpenProgramme, history: History) -> Reevaluation:
    """All of a history judged by one timeline."""
    start = Start(BEGINNING, 0, programme.engine.new_state())
    return reevaluate(programme, start, history.events, history.returns)


def _award_differences(
    member: MemberRow, history: History, again: Reevaluation, programme: OpenProgramme
) -> Iterator[Difference]:
    who = member.external_id
    for event in history.events:
        if event.stands:
            continue
        found, awarded = again.found[event.seq], history.awards.get(event.seq)
        revision = found.plan.revision if found else 0
        if awarded is None or differs(found, awarded) or awarded.revision != revision:
            yield Difference(
                check="award",
                member=who,
                where=at(event=event.event_id),
                recorded=_points_told(programme, points_awarded(programme, awarded)),
                derived=_points_told(programme, found.points() if found else {}),
            )
    for seq in sorted(history.awards.keys() - again.found.keys()):
        yield Difference(check="award_without_event", member=who, where=at(event=seq))


def _points_told(programme: OpenProgramme, points: dict[int, int]) -> Said:
    names = programme.engine.currencies
    return points_shown({names[number]: amount for number, amount in points.items()})


def _state_differences(
    member: MemberRow, again: Reevaluation, history: History, programme: OpenProgramme
) -> Iterator[Difference]:
    who = member.external_id
    if member.generation != programme.engine.layout.generation:
        yield Difference(check="generation", member=who, recorded=str(member.generation))
    elif member.state != state_bytes(again.state):
        yield Difference(check="state", member=who)
    if member.events_evaluated != again.events:
        yield Difference(
            check="events_evaluated",
            member=who,
            recorded=str(member.events_evaluated),
            derived=str(again.events),
        )
    last: HistoryKey = history.events[-1].key if history.events else BEGINNING
    if (member.last_occurred_at, member.last_sequence, member.last_event_id.encode()) != last:
        yield Difference(
            check="last_event", member=who, recorded=member.last_event_id, derived=last[2].decode()
        )


def _checkpoint_differences(
    member: MemberRow,
    records: Records,
    history: History,
    again: Reevaluation,
    timeline: Timeline,
) -> Iterator[Difference]:
    """One at each of its places in history, in the layout of the revision under which it was kept."""
    expected = {point.key: point for point in again.checkpoints}
    of_generation = {timeline.of_member(member).engine.layout.generation: expected}
    missing = set(expected)
    for packed in records.checkpoints:
        _, _, at, sequence, event_id, events, generation, state = CHECKPOINT.unpack(packed)
        if generation not in of_generation:
            earlier = timeline.in_layout(member, generation)
            points = evaluated(earlier, history).checkpoints if earlier else []
            of_generation[generation] = {point.key: point for point in points}
        key = (at, sequence, event_id.encode())
        point = of_generation[generation].get(key)
        if point is None or (point.events, state_bytes(point.state)) != (events, state):
            yield Difference(
                check="checkpoint", member=member.external_id, where=at(event=event_id)
            )
        missing.discard(key)
    for key in sorted(missing):
        yield Difference(
            check="checkpoint", member=member.external_id, where=at(event=key[2].decode())
        )


def posting_differences(
    member: MemberRow, records: Records, history: History, asked: list[Asked], timeline: Timeline
) -> Iterator[Difference]:
    """What was posted for each event is the award that holds, and by each command what it was answered."""
    programme = timeline.of_member(member)
    for_events: Sums = defaultdict(int)
    answered: dict[int, dict[int, int]] = {}  # by command and currency
    kinds = {command.seq: command.kind for command in asked}
    kinds |= {command.seq: "return" for command in asked if returned_by(command) is not None}
    batches = {command.seq: (command.batch_id, command.recorded_at) for command in asked}
    for posting in records.read(POSTINGS):
        _, _, seq, _, batch_id, currency, account, points, at, _, event_seq = posting
        if batches.get(seq) != (batch_id, at) or (account == EXPIRED and event_seq):
            where = at(command=seq)
            yield Difference(check="posting_command", member=member.external_id, where=where)
        if event_seq and account == ISSUED and kinds.get(event_seq) not in (REDEEM, SPIN):
            for_events[event_seq, currency] += points
        own = account == ISSUED and event_seq == seq  # as most are, and answered by every kind
        if own or _answered(kinds.get(seq), seq, account, event_seq):
            of_command = answered.setdefault(seq, {})
            of_command[currency] = of_command.get(currency, 0) + points
    yield from _unlike_awards(member, history, for_events, programme)
    yield from _unlike_answers(member, answered, asked, programme)


def _answered(kind: str | None, seq: int, account: int, event_seq: int) -> bool:
    """Whether a posting is among the points that its command was answered.

    The sender of an event is told what that event got, of a return or an exchange what awards give less; whatever else
    they brought about (the awards of later events, repaid debt) only the balance tells.
    """
    if kind == "event":
        return event_seq == seq and account == ISSUED
    return kind not in ("return", "correct") or account == ISSUED


def _unlike_answers(
    member: MemberRow,
    answered: Mapping[int, Mapping[int, int]],
    asked: list[Asked],
    programme: OpenProgramme,
) -> Iterator[Difference]:
    names = programme.engine.currencies
    for command in asked:
        posted = answered.get(command.seq, {})
        moved = {names[number]: points for number, points in posted.items() if points}
        if moved != command.answer.points:
            yield Difference(
                check="answer",
                member=member.external_id,
                where=at(command=command.seq),
                recorded=points_shown(command.answer.points),
                derived=points_shown(moved),
            )


def _unlike_awards(
    member: MemberRow,
    history: History,
    for_events: Sums,
    programme: OpenProgramme,
) -> Iterator[Difference]:
    awarded = {
        (seq, currency): points
        for seq, award in history.awards.items()
        for currency, points in points_awarded(programme, award).items()
        if points
    }
    posted = {key: points for key, points in for_events.items() if points}
    if awarded == posted:
        return
    ids = {event.seq: event.event_id for event in history.events}
    names = programme.engine.currencies
    for key in sorted(awarded.keys() | posted.keys()):
        if awarded.get(key, 0) != posted.get(key, 0):
            yield Difference(
                check="award_posting",
                member=member.external_id,
                where=at(event=ids.get(key[0], key[0])),
                recorded=f"{posted.get(key, 0)} {names[key[1]]}",
                derived=f"{awarded.get(key, 0)} {names[key[1]]}",
            )
