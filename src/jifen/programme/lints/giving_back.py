"""Rates by which points are worth more than the money they are given for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from jifen.programme.amounts import show_number
from jifen.programme.lints.finding import Finding, of_rule
from jifen.programme.model import Currency, Programme
from jifen.programme.rules import Give, Rule
from jifen.programme.saying.operand_values import currency_named
from jifen.programme.ways import Rate, Steps, Way


def worth_more_than_paid(programme: Programme) -> Iterator[Finding]:
    """The rates of all rules, each with the best multiplier of a tier."""
    for rule in programme.rules:
        if not isinstance(rule.action, Give) or rule.takes:
            continue
        currency = currency_named(programme, rule.action.currency)
        for rate in _rates(rule.action.how):
            if not _is_of_money(rate) or not currency.unit_price_micros:
                continue
            worth, paid = _worth(programme, currency, rate)
            back = worth * _best_factor(programme, rule) / paid
            if back >= 1:
                value = show_number(int(back * 100), 0)
                yield of_rule(
                    "worth-more-than-paid",
                    rule,
                    f"gives back {value} % of what is paid",
                    f"返还相当于所付金额的 {value}%",
                )


def _rates(how: Way) -> list[Rate]:
    ways = how.gives if isinstance(how, Steps) else (how,)
    return [way for way in ways if isinstance(way, Rate)]


def _best_factor(programme: Programme, rule: Rule) -> Fraction:
    """The most by which a tier multiplies what a rule gives."""
    multipliers = [tier.multiplies for tier in (programme.tiers.ladder if programme.tiers else ())]
    factors = [
        Fraction(one.numerator, one.denominator)
        for one in multipliers
        if one is not None and rule.id in one.rules
    ]
    return max([Fraction(1), *factors])


def _is_of_money(rate: Rate) -> bool:
    """Whether a rate is per amount of money that was paid, now or before."""
    if rate.past is not None:
        return rate.past.kind == "total" and rate.past.summed is None
    return rate.field in ("amount", "gross")


def _worth(programme: Programme, currency: Currency, rate: Rate) -> tuple[int, int]:
    """Millionths of money for the points of a rate, and millionths that are paid for them, to one scale."""
    worth = rate.points * currency.unit_price_micros * 10**programme.money_scale
    return worth, rate.per * 1_000_000 * int(10**currency.scale)
