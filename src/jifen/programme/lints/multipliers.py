"""Multipliers that add nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from jifen.programme.condition import Operand, Past
from jifen.programme.conditions.possible import impossible_core
from jifen.programme.conditions.ranges import BEYOND, Range
from jifen.programme.lints.finding import Finding
from jifen.programme.model import Programme
from jifen.programme.rules import Give, Multiply, Rule
from jifen.programme.ways import Amount
from jifen.wording import Said

Days = tuple[dt.date | None, dt.date | None]
_BY_ONE = Said("multiplies by 1, which changes nothing", "倍数为 1，没有作用")
_NO_RULE = Said("multiplies rules of other events only", "所乘的规则都不属于这种事件")
_OTHER_DAYS = Said("multiplies rules of other days only", "所乘的规则与它没有同一天生效的时候")
_NEVER_TOGETHER = Said(
    "multiplies rules that never give where it holds", "它成立的时候，所乘的规则都不会给分"
)
_ROUNDED_AWAY = Said(
    "adds less than a point, which is rounded down to nothing", "多出来的不足一分，向下取整后为零"
)


def nothing_multiplied(programme: Programme) -> Iterator[Finding]:
    """Each multiplier of a rule or a tier that adds nothing, whatever happens."""
    rules = {rule.id: rule for rule in programme.rules}
    for rule in programme.rules:
        if isinstance(rule.action, Multiply) and (why := _why(programme, rule, rule.action, rules)):
            yield Finding("multiplies-nothing", f"earn.{rule.id}", rule.line, why)
    for tier in programme.tiers.ladder if programme.tiers else ():
        if tier.multiplies and tier.multiplies.numerator == tier.multiplies.denominator:
            yield Finding("multiplies-nothing", f"tiers.{tier.id}", 0, _BY_ONE)


def _why(
    programme: Programme, rule: Rule, action: Multiply, rules: Mapping[str, Rule]
) -> Said | None:
    """Why the multiplier of a rule adds nothing; None if it may add something."""
    targets = [rules[id] for id in action.rules]
    if action.numerator == action.denominator:
        return _BY_ONE
    if not any(target.on == rule.on for target in targets):
        return _NO_RULE
    if not any(_meet(rule.between, target.between) for target in targets):
        return _OTHER_DAYS
    if not any(_hold_together(rule, target) for target in targets):
        return _NEVER_TOGETHER
    # Factors that multiply each other may add up.
    multiplied = programme.combine == "multiply"
    if not multiplied and all(_rounds_away(rule, action, target) for target in targets):
        return _ROUNDED_AWAY
    return None


def _meet(one: Days, other: Days) -> bool:
    """Whether two spans of days, either end of which may be open, have a day in common."""
    first = max((day for day, _ in (one, other) if day), default=None)
    last = min((day for _, day in (one, other) if day), default=None)
    return first is None or last is None or first <= last


def _hold_together(one: Rule, other: Rule) -> bool:
    """Whether some event can meet the conditions of two rules, as far as can be seen."""
    return not impossible_core((*one.when, *other.when), _range_of)


def _range_of(operand: Operand) -> Range:
    return (0, BEYOND) if isinstance(operand, Past) else (-BEYOND, BEYOND)


def _rounds_away(rule: Rule, action: Multiply, of: Rule) -> bool:
    """Whether what a multiplier adds to a fixed award is less than a point, and rounded down."""
    if not isinstance(of.action, Give) or not isinstance(of.action.how, Amount) or of.per_line:
        return False
    more = of.action.how.points * (action.numerator - action.denominator)
    return rule.rounding == "down" and 0 < more < action.denominator
