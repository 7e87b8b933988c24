"""What a point is worth at most: its price, what it pays of a bill, or what it is worth as what it can become."""

from __future__ import annotations

from fractions import Fraction

from jifen.ledger.paying import MICROS, rate_of
from jifen.programme.model import Currency, Programme

Worths = dict[str, Fraction]
"""Millionths of the smallest unit of money that the smallest unit of each currency is worth."""


def worths_of(programme: Programme) -> Worths:
    """By the best way out of each currency. A way round through others is worth no more than straight on: what gains
    by leading round in a circle is another finding."""
    money = 10**programme.money_scale
    worths: Worths = {}
    for currency in programme.currencies:
        priced = Fraction(currency.unit_price_micros * money, 10**currency.scale)
        worths[currency.id] = max(priced, _paid(currency, programme.money_scale))
    exchanges = [
        (currency.id, one) for currency in programme.currencies for one in currency.exchanges
    ]
    for _ in programme.currencies:
        for name, exchange in exchanges:
            become = worths[exchange.to] * exchange.best_rate
            worths[name] = max(worths[name], become)
    return worths


def prices_compared(main: Currency, published: Programme, draft: Programme) -> dict[str, int]:
    """What members have of each is compared by, in a unit common to them all: points and rewards with a price, that of
    the draft where it has one. Where the main currency has none it stands alone."""
    currencies = [*published.currencies, *draft.currencies]
    prices = {one.id: one.unit_price_micros for one in currencies if one.unit_price_micros}
    if main.id not in prices:
        return {main.id: 1}
    finest = max(one.scale for one in currencies)
    scales = {one.id: finest - one.scale for one in currencies}
    return {
        id: prices[id] * int(10 ** scales[id])
        for id in sorted(prices, key=lambda id: id != main.id)
    }


def _paid(currency: Currency, money_scale: int) -> Fraction:
    """What the smallest unit pays of a bill, where it is most: what few points pay may be rounded up."""
    if currency.paying is None:
        return Fraction(0)
    rate, bounds = rate_of(currency.paying, currency.scale, money_scale), currency.paying.bounds
    few = (
        Fraction(rate.worth(points), points + bounds.fee)
        for points in bounds.smallest()
        if currency.paying.rounding != "down"
    )
    return max(Fraction(rate.money, rate.points), *few, Fraction(0)) * MICROS
