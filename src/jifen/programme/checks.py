"""Contradictions between rules, and between rules and limits, that show only when all are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jifen.programme.model import Amount, EventType, Give, Limit, Rule, Steps
from jifen.programme.sections import Section


def check_rules(
    rules: Sequence[tuple[Rule, Section]],
    limits: tuple[Limit, ...],
    events: Mapping[str, EventType],
) -> None:
    """Note unbounded gifts, and groups over several currencies."""
    leaders: dict[str, Give] = {}
    for rule, section in rules:
        if not isinstance(rule.action, Give):
            continue
        readable = rule.limits or "limit" not in section
        if readable and not events[rule.on].costs_money:
            _check_bounded(rule, rule.action, limits, section)
        if rule.group is None:
            continue
        leader = leaders.setdefault(rule.group, rule.action)
        if leader.currency != rule.action.currency:
            given = f"gives '{rule.action.currency}'"
            message = f"{given}, but group '{rule.group}' is of rules that give '{leader.currency}'"
            section.problems.add(section.place("group"), message)


def _check_bounded(rule: Rule, give: Give, limits: tuple[Limit, ...], section: Section) -> None:
    """A fixed award on a deed that costs nothing needs a limit over time: deeds can be repeated."""
    ways = give.how.gives if isinstance(give.how, Steps) else (give.how,)
    covering = [*rule.limits, *(limit for limit in limits if limit.currency == give.currency)]
    fixed = any(isinstance(way, Amount) for way in ways)
    if fixed and not any(limit.period != "event" for limit in covering):
        message = f"a fixed award on '{rule.on}', which costs nothing, needs a limit"
        section.problems.add(section.place("give"), message, "add `limit: 1 per day`")
