"""Sets that are redeemed, and cancelled: every part by a command of its own in the journal, all of them or none, and
behind them the row of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.answers import Answer, PartAnswer
from jifen.intake.asking.commands import Cancel, Command, Redeem
from jifen.intake.details import OF_PART, Detail
from jifen.intake.gathering.sitting import Sitting
from jifen.intake.journal import key_of
from jifen.intake.judging.answering import balances, figures_of, journal_answer, refuse
from jifen.intake.judging.case import Case, Work
from jifen.intake.sets.parts import parts_in, redemption_of
from jifen.intake.using.ordering import refusal_of_undoing
from jifen.intake.using.redeeming import (
    cancel_redemption,
    lacking_of,
    least_balance,
    percent_off,
    price_asked,
    redeem_at,
)
from jifen.ledger import redeeming
from jifen.ledger.exchanging import Made
from jifen.ledger.redeeming import Price, refusal_of_balance, taken_back
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.ways_out import refusal_of_too_few
from jifen.programme.prices import Share, shares_of


def take_set(sitting: Sitting, case: Case, asked: Redeem) -> Answer:
    """Redeem every part of a set, or say why not: then none is."""
    work = sitting.work
    parts = parts_in(work.programme, work.batch.terms, asked)
    redeemed = [redemption_of(asked, part) for part in parts]
    if _are_taken(sitting, redeemed):
        return refuse(work, case, asked, Refusal.CONFLICT)
    whole = price_asked(work, case, asked)
    if isinstance(whole, Refused):
        return refuse(work, case, asked, whole)
    shares = shares_of(parts, percent_off(work, case))
    prices: list[Price] = []
    for part in redeemed:
        price = _price_of_part(work, case, part, shares[part.reward])
        if isinstance(price, Refused):
            return _refuse_for(work, case, asked, price, part.reward)
        prices.append(price)
    too_few = refusal_of_too_few(case.book, whole.currency, whole.points, work.now)
    if too_few:
        return refuse(work, case, asked, too_few)
    for part in redeemed:
        if lacking := lacking_of(work, part):
            return _refuse_for(work, case, asked, lacking, part.reward)
    made = []
    for part, price in zip(redeemed, prices, strict=True):
        answer = redeem_at(work, case, part, price)
        sitting.first_of_key[key_of(part)] = part, answer
        made.append(_part_done(part.id, part.reward, asked.currency, price.points, answer))
    answer = Answer(
        taken=whole.points,
        price=whole.listed,
        off=whole.off,
        parts=tuple(made),
        balance=balances(work, case),
    )
    return journal_answer(work, case, asked, answer, [])


def _price_of_part(work: Work, case: Case, asked: Redeem, share: Share) -> Refused | Price:
    """What a part costs in its set, or why it cannot be had: it has the bounds, and the window, that it has alone."""
    reward, currency = (
        work.programme.currency_number(one) for one in (asked.reward, asked.currency)
    )
    price = redeeming.price_asked(
        case.book, reward, asked.quantity, currency, share.listed, 0, 0, asked.fields, work.now
    )
    if isinstance(price, Refused):
        return price
    least = least_balance(work, asked)
    of_member = price._replace(points=share.points * asked.quantity)
    return refusal_of_balance(case.book, of_member, least, work.now) or of_member


def cancel_set(sitting: Sitting, case: Case, asked: Cancel, parts: Sequence[Cancel]) -> Answer:
    """Undo what is left of every part of a set, or so many of each; or say why not: then none is undone."""
    work = sitting.work
    if asked.points is not None:
        return refuse(work, case, asked, Refusal.NOT_ACCEPTED)
    if _are_taken(sitting, parts):
        return refuse(work, case, asked, Refusal.CONFLICT)
    left = [one for one in parts if _made_of(work, one).left] if asked.quantity is None else parts
    for one in left or parts:
        if refused := _refusal_of_cancelling(work, case, one):
            return _refuse_for(work, case, asked, refused, _reward_of(work, one))
    undone = []
    for one in left:
        answer = cancel_redemption(work, case, one)
        sitting.first_of_key[key_of(one)] = one, answer
        currency = work.programme.engine.currencies[_made_of(work, one).currency]
        points = answer.given_back or 0
        undone.append(_part_done(one.id, _reward_of(work, one), currency, points, answer))
    given_back = sum(one.points for one in undone)
    answer = Answer(given_back=given_back, parts=tuple(undone), balance=balances(work, case))
    return journal_answer(work, case, asked, answer, [])


def _refusal_of_cancelling(work: Work, case: Case, asked: Cancel) -> Refused | None:
    """Why a part cannot be undone, by its order and by what of it lies unused; None if it can."""
    if refusal := refusal_of_undoing(work, asked):
        return Refused(refusal)
    made = _made_of(work, asked)
    back = taken_back(made, asked.quantity, made.left, work.now)
    return back if isinstance(back, Refused) else None


def _made_of(work: Work, asked: Cancel) -> Made:
    return work.exchanges[asked.placing_key]


def _reward_of(work: Work, asked: Cancel) -> str:
    return work.programme.engine.currencies[_made_of(work, asked).of_currency]


def _are_taken(sitting: Sitting, commands: Sequence[Command]) -> bool:
    """Whether somebody has used a key already that one of these would have."""
    keys = {key_of(one) for one in commands}
    return not keys.isdisjoint(sitting.known.keys() | sitting.first_of_key.keys())


def _refuse_for(work: Work, case: Case, asked: Redeem | Cancel, why: Refused, part: str) -> Answer:
    """Say no to the whole for what is opposed to a part."""
    detail = figures_of(work, why) or Detail(OF_PART)
    return refuse(work, case, asked, why.refusal, detail.of_part(part))


def _part_done(id: str, reward: str, currency: str, points: int, answer: Answer) -> PartAnswer:
    return PartAnswer(
        id=id,
        reward=reward,
        currency=currency,
        points=points,
        codes=answer.codes,
        order=answer.order,
    )
