"""Limits and budgets that are less than what is given at once."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.amounts import say_points
from jifen.programme.lints.finding import Finding, of_rule
from jifen.programme.model import Currency, Programme
from jifen.programme.rules import Give
from jifen.programme.saying.operand_values import currency_named
from jifen.programme.ways import Amount, Cases, Prizes, Steps, Way


def limits_below_awards(programme: Programme) -> Iterator[Finding]:
    """Of rules that give fixed awards: what a single award already goes beyond."""
    for rule in programme.rules:
        if not isinstance(rule.action, Give) or rule.takes:
            continue
        if not (awards := _fixed(rule.action.how)):
            continue
        named, points = currency_named(programme, rule.action.currency), max(awards)
        limits = [limit.value for limit in rule.limits if limit.what == "points"]
        limits += [limit.value for limit in programme.limits if limit.currency == named.id]
        for value in limits:
            if value < points:
                yield of_rule("limit-below-award", rule, *_below(named, value, points))
        if rule.budget is not None and rule.budget.points < points:
            below = _below(named, rule.budget.points, points)
            yield of_rule("budget-below-award", rule, *below)


def _below(currency: Currency, most: int, points: int) -> tuple[str, str]:
    en = [say_points(currency, value, "en") for value in (points, most)]
    zh = [say_points(currency, value, "zh") for value in (points, most)]
    return (
        f"gives {en[0]} at once, of which a limit lets only {en[1]} pass",
        f"一次给 {zh[0]}，而上限只允许 {zh[1]}",
    )


def _fixed(how: Way) -> list[int]:
    """The fixed awards among the ways in which a rule gives."""
    if isinstance(how, Amount):
        return [how.points]
    gives = how.gives if isinstance(how, Steps | Cases | Prizes) else ()
    return [way.points for way in gives if isinstance(way, Amount)]
