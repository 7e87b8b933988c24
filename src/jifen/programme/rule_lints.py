"""Rules that never give anything, and multipliers that add nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from jifen.programme.condition import Operand, Past
from jifen.programme.conditions.possible import impossible_core
from jifen.programme.conditions.ranges import BEYOND, Range
from jifen.programme.model import Programme
from jifen.programme.rules import Give, Multiply, Rule
from jifen.programme.ways import Amount
from jifen.wording import Said

Days = tuple[dt.date | None, dt.date | None]


def unreachable_rules(programme: Programme) -> Iterator[tuple[Rule, str, str]]:
    """Rules that never give, and what to say of each in English and Chinese."""
    kept_first = {group.id for group in programme.groups if group.keep == "first"}
    kept_best = {group.id for group in programme.groups if group.keep == "best"}
    always = [rule for rule in programme.rules if _always_gives(rule)]
    ended: dict[tuple[str, str | None], Rule] = {}
    for rule in programme.rules:
        group = rule.group if rule.group in kept_first else None
        before = ended.get((rule.on, None)) or ended.get((rule.on, group))
        better = next((one for one in always if _is_worse(rule, one, kept_best)), None)
        if better is not None:
            yield (
                rule,
                f"never gives: '{better.id}' always gives as much, and their group keeps the best",
                f"永远不会给分：“{better.id}”必定给得不少于它，而同组只取最多的一条",
            )
        elif before is not None and before.whole != rule.whole:
            ends = (
                ("ends the reading", "之后不再往下读")
                if before.last
                else ("is the first of their group", "同组只取最先的一条")
            )
            yield (
                rule,
                f"never gives: '{before.id}' always does, and {ends[0]}",
                f"永远不会给分：“{before.id}”必定给分，且{ends[1]}",
            )
        elif _always_gives(rule):
            if rule.last:
                ended[rule.on, None] = rule
            elif group is not None:
                ended[rule.on, group] = rule


def _is_worse(rule: Rule, other: Rule, kept_best: Collection[str]) -> bool:
    """Whether the group of two rules keeps the other, whatever happens: the earlier of two alike."""
    same = rule.group in kept_best and (rule.on, rule.group) == (other.on, other.group)
    if not same or rule.whole == other.whole:
        return False
    points = [
        (one.action.currency, one.action.how.points)
        for one in (rule, other)
        if isinstance(one.action, Give) and isinstance(one.action.how, Amount)
    ]
    if len(points) < 2 or points[0][0] != points[1][0]:
        return False
    more = points[1][1] - points[0][1]
    return more > 0 or (more == 0 and (other.line, other.id) < (rule.line, rule.id))


def _always_gives(rule: Rule) -> bool:
    free = not (
        rule.when or rule.limits or rule.budget or rule.lines or rule.chance or rule.milestone
    )
    fixed = isinstance(rule.action, Give) and isinstance(rule.action.how, Amount)
    return free and fixed and rule.between == (None, None) and not (rule.cooldown or rule.per_line)


def nothing_multiplied(programme: Programme) -> Iterator[tuple[str, int, Said]]:
    """Multipliers that add nothing: place, line, and why."""
    tiers = programme.tiers.ladder if programme.tiers else ()
    multipliers = [(rule.id, rule.on, rule.action, rule.line) for rule in programme.rules]
    rules = {rule.id: rule for rule in programme.rules}
    on_events = {rule.id: rule.on for rule in programme.rules}
    days = {rule.id: rule.between for rule in programme.rules}
    for id, on, action, line in multipliers:
        if isinstance(action, Multiply):
            place = f"earn.{id}"
            if action.numerator == action.denominator:
                yield (place, line, _BY_ONE)
            elif not any(on_events.get(target) == on for target in action.rules):
                yield (place, line, _NO_RULE)
            elif not any(_meet(days[id], days[target]) for target in action.rules):
                yield (place, line, _OTHER_DAYS)
            elif not any(_hold_together(rules[id], rules[target]) for target in action.rules):
                yield (place, line, _NEVER_TOGETHER)
            elif _adds_nothing(programme, rules[id], action, rules):
                yield (place, line, _ROUNDED_AWAY)
    for tier in tiers:
        if tier.multiplies and tier.multiplies.numerator == tier.multiplies.denominator:
            yield (f"tiers.{tier.id}", 0, _BY_ONE)


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


def _adds_nothing(
    programme: Programme, rule: Rule, action: Multiply, rules: Mapping[str, Rule]
) -> bool:
    """Whether nothing is left of a multiplier, whatever it multiplies. Factors that multiply each other may add up."""
    targets = [rules[target] for target in action.rules]
    return programme.combine != "multiply" and all(
        _rounds_away(rule, action, target) for target in targets
    )


def _rounds_away(rule: Rule, action: Multiply, of: Rule) -> bool:
    """Whether what a multiplier adds to a fixed award is less than a point, and rounded down."""
    if not isinstance(of.action, Give) or not isinstance(of.action.how, Amount) or of.per_line:
        return False
    more = of.action.how.points * (action.numerator - action.denominator)
    return rule.rounding == "down" and 0 < more < action.denominator


_BY_ONE = Said("multiplies by 1, which changes nothing", "倍数为 1，没有作用")
_NO_RULE = Said("multiplies rules of other events only", "所乘的规则都不属于这种事件")
_OTHER_DAYS = Said("multiplies rules of other days only", "所乘的规则与它没有同一天生效的时候")
_NEVER_TOGETHER = Said(
    "multiplies rules that never give where it holds", "它成立的时候，所乘的规则都不会给分"
)
_ROUNDED_AWAY = Said(
    "adds less than a point, which is rounded down to nothing", "多出来的不足一分，向下取整后为零"
)
