"""What sentences in either language need to know about what a rule counts and multiplies."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from jifen.programme.amounts import Language, said_with, say_points, show_money, show_number
from jifen.programme.budget import Budget
from jifen.programme.condition import Past, Summed
from jifen.programme.event_types import Field
from jifen.programme.model import Currency, Programme
from jifen.programme.reading.vocabulary import unit_of
from jifen.programme.rules import Give, Multiply, Rule
from jifen.programme.saying.naming import Name
from jifen.programme.saying.operand_values import currency_named, event_named
from jifen.programme.saying.words import listed
from jifen.programme.ways import Amount, Prizes, Rate, Steps
from jifen.programme.ways_out import Limit


class RulesMeant(msgspec.Struct, frozen=True):
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


def counted_by(programme: Programme, event: str, way: Rate | Steps) -> Field:
    """What a rate or steps count, as if it were a field: also what they ask of the past."""
    match way.past:
        case None:
            of_lines = isinstance(way, Rate) and way.of_lines
            return counted_field(programme, event, way.field, of_lines)
        case Past(kind="total", of=of, summed=Summed() as summed):
            return counted_field(programme, of, summed.field, summed.of_lines)
        case Past(kind="total"):
            return Field("amount", "money", programme.money_scale)
        case Past(kind="earned", of=currency):
            return Field(currency, "number", currency_named(programme, currency).scale)
        case _:
            return Field(way.past.kind, "integer")


def over_words(programme: Programme, rule: Rule, rate: Rate, language: Language) -> str:
    """` over 50 dollars`, below which a rate counts nothing; `超过 50 元的部分，` stands before the rest."""
    if not rate.over:
        return ""
    field = counted_by(programme, rule.on, rate)
    number = show_number(rate.over, field.scale)
    if field.kind == "money":
        over = show_money(programme, rate.over, language)
    elif unit := unit_of(programme, field.name):
        over = said_with(number, unit, language)
    else:
        over = number if language == "en" else f"{number} "
    return f" over {over}" if language == "en" else f"超过 {over}的部分，"


def factor_of(multiply: Multiply) -> str:
    """`2`, `1.5`."""
    factor = Decimal(multiply.numerator) / Decimal(multiply.denominator)
    return f"{factor.normalize():f}"


def rules_meant(programme: Programme, multiply: Multiply, on: str | None) -> RulesMeant:
    """The rules of a multiplier in the shortest words that mean the same; `on` None is any event."""
    points = {currency.id for currency in programme.points}
    giving = {
        rule.id: rule.action.currency
        for rule in programme.rules
        if isinstance(rule.action, Give)
        and rule.action.currency in points
        and on in (None, rule.on)
        and not (rule.takes or rule.referral or rule.to or rule.receives)
    }
    meant = set(multiply.rules)
    wholes = {rule.whole: rule.name for rule in programme.rules if rule.id in meant}
    if len(wholes) > 1 and meant == set(giving):
        return RulesMeant(everything=True)
    currencies = {giving[id] for id in meant if id in giving}
    if len(meant) > 1 and len(currencies) == 1:
        (currency,) = currencies
        if meant == {id for id, given in giving.items() if given == currency}:
            return RulesMeant(currency=currency_named(programme, currency))
    return RulesMeant(names=tuple(name or Name(id, id) for id, name in wholes.items()))


def further_parts(programme: Programme, rule: Rule) -> tuple[Rule, ...]:
    """What a rule of several currencies gives beside its first."""
    return tuple(other for other in programme.rules if other.part_of == rule.id)


def points_given(
    programme: Programme, rule: Rule, currency: str, way: Amount | Rate, language: Language
) -> str:
    """`2 points`, and of a rule that gives several currencies alike `2 points and 1 growth`."""
    alike = [Give(currency, way)]
    if isinstance(rule.action, Give) and rule.action.how is way:
        alike += [
            part.action for part in alike_parts(programme, rule) if isinstance(part.action, Give)
        ]
    said = [
        say_points(currency_named(programme, give.currency), give.how.points, language)
        for give in alike
        if isinstance(give.how, Amount | Rate)
    ]
    return listed(said, language, "和" if language == "zh" else "and")


def alike_parts(programme: Programme, rule: Rule) -> list[Rule]:
    """The further parts of a rule that differ only in currency and number."""
    own = _without_points(rule)
    parts = further_parts(programme, rule)
    return [part for part in parts if own is not None and _without_points(part) == own]


def said_apart(programme: Programme, rule: Rule) -> list[Rule]:
    """The rule, and those of its parts that take words of their own."""
    if isinstance(rule.action, Give) and isinstance(rule.action.how, Prizes):
        return [rule]  # whose prizes are told with all that they give
    alike = alike_parts(programme, rule)
    return [rule, *(part for part in further_parts(programme, rule) if part not in alike)]


def limits_together(programme: Programme, rule: Rule) -> tuple[Limit, ...]:
    """The limits of a rule with those of all its parts."""
    parts = (rule, *further_parts(programme, rule))
    return tuple(dict.fromkeys(limit for part in parts for limit in part.limits))


def budgets_together(programme: Programme, rule: Rule) -> tuple[Budget, ...]:
    """The budgets of a rule with those of all its parts."""
    parts = (rule, *further_parts(programme, rule))
    return tuple(part.budget for part in parts if part.budget is not None)


def prizes_together(programme: Programme, rule: Rule) -> list[list[Give]]:
    """What can be won, prize by prize: of a rule of several currencies all that a prize gives."""
    parts = (rule, *further_parts(programme, rule))
    gives = [part.action for part in parts if isinstance(part.action, Give)]
    ways = [
        [Give(give.currency, way) for way in give.how.gives]
        for give in gives
        if isinstance(give.how, Prizes)
    ]
    return [[give for give in prize if give.how != Amount(0)] for prize in zip(*ways, strict=True)]


def _without_points(rule: Rule) -> Amount | Rate | None:
    how = rule.action.how if isinstance(rule.action, Give) else None
    return replace(how, points=0) if isinstance(how, Amount | Rate) else None
