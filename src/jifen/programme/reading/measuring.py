"""What a ladder counts, and how much of it a tier takes: `amount`, `nights of stay`, `{any: [...]}`."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from jifen.programme.conditions.scope import Scope, costs_nothing
from jifen.programme.event_types import EventType, numbers
from jifen.programme.problems import Wrong, did_you_mean, which_of
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import entries, some_items, text
from jifen.programme.requirement import (
    PURCHASE,
    AllReached,
    AnyReached,
    AtLeast,
    Measure,
    Requirement,
)
from jifen.wording import Said

MOST_PARTS = 8
_OF_EVENTS = re.compile(r"(?P<what>[a-z][a-z0-9_]*) of (?P<event>[a-z][a-z0-9_]*)", re.ASCII)
_MONTHS = re.compile(
    r"months with amount (?:of (?P<event>[a-z][a-z0-9_]*) )?>= (?P<amount>\S+)", re.ASCII
)
_BALANCE = re.compile(r"balance(?: of (?P<currency>[a-z][a-z0-9_-]*))?", re.ASCII)
_JOINED = ("all", "any")
_MEANT = {
    **dict.fromkeys(("spending", "spend", "money", "total", "sales"), "amount"),
    **dict.fromkeys(("orders", "count", "number"), "purchases"),
}


def measure_from(written: str, scope: Scope) -> Measure:
    """A measure as written.

    Raises:
        Wrong: nothing of this name can be counted.
    """
    word = " ".join(written.split())
    for currency in scope.points:
        if word == currency.id:
            return Measure("earned", currency.id, "", currency.scale)
    match word:
        case "amount":
            return Measure("amount", PURCHASE, "", scope.money_scale)
        case "purchases":
            return Measure("count", PURCHASE)
    if months := _MONTHS.fullmatch(word):
        return _months(word, months["amount"], months["event"] or PURCHASE, scope)
    if balance := _BALANCE.fullmatch(word):
        return _balance(balance["currency"], scope)
    found = _OF_EVENTS.fullmatch(word)
    if not found:
        known = [currency.id for currency in scope.points] + ["amount", "purchases"]
        hint = Said(
            "a currency, amount, purchases, or such as `count of visit` and `nights of stay`",
            "可用某种积分、amount、purchases，或 `count of visit`、`nights of stay` 这样的写法",
        )
        unknown = Said(f"unknown measure '{word}'", f"没有“{word}”这种指标")
        raise Wrong(unknown, did_you_mean(_MEANT.get(word, word), known) or hint)
    return _of_events(found["what"], found["event"], scope)


def _balance(currency: str | None, scope: Scope) -> Measure:
    known = [one.id for one in scope.points]
    if currency is None:
        raise Wrong(
            Said("the balance of which currency?", "须写明是哪种积分的余额"),
            Said(f"write `balance of {known[0]}`", f"请写 `balance of {known[0]}`"),
        )
    if currency not in known:
        unknown = Said(f"unknown currency '{currency}'", f"没有积分种类“{currency}”")
        raise Wrong(unknown, which_of(currency, known))
    return Measure("balance", currency)


def _months(word: str, amount: str, event: str, scope: Scope) -> Measure:
    spent = _of_events("amount", event, scope)
    least = units(amount, scope.money_scale, Said("the money", "货币"))
    if least == 0:
        raise Wrong(Said(f"'{word}' counts every month", f"“{word}”等于每个月都算"))
    return Measure("months", spent.of, least=least, written=word)


def _of_events(what: str, event: str, scope: Scope) -> Measure:
    if event not in scope.events:
        unknown = Said(f"unknown event type '{event}'", f"没有“{event}”这种事件")
        raise Wrong(unknown, did_you_mean(event, scope.events))
    type = scope.events[event]
    match what:
        case "count" | "days":
            return Measure(what, event)
        case "amount" if type.costs_money:
            return Measure("amount", event, "", scope.money_scale)
        case "amount":
            raise Wrong(costs_nothing(event))
        case name:
            return _field_of(name, type)


def _field_of(name: str, type: EventType) -> Measure:
    numeric = numbers(type.fields)
    if name not in numeric:
        unknown = Said(
            f"'{type.id}' has no number '{name}' to add up", f"“{type.id}”没有可累加的数值“{name}”"
        )
        raise Wrong(unknown, did_you_mean(name, ("count", "days", "amount", *numeric)))
    return Measure("field", type.id, name, numeric[name].scale)


class Asked(msgspec.Struct, frozen=True):
    """Reads what it takes: plain numbers are of `measure`, which is None if it could not be read."""

    scope: Scope
    measure: Measure | None
    says_measure: bool  # the document names one for plain numbers

    def requirement(self, node: Node) -> Requirement:
        """A number, `{amount: 5000}`, or several joined by `any` or `all`.

        Raises:
            Wrong: it cannot be read.
        """
        if isinstance(node, Mapping):
            return self._mapping(node)
        if not self.says_measure:
            raise Wrong(
                Said("a plain number needs `measure`", "只写数字时须注明 `measure`"),
                Said("or write such as {amount: 5000}", "也可写成 {amount: 5000}"),
            )
        # Where the measure is a problem of its own, the number may have any decimals.
        measure = self.measure or Measure("earned", "", "", 6)
        return AtLeast(measure, units(text(node), measure.scale, _THE_MEASURE))

    def _mapping(self, node: Mapping) -> Requirement:
        if len(node.keys) != 1:
            raise Wrong(
                Said("must name one measure, `any` or `all`", "须写一个指标，或 `any`、`all`"),
                Said(
                    "join several as {all: [{amount: 5000}, {purchases: 20}]}",
                    "多个条件请写成 {all: [{amount: 5000}, {purchases: 20}]}",
                ),
            )
        ((key, value),) = entries(node)
        if key.text not in _JOINED:
            measure = measure_from(key.text, self.scope)
            return AtLeast(measure, units(text(value), measure.scale, _THE_MEASURE))
        parts = tuple(self.requirement(part) for part in some_items(value))
        if len(parts) > MOST_PARTS:
            raise Wrong(Said(f"more than {MOST_PARTS} parts", f"多于 {MOST_PARTS} 项"))
        return AllReached(parts) if key.text == "all" else AnyReached(parts)


_THE_MEASURE = Said("the measure", "该指标")


def measure_reader(scope: Scope) -> Callable[[Node], Measure]:
    """A reader of `measure:`."""
    return lambda node: measure_from(text(node), scope)
