"""Rules that never give anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jifen.programme.lints.finding import Finding, of_rule
from jifen.programme.model import Programme
from jifen.programme.rules import Give, Rule
from jifen.programme.ways import Amount


def unreachable_rules(programme: Programme) -> Iterator[Finding]:
    """Each rule in whose place another always gives."""
    kept_first = {group.id for group in programme.groups if group.keep == "first"}
    kept_best = {group.id for group in programme.groups if group.keep == "best"}
    always = [rule for rule in programme.rules if _always_gives(rule)]
    ended: dict[tuple[str, str | None], Rule] = {}
    for rule in programme.rules:
        group = rule.group if rule.group in kept_first else None
        before = ended.get((rule.on, None)) or ended.get((rule.on, group))
        better = next((one for one in always if _is_worse(rule, one, kept_best)), None)
        if better is not None:
            yield of_rule(
                "unreachable-rule",
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
            yield of_rule(
                "unreachable-rule",
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
