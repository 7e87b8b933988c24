"""Why an event gave what it gave: every rule with what it saw, wanted, gave and lost to limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from jifen.engine.drawing import draw
from jifen.engine.events import EventInput, Value, identity
from jifen.engine.explaining.explain_values import EventValues, Line, line_holds, lines_of
from jifen.engine.generating.amounts import left_out
from jifen.engine.generating.helpers import part_of
from jifen.engine.generating.lines import looks_at_lines
from jifen.engine.layout import Counter
from jifen.engine.measure import counter_value
from jifen.engine.needs import earned_counter, rule_limit_counter
from jifen.engine.plan import (
    COOLING_DOWN,
    LIMIT_USED_UP,
    LOST_IN_GROUP,
    MATCHED,
    NOTHING_HELD,
    Plan,
    Slot,
)
from jifen.instants import MISSING, moment_of
from jifen.programme.budget import Budget, budget_fact
from jifen.programme.condition import Condition, EventField, Number, Operand, Word, leaves, operands
from jifen.programme.model import Tier
from jifen.programme.rules import Give, Rule
from jifen.programme.ways import Amount, Cases, Percentage, Prizes, Rate, Steps
from jifen.programme.ways_out import Limit


@dataclass(frozen=True, slots=True)
class Seen:
    """An operand of a condition that failed, and what it was; None if it was missing."""

    operand: Operand
    value: Value | None


@dataclass(frozen=True, slots=True)
class Given:
    """Points of one currency before and after limits, and the limits that took the difference. `of_member`: they count
    for the member, and not for a relation."""

    currency: str
    before: int
    after: int
    clipped_by: tuple[Limit, ...]
    budget: Budget | None = None  # where it left no more than `after`
    of_member: bool = True


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule, or the multiplier of a tier, at one event.

    `reason` as in an award. `way`: the fixed award, rate or percentage that a giving rule used, `counted` what the
    rate counted or of what it is a part, `lines` how many lines the rule looked at (None if it looks at none). `cost`:
    of its lines, where they count for no more than counts of the event; else None.
    """

    id: str
    rule: Rule | None
    tier: Tier | None
    reason: int
    failed: Condition | None
    seen: tuple[Seen, ...]
    way: Amount | Rate | Percentage | None
    counted: int | None
    lines: int | None
    given: tuple[Given, ...]
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One event. `left_out`: fields, and `lines`, with the money that did not count; ranks on the ladder.

    `cost`: of the lines that count, where rules look at lines and less than that counts; else None.
    """

    type: str
    gross: int | None
    amount: int | None
    left_out: tuple[tuple[str, int], ...]
    cost: int | None
    rules: tuple[RuleTrace, ...]
    rank_before: int
    rank_after: int

    @property
    def points(self) -> dict[str, int]:
        """What counts, by currency."""
        totals: dict[str, int] = {}
        for rule in self.rules:
            for given in rule.given:
                if given.of_member:
                    totals[given.currency] = totals.get(given.currency, 0) + given.after
        return totals


def explain(
    plan: Plan, event: EventInput, state: Sequence[int], currencies: Sequence[str]
) -> Trace:
    """Judge the event once more, on a copy of the state before it, and say why.

    `currencies`: the engine's, by number. EngineError as `Plan.encode`.
    """
    return _Explanation(plan, event, state, currencies).trace()


class _Explanation:
    def __init__(
        self, plan: Plan, event: EventInput, state: Sequence[int], currencies: Sequence[str]
    ) -> None:
        self.plan, self.event, self.state, self.currencies = plan, event, state, currencies
        row, lines = plan.encode(event)
        after, self.out = list(state), plan.new_out()
        plan.step(after, row, lines, 0, len(lines[0]) if lines else 0, self.out)
        self.values = EventValues(plan, event, self.out)
        self.reasons = plan.reasons(self.out)
        base = plan.programme.base.lines if self._type_has_lines() else None
        every = list(lines_of(event))
        self.lines = [line for line in every if line_holds(base, line)]
        self.excluded = [line for line in every if not line_holds(base, line)]
        self.parts = self._parts()
        self.components = {slot: (b, a) for slot, b, a in plan.components(self.out)}
        self.totals = (
            plan.points(  # as limits over everything met them: what is passed on goes behind these
                part
                for part in plan.components(self.out)
                if plan.slots[part[0]].kind != "passed on"
            )
        )

    def _type_has_lines(self) -> bool:
        types = self.plan.programme.events
        return any(t.id == self.event.type and t.line_fields for t in types)

    def trace(self) -> Trace:
        programme = self.plan.programme
        rules = [
            self._rule(rule, self.reasons[number])
            for number, rule in enumerate(programme.rules)
            if rule.on == self.event.type
        ]
        rules = [rule for rule in rules if not _won_nothing(rule)]
        for tier in programme.tiers.ladder if programme.tiers else ():
            given = self._given(f"tier:{tier.id}", None, MATCHED)
            if given:
                trace = RuleTrace(tier.id, None, tier, MATCHED, None, (), None, None, None, given)
                rules.append(trace)
        codes = self.plan.tier_codes
        before = self.plan.tier_on(self.state, self.event.day) if codes else 0
        return Trace(
            self.event.type,
            None if self.event.gross == MISSING else self.event.gross,
            self.plan.base(self.out),
            self._left_out(),
            self._cost(rules),
            tuple(rules),
            codes.index(before) if codes else 0,
            codes.index(self.plan.tier(self.out)) if codes else 0,
        )

    def _left_out(self) -> tuple[tuple[str, int], ...]:
        if self.event.gross == MISSING:
            return ()
        found = [(name, self.event.fields.get(name)) for name in self._names_left_out()]
        found.append(("lines", _sum("amount", self.excluded)))
        return tuple((name, value) for name, value in found if isinstance(value, int) and value > 0)

    def _names_left_out(self) -> list[str]:
        types = self.plan.programme.events
        return [
            x for t in types if t.id == self.event.type for x in left_out(self.plan.programme, t)
        ]

    def _parts(self) -> list[int]:
        """What each line that counts adds to sums of amounts: its part of what counts, where that is less."""
        prices = [_sum("amount", [line]) for line in self.lines]
        amount, cost = self.plan.base(self.out), sum(prices)
        if amount is None or amount >= cost or not self._names_left_out():
            return prices
        upto = [part_of(amount, sum_so_far, cost) for sum_so_far in accumulate(prices, initial=0)]
        return [after - before for before, after in pairwise(upto)]

    def _cost(self, rules: Sequence[RuleTrace]) -> int | None:
        cost = _sum("amount", self.lines)
        looks = any(trace.rule is not None and looks_at_lines(trace.rule) for trace in rules)
        return cost if looks and sum(self.parts) < cost else None

    def _rule(self, rule: Rule, reason: int) -> RuleTrace:
        failed = rule.when[reason - 1] if 1 <= reason <= len(rule.when) else None
        gave = reason in (MATCHED, LOST_IN_GROUP, LIMIT_USED_UP, COOLING_DOWN, NOTHING_HELD)
        lines = [
            {**line, "amount": part} if "amount" in line else line
            for line, part in zip(self.lines, self.parts, strict=True)
            if line_holds(rule.lines, line)
        ]
        looks = rule.lines is not None or rule.per_line
        way = self._way(rule) if gave else None
        cost = self._cost_of_lines(way, lines)
        counted = self.plan.base(self.out) if cost is not None else self._counted(way, lines)
        return RuleTrace(
            rule.id,
            rule,
            None,
            reason,
            failed,
            self._seen(failed) if failed is not None else self._stepped(rule),
            way,
            counted,
            len(lines) if looks else None,
            self._given(rule.id, rule, reason),
            cost,
        )

    def _stepped(self, rule: Rule) -> tuple[Seen, ...]:
        """What decided which step holds, where that is of the past."""
        how = rule.action.how if isinstance(rule.action, Give) else None
        if not isinstance(how, Steps) or how.past is None:
            return ()
        return (Seen(how.past, self.values.value(how.past)),)

    def _seen(self, condition: Condition) -> tuple[Seen, ...]:
        found = dict.fromkeys(
            leaf
            for operand in operands(condition)
            for leaf in leaves(operand)
            if not isinstance(leaf, Number | Word)
        )
        return tuple(Seen(operand, self.values.value(operand)) for operand in found)

    def _way(self, rule: Rule) -> Amount | Rate | Percentage | None:
        if not isinstance(rule.action, Give):
            return None
        how = rule.action.how
        if isinstance(how, Amount | Rate | Percentage):
            return how
        if isinstance(how, Prizes):
            drawn = draw(self.plan.programme.id, rule.whole, self.event.id)
            won = zip(how.bounds, how.gives, strict=True)
            return next((way for bound, way in won if drawn < bound), None)
        if isinstance(how, Cases) and rule.per_line:
            return how.one  # each line has a row of its own
        if isinstance(how, Cases):
            chosen = zip(how.whens, how.gives, strict=True)
            return next((way for when, way in chosen if self.values.fits(when)), None)
        value = self.values.value(how.past or EventField(how.field))
        passed = [
            way
            for threshold, way in zip(how.thresholds, how.gives, strict=True)
            if isinstance(value, int) and value >= threshold
        ]
        return passed[-1] if passed else None

    def _counted(self, way: Amount | Rate | Percentage | None, lines: Sequence[Line]) -> int | None:
        if isinstance(way, Amount | None):
            return None
        if isinstance(way, Rate) and way.of_lines:
            return _sum(way.field, lines)
        operand = way.held if isinstance(way, Percentage) else way.past or EventField(way.field)
        value = self.values.value(operand)
        return value if isinstance(value, int) else None

    def _cost_of_lines(
        self, way: Amount | Rate | Percentage | None, lines: Sequence[Line]
    ) -> int | None:
        """What the lines cost that a rate counts, where that is more than counts of the event."""
        if not isinstance(way, Rate) or not way.of_lines or way.field != "amount":
            return None
        cost, amount = _sum("amount", lines), self.plan.base(self.out)
        return cost if amount is not None and cost > amount else None

    def _given(self, id: str, rule: Rule | None, reason: int) -> tuple[Given, ...]:
        return tuple(
            Given(
                self.currencies[slot.currency],
                *points,
                self._clipping(slot, rule, reason),
                self._budget(rule, reason, *points),
                slot.of_member,
            )
            for slot in self.plan.slots
            if slot.rule_id == id and (points := self.components.get(slot.index)) is not None
        )

    def _budget(self, rule: Rule | None, reason: int, before: int, after: int) -> Budget | None:
        if rule is None or rule.budget is None or after >= before:
            return None
        if reason in (LOST_IN_GROUP, COOLING_DOWN):
            return None  # nothing was left to take
        left = self.event.facts.get(budget_fact(rule.id))
        return rule.budget if left == after else None

    def _clipping(self, slot: Slot, rule: Rule | None, reason: int) -> tuple[Limit, ...]:
        before, after = map(abs, self.components[slot.index])
        if after >= before or reason in (LOST_IN_GROUP, COOLING_DOWN, NOTHING_HELD):
            return ()
        currency = self.currencies[slot.currency]
        # Of which lines limits for each value of a field of lines took something, nothing is kept.
        own = (
            [limit for limit in rule.limits if limit.of_lines or self._binds(rule, limit, before)]
            if rule
            else []
        )
        over_nothing = rule is not None and (rule.takes or rule.to is not None)
        if reason == LIMIT_USED_UP or over_nothing:
            return tuple(own)
        over_all = [
            limit
            for limit in self.plan.programme.limits
            if limit.currency == currency
            and self.totals.get(slot.currency, 0)
            >= limit.value - self._used(earned_counter(limit), limit)
        ]
        return (*own, *over_all)

    def _binds(self, rule: Rule, limit: Limit, points: int) -> bool:
        left = limit.value - self._used(rule_limit_counter(rule, limit), limit)
        wanted = {"times": 1, "points": points, "amount": self.plan.base(self.out) or 0}
        return left < wanted[limit.what]

    def _used(self, counter: Counter, limit: Limit) -> int:
        if limit.period == "event":
            return 0
        event = self.event
        since = event.facts.get("days_since_joining")
        return counter_value(
            counter,
            self.plan.layout,
            self.state,
            event.day,
            since if isinstance(since, int) else MISSING,
            identity(event.fields.get(limit.by)) if limit.by else MISSING,
            self.plan.programme.week_starts,
            moment_of(event.occurred_at, self.plan.encoder.zone).hour,
        )


def _won_nothing(trace: RuleTrace) -> bool:
    """Whether it is the part of a rule of which a prize that was won gives nothing: others tell what it gives."""
    return trace.way == Amount(0)


def _sum(field: str, lines: Sequence[Line]) -> int:
    values = (line.get(field) for line in lines)
    return sum(value for value in values if isinstance(value, int))
