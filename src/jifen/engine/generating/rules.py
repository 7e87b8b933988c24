"""Rules of one event type, in document order: conditions, what they give, own limits, groups."""

from __future__ import annotations

from jifen.engine.errors import EngineError
from jifen.engine.generating.block import Block
from jifen.engine.generating.conditions import fails, holds
from jifen.engine.generating.contests import Contests
from jifen.engine.generating.giving import give, take_percentage, winning_draws
from jifen.engine.generating.holdings import Holdings
from jifen.engine.generating.limits import RuleLimits, at_most
from jifen.engine.generating.line_limits import LineLimits
from jifen.engine.generating.lines import LineLook
from jifen.engine.generating.milestones import Milestones
from jifen.engine.generating.source import indented
from jifen.engine.plan import (
    CONDITIONS_MOST,
    COOLING_DOWN,
    LIMIT_USED_UP,
    MATCHED,
    NOT_DRAWN,
    NOTHING_PASSED,
    OUTSIDE_BETWEEN,
)
from jifen.instants import day_of
from jifen.programme.condition import EventField, Past
from jifen.programme.rules import Give, Nothing, Notify, Rule
from jifen.programme.ways import Percentage, Rate
from jifen.programme.ways_out import Limit
from jifen.wording import Said


class RuleReading:
    """The statements that read the rules. `points`: before limits; `given`: what is left of it."""

    def __init__(self, block: Block, look: LineLook, milestones: Milestones) -> None:
        self.block = block
        self.milestones = milestones
        self.look = look
        self.limits = RuleLimits(block)
        self.holdings = Holdings(block)
        self.contests = Contests(block)
        self.line_limits = LineLimits(look, self.limits)
        self.points: dict[str, str] = {}
        self.given: dict[str, str] = {}
        self.applies: dict[str, str] = {}  # rules that multiply, notify, or give nothing
        self._amounts: dict[str, str] = {}
        self._may_have_ended = False

    def lines(self) -> list[str]:
        """Every rule in document order."""
        lines: list[str] = []
        for rule in self.block.rules:
            if len(rule.when) > CONDITIONS_MOST:
                raise EngineError(
                    Said(
                        f"Rule '{rule.id}' has more than {CONDITIONS_MOST} conditions.",
                        f"规则“{rule.id}”的条件超过 {CONDITIONS_MOST} 个。",
                    )
                )
            number = self.block.source.rule_numbers[rule.id] + 1
            lines += ["", f"# Rule {number}: {self.block.source.rule_name(rule.id)}"]
            lines += self._rule(rule)
        return lines

    def _rule(self, rule: Rule) -> list[str]:
        base = self.block.source.rule_name(rule.id)
        take = self.block.names.take
        if not isinstance(rule.action, Give):
            name = self.applies[rule.id] = take(f"{base}_applies")
            starts = [f"{name} = False"]
            body = self._applying_body(rule, name)
        else:
            points = self.points[rule.id] = take(f"{base}_points")
            changed = bool(rule.limits or rule.cooldown or rule.action.up_to)
            changed = changed or self.contests.hold(rule) or self.line_limits.concern(rule)
            given = self.given[rule.id] = take(f"{base}_given") if changed else points
            starts = [f"{name} = 0" for name in dict.fromkeys((points, given))]
            body = self._giving_body(rule, points, given)
            body += self.holdings.taken(rule, given) + self._end_of_reading(rule)
        return [*starts, *self._under_conditions(rule, body)]

    def _under_conditions(self, rule: Rule, body: list[str]) -> list[str]:
        reason = self.block.source.reason(rule)
        failures = self._failures(rule)
        if not failures:
            return body
        lines: list[str] = []
        for number, (condition, code) in enumerate(failures):
            lines += [f"{'elif' if number else 'if'} {condition}:", f"    {reason} = {code}"]
        return [*lines, "else:", *indented(body)]

    def _failures(self, rule: Rule) -> list[tuple[str, int]]:
        failures: list[tuple[str, int]] = []
        if self._may_have_ended:
            failures.append(("ended", 0))
        first, last = rule.between
        if first is not None or last is not None:
            outside = [f"day < {day_of(first)}"] if first else []
            outside += [f"day > {day_of(last)}"] if last else []
            failures.append((" or ".join(outside), OUTSIDE_BETWEEN))
        failures += [
            (fails(condition, self.block), 1 + index) for index, condition in enumerate(rule.when)
        ]
        if rule.lines is not None:
            failures.append((f"{self.look.counts[rule.id]} == 0", 1 + len(rule.when)))
        if rule.milestone is not None:
            failures.append((f"{self.milestones.passed[rule.id]} == 0", NOTHING_PASSED))
        if winning := winning_draws(rule):
            failures.append((f"{self._draw(rule)} >= {winning}", NOT_DRAWN))
        return failures

    def _draw(self, rule: Rule) -> str:
        return f"event[{self.block.source.columns.place('draw', rule.whole)}]"

    def _end_of_reading(self, rule: Rule) -> list[str]:
        """Behind the last part of a rule: whether any of them gave."""
        parts = self._parts(rule)
        if not rule.last or rule is not parts[-1]:
            return []
        self._may_have_ended = True
        return [f"if {self._any_gave(parts)}:", "    ended = True"]

    def _parts(self, rule: Rule) -> list[Rule]:
        return [part for part in self.block.giving if part.whole == rule.whole]

    def _any_gave(self, parts: list[Rule]) -> str:
        return " or ".join(f"{self.given[part.id]} > 0" for part in parts)

    def first_lines(self) -> list[str]:
        """What must be set before the rules are read."""
        ends = any(rule.last for rule in self.block.giving)
        return [*(["ended = False"] if ends else []), *self.holdings.first_lines()]

    def _applying_body(self, rule: Rule, name: str) -> list[str]:
        reason = self.block.source.reason(rule)
        lines = [f"{reason} = {MATCHED}", f"{name} = True"]
        for limit in rule.limits:
            if limit.what == "amount":
                raise EngineError(
                    Said(
                        f"A multiplier ('{rule.id}') cannot have a limit of amount.",
                        f"倍数“{rule.id}”不能设金额上限。",
                    )
                )
            if limit.what == "times" and limit.period != "event":
                used = self.limits.used(rule, limit)
                spent = [f"{reason} = {LIMIT_USED_UP}", f"{name} = False"]
                lines += [at_most(limit), f"if {used} >= {limit.value}:", *indented(spent)]
        if rule.cooldown:
            cooling = [f"{reason} = {COOLING_DOWN}", f"{name} = False"]
            lines += [f"if {self.limits.cooling_down(rule)}:", *indented(cooling)]
        return lines

    def _giving_body(self, rule: Rule, points: str, given: str) -> list[str]:
        reason = self.block.source.reason(rule)
        lines = [f"{reason} = {MATCHED}"]
        assert isinstance(rule.action, Give)
        if isinstance(rule.action.how, Percentage):
            held = self.block.name(rule.action.how.held)
            lines += take_percentage(rule.action.how, rule.rounding, points, held)
        elif rule.per_line:
            lines.append(f"{points} = {self.look.given[rule.id]}")
        else:
            lines += give(
                rule,
                points,
                lambda field, of_lines: self._value(rule, field, of_lines),
                self._draw(rule) if winning_draws(rule) else "",
                lambda condition: holds(condition, self.block),
            )
        if rule.milestone is not None and not rule.milestone.together:
            lines.append(f"{points} *= {self.milestones.passed[rule.id]}")
        if points == given:
            return lines
        lines += self._limited_by_amount(rule, points, given)
        for limit in rule.limits:
            lines += [] if limit.of_lines else self._limited(rule, limit, given)
        if rule.limits:
            lines += [f"if {points} > 0 and {given} == 0:", f"    {reason} = {LIMIT_USED_UP}"]
        lines += self.holdings.at_most(rule, given)
        if rule.cooldown:
            cooling = [f"    {given} = 0", f"    {reason} = {COOLING_DOWN}"]
            lines += [f"if {points} > 0 and {self.limits.cooling_down(rule)}:", *cooling]
        return lines + self.line_limits.lines(rule, given)

    def _value(self, rule: Rule, field: str | Past, of_lines: bool) -> str:
        if isinstance(field, Past):
            return self.block.name(field)
        if of_lines:
            return self.look.sums[rule.id, field]
        return self.block.name(EventField(field))

    def _limited_by_amount(self, rule: Rule, points: str, given: str) -> list[str]:
        """Give again, out of only what the limits leave of the amount."""
        limits = [limit for limit in rule.limits if limit.what == "amount"]
        if not limits:
            return [f"{given} = {points}"]
        assert isinstance(rule.action, Give)
        how = rule.action.how
        if not isinstance(how, Rate) or how.field != "amount" or how.of_lines or rule.per_line:
            raise EngineError(
                Said(
                    f"Rule '{rule.id}' has a limit of amount but does not give per amount of an "
                    "event.",
                    f"规则“{rule.id}”设了金额上限，却不是按事件的金额给分。",
                )
            )
        amount = self.block.names.take(f"{self.block.source.rule_name(rule.id)}_amount")
        self._amounts[rule.id] = amount
        lines = [f"{amount} = amount"]
        for limit in limits:
            lines += [
                at_most(limit),
                f"left = {self.limits.left(rule, limit)}",
                f"if {amount} > left:",
            ]
            lines.append(f"    {amount} = left")
        return [*lines, *give(rule, given, lambda field, of_lines: amount)]

    def _limited(self, rule: Rule, limit: Limit, given: str) -> list[str]:
        if limit.what == "points":
            cut = [f"    {given} = left if left > 0 else 0"]
            return [
                at_most(limit),
                f"left = {self.limits.left(rule, limit)}",
                f"if {given} > left:",
                *cut,
            ]
        if limit.what == "times" and limit.period != "event":
            used = self.limits.used(rule, limit)
            return [at_most(limit), f"if {used} >= {limit.value}:", f"    {given} = 0"]
        return []

    def use_up_limits(self) -> list[str]:
        """Let what giving rules gave use up their own limits."""
        lines: list[str] = []
        for rule in self.block.giving:
            assert isinstance(rule.action, Give)
            given = self.given[rule.id]
            parts = self._parts(rule)
            fed = self.limits.gave(rule) if len(parts) == 1 else []
            fed += self.limits.use_up(rule, "points", given, rule.action.currency)
            fed += self.limits.use_up(rule, "amount", self._amount_used(rule))
            if fed:
                lines += [f"if {given} > 0:", *indented(fed)]
            if rule is parts[0] and len(parts) > 1 and (fed := self.limits.gave(rule)):
                lines += [f"if {self._any_gave(parts)}:", *indented(fed)]
        for rule in self.block.rules:
            if isinstance(rule.action, Nothing | Notify) and (fed := self.limits.gave(rule)):
                lines += [f"if {self.applies[rule.id]}:", *indented(fed)]
        return lines

    def _amount_used(self, rule: Rule) -> str:
        return self._amounts.get(rule.id, "(amount if amount > 0 else 0)")

    def groups(self) -> list[str]:
        """Of each group only the best, or the first that gives, goes on."""
        return self.contests.lines(self.given)
