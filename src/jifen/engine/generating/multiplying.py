"""Multipliers of one event type: each adds its own component to the rules it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from jifen.engine.errors import EngineError
from jifen.engine.generating.block import Block
from jifen.engine.generating.giving import scaled
from jifen.engine.generating.names import clean
from jifen.engine.generating.rules import RuleReading
from jifen.engine.generating.shares import share_lines
from jifen.engine.generating.source import (
    Multiplier,
    indented,
    multipliers_of,
    touched_currencies,
)
from jifen.engine.plan import LIMIT_USED_UP
from jifen.programme.rules import Give, Rule
from jifen.wording import Said


@dataclass
class _Component:
    """The locals of one multiplier in one currency."""

    points: str
    given: str
    left: str | None = None  # what its own limits of points leave


@dataclass
class Multiplication:
    """The statements that multiply, and the components they fill."""

    block: Block
    reading: RuleReading
    components: dict[tuple[str, str], _Component] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.programme = self.block.source.programme
        self.multipliers = [
            multiplier
            for multiplier in multipliers_of(self.programme)
            if multiplier.rule is None or multiplier.rule.on == self.block.type.id
        ]

    def lines(self) -> list[str]:
        """All statements; nothing if no rule here is multiplied."""
        self._check_events()
        by_rule = {rule.id: self._touching(rule) for rule in self.block.giving}
        for rule in self.block.giving:
            for multiplier in by_rule[rule.id]:
                self._component(multiplier, rule)
        if not self.components:
            return []
        lines = ["", "# Multipliers"]
        for component in self.components.values():
            names = dict.fromkeys((component.points, component.given))
            lines.append(" = ".join([*names, "0"]))
        lines += self._left_lines()
        for rule in self.block.giving:
            if by_rule[rule.id]:
                given = self.reading.given[rule.id]
                inner = self._multiply(rule, by_rule[rule.id])
                lines += [f"if {given} > 0:", *indented(inner)]
        return lines + self._use_up_limits()

    def _check_events(self) -> None:
        ons = {rule.id: rule.on for rule in self.programme.rules}
        for multiplier in self.multipliers:
            if multiplier.rule is None:
                continue
            for named in multiplier.multiply.rules:
                if ons.get(named) != multiplier.rule.on:
                    raise EngineError(
                        Said(
                            f"Multiplier '{multiplier.id}' names '{named}', a rule of another event.",
                            f"倍数“{multiplier.id}”指向“{named}”，那是另一种事件的规则。",
                        )
                    )

    def _touching(self, rule: Rule) -> list[Multiplier]:
        touching = [m for m in self.multipliers if rule.id in m.multiply.rules]
        if self.programme.combine == "best":
            touching.sort(key=lambda m: -_factor(m))
        else:  # what was given for lines is known only before the whole grows
            touching.sort(key=lambda m: not _of_lines(m))
        return touching

    def _component(self, multiplier: Multiplier, rule: Rule) -> _Component:
        currency = _currency(rule)
        key = (multiplier.id, currency)
        if key not in self.components:
            several = len(touched_currencies(multiplier.multiply, self.programme)) > 1
            suffix = f"_{self.block.source.currency_name(currency)}" if several else ""
            base = self._base_name(multiplier) + suffix
            take = self.block.names.take
            points = take(f"{base}_more")
            limited = self._points_limits(multiplier, currency) and _factor(multiplier) > 1
            given = take(f"{base}_given") if limited else points
            left = take(f"{base}_left") if limited else None
            self.components[key] = _Component(points, given, left)
        return self.components[key]

    def _base_name(self, multiplier: Multiplier) -> str:
        if multiplier.rule is not None:
            return self.block.source.rule_name(multiplier.id)
        return clean(multiplier.id.removeprefix("tier:"), f"tier_{multiplier.rank}")

    def _points_limits(self, multiplier: Multiplier, currency: str) -> bool:
        limits = multiplier.rule.limits if multiplier.rule else ()
        return any(limit.what == "points" and limit.currency == currency for limit in limits)

    def _left_lines(self) -> list[str]:
        lines: list[str] = []
        for multiplier in self.multipliers:
            for limit in multiplier.rule.limits if multiplier.rule else ():
                component = self.components.get((multiplier.id, str(limit.currency)))
                if limit.what != "points" or component is None or component.left is None:
                    continue
                assert multiplier.rule is not None
                left = self.reading.limits.left(multiplier.rule, limit)
                if any(line.startswith(f"{component.left} =") for line in lines):
                    lines += [f"left = {left}", f"if left < {component.left}:"]
                    lines.append(f"    {component.left} = left")
                else:
                    lines.append(f"{component.left} = {left}")
        return lines

    def _multiply(self, rule: Rule, touching: list[Multiplier]) -> list[str]:
        given = self.reading.given[rule.id]
        best = self.programme.combine == "best"
        multiply = self.programme.combine == "multiply"
        shrinks = any(_factor(multiplier) < 1 for multiplier in touching)
        running = len(touching) > 1 and not best and (multiply or shrinks)
        if best and _may_overtake(touching):
            return self._multiply_by_best(rule, touching)
        lines = [f"whole = {given}"] if running else []
        for number, multiplier in enumerate(touching):
            of = "whole" if multiply and running else given
            inner = self._more(multiplier, rule, of)
            inner += self._add(multiplier, rule, running)
            asked = "elif" if best and number else "if"
            lines += [f"{asked} {self._condition(multiplier)}:", *indented(inner)]
        return lines

    def _condition(self, multiplier: Multiplier) -> str:
        if multiplier.rule is None:
            return f"rank == {multiplier.rank}"
        return self.reading.applies[multiplier.id]

    def _multiply_by_best(self, rule: Rule, touching: list[Multiplier]) -> list[str]:
        """Of multipliers that apply, the one that adds most."""
        given = self.reading.given[rule.id]
        lines = ["winner = 0", "most = 0"]
        added: list[str] = []
        for number, multiplier in enumerate(touching, start=1):
            better = [f"    winner = {number}", "    most = more"]
            inner = [
                *self._more(multiplier, rule, given),
                "if winner == 0 or more > most:",
                *better,
            ]
            lines += [f"if {self._condition(multiplier)}:", *indented(inner)]
            add = indented(["more = most", *self._add(multiplier, rule, False)])
            added += [f"{'elif' if number > 1 else 'if'} winner == {number}:", *add]
        return lines + added

    def _more(self, multiplier: Multiplier, rule: Rule, of: str) -> list[str]:
        """Set `more` to what a multiplier makes of a rule, or of its share of lines."""
        lines: list[str] = []
        if _of_lines(multiplier):
            total = self.reading.look.shares[multiplier.id, rule.id]
            lines, of = share_lines(rule, total, self.reading.given[rule.id]), "share"
        more = _factor(multiplier) - 1
        value = scaled(of, more.numerator, more.denominator, multiplier.rounding)
        return [*lines, f"more = {value}"]

    def _add(self, multiplier: Multiplier, rule: Rule, running: bool) -> list[str]:
        """Put `more` where it belongs, as far as the multiplier's own limits leave room."""
        component = self._component(multiplier, rule)
        lines: list[str] = []
        if running and _factor(multiplier) < 1:
            lines += ["if whole + more < 0:", "    more = -whole"]
        lines.append(f"{component.points} += more")
        if component.left is not None:
            lines += [f"if more > {component.left}:"]
            lines.append(f"    more = {component.left} if {component.left} > 0 else 0")
            lines += [f"{component.left} -= more", f"{component.given} += more"]
        if running:
            lines.append("whole += more")
        return lines

    def _use_up_limits(self) -> list[str]:
        lines: list[str] = []
        for multiplier in self.multipliers:
            rule = multiplier.rule
            mine = {key[1]: c for key, c in self.components.items() if key[0] == multiplier.id}
            if rule is None or not mine:
                continue
            if any(component.left is not None for component in mine.values()):
                before = " or ".join(f"{c.points} != 0" for c in mine.values())
                after = " and ".join(f"{c.given} == 0" for c in mine.values())
                spent = f"    {self.block.source.reason(rule)} = {LIMIT_USED_UP}"
                lines += [f"if {f'({before})' if len(mine) > 1 else before} and {after}:", spent]
            fed = self.reading.limits.gave(rule)
            if fed:
                gave = " or ".join(f"{component.given} != 0" for component in mine.values())
                lines += [f"if {gave}:", *indented(fed)]
            for currency, component in mine.items():
                fed = self.reading.limits.use_up(rule, "points", component.given, currency)
                if fed:
                    lines += [f"if {component.given} > 0:", *indented(fed)]
        return lines


def _of_lines(multiplier: Multiplier) -> bool:
    return multiplier.rule is not None and multiplier.rule.lines is not None


def _may_overtake(touching: list[Multiplier]) -> bool:
    """Whether one with a smaller factor may add more than one with a greater: of more goods, or by its rounding."""
    if len(touching) < 2:
        return False
    return any(map(_of_lines, touching)) or len({m.rounding for m in touching}) > 1


def _factor(multiplier: Multiplier) -> Fraction:
    return Fraction(multiplier.multiply.numerator, multiplier.multiply.denominator)


def _currency(rule: Rule) -> str:
    assert isinstance(rule.action, Give)
    return rule.action.currency
