"""Points of one currency that become points of another, at a member's word, and that being undone."""

from __future__ import annotations

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Exchange
from jifen.intake.judging.answering import points_of, refuse
from jifen.intake.judging.case import Case, Work
from jifen.intake.using.recording import use_recorded
from jifen.ledger.exchanging import exchange, exchange_up_to, undo
from jifen.ledger.refusals import Refused


def take_exchange(work: Work, case: Case, asked: Exchange) -> Answer:
    """Exchange points, or say why not."""
    before = points_of(case)
    seq = case.member_seq + 1
    currency, to = (work.programme.currency_number(one) for one in (asked.currency, asked.to))
    if asked.amount is None:
        outcome = exchange_up_to(case.book, seq, currency, to, asked.up_to or 0, work.now)
    else:
        outcome = exchange(case.book, seq, currency, to, asked.amount, work.now)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    answer = Answer(
        taken=outcome.taken, received={asked.to: outcome.received}, fee=outcome.fee or None
    )
    told = {"points": {asked.currency: outcome.taken}}
    return use_recorded(work, case, asked, before, answer, "points.exchanged", told)


def cancel_exchange(work: Work, case: Case, asked: Cancel) -> Answer:
    """Undo an exchange as far as what came of it is left, or say why not."""
    before = points_of(case)
    made = work.exchanges[asked.exchange_key]
    to = work.programme.engine.currencies[made.of_currency]
    outcome = undo(case.member_seq + 1, made, asked.points, work.now)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    answer = Answer(given_back=outcome.taken, received={to: -outcome.received})
    told = {"points": {work.programme.engine.currencies[made.currency]: outcome.taken}}
    return use_recorded(work, case, asked, before, answer, "points.given_back", told)
