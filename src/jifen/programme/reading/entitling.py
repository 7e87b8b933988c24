"""`when` of a way of using points: what the member is, and has done before. Read when tiers and facts are known."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from jifen.programme.condition import Condition
from jifen.programme.conditions.scope import Scope
from jifen.programme.conditions.typing_conditions import read_conjuncts
from jifen.programme.event_types import EventType
from jifen.programme.model import Currency
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.sections import noting, one_or_many, text
from jifen.programme.saying.naming import Name
from jifen.programme.ways_out import WayOut

_USE = EventType("use", Name("使用", "use"), ())
"""Conditions stand in an event; that of using points has no fields."""


def of_today(scope: Scope) -> Scope:
    """What a condition of using points may look at."""
    return replace(scope, on=_USE, today=True)


def with_conditions(
    node: Node, problems: Problems, currencies: tuple[Currency, ...], scope: Scope
) -> tuple[Currency, ...]:
    """The currencies with what stands under `when` in their ways; every problem is noted."""
    today = of_today(scope)

    def when(way: Node | None, bounds: WayOut) -> WayOut:
        place = way.values.get("when") if isinstance(way, Mapping) else None
        if place is None:
            return bounds
        found: tuple[Condition, ...] = noting(
            problems, place, lambda place: read_conjuncts(text(place), today), ()
        )
        return replace(bounds, when=found)

    return tuple(
        _with_conditions(currency, own, when)
        if isinstance(node, Mapping) and isinstance(own := node.values.get(currency.id), Mapping)
        else currency
        for currency in currencies
    )


def _with_conditions(
    currency: Currency, own: Mapping, when: Callable[[Node | None, WayOut], WayOut]
) -> Currency:
    ways = own.values
    transfers, paying = currency.transfers, currency.paying
    if transfers is not None:
        transfers = replace(transfers, bounds=when(ways.get("transfers"), transfers.bounds))
    if paying is not None:
        paying = replace(paying, bounds=when(ways.get("pay"), paying.bounds))
    rates = one_or_many(ways["exchange"]) if currency.exchanges else ()
    return replace(
        currency,
        spending=when(ways.get("spending"), currency.spending),
        transfers=transfers,
        paying=paying,
        exchanges=tuple(
            replace(exchange, bounds=when(rate, exchange.bounds))
            for exchange, rate in zip(currency.exchanges, rates, strict=False)
        ),
    )
