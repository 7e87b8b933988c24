"""The most points that a member could use now in the way that a command asks for, as a quote says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jifen.intake.asking.commands import (
    Command,
    Event,
    Exchange,
    Hold,
    Redeem,
    Spend,
    Transfer,
)
from jifen.intake.asking.tenders import Pay
from jifen.intake.gathering.sitting import Sitting
from jifen.intake.judging.case import Case, Work, local_day
from jifen.intake.judging.deciding import settle_first
from jifen.intake.relations.sharing import may_share
from jifen.intake.sets.parts import parts_in, redemption_of
from jifen.intake.stock.shelves import shelf_of
from jifen.intake.using.paying import payment_asked
from jifen.intake.using.redeeming import least_balance, listed_at, percent_off, price_taken
from jifen.ledger.bounds import left_by_limits
from jifen.ledger.exchanging import exchangeable_points
from jifen.ledger.paying import Payment
from jifen.ledger.records import REDEEM, SHARE, TRANSFER
from jifen.ledger.redeeming import most_redeemable, refusal_of_moment
from jifen.ledger.ways_out import REDEEMING, available_points, usable_points


def usable_in(sitting: Sitting, command: Command) -> dict[str, int]:
    """The most that a command could use, by currency, or redeem, by reward; nothing of what uses no points.

    Settles everybody from whom points could come, whose lots must all be loaded.
    """
    case = sitting.cases.get(command.member)
    if case is None or case.merged:
        return {}
    lenders = _lenders(sitting, command)
    for one in (case, *lenders):
        settle_first(sitting.work, one)
    match command:
        case Spend(currency=currency):
            return {currency: _spendable(sitting.work, case, currency, lenders)}
        case Redeem(reward=reward, currency=currency):
            return {reward: _redeemable(sitting.work, case, command, lenders)}
        case Hold(currency=currency):
            return {currency: _spendable(sitting.work, case, currency, [])}
        case Transfer(currency=currency):
            return {currency: _given(sitting.work, case, currency)}
        case Exchange(currency=currency, to=to):
            return {currency: _exchanged(sitting.work, case, currency, to)}
        case Event(pay=Pay() as pay):
            return {pay.currency: _paid(sitting.work, case, command, pay)}
        case _:
            return {}


def _lenders(sitting: Sitting, command: Command) -> list[Case]:
    """From whom else the points of a spend or redemption may come; `up_to` so many come from one's own."""
    rules, mates = sitting.work.programme.programme.households, sitting.mates.get(command.member)
    shares = isinstance(command, Redeem) or (
        isinstance(command, Spend) and command.points is not None
    )
    if not shares or rules is None or mates is None:
        return []
    names = mates.others if may_share(rules, mates) else []
    return [sitting.cases[name] for name in names if name in sitting.cases]


def _spendable(work: Work, case: Case, currency: str, lenders: Sequence[Case]) -> int:
    number = work.programme.currency_number(currency)
    terms = work.batch.terms[number]
    if case.guest or not terms.spendable:
        return 0
    others = _lent(work, case, number, lenders)
    return usable_points(case.book, number, terms.spending, REDEEMING, work.now, others)


def _redeemable(work: Work, case: Case, asked: Redeem, lenders: Sequence[Case]) -> int:
    if case.guest or not asked.currency:
        return 0
    reward, number = (work.programme.currency_number(one) for one in (asked.reward, asked.currency))
    others, percent = _lent(work, case, number, lenders), percent_off(work, case)
    least = least_balance(work, asked)
    parts = parts_in(work.programme, work.batch.terms, asked)
    redeemed = [asked, *(redemption_of(asked, part) for part in parts)]
    bounded = [left for one in redeemed for left in _left_of(work, case, one)]
    taken = price_taken(work, asked)
    most = 0
    for many, price in ((1, taken.points), *taken.several) if taken else ():
        redeemable = most_redeemable(
            *(case.book, reward, number, listed_at(work, case, asked, price), percent),
            *(asked.fields, least, work.now),
            *(0 if parts else others, min(bounded, default=None)),
        )
        most = redeemable if redeemable >= many else most
    return most


def _left_of(work: Work, case: Case, asked: Redeem) -> Iterator[int]:
    """How many of a reward there are: in stock, for all members, and of a part of a set by what bounds it alone."""
    reward = work.programme.currency_number(asked.reward)
    terms = work.batch.terms[reward]
    shelf = shelf_of(work.programme, work.batch.terms, asked)
    if shelf is not None:
        yield work.shelves.left.get(shelf, 0)
    for_all = work.taken_by_all.left(terms, reward, local_day(work.programme, work.now))
    if for_all is not None:
        yield for_all
    if asked.of_set and terms.reward is not None:
        bounds = terms.reward.cost.bounds
        entitled = not bounds.when or case.book.entitled(bounds.when, work.now, asked.fields)
        open_now = entitled and refusal_of_moment(case.book, reward, work.now) is None
        yield left_by_limits(case.book, bounds, reward, {REDEEM}, work.now) if open_now else 0


def _lent(work: Work, case: Case, number: int, lenders: Sequence[Case]) -> int:
    """The points that others have for the member, who may take so many."""
    sharing = work.batch.terms[number].sharing
    there = sum(
        max(0, available_points(one.book, number, work.now))
        for one in lenders
        if not one.book.frozen
    )
    return min(there, left_by_limits(case.book, sharing, number, {SHARE}, work.now))


def _given(work: Work, case: Case, currency: str) -> int:
    number = work.programme.currency_number(currency)
    transfers = work.batch.terms[number].transfers
    if transfers is None or case.guest:
        return 0
    return usable_points(case.book, number, transfers.bounds, {TRANSFER}, work.now)


def _exchanged(work: Work, case: Case, currency: str, to: str) -> int:
    number, of = (work.programme.currency_number(one) for one in (currency, to))
    return 0 if case.guest else exchangeable_points(case.book, number, of, work.now)


def _paid(work: Work, case: Case, event: Event, pay: Pay) -> int:
    most = Pay(currency=pay.currency, hold=pay.hold)
    payment = payment_asked(work, case, event, most)
    return payment.points if isinstance(payment, Payment) and not case.guest else 0
