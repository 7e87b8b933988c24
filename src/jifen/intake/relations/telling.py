"""What judging an event, for the first time or again, puts into inboxes: other members', and the member's own."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from jifen.intake.asking.commands import Event, Return
from jifen.intake.following.own_events import brought_by_time
from jifen.intake.following.standing import behind, corrections_of, not_brought_along, standing
from jifen.intake.gathering.absorbed import name_of_merged
from jifen.intake.gathering.facts import REFERRER
from jifen.intake.judging.case import Case, Work, local_day
from jifen.intake.judging.evaluating import Evaluation, unpacked_components
from jifen.intake.judging.history import (
    BEGINNING,
    Past,
    Reevaluation,
    Sql,
    pasts_before,
    reevaluate,
)
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Payload
from jifen.intake.relations.deriving import NO_DEEDS, Cause, Deeds, Sent, deeds_of, sent
from jifen.intake.relations.inbox import deeds_until_now, waiting_for


def tell_others(
    work: Work, case: Case, event: Event, occurred_at: int, payload: Payload, found: Evaluation
) -> None:
    """Send what an event that is judged for the first time brings about."""
    if work.programme.derives and (now := _deeds(work, event.type, found)):
        work.send(sent(_cause(case, event.id, occurred_at, payload), NO_DEEDS, now))


def tell_again(
    work: Work, sql: Sql, case: Case, past: Past, judged: Sequence[PastEvent], result: Reevaluation
) -> None:
    """Withdraw what events that were judged again no longer bring about, and send what they bring about now."""
    if work.programme.derives:
        _tell_others_again(work, sql, case, past, judged, result)
    if work.programme.own_events:
        _tell_oneself_again(work, sql, case, past, judged, result)


def tell_parted(work: Work, sql: Sql, case: Case) -> None:
    """Send what a member's own history would have brought about while the member was merged into another."""
    if work.programme.own_events:
        member_id = UUID(bytes=case.member_id)
        past = pasts_before(sql, work.programme, {member_id: BEGINNING})[member_id]
        result = reevaluate(work.programme, past.start, past.events, past.returns)
        _tell_oneself_again(work, sql, case, past, (), result)


def _tell_oneself_again(
    work: Work, sql: Sql, case: Case, past: Past, judged: Sequence[PastEvent], result: Reevaluation
) -> None:
    events = sorted(
        {event.seq: event for event in (*past.events, *judged)}.values(),
        key=lambda event: event.key,
    )
    last_at = events[-1].occurred_at if events else past.start.key[0]
    today = local_day(work.programme, work.now)
    since_then = [*brought_by_time(work.programme, result.state, last_at, today)]
    member_id = UUID(bytes=case.member_id)
    waiting = waiting_for(sql, work.programme, [member_id]).get(member_id, ())
    known = behind(work.programme, standing(events, past.returns, waiting), past.start.key)
    if case.merged:  # time brings nothing new until the merge is undone
        stands = {one.first_id for one in known if not one.withdrawn}
        since_then = [one for one in since_then if one.id_for(case.external_id) in stands]
    expected = not_brought_along([*result.brought, *since_then], events, past.returns)
    found = corrections_of(case.external_id, expected, known)
    work.send([_to_closed(one, member_id) for one in found] if case.merged else found)


def _to_closed(one: Sent, member_id: UUID) -> Sent:
    """What comes into the history of who is merged goes to that member; what is withdrawn to who acts for it."""
    if isinstance(one.asked, Return):
        return one
    return one._replace(recipient=name_of_merged(member_id))


def _tell_others_again(
    work: Work, sql: Sql, case: Case, past: Past, judged: Sequence[PastEvent], result: Reevaluation
) -> None:
    turned: list[tuple[PastEvent, Deeds, Deeds]] = []
    for event in judged:
        awarded = past.awards.get(event.seq)
        before = NO_DEEDS
        if awarded is not None:
            parts = unpacked_components(awarded.components)
            before = deeds_of(work.programme, event.type, awarded.revision, awarded.reasons, parts)
        now = _deeds(work, event.type, result.found[event.seq])
        if before != now:
            turned.append((event, before, now))
    if turned:
        events = [event for event, *_ in turned]
        until_now = deeds_until_now(sql, work.programme, case.member_id, events)
        for event, before, now in turned:
            cause = _cause(case, event.event_id, event.occurred_at, event.payload)
            work.send(sent(cause, before, now, until_now[event.seq]))


def _cause(case: Case, event_id: str, occurred_at: int, payload: Payload) -> Cause:
    referrer = str(case.facts.get(REFERRER, ""))
    return Cause(case.external_id, referrer, payload.facts, event_id, occurred_at)


def _deeds(work: Work, event_type: str, found: Evaluation | None) -> Deeds:
    if found is None:
        return NO_DEEDS
    return deeds_of(
        work.programme, event_type, found.plan.revision, found.reasons, found.components
    )
