"""What counts: programme limits over the components of one event type, and the answer's places."""

from __future__ import annotations

from dataclasses import dataclass

from jifen.engine.generating.block import Block
from jifen.engine.generating.calendars import embedded
from jifen.engine.generating.limits import at_most
from jifen.engine.generating.multiplying import Multiplication
from jifen.engine.generating.passing_on import passed_on, passing_rules
from jifen.engine.generating.rules import RuleReading
from jifen.engine.generating.source import Source, indented
from jifen.engine.needs import earned_counter
from jifen.programme.budget import budget_fact
from jifen.programme.rules import Give, Rule
from jifen.programme.ways_out import Limit


@dataclass
class _Counted:
    """A component on its way to the answer."""

    slot: int
    currency: str
    points: str
    counted: str
    takes_away: bool  # never above 0
    budget: str | None = None  # the place in the event of what the rule's budget has left
    of_member: bool = True  # earned by the member, for the member


def count(block: Block, reading: RuleReading, multiplication: Multiplication) -> list[str]:
    """Write what would be given, then what counts, clipped by the programme's limits."""
    components = _components(block, reading, multiplication)
    limited = {limit.currency for limit in block.source.programme.limits}
    out = block.source.out
    befores: list[str] = []
    afters: list[str] = []
    clips: list[str] = []
    for component in components:
        before, after = f"out[{out.before(component.slot)}]", f"out[{out.after(component.slot)}]"
        clipped = component.of_member and component.currency in limited
        clipped |= component.budget is not None
        if component.points == component.counted and not clipped:
            afters.append(f"{before} = {after} = {component.counted}")
        else:
            befores.append(f"{before} = {component.points}")
            afters.append(f"{after} = {component.counted}")
    lines = ["", "# Before limits", *befores] if befores else []
    lines += _within_budgets([component for component in components if not component.of_member])
    for currency in dict.fromkeys(component.currency for component in components):
        of_currency = [component for component in components if component.currency == currency]
        mine = [component for component in of_currency if component.of_member]
        lines += _within_budgets(mine)
        passing = passing_rules(block, currency)
        counted = block.source.layout.fed_by("earned", currency)
        if mine and (currency in limited or counted or passing):
            total = " + ".join(component.counted for component in mine)
            lines += ["", f"{block.source.earned[currency]} = {total}"]
            clips += _clip(block, currency, mine)
            clips += passed_on(block, reading, currency, passing)
    return [*lines, "", "# What counts", *afters, *clips] if afters else lines


def _components(
    block: Block, reading: RuleReading, multiplication: Multiplication
) -> list[_Counted]:
    source = block.source
    components = []
    for rule in block.giving:
        assert isinstance(rule.action, Give)
        currency = rule.action.currency
        points, given = reading.points[rule.id], reading.given[rule.id]
        if rule.takes:
            points, given = f"-{points}", f"-{given}"
        slot, budget = source.slot(rule.id, currency), _budget(source, rule)
        of_member = rule.to is None and rule.receives is None
        components.append(_Counted(slot, currency, points, given, rule.takes, budget, of_member))
    factors = {m.id: m for m in multiplication.multipliers}
    for (id, currency), component in multiplication.components.items():
        multiply, slot = factors[id].multiply, source.slot(id, currency)
        takes_away = multiply.numerator < multiply.denominator
        budget = _budget(source, factors[id].rule)
        components.append(
            _Counted(slot, currency, component.points, component.given, takes_away, budget)
        )
    return sorted(components, key=lambda component: component.slot)


def _budget(source: Source, rule: Rule | None) -> str | None:
    if rule is None or rule.budget is None:
        return None
    return f"event[{source.columns.place('fact', budget_fact(rule.id))}]"


def _within_budgets(components: list[_Counted]) -> list[str]:
    """At most what budgets had left when the event was first judged; the fact is missing where it was enough.

    Before the limits over everything, so that a campaign that is closed takes no room in them.
    """
    lines: list[str] = []
    for component in components:
        if component.budget is None:
            continue
        cut = [f"{component.counted} = left"]
        lines += ["", "# At most what the budget leaves", f"left = {component.budget}"]
        lines += [f"if left != MISSING and {component.counted} > left:", *indented(cut)]
    return lines


def _clip(block: Block, currency: str, components: list[_Counted]) -> list[str]:
    """At most what each limit leaves, in slot order. What factors below 1 take away makes room first."""
    earned = block.source.earned[currency]
    in_order = sorted(components, key=lambda component: not component.takes_away)
    places = [str(block.source.out.after(component.slot)) for component in in_order]
    listed = f"({', '.join(places)}{',' if len(places) == 1 else ''})"
    lines: list[str] = []
    for limit in block.source.programme.limits:
        if limit.currency == currency:
            lines += [at_most(limit), *_left(block, limit)]
            cut = [f"{earned} = left", f"clip(out, {listed}, left)"]
            lines += [f"if {earned} > left:", *indented(cut)]
    return lines


def _left(block: Block, limit: Limit) -> list[str]:
    if limit.period == "event":
        return [f"left = {limit.value}"]
    used = block.value(earned_counter(limit))
    return [f"left = {limit.value} - {embedded(used)}", "if left < 0:", "    left = 0"]
