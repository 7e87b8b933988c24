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
    """An award on a deed that costs nothing needs a bound over time, as deeds can be repeated; what
    grows with a number that the sender writes needs a bound in points, times alone bound nothing."""
    ways = give.how.gives if isinstance(give.how, Steps) else (give.how,)
    limits = tuple(limit for limit in limits if limit.currency == give.currency)
    over_time = [limit for limit in (*rule.limits, *limits) if limit.period != "event"]
    if any(limit.what == "points" for limit in over_time):
        return
    fixed = not rule.per_line and all(isinstance(way, Amount) for way in ways)
    sized = any(limit.what == "points" for limit in (*rule.limits, *limits))
    if over_time and (fixed or sized):
        return
    what = "a fixed award" if fixed else "an award that grows with what is counted"
    needed = "a limit" if fixed else f"a limit of {give.currency} over time"
    hint = "limit: 1 per day" if fixed else f"limit: 100 {give.currency} per day"
    message = f"{what} on '{rule.on}', which costs nothing, needs {needed}"
    section.problems.add(section.place("give"), message, f"add `{hint}`")
