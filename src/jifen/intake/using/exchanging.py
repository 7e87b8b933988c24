"""Points of one currency that become points of another, at a member's word, and that being undone."""

from __future__ import annotations

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Exchange
from jifen.intake.judging.answering import balances, changes_since, points_of, refuse
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
        points=changes_since(work, before, case), balance=balances(work, case),
        taken=outcome.taken, received={asked.to: outcome.received}, fee=outcome.fee or None,
    )  # fmt: skip
    told = {"points": outcome.taken}
    return use_recorded(work, case, asked, answer, "points.exchanged", told)


def is_of_exchange(work: Work, case: Case, asked: Cancel) -> bool:
    """Whether a command cancels an exchange of the member: no spend or hold has that id."""
    made = work.exchanges.get(asked.exchange_key)
    own = made is not None and made.book is case.book
    return own and not any(key in work.uses for key in asked.keys)


def cancel_exchange(work: Work, case: Case, asked: Cancel) -> Answer:
    """Undo an exchange as far as what came of it is left, or say why not."""
    before = points_of(case)
    made = work.exchanges[asked.exchange_key]
    to = work.programme.engine.currencies[made.of_currency]
    outcome = undo(case.member_seq + 1, made, asked.points, work.now)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    answer = Answer(
        points=changes_since(work, before, case), balance=balances(work, case),
        given_back=outcome.taken, received={to: -outcome.received},
    )  # fmt: skip
    told = {"points": outcome.taken}
    return use_recorded(work, case, asked, answer, "points.given_back", told)
