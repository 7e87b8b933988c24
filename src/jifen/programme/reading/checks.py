"""Contradictions between rules, and between rules and limits, that show only when all are read."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.programme.conditions.scope import Scope
from jifen.programme.events import CLOCK_MADE, EXPIRED, OF_HISTORY
from jifen.programme.reading.extensions import check_own_end
from jifen.programme.reading.sections import Section
from jifen.programme.reading.taking import check_kept
from jifen.programme.rules import Give, Group, Rule
from jifen.programme.ways import Amount, Cases, Prizes, Steps
from jifen.programme.ways_out import Limit
from jifen.wording import Said

_SELDOM = CLOCK_MADE | OF_HISTORY | {EXPIRED}
"""Events that nobody can bring about at will."""


def check_rules(
    rules: Sequence[tuple[Rule, Section]],
    limits: tuple[Limit, ...],
    scope: Scope,
) -> None:
    """Note unbounded gifts and ends that cannot be."""
    check_kept(rules)
    limited = {rule.whole for rule, _ in rules if rule.limits}
    for rule, section in rules:
        if not isinstance(rule.action, Give) or rule.takes:
            continue
        readable = rule.whole in limited or "limit" not in section
        bounds_itself = scope.events[rule.on].costs_money or rule.on in _SELDOM
        if readable and not bounds_itself:
            _check_bounded(rule, rule.action, limits, section)
        check_own_end(section, rule, scope.currency(rule.action.currency))


def check_groups(
    rules: Sequence[tuple[Rule, Section]], groups: Sequence[Group], scope: Scope
) -> None:
    """Note rules of which it cannot be told whether they are the best of their group.

    Several currencies are compared by what they are worth.
    """
    for group in groups:
        members = [
            (rule.action.currency, section)
            for rule, section in rules
            if rule.group == group.id and isinstance(rule.action, Give)
        ]
        if group.keep != "best" or len({currency for currency, _ in members}) < 2:
            continue
        for id, section in members:
            if not scope.currency(id).unit_price_micros:
                message = Said(
                    f"group '{group.id}' keeps the best of several currencies, and '{id}' has no price",
                    f"组“{group.id}”要在几种积分中取最高的，而“{id}”没有单价",
                )
                section.problems.add(section.place("group"), message, _PRICED)


_PRICED = Said("give it a `unit_price`, or keep the `first`", "请写上 `unit_price`，或改取 `first`")


def _check_bounded(rule: Rule, give: Give, limits: tuple[Limit, ...], section: Section) -> None:
    """An award on a deed that costs nothing needs a bound over time, as deeds can be repeated; what
    grows with a number that the sender writes needs a bound in points, times alone bound nothing."""
    ways = give.how.gives if isinstance(give.how, Steps | Cases | Prizes) else (give.how,)
    limits = tuple(limit for limit in limits if limit.currency == give.currency)
    over_time = [
        limit for limit in (*rule.limits, *limits) if limit.period != "event" and not limit.of_lines
    ]
    if any(limit.what == "points" for limit in over_time):
        return
    fixed = not rule.per_line and all(isinstance(way, Amount) for way in ways)
    sized = any(limit.what == "points" for limit in (*rule.limits, *limits))
    if (over_time or rule.cooldown) and (fixed or sized):
        return
    if fixed:
        hint = "limit: 1 per day"
        message = Said(
            f"a fixed award on '{rule.on}', which costs nothing, needs a limit",
            f"“{rule.on}”不涉及金额，固定给分须设上限",
        )
    else:
        hint = f"limit: 100 {give.currency} per day"
        message = Said(
            f"an award that grows with what is counted on '{rule.on}', which costs nothing, "
            f"needs a limit of {give.currency} over time",
            f"“{rule.on}”不涉及金额，随计数增长的积分须按周期设“{give.currency}”上限",
        )
    section.problems.add(
        section.place(next((key for key in ("surprise", "issue") if key in section), "give")),
        message,
        Said(f"add `{hint}`", f"请加 `{hint}`"),
    )
