"""What a point is worth at most: its price, what it pays of a bill, or what it is worth as what it can become."""

from __future__ import annotations

from fractions import Fraction

from jifen.programme.model import Programme

Worths = dict[str, Fraction]
"""Millionths of the smallest unit of money that the smallest unit of each currency is worth."""


def worths_of(programme: Programme) -> Worths:
    """By the best way out of each currency. A way round through others is worth no more than straight on: what gains
    by leading round in a circle is another finding."""
    money = 10**programme.money_scale
    worths: Worths = {}
    for currency in programme.currencies:
        paid = currency.paying.rate_micros if currency.paying else 0
        most = max(currency.unit_price_micros, paid)
        worths[currency.id] = Fraction(most * money, 10**currency.scale)
    exchanges = [
        (currency.id, one) for currency in programme.currencies for one in currency.exchanges
    ]
    for _ in programme.currencies:
        for name, exchange in exchanges:
            become = worths[exchange.to] * Fraction(exchange.give, exchange.per)
            worths[name] = max(worths[name], become)
    return worths
