"""What sentences in either language need to know about what a rule counts and multiplies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jifen.programme.model import Currency, Field, Give, Multiply, Name, Programme
from jifen.programme.saying.operand_values import currency_named, event_named


@dataclass(frozen=True, slots=True)
class RulesMeant:
    """Every giving rule; or every one of a currency; or these, by name."""

    everything: bool = False
    currency: Currency | None = None
    names: tuple[Name, ...] = ()


def counted_field(programme: Programme, event: str, name: str, of_lines: bool) -> Field:
    """The field that a rate or steps count."""
    type = event_named(programme, event)
    known = type.line_fields if of_lines else type.fields
    bill = Field(name, "money", programme.money_scale)  # amount and gross are fields of no list
    return next((field for field in known if field.name == name), bill)


def factor_of(multiply: Multiply) -> str:
    """`2`, `1.5`."""
    factor = Decimal(multiply.numerator) / Decimal(multiply.denominator)
    return f"{factor.normalize():f}"


def rules_meant(programme: Programme, multiply: Multiply, on: str | None) -> RulesMeant:
    """The rules of a multiplier in the shortest words that mean the same; `on` None is any event."""
    giving = {
        rule.id: rule.action.currency
        for rule in programme.rules
        if isinstance(rule.action, Give) and on in (None, rule.on) and rule.referral is None
    }
    meant = set(multiply.rules)
    if len(meant) > 1 and meant == set(giving):
        return RulesMeant(everything=True)
    currencies = {giving[id] for id in meant if id in giving}
    if len(meant) > 1 and len(currencies) == 1:
        (currency,) = currencies
        if meant == {id for id, given in giving.items() if given == currency}:
            return RulesMeant(currency=currency_named(programme, currency))
    by_id = {rule.id: rule for rule in programme.rules}
    names = (by_id[id].name or Name(id, id) for id in multiply.rules)
    return RulesMeant(names=tuple(names))
