"""What was done before a merge and changes after it: where it was done, and settled with who acts now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from jifen.instants import NEVER
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Event, Return
from jifen.intake.following.rule_notices import told_of_rules_again
from jifen.intake.gathering.gather import Known
from jifen.intake.judging.answering import (
    balances,
    by_name,
    changes_since,
    journal_answer,
    refuse,
    risen,
)
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.deciding import record_event
from jifen.intake.judging.history import Sql, pasts_before
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import ExceedsPurchase
from jifen.intake.relations.judging_united import Changed, judge_above
from jifen.intake.relations.lineages import Lineage, lineage_of
from jifen.intake.relations.telling import tell_again
from jifen.intake.stock.taking import give_back_to_stock
from jifen.intake.undoing.correcting import (
    Change,
    continue_from,
    corrected,
    inserted,
    return_recorded,
    with_lives,
)
from jifen.intake.undoing.differences import Correction
from jifen.intake.undoing.returning import excess_refused, returned_of, undo_returned
from jifen.intake.using.ordering import refusal_of_undoing, undone
from jifen.intake.using.redeeming import money_told
from jifen.intake.using.several import refusal_of_keeping_few
from jifen.ledger.cancelling import cancel
from jifen.ledger.exchanging import undo, undoable
from jifen.ledger.load import load_event_lots
from jifen.ledger.load_uses import Used
from jifen.ledger.redeeming import take_back, taken_back
from jifen.ledger.refusals import Refusal, Refused


def take_return_of_merged(
    work: Work, sql: Sql, cases: Sequence[Case], asked: Return, bought: PastEvent
) -> Answer:
    """Undo what a purchase from before a merge gave: judged where and as it was judged, taken back from the survivor.

    `cases`: who bought, and in order those above.
    """
    case, own = cases[0], work.of(cases[0])
    change = Change(case, asked, work.actor, bought)
    past = pasts_before(sql, own.programme, {UUID(bytes=case.member_id): bought.key})
    correction = corrected(own, change, past[UUID(bytes=case.member_id)])
    if isinstance(correction, ExceedsPurchase):
        return excess_refused(work, case, asked, correction)
    lineage = lineage_of(work, sql, cases)
    load_event_lots(sql, [(case.book, {event.seq for event in correction.changed})])
    lineage.bring_back_awards(0, own, correction)
    answer = undo_returned(own, case, asked, bought, correction, correction.changed)
    lineage.pass_on(0)
    back = Changed(bought, returned_of(work, asked))
    told = judge_above(sql, lineage, bought.key, asked.of, back)
    answer = msgspec.structs.replace(
        answer,
        moved=lineage.moved[0],
        balance=balances(work, lineage.survivor),
        shortfall=_shortfall(lineage),
    )
    lineage.record_above(asked, told)
    notices = told_of_rules_again(own, sql, case, correction.changed, correction.result)
    survivor = lineage.survivor.external_id
    return_recorded(own, case, asked, answer, correction, notices, of=survivor)
    continue_from(own, case, correction.result, bought.key)
    tell_again(own, sql, case, correction.past, correction.changed, correction.result)
    _close(lineage)
    return answer


def take_event_of_merged(work: Work, sql: Sql, cases: Sequence[Case], asked: Event) -> Answer:
    """Take in what a history from before a merge brings about now that it is another: judged there, and what it gives
    goes to the survivor."""
    case, own, member_id = cases[0], work.of(cases[0]), UUID(bytes=cases[0].member_id)
    change = Change(case, [asked], work.actor)
    past = pasts_before(sql, own.programme, {member_id: change.key(work.now)})[member_id]
    correction = corrected(own, change, past)
    assert isinstance(correction, Correction)
    correction = with_lives(own, sql, change, correction)
    event, judged = correction.inserted[0], (*correction.changed, *correction.inserted)
    lineage = lineage_of(work, sql, cases)
    load_event_lots(sql, [(case.book, {one.seq for one in correction.changed})])
    lineage.bring_back_awards(0, own, correction)
    notices = told_of_rules_again(own, sql, case, correction.changed, correction.result)
    survivor = lineage.survivor.external_id
    answer, told = inserted(own, case, asked, event, correction, notices, of=survivor)
    lineage.pass_on(0)
    above = judge_above(sql, lineage, event.key, asked.id, Changed(event))
    answer = msgspec.structs.replace(
        answer, moved=lineage.moved[0], balance=balances(work, lineage.survivor)
    )
    lineage.record_above(asked, above)
    record_event(work, case, event.seq, asked, answer, told)
    case.last = max(case.last, event.key)
    continue_from(own, case, correction.result, event.key)
    tell_again(own, sql, case, past, judged, correction.result)
    _close(lineage)
    return answer


def take_cancel_of_merged(work: Work, sql: Sql, cases: Sequence[Case], asked: Cancel) -> Answer:
    """Give back what was used before a merge: to the lots that it came from, and on to the survivor."""
    case = cases[0]
    lineage = lineage_of(work, sql, cases)
    used = next((work.uses[key] for key in asked.keys if key in work.uses), Used(-1, 0))
    seq = case.member_seq + 1
    outcome = cancel(case.book, seq, used.currency, used.of, asked.points, work.now)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    return _given_back(lineage, asked, used.currency, outcome.points)


def take_redemption_of_merged(
    work: Work, sql: Sql, cases: Sequence[Case], asked: Cancel, known: Known | None
) -> Answer:
    """Undo a redemption from before a merge: what lies unused of its rewards returns, and its points go on to the
    survivor."""
    lineage = lineage_of(work, sql, cases)
    made = work.exchanges[asked.placing_key]
    if asked.points is not None:
        return refuse(work, cases[0], asked, Refusal.NOT_ACCEPTED)
    there = lineage.left(made.lots)
    if refusal := refusal_of_undoing(work, asked):
        return refuse(work, cases[0], asked, refusal)
    rewards = taken_back(made._replace(taken_at=None), asked.quantity, there, work.now)
    if isinstance(rewards, Refused):
        return refuse(work, cases[0], asked, rewards)
    if refused := refusal_of_keeping_few(work, asked, known, rewards):
        return refuse(work, cases[0], asked, refused)
    lineage.bring_back(0, made.lots, rewards)
    give_back_to_stock(work, cases[0], asked.placing_key, rewards)
    outcome = take_back(lineage.sides[0].seq, made, rewards, work.now)
    assert not isinstance(outcome, Refused)
    order, told = undone(work, cases[0], asked, rewards, lineage.survivor)
    money = made.money_for(rewards)
    return _given_back(
        lineage, asked, made.currency, outcome.points, order=order, to_refund=money, told=told
    )


def take_undoing_of_merged(work: Work, sql: Sql, cases: Sequence[Case], asked: Cancel) -> Answer:
    """Undo an exchange from before a merge: what came of it returns, and what it took goes on to the survivor."""
    lineage = lineage_of(work, sql, cases)
    made = work.exchanges[asked.exchange_key]
    outcome = undoable(made, asked.points, lineage.left(made.lots))
    if isinstance(outcome, Refused):
        return refuse(work, cases[0], asked, outcome)
    lineage.bring_back(0, made.lots, outcome.received)
    undo(lineage.sides[0].seq, made, outcome.taken, work.now)
    to = work.programme.engine.currencies[made.of_currency]
    received = {to: -outcome.received}
    return _given_back(lineage, asked, made.currency, outcome.taken, received)


def _given_back(
    lineage: Lineage,
    asked: Cancel,
    currency: int,
    points: int,
    received: Mapping[str, int] | None = None,
    order: str | None = None,
    to_refund: int = 0,
    told: Sequence[tuple[str, dict[str, Any]]] = (),
) -> Answer:
    """Let what was given back go on to the survivor, and journal it with everybody."""
    work, case, survivor = lineage.work, lineage.cases[0], lineage.survivor
    lineage.pass_all_on()
    answer = Answer(
        points=changes_since(work, lineage.before[0], case),
        balance=balances(work, survivor),
        moved=lineage.moved[0],
        given_back=points or None,
        received=dict(received or {}),
        to_refund=to_refund or None,
        order=order,
    )
    given = {work.programme.engine.currencies[currency]: points}
    payload = {"member": survivor.external_id, "id": asked.id, "points": given}
    payload |= money_told(work, "to_refund", to_refund)
    of_points = [("points.given_back", payload)] if points else []
    journal_answer(work, case, asked, answer, [*of_points, *told])
    lineage.record_above(asked, [[] for _ in lineage.cases[1:]])
    _close(lineage)
    return answer


def _close(lineage: Lineage) -> None:
    """Nothing is due of whoever is merged, of whose points nothing is left."""
    for case in lineage.cases[:-1]:
        case.book.next_due_at = NEVER


def _shortfall(lineage: Lineage) -> dict[str, int]:
    """What the survivor owes more than before."""
    before = {number: max(0, -points) for number, points in lineage.before[-1].items()}
    held = lineage.survivor.book.balances
    owed = {number: balance.debt for number, balance in held.items()}
    return by_name(lineage.work, risen(before, owed))
