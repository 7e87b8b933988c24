"""Taking in an opening: an event at the beginning of a history, and lots as they were."""

from __future__ import annotations

from jifen.instants import LONG_AGO
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Event
from jifen.intake.asking.member_commands import OpenedLot, Opening
from jifen.intake.judging.answering import (
    balances,
    changes_since,
    journal_answer,
    points_of,
    refuse,
)
from jifen.intake.judging.case import Case, Work, add_award, local_day
from jifen.intake.judging.deciding import (
    SKEW_MICROSECONDS,
    add_event,
    facts_of,
    history_key,
)
from jifen.intake.judging.evaluating import evaluate, input_of
from jifen.intake.judging.opened import OPENING, SEQUENCE, opening_payload
from jifen.ledger.granting import grant
from jifen.ledger.records import Grant
from jifen.ledger.refusals import Refusal
from jifen.ledger.terms import expires_at


def take_opening(work: Work, case: Case, asked: Opening) -> Answer:
    """Let a member's history begin with what was brought from a former system, or say why it cannot."""
    occurred_at = work.now if asked.occurred_at is None else asked.occurred_at
    refusal = _refusal(work, case, occurred_at)
    if refusal:
        return refuse(work, case, asked, refusal)
    seq, before = case.member_seq + 1, points_of(case)
    day = local_day(work.programme, occurred_at)
    payload = opening_payload(asked, facts_of(work, case, occurred_at, day))
    event = Event(
        id=asked.id, member=asked.member, type=OPENING, occurred_at=occurred_at, sequence=SEQUENCE
    )
    found = evaluate(work.programme, case.state, input_of("", OPENING, occurred_at, day, payload))
    add_event(work, case, seq, event, day, payload)
    add_award(work, case, seq, 0, seq, found)
    grants = [_grant(work, lot, occurred_at) for lot in asked.lots]
    grant(case.book, seq, 0, grants, work.now, occurred_at)
    case.opened_at = occurred_at
    case.last = history_key(event, work.now)
    case.events_evaluated += 1
    answer = Answer(
        points=changes_since(work, before, case),
        balance=balances(work, case),
        tier=work.programme.engine.tiers[found.tier] if work.programme.engine.tiers else None,
    )
    told = {"member": case.external_id, "points": answer.points}
    return journal_answer(work, case, asked, answer, [("member.opened", told)])


def _refusal(work: Work, case: Case, occurred_at: int) -> Refusal | None:
    if occurred_at < case.joined_at and not work.imported:
        return Refusal.TOO_OLD
    if occurred_at > work.now + SKEW_MICROSECONDS:
        return Refusal.TOO_NEW
    if case.events_evaluated or case.opened_at != LONG_AGO:
        return Refusal.NOT_FIRST
    return None


def _grant(work: Work, lot: OpenedLot, occurred_at: int) -> Grant:
    """A lot as it was; its end by the terms of when it was earned, unless said. It has no least life."""
    earned_at = occurred_at if lot.earned_at is None else lot.earned_at
    terms = work.programme.terms_at(earned_at)[work.programme.currency_number(lot.currency)]
    ends_at = lot.expires_at
    if ends_at is None:
        ends_at = expires_at(terms, local_day(work.programme, earned_at), None)
    return Grant(
        currency=terms.number,
        points=lot.points,
        funder=0,
        earned_at=earned_at,
        available_at=earned_at,
        expires_at=ends_at,
        unit_price_micros=terms.unit_price_micros,
    )
