"""Rewards: points redeemed for them, their use, and a redemption being undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jifen.engine.events import Value
from jifen.engine.plan import Plan
from jifen.instants import date_of
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Redeem
from jifen.intake.codes.handing_out import refusal_of_codes, take_codes
from jifen.intake.judging.answering import (
    balances,
    changes_since,
    journal_answer,
    points_of,
    refuse,
)
from jifen.intake.judging.case import Case, Work, local_day
from jifen.intake.stock.taking import (
    give_back_to_stock,
    refusal_for_all,
    refusal_of_stock,
    take_for_all,
    take_from_stock,
)
from jifen.intake.using.entitled import KnownOn, price_listed
from jifen.intake.using.ordering import STATES, place_order, refusal_of_undoing, undone
from jifen.intake.using.recording import use_recorded
from jifen.ledger import redeeming
from jifen.ledger.redeeming import Price, redeem, take_back
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.ways_out import refusal_of_too_few
from jifen.money import decimal_text
from jifen.programme.amounts import show_number
from jifen.programme.event_types import Field
from jifen.programme.prices import Listed
from jifen.programme.prices import Price as ListPrice


def price_asked(work: Work, case: Case, asked: Redeem) -> Refused | Price:
    """What the rewards cost the member today, or why they cannot be had. A price that was stated is compared with that
    of the list, and never used."""
    if not asked.currency:
        return Refused(Refusal.NOT_ACCEPTED)
    reward, currency = (
        work.programme.currency_number(one) for one in (asked.reward, asked.currency)
    )
    percent = percent_off(work, case)
    listed, taken = listed_for(work, case, asked), price_taken(work, asked)
    money = taken.money if taken else 0
    price = redeeming.price_asked(
        case.book, reward, asked.quantity, currency, listed, money, percent, asked.fields, work.now
    )
    if isinstance(price, Price) and asked.price not in (None, price.listed):
        assert asked.price is not None
        figures = {"price": price.listed, "stated": asked.price}
        return Refused(Refusal.PRICE_DIFFERS, "price", figures, currency)
    if isinstance(price, Price):
        stated = price.money if work.quoting and asked.to_pay is None else asked.to_pay
        if refused := redeeming.refusal_of_money(price, stated):
            return refused
        least = least_balance(work, asked)
        return redeeming.refusal_of_balance(case.book, price, least, work.now) or price
    return price


def least_balance(work: Work, asked: Redeem) -> int:
    """From how many points on the reward can be had for these."""
    offered = work.batch.terms[work.programme.currency_number(asked.reward)].reward
    return offered.cost.balance_in(asked.currency) if offered else 0


def listed_for(work: Work, case: Case, asked: Redeem) -> int | None:
    """What each of the rewards costs the member today by the list; None where it cannot be had for these points."""
    price = price_taken(work, asked)
    return None if price is None else listed_at(work, case, asked, price.each_of(asked.quantity))


def listed_at(work: Work, case: Case, asked: Redeem, price: ListPrice) -> int | None:
    """What a price comes to for who asks like this; None where no row of its table fits."""
    plan = work.programme.engine.plan_at(work.now)
    known = KnownOn(local_day(work.programme, work.now), case.facts, case.joined_day)
    return price_listed(plan, case.state, known, work.now, price, asked.fields)


def price_taken(work: Work, asked: Redeem) -> Listed | None:
    """By which price of the reward it is redeemed; None where it has none in this currency."""
    offered = work.batch.terms[work.programme.currency_number(asked.reward)].reward
    return (
        offered.cost.price_taken(asked.currency, asked.quantity, asked.to_pay) if offered else None
    )


def take_redemption(work: Work, case: Case, asked: Redeem) -> Answer:
    """Redeem points for rewards, or say why not."""
    price = price_to_pay(work, case, asked)
    if isinstance(price, Refused):
        return refuse(work, case, asked, price)
    return redeem_at(work, case, asked, price)


def price_to_pay(work: Work, case: Case, asked: Redeem) -> Refused | Price:
    """What the rewards cost the member, who has that, and which are there; or why they cannot be had."""
    price = price_asked(work, case, asked)
    if isinstance(price, Refused):
        return price
    too_few = refusal_of_too_few(case.book, price.currency, price.points, work.now)
    return too_few or lacking_of(work, asked) or price


def redeem_at(work: Work, case: Case, asked: Redeem, price: Price) -> Answer:
    """Redeem points for rewards at a price to which nothing is opposed."""
    before = points_of(case)
    running_low, left_for_all = take_from_stock(work, case, asked), take_for_all(work, asked)
    reward = work.programme.currency_number(asked.reward)
    redeem(case.book, case.member_seq + 1, reward, asked.quantity, price, work.now)
    codes = take_codes(work, case, asked)
    order = place_order(work, case, asked.id, asked.reward, asked.quantity)
    answer = Answer(
        taken=price.points,
        price=price.listed,
        off=price.off,
        to_pay=price.money or None,
        codes=codes,
        left_for_all=left_for_all,
        order=STATES[order.state] if order else None,
    )
    told: dict[str, Any] = {
        "reward": asked.reward,
        "quantity": asked.quantity,
        "points": {asked.currency: price.points},
    }
    told |= money_told(work, "to_pay", price.money)
    if asked.fields:
        told["fields"] = _fields_told(work, asked)
    if asked.of_set:
        told["set"] = {"id": asked.set_id, "reward": asked.of_set}
    if asked.place:
        told["place"] = asked.place
    return use_recorded(work, case, asked, before, answer, "reward.redeemed", told, running_low)


def lacking_of(work: Work, asked: Redeem) -> Refused | None:
    """What there is too little of for a redemption, of which anybody may have the last: places, stock, codes."""
    return (
        refusal_for_all(work, asked)
        or refusal_of_stock(work, asked)
        or refusal_of_codes(work, asked)
    )


def _fields_told(work: Work, asked: Redeem) -> dict[str, Value]:
    """What a redemption says, in the units that people use."""
    rewards = work.programme.programme.rewards
    (fields,) = (one.reward.cost.fields for one in rewards if one.id == asked.reward and one.reward)
    declared = {field.name: field for field in fields}
    return {name: _told(declared[name], value) for name, value in asked.fields.items()}


def _told(field: Field, value: Value) -> Value:
    if not isinstance(value, int) or field.kind == "boolean":
        return value
    return str(date_of(value)) if field.kind == "date" else show_number(value, field.scale)


def cancel_redemption(work: Work, case: Case, asked: Cancel) -> Answer:
    """Take rewards back that lie unused and give back their points, where any were taken, or say why not."""
    before = points_of(case)
    made = work.exchanges[asked.placing_key]
    if asked.points is not None:
        return refuse(work, case, asked, Refusal.NOT_ACCEPTED)
    if refusal := refusal_of_undoing(work, asked):
        return refuse(work, case, asked, refusal)
    quantity = made.left if asked.quantity is None else asked.quantity
    outcome = take_back(case.member_seq + 1, made, asked.quantity, work.now)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    give_back_to_stock(work, case, asked.placing_key, quantity)
    order, of_order = undone(work, case, asked, quantity)
    if not made.taken:
        answer = Answer(
            points=changes_since(work, before, case), balance=balances(work, case), order=order
        )
        return journal_answer(work, case, asked, answer, of_order)
    money = made.money_for(quantity)
    answer = Answer(given_back=outcome.points, to_refund=money or None, order=order)
    told: dict[str, Any] = {
        "points": {work.programme.engine.currencies[made.currency]: outcome.points}
    }
    told |= money_told(work, "to_refund", money)
    return use_recorded(work, case, asked, before, answer, "points.given_back", told, of_order)


def money_told(work: Work, name: str, money: int) -> dict[str, str]:
    """What others are told of money that the shop takes or gives back, where there is any."""
    return {name: decimal_text(money, work.programme.programme.money_scale)} if money else {}


def percent_off(work: Work, case: Case) -> int:
    """What the member's tier of today takes off the price of rewards."""
    plan = work.programme.engine.plan_at(work.now)
    return percent_by(plan, case.state, local_day(work.programme, work.now))


def percent_by(plan: Plan, state: Sequence[int], day: int) -> int:
    """What the tier of a member with such a state takes off on a day."""
    tiers = plan.programme.tiers
    if tiers is None:
        return 0
    code = plan.tier_on(state, day)
    if code not in plan.tier_codes:
        return 0
    return tiers.ladder[plan.tier_codes.index(code)].reward_discount_percent
