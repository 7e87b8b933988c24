"""Exchanges that lead round in a circle and leave more than they began with."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from jifen.programme.lints.finding import Finding
from jifen.programme.model import Programme
from jifen.wording import Said


def gaining_circles(programme: Programme) -> Iterator[Finding]:
    """Currencies of which each can become the next, and the last the first again, so that more comes back than went.

    The best rates are taken, whatever days and fees they have; the first circle from each currency that is in no
    circle before.
    """
    rates: dict[str, dict[str, Fraction]] = {}
    for currency in programme.currencies:
        for exchange in currency.exchanges:
            found = rates.setdefault(currency.id, {})
            rate = exchange.best_rate
            found[exchange.to] = max(rate, found.get(exchange.to, rate))
    told: set[str] = set()
    for start in rates:
        circle = _circle(start, rates)
        if circle and start not in told:
            told.update(circle)
            way = " → ".join((*circle, start))
            said = Said(
                f"leaves more points than there were, round in a circle: {way}",
                f"转一圈回来，积分会变多：{way}",
            )
            yield Finding("exchange-for-nothing", f"currencies.{start}.exchange", 0, said)


def _circle(start: str, rates: dict[str, dict[str, Fraction]]) -> tuple[str, ...]:
    """The way from a currency back to itself that multiplies it, if there is one; each step takes the best so far."""
    best: dict[str, tuple[Fraction, tuple[str, ...]]] = {start: (Fraction(1), (start,))}
    for _ in rates:
        reached: dict[str, tuple[Fraction, tuple[str, ...]]] = {}
        for currency, (worth, way) in best.items():
            for to, rate in rates.get(currency, {}).items():
                if to == start and worth * rate > 1:
                    return way
                if to not in way and worth * rate > reached.get(to, (Fraction(0), ()))[0]:
                    reached[to] = (worth * rate, (*way, to))
        best = reached
    return ()
