"""Returns and late events: the history evaluated again, the differences posted, each one kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from jifen.db.tables import EVENT_RETURN
from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.case import RETURNS, Case, HistoryKey, Work, add_award, local_day, record
from jifen.intake.commands import Event, Return
from jifen.intake.deciding import (
    Told,
    add_event,
    balances,
    by_name,
    event_answer,
    history_key,
    keep_checkpoint,
)
from jifen.intake.evaluating import grants_of
from jifen.intake.facts import facts_on
from jifen.intake.history import (
    Awarded,
    PastEvent,
    Reevaluation,
    Sql,
    awards_of,
    differs,
    events_after,
    left_of,
    points_awarded,
    reevaluate,
    returns_of,
    start_before,
)
from jifen.intake.payload import Payload, Returned, encode_payload
from jifen.ledger.load import load_event_lots
from jifen.ledger.records import Difference
from jifen.ledger.reversing import correct


def insert_late(work: Work, sql: Sql, case: Case, late: Sequence[Event]) -> list[Answer]:
    """Take in events that belong before the end of the member's history, as one change of it.

    What they change of other events' awards is posted with the last of them.
    """
    earliest = min(history_key(event, work.now) for event in late)
    member_id = UUID(bytes=case.member_id)
    start = start_before(sql, work.programme, member_id, earliest)
    known = events_after(sql, work.programme, member_id, start.key)
    awards = awards_of(sql, work.programme, member_id, known)
    inserted = [
        _past(work, case, case.member_seq + 1 + place, event) for place, event in enumerate(late)
    ]
    history = sorted([*known, *inserted], key=lambda event: event.key)
    result = reevaluate(work.programme, start, history, returns_of(sql, work.programme, member_id))
    others = _changed(known, result, awards)
    load_event_lots(sql, case.book, {event.seq for event in others})
    answers = []
    for event, past in zip(late, inserted, strict=True):
        changed = [past, *(others if past is inserted[-1] else [])]
        answers.append(_insert(work, case, event, past, changed, result, awards))
    _continue_from(work, case, result, earliest)
    case.last = max(case.last, history[-1].key)
    return answers


def take_return(work: Work, sql: Sql, case: Case, asked: Return, event: PastEvent) -> Answer:
    """Undo exactly what the returned part of an event did. Raises ExceedsPurchase."""
    member_id = UUID(bytes=case.member_id)
    returned = Returned(amount=asked.amount, lines=asked.lines, full=asked.full)
    returns = returns_of(sql, work.programme, member_id)
    returns.setdefault(event.seq, []).append(returned)
    left_of(work.programme, event, returns[event.seq])
    start = start_before(sql, work.programme, member_id, event.key)
    history = events_after(sql, work.programme, member_id, start.key)
    awards = awards_of(sql, work.programme, member_id, history)
    result = reevaluate(work.programme, start, history, returns)
    changed = _changed(history, result, awards)
    load_event_lots(sql, case.book, {past.seq for past in changed})
    seq = case.member_seq + 1
    packed = EVENT_RETURN.pack(
        work.batch.programme_id, case.member_id, seq, event.seq, encode_payload(returned)
    )
    case.book.rows.append((seq, RETURNS, packed))
    answer = _post(work, case, seq, changed, result, awards)
    told: Told = []
    if answer.points:
        payload = {"member": case.external_id, "event": asked.of, "points": answer.points}
        told.append(("points.reversed", payload))
    _continue_from(work, case, result, event.key)
    record(
        work, case, seq, key=journal.key_of(asked), kind="return",
        occurred_at=work.now if asked.occurred_at is None else asked.occurred_at,
        body=journal.body_of(asked), answer=answer, told=told,
    )  # fmt: skip
    return answer


def _past(work: Work, case: Case, seq: int, event: Event) -> PastEvent:
    occurred_at, sequence, _ = history_key(event, work.now)
    day = local_day(work.programme, occurred_at)
    facts = facts_on(day, case.facts, case.joined_day)
    payload = Payload(fields=event.fields, lines=event.lines, facts=facts)
    return PastEvent(seq, occurred_at, sequence, event.id, event.type, day, payload)


def _changed(
    events: Sequence[PastEvent], result: Reevaluation, awards: Mapping[int, Awarded]
) -> list[PastEvent]:
    return [event for event in events if differs(result.found[event.seq], awards.get(event.seq))]


def _insert(
    work: Work,
    case: Case,
    event: Event,
    past: PastEvent,
    changed: Sequence[PastEvent],
    result: Reevaluation,
    awards: Mapping[int, Awarded],
) -> Answer:
    add_event(work, case, past.seq, event, past.day, past.payload)
    posted = _post(work, case, past.seq, changed, result, awards)
    found = result.found[past.seq]
    answer = event_answer(work, case, found, found.points() if found else {})
    told: Told = []
    if posted.points:
        payload = {"member": case.external_id, "event": event.id, "points": posted.points}
        told.append(("points.earned", payload))
    record(
        work, case, past.seq, key=journal.key_of(event), kind="event",
        occurred_at=past.occurred_at, body=b"{}", answer=answer, told=told,
    )  # fmt: skip
    return answer


def _post(
    work: Work,
    case: Case,
    seq: int,
    changed: Sequence[PastEvent],
    result: Reevaluation,
    awards: Mapping[int, Awarded],
) -> Answer:
    """Keep the new awards and post what they give more or less."""
    differences: list[Difference] = []
    total: dict[int, int] = {}
    debts = {number: balance.debt for number, balance in case.book.balances.items()}
    for row_no, past in enumerate(changed):
        found = result.found[past.seq]
        add_award(work, case, seq, row_no, past.seq, found)
        points = found.points() if found else {}
        for currency, before in points_awarded(work.programme, awards.get(past.seq)).items():
            points[currency] = points.get(currency, 0) - before
        points = {currency: difference for currency, difference in points.items() if difference}
        differences += _differences(work, past, points)
        for currency, difference in points.items():
            total[currency] = total.get(currency, 0) + difference
    correct(case.book, seq, differences, work.now, work.now)
    total = {currency: points for currency, points in total.items() if points}
    shortfall = {
        number: balance.debt - debts.get(number, 0)
        for number, balance in case.book.balances.items()
        if balance.debt > debts.get(number, 0)
    }
    return Answer(
        points=by_name(work, total),
        balance=balances(work, case),
        reversed=by_name(work, {number: -points for number, points in total.items() if points < 0}),
        shortfall=by_name(work, shortfall),
    )


def _differences(work: Work, past: PastEvent, points: dict[int, int]) -> list[Difference]:
    grants = grants_of(
        work.programme, points, past.occurred_at, past.day, work.now, imported=work.imported
    )
    return [
        Difference(
            past.seq,
            grant.currency,
            grant.points,
            grant.funder,
            grant.earned_at,
            grant.available_at,
            grant.expires_at,
            grant.unit_price_micros,
        )
        for grant in grants
    ]


def _continue_from(work: Work, case: Case, result: Reevaluation, changed_at: HistoryKey) -> None:
    case.state = result.state
    case.events_evaluated = result.events
    work.forgotten.append((case.member_id, changed_at))
    for checkpoint in result.checkpoints:
        if checkpoint.key >= changed_at:
            keep_checkpoint(work, case, checkpoint.key, checkpoint.events, checkpoint.state)
