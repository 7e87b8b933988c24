"""What points of several currencies are worth beside each other, as whole numbers."""

from __future__ import annotations

from math import gcd

from jifen.programme.model import Currency, Programme
from jifen.programme.rules import Give, Group, Rule


def goes_by_worth(programme: Programme, group: Group) -> bool:
    """Whether the best of a group is told by what points are worth: its rules give several currencies."""
    return group.keep == "best" and len(_currencies(programme, group)) > 1


def weights_of(programme: Programme, group: Group) -> dict[str, int]:
    """What the smallest unit of each currency that a group gives is worth, in the greatest common one; 1 where it gives
    one alone."""
    currencies = _currencies(programme, group)
    if len(currencies) == 1:
        return {currency.id: 1 for currency in currencies}
    finest = max((currency.scale for currency in currencies), default=0)
    worth = {
        currency.id: currency.unit_price_micros * int(10 ** (finest - currency.scale))
        for currency in currencies
    }
    common = gcd(*worth.values()) or 1
    return {id: of_one // common for id, of_one in worth.items()}


def members_of(rules: tuple[Rule, ...] | list[Rule], group: Group) -> list[list[Rule]]:
    """The rules of a group as people wrote them, each with its parts."""
    wholes: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.group == group.id:
            wholes.setdefault(rule.whole, []).append(rule)
    return list(wholes.values())


def _currencies(programme: Programme, group: Group) -> list[Currency]:
    given = {
        rule.action.currency
        for rule in programme.rules
        if rule.group == group.id and isinstance(rule.action, Give)
    }
    return [currency for currency in programme.currencies if currency.id in given]
