"""What a member passes on of an award to relations: taken from what counts, behind all limits."""

from __future__ import annotations

from jifen.engine.generating.block import Block
from jifen.engine.generating.limits import at_most
from jifen.engine.generating.rules import RuleReading
from jifen.engine.generating.source import indented
from jifen.engine.plan import LIMIT_USED_UP
from jifen.programme.rules import PassOn, Rule


def passing_rules(block: Block, currency: str) -> list[Rule]:
    """The rules of this event type that pass points of a currency on, in document order."""
    return [
        rule
        for rule in block.rules
        if isinstance(rule.action, PassOn) and rule.action.currency == currency
    ]


def passed_on(block: Block, reading: RuleReading, currency: str, rules: list[Rule]) -> list[str]:
    """Statements that take from what an event earns what goes to relations, each rule a part of the whole, together
    no more than there is. It was earned all the same."""
    if not rules:
        return []
    earned = block.source.earned[currency]
    lines = ["", "# What goes on to relations", f"whole = {earned} if {earned} > 0 else 0"]
    lines.append("rest = whole")
    for rule in rules:
        lines += _of_rule(block, reading, rule)
    return lines


def _of_rule(block: Block, reading: RuleReading, rule: Rule) -> list[str]:
    assert isinstance(rule.action, PassOn)
    action, out = rule.action, block.source.out
    slot = block.source.slot(rule.id, action.currency)
    before, after = f"out[{out.before(slot)}]", f"out[{out.after(slot)}]"
    body = [f"more = {_part(action)}", "if more > rest:", "    more = rest", f"{before} = -more"]
    for limit in rule.limits:
        if limit.what == "points":
            cut = ["    more = left if left > 0 else 0"]
            left = f"left = {reading.limits.left(rule, limit)}"
            body += [at_most(limit), left, "if more > left:", *cut]
    if rule.limits:
        body.append(f"if {before} < 0 and more == 0:")
        body.append(f"    {block.source.reason(rule)} = {LIMIT_USED_UP}")
    body += [f"{after} = -more", "rest -= more"]
    fed = reading.limits.gave(rule)
    fed += reading.limits.use_up(rule, "points", "more", action.currency)
    if fed:
        body += ["if more > 0:", *indented(fed)]
    return [f"{before} = {after} = 0", f"if {reading.applies[rule.id]}:", *indented(body)]


def _part(action: PassOn) -> str:
    """So many points, or the part of the whole, rounded down, worked out so that no product outgrows it."""
    if action.points:
        return str(action.points)
    n, d = action.numerator, action.denominator
    return "whole" if d == 1 else f"whole // {d} * {n} + whole % {d} * {n} // {d}"
