"""A slow and obvious engine: it keeps all history and asks it anew for everything. Shares only the model."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from engine_reference_tiers import ReferenceTiers
from engine_reference_values import Asked, added, in_window, past_operands, truth, value

from jifen.programme.condition import Operand
from jifen.programme.model import Programme
from jifen.programme.point_terms import Expiry
from jifen.programme.rules import Give, Milestone, Multiply, Nothing, Notify, PassOn, Rule
from jifen.programme.ways import (
    Amount,
    Cases,
    Percentage,
    Prizes,
    Rate,
    Steps,
    asked_by,
    held_of,
)
from jifen.programme.ways_out import Limit


@dataclass
class Deed:
    """An event and what it led to."""

    type: str
    day: int
    amount: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    earned: dict[str, int] = field(default_factory=dict)  # by currency, what counted
    gave: dict[str, dict[str, int]] = field(
        default_factory=dict
    )  # by rule: "times", currencies, "amount"
    hours: int = 0  # since 1970
    id: str = ""
    lines: Sequence[Mapping[str, Any]] = ()  # those that count
    by_line: list[tuple[str, Mapping[str, Any], int]] = field(
        default_factory=list
    )  # by rule, what a line gave


@dataclass
class Judgement:
    """The answer to one event, by names instead of places."""

    before: dict[tuple[str, str], int]  # (rule or tier:<id>, currency) -> points
    after: dict[tuple[str, str], int]
    reasons: dict[str, int]
    tier: str | None
    tier_until: int | None
    amount: int | None
    seen: dict[Operand, Any]
    active: dict[tuple[str, Expiry, Expiry], int] = field(default_factory=dict)


def rounded(value: Fraction, rounding: str) -> int:
    match rounding:
        case "down":
            return math.floor(value)
        case "up":
            return math.ceil(value)
        case "half_up":
            return math.floor(value + Fraction(1, 2))
        case _:
            return round(value)


def in_parts(lines: list[Mapping[str, Any]], amount: int) -> list[Mapping[str, Any]]:
    """The lines with what `counts` of each where less than they cost does: what counts of the first few is what
    they cost in proportion, rounded down."""
    prices = [line.get("amount") or 0 for line in lines]
    if amount >= sum(prices):
        return lines
    upto = [
        math.floor(Fraction(amount * sum(prices[:n]), sum(prices))) for n in range(len(lines) + 1)
    ]
    parts = zip(lines, upto, upto[1:], strict=False)
    return [{**line, "counts": after - before} for line, before, after in parts]


def within(lines: list[Mapping[str, Any]], amount: int | None) -> list[Mapping[str, Any]]:
    """The lines with what `counts` of each line by itself: those that cost something count together what all cost, but
    no more than what counts of the event; each in proportion, rounded down as in `in_parts`."""
    prices = [added(line, "amount") for line in lines]
    most = sum(prices) if amount is None else min(amount, sum(prices))
    positive = [max(0, price) for price in prices]
    if most >= sum(positive) or not any(positive):
        return lines
    upto = [
        math.floor(Fraction(most * sum(positive[:n]), sum(positive))) for n in range(len(lines) + 1)
    ]
    parts = zip(lines, upto, upto[1:], strict=False)
    return [{**line, "counts": after - before} for line, before, after in parts]


class Reference:
    """One member's life under a timeline of programmes (the first version that a rank refers to first)."""

    def __init__(self, programmes: Sequence[Programme]) -> None:
        self.history: list[Deed] = []
        self.tiers = ReferenceTiers(programmes, self.history)
        self.active: dict[tuple[str, Expiry, Expiry], int] = {}  # currency, life, most -> last day
        self.spared = {  # and whether the tier behind the last event spares it
            (currency.id, currency.extension.life, currency.extension.most): False
            for programme in programmes
            for currency in programme.currencies
            if currency.extension and currency.extension.spares
        }

    def judge(
        self,
        programme: Programme,
        type: str,
        day: int,
        hour: int,
        gross: int | None,
        fields: Mapping[str, Any],
        lines: Sequence[Mapping[str, Any]],
        facts: Mapping[str, Any],
        id: str = "",
    ) -> Judgement:
        if self.tiers.joined is None:
            self.tiers.joined = day - facts.get("days_since_joining", 0)
        self.tiers.held.clear()
        rank = self.tiers.on(programme, day)
        event_type = next(event for event in programme.events if event.id == type)
        deed = Deed(type, day, fields=fields, hours=24 * day + hour, id=id)
        amount = gross
        counted = list(lines)
        if programme.base.lines is not None and event_type.line_fields:
            counted = [x for x in lines if truth(programme.base.lines, Asked(line=x))]
        if gross is not None:
            amount = gross
            known = {field.name for field in event_type.fields}
            for name in programme.base.leave_out:
                if name in known:
                    amount -= max(0, fields.get(name) or 0)
            out = [x.get("amount") or 0 for x in lines if not any(x is y for y in counted)]
            amount -= max(0, sum(out))
            if amount != gross:
                amount = max(0, amount)
            if known & set(programme.base.leave_out):
                counted = in_parts(counted, amount)
        deed.amount, deed.lines = amount, counted
        self.history.append(deed)
        numbers = dict(fields) | {"amount": amount, "gross": gross}
        since = facts.get("days_since_joining")
        asked = Asked(numbers, facts, day, hour, rank, self.history, deed, since=since)
        asked.week_starts = programme.week_starts
        evaluation = _Evaluation(programme, asked, counted, self.history, deed)
        seen = {operand: value(operand, asked) for operand in evaluation.asked_of_the_past()}
        evaluation.run()
        self.tiers.step_up(programme, day)
        self.tiers.give(programme, deed)
        ladder = programme.tiers.ladder if programme.tiers else ()
        with_rules = [rule.on for rule in programme.rules]
        for currency in programme.currencies:
            extension = currency.extension
            if extension and type in (extension.on or with_rules):
                self.active[currency.id, extension.life, extension.most] = day
        self._spare(programme, day)
        return Judgement(
            evaluation.before,
            evaluation.after,
            evaluation.reasons,
            ladder[self.tiers.rank(programme, day)].id if ladder else None,
            self.tiers.until,
            amount,
            seen,
            dict(self.active),
        )

    def _spare(self, programme: Programme, day: int) -> None:
        """Let days on tiers that spare keep points alive; what only an earlier version spared lives once more."""
        spares = {c.id: c.extension.spares for c in programme.currencies if c.extension}
        for key, is_spared in self.spared.items():
            lowest = spares.get(key[0])
            if lowest:
                days = self._days_spared(programme, lowest[0], day)
                if days:
                    self.active[key] = max(self.active.get(key, min(days)), *days)
                self.spared[key] = day in days
            elif is_spared:
                self.active[key], self.spared[key] = day, False

    def _days_spared(self, programme: Programme, lowest: str, day: int) -> list[int]:
        """The last days of all times that were spent on a tier or above since the event before, up to a day."""
        assert programme.tiers is not None
        least = self.tiers.rank_of(programme, lowest)
        ended = [until for rank, until in self.tiers.held if rank >= least]
        floors = [
            last
            for id, last in self.tiers.floors.items()
            if last is not None and last < day and self.tiers.rank_of(programme, id) >= least
        ]
        return [*ended, *floors, *[day] * (self.tiers.rank(programme, day) >= least)]


class _Evaluation:
    """Steps 2 to 4 of one event."""

    def __init__(
        self,
        programme: Programme,
        asked: Asked,
        lines: list[Mapping[str, Any]],
        history: list[Deed],
        deed: Deed,
    ) -> None:
        self.programme, self.asked, self.lines = programme, asked, lines
        self.history, self.deed = history, deed
        self.reasons = {rule.id: 0 for rule in programme.rules}
        self.before: dict[tuple[str, str], int] = {}
        self.after: dict[tuple[str, str], int] = {}
        self.given: dict[str, int] = {}
        self.applying: list[Rule] = []

    def run(self) -> None:
        self._read()
        self._groups()
        for rule in self._giving():
            if self.given[rule.id] > 0:
                self.deed.gave.setdefault(rule.whole, {})["times"] = 1
                use = self.deed.gave.setdefault(rule.id, {})
                use[_currency(rule)] = self.given[rule.id]
                use["amount"] = self._limited_amount(rule)
            sign = -1 if rule.takes else 1
            self.before[rule.id, _currency(rule)] *= sign
            self.after[rule.id, _currency(rule)] = sign * self.given[rule.id]
        self._multiply()
        self._budgets()
        self._limits()
        for (id, currency), points in self.after.items():
            if id not in self._for_relations():
                self.deed.earned[currency] = self.deed.earned.get(currency, 0) + points
        self._pass_on()

    def asked_of_the_past(self) -> set[Operand]:
        """The operands of the past in conditions of this event type."""
        rules = [rule for rule in self.programme.rules if rule.on == self.deed.type]
        asked = {found for rule in rules for part in rule.when for found in past_operands(part)}
        tables = [
            when
            for rule in rules
            if isinstance(rule.action, Give) and isinstance(rule.action.how, Cases)
            for when in rule.action.how.whens
        ]
        asked |= {found for when in tables for found in past_operands(when)}
        gives = [rule.action for rule in rules if isinstance(rule.action, Give)]
        asked |= {held_of(give.currency) for give in gives if give.up_to}
        asked |= {past for give in gives for past in asked_by(give.how)}
        return asked | {rule.milestone.of for rule in rules if rule.milestone is not None}

    def _giving(self) -> list[Rule]:
        return [rule for rule in self.programme.rules if rule.id in self.given]

    def _read(self) -> None:
        for rule in self.programme.rules:
            if rule.on != self.deed.type:
                continue
            lines = [
                x for x in self.lines if rule.lines is None or truth(rule.lines, Asked(line=x))
            ]
            reason = self._reason(rule, lines)
            self.reasons[rule.id] = reason
            if not isinstance(rule.action, Give):
                if reason == 255:
                    self._try_applying(rule)
                continue
            self.given[rule.id] = self.before[rule.id, _currency(rule)] = 0
            if reason != 255:
                continue
            by_line = within(lines, self.deed.amount) if rule.per_line else lines
            would = self._give(rule, self.deed.amount, by_line)
            given = self._own_limits(rule, would, lines)
            self.before[rule.id, _currency(rule)] = would
            self.given[rule.id] = given
            if would > 0 and given == 0:
                self.reasons[rule.id] = 252
            if rule.action.up_to and given > self._held(rule):
                self.given[rule.id] = given = self._held(rule)
                if given == 0:
                    self.reasons[rule.id] = 248
            if would > 0 and self._cooling_down(rule):
                self.given[rule.id] = given = 0
                self.reasons[rule.id] = 251
            if rule.per_line and rule.group is None and self.given[rule.id] > 0:
                self.given[rule.id] = given = self._line_by_line(rule, self.given[rule.id], by_line)
                if given == 0:
                    self.reasons[rule.id] = 252
            parts = [part for part in self.programme.rules if part.whole == rule.whole]
            if rule.last and rule is parts[-1] and any(self.given[p.id] > 0 for p in parts):
                break

    def _reason(self, rule: Rule, lines: list[Mapping[str, Any]]) -> int:
        first, last = rule.between
        today = dt.date(1970, 1, 1) + dt.timedelta(days=self.deed.day)
        if (first and today < first) or (last and today > last):
            return 254
        for index, condition in enumerate(rule.when):
            if not truth(condition, self.asked):
                return 1 + index
        if rule.lines is not None and not lines:
            return 1 + len(rule.when)
        if rule.milestone is not None and self._passed(rule.milestone) == 0:
            return 250
        if rule.chance and self._draw(rule) >= rule.chance:
            return 249
        if isinstance(rule.action, Give) and isinstance(rule.action.how, Prizes):
            return 249 if self._draw(rule) >= rule.action.how.bounds[-1] else 255
        return 255

    def _draw(self, rule: Rule) -> int:
        ids = f"{self.programme.id}\0{rule.whole}\0{self.deed.id}"
        digest = hashlib.sha256(ids.encode()).hexdigest()
        return int(digest[:16], 16) * 10**9 // 2**64

    def _passed(self, milestone: Milestone) -> int:
        now = value(milestone.of, self.asked)
        earlier = replace(self.asked, history=self.history[:-1], deed=None)
        before = value(milestone.of, earlier)
        thresholds = milestone.at or range(milestone.every, now + 1, milestone.every)
        passed = sum(1 for threshold in thresholds if before < threshold <= now)
        return min(passed, 1) if milestone.together else passed

    def _give(self, rule: Rule, amount: int | None, lines: list[Mapping[str, Any]]) -> int:
        assert isinstance(rule.action, Give)
        how = rule.action.how
        if rule.milestone is not None:
            assert isinstance(how, Amount)
            return how.points * self._passed(rule.milestone)
        if isinstance(how, Percentage):
            held = sum(deed.earned.get(how.held.of, 0) for deed in self.history[:-1])
            return rounded(Fraction(max(0, held) * how.percent, 100), rule.rounding)
        if isinstance(how, Cases) and rule.per_line:
            return sum(self._by_row(rule, how, Asked(line=line), amount, [line]) for line in lines)
        if isinstance(how, Cases):
            return self._by_row(rule, how, self.asked, amount, lines)
        if isinstance(how, Prizes):
            won = zip(how.bounds, how.gives, strict=True)
            how = next(way for bound, way in won if self._draw(rule) < bound)
        if rule.per_line:
            assert not isinstance(how, Steps)
            return sum(self._way(rule, how, amount, [line]) for line in lines)
        if isinstance(how, Steps):
            counted = self._event_value(how.field, amount)
            if how.past is not None:
                counted = value(how.past, self.asked)
            passed = [
                way
                for threshold, way in zip(how.thresholds, how.gives, strict=True)
                if counted is not None and counted >= threshold
            ]
            return self._way(rule, passed[-1], amount, lines) if passed else 0
        return self._way(rule, how, amount, lines)

    def _by_row(
        self,
        rule: Rule,
        how: Cases,
        asked: Asked,
        amount: int | None,
        lines: list[Mapping[str, Any]],
    ) -> int:
        rows = zip(how.whens, how.gives, strict=True)
        fitting = [way for when, way in rows if truth(when, asked)]
        return self._way(rule, fitting[0], amount, lines) if fitting else 0

    def _line_by_line(self, rule: Rule, left: int, lines: list[Mapping[str, Any]]) -> int:
        """What each line gives of what is left, by the limits for each value of a field of lines; noted on the deed."""
        total = 0
        for line in lines:
            more = self._give(rule, self.deed.amount, [line])
            for limit in rule.limits:
                if limit.of_lines:
                    room = limit.value - self._used_by_lines(rule, limit, line)
                    more = min(more, max(0, room)) if limit.what == "points" else more * (room > 0)
            more = min(more, left)
            if more > 0:
                self.deed.by_line.append((rule.id, line, more))
                total, left = total + more, left - more
        return total

    def _used_by_lines(self, rule: Rule, limit: Limit, line: Mapping[str, Any]) -> int:
        uses = [
            (other.get(str(limit.by)), more if limit.what == "points" else 1)
            for deed in self.history
            for id, other, more in deed.by_line
            if id == rule.id and self._within(limit, deed)
        ]
        mine, known = line.get(str(limit.by)), {value for value, _ in uses}
        if mine not in known and len(known) >= 64:
            return 10**18
        return sum(used for value, used in uses if value == mine)

    def _held(self, rule: Rule) -> int:
        """What rules read before have left of what was earned."""
        currency = _currency(rule)
        earned = sum(deed.earned.get(currency, 0) for deed in self.history[:-1])
        ids = [other.id for other in self.programme.rules if other.takes]
        taken = sum(
            self.given.get(id, 0) for id in ids if id != rule.id and (id, currency) in self.before
        )
        return max(0, int(earned) - taken)

    def _event_value(self, name: str, amount: int | None) -> int | None:
        value = amount if name == "amount" else self.asked.fields.get(name)
        return None if value is None else int(value)

    def _way(
        self, rule: Rule, way: Amount | Rate, amount: int | None, lines: list[Mapping[str, Any]]
    ) -> int:
        if isinstance(way, Amount):
            return way.points
        if way.past is not None:
            return self._rate(rule, way, max(0, value(way.past, self.asked) or 0))
        if way.of_lines:
            counted = sum(added(line, way.field) for line in lines)
            if way.field == "amount" and amount is not None:
                counted = min(counted, amount)
        else:
            counted = self._event_value(way.field, amount) or 0
        return self._rate(rule, way, max(0, counted))

    def _rate(self, rule: Rule, way: Rate, value: int) -> int:
        value = max(0, value - way.over)
        if way.proportional:
            return rounded(Fraction(way.points * value, way.per), rule.rounding)
        return value // way.per * way.points

    def _used(self, rule: Rule, limit: Limit) -> int:
        if limit.period == "event":
            return 0
        what = limit.currency or limit.what
        id = rule.whole if what == "times" else rule.id
        uses = [
            (deed.fields.get(str(limit.by)), deed.gave[id].get(what, 0))
            for deed in self.history
            if deed is not self.deed
            and id in deed.gave
            and what in deed.gave[id]
            and self._within(limit, deed)
        ]
        if limit.by is None:
            return sum(used for _, used in uses)
        mine = self.deed.fields.get(limit.by)
        known = {value for value, _ in uses}
        if mine not in known and len(known) >= 64:
            return 10**18
        return sum(used for value, used in uses if value == mine)

    def _within(self, limit: Limit, deed: Deed) -> bool:
        """Whether an earlier deed is in the period of a limit that goes on."""
        if limit.period == "hour":
            return deed.hours == self.deed.hours
        days = (deed.day, self.deed.day)
        return in_window(limit.period, limit.size, *days, self.asked.since, self.asked.week_starts)

    def _cooling_down(self, rule: Rule) -> bool:
        gave = [
            deed
            for deed in self.history
            if deed is not self.deed and "times" in deed.gave.get(rule.whole, {})
        ]
        if not rule.cooldown or not gave:
            return False
        return (self.deed.hours - gave[-1].hours) * 3_600_000_000 < rule.cooldown

    def _limited_amount(self, rule: Rule) -> int:
        amount = max(0, self.deed.amount or 0)
        for limit in rule.limits:
            if limit.what == "amount":
                amount = min(amount, limit.value - self._used(rule, limit))
        return max(0, amount)

    def _own_limits(self, rule: Rule, would: int, lines: list[Mapping[str, Any]]) -> int:
        given = would
        if any(limit.what == "amount" for limit in rule.limits):
            given = self._give(rule, self._limited_amount(rule), lines)
        for limit in rule.limits:
            if limit.of_lines:
                continue
            if limit.what == "points":
                given = min(given, max(0, limit.value - self._used(rule, limit)))
            if limit.what == "times" and self._used(rule, limit) >= limit.value:
                given = 0
        return given

    def _try_applying(self, rule: Rule) -> None:
        for limit in rule.limits:
            if limit.what == "times" and self._used(rule, limit) >= limit.value:
                self.reasons[rule.id] = 252
                break
        if self._cooling_down(rule):
            self.reasons[rule.id] = 251
        if self.reasons[rule.id] != 255:
            return
        if isinstance(rule.action, Nothing | Notify):
            self.deed.gave[rule.id] = {"times": 1}
        else:
            self.applying.append(rule)

    def _groups(self) -> None:
        for group in self.programme.groups:
            gave = [r for r in self._giving() if r.group == group.id and self.given[r.id] > 0]
            if group.keep == "all" or not gave:
                continue
            wholes = list(dict.fromkeys(rule.whole for rule in gave))
            currencies = {_currency(r) for r in self.programme.rules if r.group == group.id}
            alone = len(currencies) == 1
            worth = {
                whole: sum(
                    self.given[r.id] * (1 if alone else self._price(r))
                    for r in gave
                    if r.whole == whole
                )
                for whole in wholes
            }
            winner = max(wholes, key=lambda w: worth[w]) if group.keep == "best" else wholes[0]
            for rule in gave:
                if rule.whole != winner:
                    self.given[rule.id] = 0
                    self.reasons[rule.id] = 253

    def _price(self, rule: Rule) -> Fraction:
        """What a smallest unit of what a rule gives is worth."""
        found = next(c for c in self.programme.currencies if c.id == _currency(rule))
        return Fraction(found.unit_price_micros, 10**found.scale)

    def _multiply(self) -> None:
        touched: dict[str, dict[tuple[str, str], list[int]]] = {}
        for rule in self._giving():
            total = self.given[rule.id]
            if total <= 0:
                continue
            matching: list[tuple[str, Multiply, str, Rule | None]] = [
                (m.id, m.action, m.rounding, m)
                for m in self.applying
                if isinstance(m.action, Multiply) and rule.id in m.action.rules
            ]
            matching += self._tier_multiplier(rule)
            if self.programme.combine == "best" and matching:
                matching.sort(key=lambda m: -Fraction(m[1].numerator, m[1].denominator))
                given = self.given[rule.id]
                matching = [max(matching, key=lambda m: self._more(rule, m, given))]
            else:  # multipliers of lines first: what was given for the lines is not multiplied yet
                matching.sort(key=lambda m: m[3] is None or m[3].lines is None)
            for id, multiply, rounding, multiplier in matching:
                base = total if self.programme.combine == "multiply" else self.given[rule.id]
                more = self._more(rule, (id, multiply, rounding, multiplier), base)
                more = max(more, -total)
                key = (id, _currency(rule))
                self.before[key] = self.before.get(key, 0) + more
                more = self._multiplier_left(multiplier, key, more)
                self.after[key] = self.after.get(key, 0) + more
                touched.setdefault(id, {}).setdefault(key, []).append(more)
                total += more
        for multiplier in self.applying:
            self._use_multiplier(multiplier)

    def _more(self, rule: Rule, matching: tuple[str, Multiply, str, Rule | None], base: int) -> int:
        _, multiply, rounding, multiplier = matching
        if multiplier is not None and multiplier.lines is not None:
            base = self._share(rule, multiplier)
        factor = Fraction(multiply.numerator, multiply.denominator)
        return rounded(base * (factor - 1), rounding)

    def _share(self, rule: Rule, multiplier: Rule) -> int:
        """What the rule would give for the multiplier's lines alone, at most what it gave."""
        lines = [
            line
            for line in self.lines
            if all(
                condition is None or truth(condition, Asked(line=line))
                for condition in (multiplier.lines, rule.lines)
            )
        ]
        assert isinstance(rule.action, Give)
        how = rule.action.how
        if rule.per_line or not isinstance(how, Rate) or how.of_lines:
            would = self._give(rule, None, lines)
        else:
            prices = [line.get("amount") or 0 for line in lines]
            parts = [added(line, "amount") for line in lines]
            amount = sum(prices if how.field == "gross" else parts)
            would = self._rate(rule, how, max(0, amount))
        return min(would, self.given[rule.id])

    def _tier_multiplier(self, rule: Rule) -> list[tuple[str, Multiply, str, Rule | None]]:
        if self.programme.tiers is None:
            return []
        tier = self.programme.tiers.ladder[self.asked.rank]
        if tier.multiplies is None or rule.id not in tier.multiplies.rules:
            return []
        return [(f"tier:{tier.id}", tier.multiplies, "down", None)]

    def _multiplier_left(self, multiplier: Rule | None, key: tuple[str, str], more: int) -> int:
        for limit in multiplier.limits if multiplier else ():
            if limit.what == "points" and limit.currency == key[1] and multiplier:
                left = limit.value - self._used(multiplier, limit)
                more = min(more, max(0, left - self.after.get(key, 0)))
        return more

    def _use_multiplier(self, rule: Rule) -> None:
        keys = [key for key in self.after if key[0] == rule.id]
        before = any(self.before[key] for key in keys)
        gave = {key[1]: self.after[key] for key in keys if self.after[key]}
        if gave:
            use = self.deed.gave.setdefault(rule.id, {"times": 1})
            use |= {currency: points for currency, points in gave.items() if points > 0}
        elif before:
            self.reasons[rule.id] = 252

    def _limits(self) -> None:
        order = self._slot_order()
        for limit in self.programme.limits:
            mine = [
                key
                for key in order
                if key in self.after
                and key[1] == limit.currency
                and key[0] not in self._for_relations()
            ]
            used = sum(
                deed.earned.get(str(limit.currency), 0)
                for deed in self.history[:-1]
                if limit.period != "event" and self._within(limit, deed)
            )
            left = max(0, limit.value - used) - sum(min(0, self.after[key]) for key in mine)
            for key in mine:
                if self.after[key] > 0:
                    self.after[key] = min(self.after[key], left)
                    left -= self.after[key]

    def _for_relations(self) -> set[str]:
        """The rules whose points the member does not earn."""
        return {rule.id for rule in self.programme.rules if rule.to or rule.receives}

    def _pass_on(self) -> None:
        """Parts of what was earned, in document order, as long as something of it is left."""
        left = {currency: max(0, earned) for currency, earned in self.deed.earned.items()}
        for rule in self.applying:
            if not isinstance(rule.action, PassOn):
                continue
            action, key = rule.action, (rule.id, rule.action.currency)
            whole = max(0, self.deed.earned.get(action.currency, 0))
            part = math.floor(Fraction(whole * action.numerator, action.denominator))
            wanted = min(action.points or part, left.get(action.currency, 0))
            given = wanted
            for limit in rule.limits:
                if limit.what == "points":
                    given = min(given, max(0, limit.value - self._used(rule, limit)))
            if wanted > 0:
                self.before[key], self.after[key] = -wanted, -given
                left[action.currency] -= given
                if rule.limits and given == 0:
                    self.reasons[rule.id] = 252
            if given > 0:
                self.deed.gave[rule.id] = {"times": 1, action.currency: given}

    def _budgets(self) -> None:
        for rule in self.programme.rules:
            left = self.asked.facts.get(f"budget:{rule.id}")
            if rule.budget is not None and left is not None:
                key = (rule.id, rule.budget.currency)
                if key in self.after:
                    self.after[key] = min(self.after[key], left)

    def _slot_order(self) -> list[tuple[str, str]]:
        ids = [rule.id for rule in self.programme.rules]
        ids += [
            f"tier:{tier.id}"
            for tier in (self.programme.tiers.ladder if self.programme.tiers else ())
        ]
        currencies = [currency.id for currency in self.programme.currencies]
        return [(id, currency) for id in ids for currency in currencies]


def _currency(rule: Rule) -> str:
    assert isinstance(rule.action, Give)
    return rule.action.currency
