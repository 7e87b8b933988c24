"""Random programmes and histories, from a seed, with a note of every construct that occurs in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from engine_random_conditions import (
    EVENTS,
    FACTS,
    GIVING_TIERS,
    NOTED,
    TAGS,
    RandomConditions,
)
from engine_random_tiers import MONTHS, RandomLadders
from msgspec.structs import replace

from jifen.programme.budget import Budget, budget_fact
from jifen.programme.condition import AllOf, Compare, Number
from jifen.programme.model import Base, Currency, Programme, Tiers
from jifen.programme.point_terms import Expiry, Extension
from jifen.programme.reading.actions import counts_amount
from jifen.programme.reading.multiplying import gives_by_lines
from jifen.programme.rewards import Reward
from jifen.programme.rounding import Rounding
from jifen.programme.rules import (
    Derived,
    Give,
    Group,
    Milestone,
    Multiply,
    Nothing,
    Notify,
    PassOn,
    Rule,
)
from jifen.programme.saying.naming import Name
from jifen.programme.ways import DRAWS, Amount, Cases, Percentage, Prizes, Rate, Steps, held_of
from jifen.programme.ways_out import UNBOUNDED, Limit, WayOut

PERIODS = (
    "event",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "membership_year",
    "days",
    "months",
    "lifetime",
)
KEEPS: tuple[Literal["best", "first", "all"], ...] = ("best", "first", "all")
COMBINATIONS: tuple[Literal["add", "multiply", "best"], ...] = ("add", "multiply", "best")
ROUNDINGS: tuple[Rounding, ...] = ("down", "up", "half_up", "half_even")
PAYING = ("purchase", "membership_fee")
FIRST_DAY = 20_000  # 2024-10-04
_NAME = Name("名", "name")


@dataclass
class RandomEvent:
    """An event as both engines take it."""

    type: str
    day: int
    hour: int
    gross: int | None
    fields: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    id: str = ""


@dataclass
class Case:
    """A timeline, a history (each event with the number of its version), and what occurs in them."""

    seed: int
    programmes: list[Programme]
    events: list[tuple[int, RandomEvent]]
    constructs: set[str]


def random_case(seed: int) -> Case:
    """The case of a seed."""
    random = Random(seed)
    constructs: set[str] = set()
    author = _Author(random, constructs)
    programmes = [author.programme()]
    while random.random() < 0.2 and len(programmes) < 3:
        programmes.append(author.changed(programmes[-1]))
        constructs.add("several versions")
    events = random_history(random, len(programmes), constructs)
    _leave_budgets(random, programmes, events, constructs)
    return Case(seed, programmes, events, constructs)


def _leave_budgets(
    random: Random,
    programmes: list[Programme],
    events: list[tuple[int, RandomEvent]],
    constructs: set[str],
) -> None:
    """Some events come when little or nothing is left of a budget."""
    for version, event in events:
        for rule in programmes[version].rules:
            if rule.budget is not None and rule.on == event.type and random.random() < 0.5:
                event.facts[budget_fact(rule.id)] = random.choice((0, 1, random.randrange(60)))
                constructs.add("little left of a budget")


def random_history(
    random: Random, versions: int, constructs: set[str]
) -> list[tuple[int, RandomEvent]]:
    """Events of one member in order, each with the number of its version."""
    events: list[tuple[int, RandomEvent]] = []
    day, version = FIRST_DAY + random.randrange(400), 0
    joined = FIRST_DAY - random.choice((0, 218, random.randrange(1500)))  # 218: on 29 February
    known = random.random() < 0.9
    for _ in range(random.randrange(4, 26)):
        gap = random.choice((0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 7, 20, 40, 90, 200, 400))
        constructs |= {"same day"} if gap == 0 else {"long gap"} if gap >= 200 else set()
        day += gap
        if version + 1 < versions and random.random() < 0.12:
            version += 1
            constructs.add("version boundary")
        event = _event(random, day)
        if gap == 0 and events:
            event.hour = max(event.hour, events[-1][1].hour)
        event.id = f"{random.randrange(10**9)}"
        if known:
            event.facts["days_since_joining"] = day - joined
        events.append((version, event))
    return events


def _event(random: Random, day: int) -> RandomEvent:
    type = random.choice(("purchase", "purchase", "purchase", "survey", "visit"))
    if random.random() < 0.12:
        type = random.choice((*GIVING_TIERS, NOTED)).id
    gross = random.randrange(0, 60) * 50 if random.random() < 0.8 else random.randrange(5000)
    if random.random() < 0.1:
        gross = MONTHS[0].least  # just what a month that counts takes
    hour = random.choice((9, random.randrange(24)))
    event = RandomEvent(type, day, hour, gross if type in PAYING else None)
    if random.random() < 0.05:
        event.gross = None
    drawn: dict[str, Any] = {
        "channel": random.choice(("app", "web", "shop", "kiosk")),
        "store": random.choice(("a", "b", "c")),
        "tax": random.randrange(0, 300),
        "shipping": random.randrange(0, 200),
        "rating": random.randrange(0, 6),
        "gift": random.random() < 0.5,
        "tier": f"t{random.randrange(5)}",
        "days": random.randrange(-1, 60),
        "until": day + random.randrange(-5, 200),
        "of_currency": random.choice(("points", "points", "growth")),
        "points": random.randrange(-20, 200),
    }
    known = {
        field.name
        for event_type in (*EVENTS, *GIVING_TIERS, NOTED)
        if event_type.id == type
        for field in event_type.fields
    }
    event.fields = {n: v for n, v in drawn.items() if n in known and random.random() < 0.8}
    event.facts = {
        "birthday_month": random.random() < 0.3,
        "segment": random.choice(("new", "vip", "lost")),
        "age": random.randrange(10, 90),
        "tags": tuple(tag for tag in TAGS if random.random() < 0.4),
    }
    for name in [name for name in FACTS if random.random() < 0.1]:
        event.facts.pop(name)
    if type == "purchase" and random.random() < 0.7:
        for _ in range(random.randrange(0, 5)):
            line = {
                "department": random.choice(("dairy", "fuel", "toys")),
                "quantity": random.randrange(0, 9) * 500,
                "amount": random.randrange(-4, 30) * 50,
            }
            event.lines.append({n: v for n, v in line.items() if random.random() < 0.9})
    return event


class _Author:
    """Writes programmes."""

    def __init__(self, random: Random, constructs: set[str]) -> None:
        self.random, self.constructs = random, constructs
        self.conditions = RandomConditions(random, constructs)
        self.ladders = RandomLadders(random, constructs, self._tier_multiplier)

    def note(self, *constructs: object) -> None:
        self.constructs.add(" ".join(str(part) for part in constructs))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def programme(self) -> Programme:
        currencies = (
            *(
                Currency(
                    id,
                    _NAME,
                    scale,
                    extension=self._extension(),
                    spending=self._spending(),
                    unit_price_micros=price,
                )
                for id, scale, price in (("points", 0, 25_000), ("growth", 1, 400_000))
            ),
            Currency("coffee", _NAME, spendable=False, reward=Reward(), unit_price_micros=10**7),
        )
        groups = [Group(f"g{i}", k) for i, k in enumerate(KEEPS) if self.chance(0.5)]
        giving = [self._giving(number, groups) for number in range(self.random.randrange(1, 7))]
        written = [self._taking_instead(rule) for rule in giving]
        written = [self._for_relation(rule) for rule in written]
        giving = [rule for rule in written if not rule.takes and rule.to is None]
        rules = written + [self._multiplier(n, giving) for n in range(self.random.randrange(0, 4))]
        if self.chance(0.15):
            rules.append(self._giving_nothing())
        if self.chance(0.15):
            rules.append(self._notifying())
        if self.chance(0.3):
            rules.append(self._issuing())
        rules += [self._passing_on(n) for n in range(self.random.choice((0, 0, 1, 2)))]
        self.random.shuffle(rules)
        rules = [part for rule in rules for part in self._parts(rule)]
        combine = self.random.choice(COMBINATIONS)
        if sum(isinstance(rule.action, Multiply) for rule in rules) > 1:
            self.note("combine", combine)
        limits = tuple(self._programme_limit() for _ in range(self.random.choice((0, 0, 1, 2))))
        tiers = self.ladders.ladder(giving) if self.chance(0.7) else None
        currencies = tuple(self._sparing(currency, tiers) for currency in currencies)
        return Programme(
            "random",
            _NAME,
            "Asia/Shanghai",
            "CNY",
            2,
            currencies,
            (*EVENTS, *GIVING_TIERS, NOTED),
            self._base(),
            tuple(r for r in rules if not isinstance(r.action, Multiply) or r.action.rules),
            tuple(groups),
            combine,
            limits,
            tiers,
            week_starts=self._week_starts(),
        )

    def changed(self, programme: Programme) -> Programme:
        """Another version: some rules gone, limits and tiers others, some rules new."""
        other = self.programme()
        kept = {rule.id for rule in programme.rules if self.chance(0.6)}
        rules = tuple(rule for rule in programme.rules if rule.id in kept)
        giving = {rule.id for rule in rules if isinstance(rule.action, Give)}
        rules = tuple(
            replace(rule, action=replace(rule.action, rules=named))
            if isinstance(rule.action, Multiply)
            else replace(rule, limits=self._limits(rule.action, "changed"))
            for rule in rules
            if not isinstance(rule.action, Multiply)
            or (named := tuple(id for id in rule.action.rules if id in giving))
        )
        tiers = other.tiers
        if tiers is not None:
            ladder = tuple(replace(tier, multiplies=None) for tier in tiers.ladder)
            tiers = replace(tiers, ladder=ladder)
        return replace(
            programme,
            currencies=other.currencies,
            rules=rules,
            limits=other.limits,
            tiers=tiers,
            base=other.base,
        )

    def _spending(self) -> WayOut:
        """Mostly without a condition; else one that asks what rules may not ask as well."""
        if not self.chance(0.2):
            return UNBOUNDED
        asked = self.conditions.past_without_event()
        self.note("asked of a use", asked.kind)
        return WayOut(when=(Compare(">=", asked, Number(1)),))

    def _extension(self) -> Extension | None:
        if not self.chance(0.2):
            return None
        on = self.random.choice(((), ("purchase",), ("visit", "survey")))
        self.note("kept alive by", *(on or ("any rule",)))
        life = Expiry("rolling", months=self.random.choice((3, 12)))
        most = self.random.choice((Expiry("never"), Expiry("rolling", months=36)))
        return Extension(on, life, most)

    def _sparing(self, currency: Currency, tiers: Tiers | None) -> Currency:
        """Now and then idleness ends no points on the ladder's highest tiers."""
        extension = currency.extension
        if extension is None or extension.most != Expiry("never") or tiers is None:
            return currency
        spares = tuple(tier.id for tier in tiers.ladder[self.random.randrange(1, 4) :])
        if not spares or self.chance(0.3):
            return currency
        self.note("kept alive on tiers")
        return replace(currency, extension=replace(extension, spares=spares))

    def _week_starts(self) -> int:
        starts = self.random.choice((1, 1, 6, 7))
        self.note("weeks from day", starts)
        return starts

    def _base(self) -> Base:
        leave_out = tuple(n for n in ("tax", "shipping") if self.chance(0.25))
        lines = self.conditions.of_lines() if self.chance(0.25) else None
        if leave_out:
            self.note("base leaves out a field")
        if lines:
            self.note("base leaves out lines")
        return Base(leave_out, lines)

    def _giving(self, number: int, groups: list[Group]) -> Rule:
        random = self.random
        on = random.choice(("purchase", "purchase", "purchase", "survey", "visit"))
        currency = random.choice(("points", "points", "growth"))
        per_line = of_lines = False
        lines = None
        if on == "purchase" and self.chance(0.3):
            of_lines = True
            per_line = self.chance(0.4)
            lines = self.conditions.of_lines() if self.chance(0.7) else None
            self.note("per line" if per_line else "sum of lines")
        group = random.choice(groups) if groups and self.chance(0.5) else None
        alike = group is not None and not per_line and self.chance(0.3)  # so that some give as much
        how = Amount(7) if alike else self._how(on, of_lines, per_line)
        if group:
            self.note("group", group.keep)
        action = Give(currency, how)
        last = self.chance(0.1)
        if last:
            self.note("last")
        rounding = random.choice(ROUNDINGS)
        return Rule(
            f"give-{number}",
            on,
            action,
            self.conditions.conjuncts(on),
            self._between(),
            lines,
            per_line,
            rounding,
            self._limits(action, "giving", plain=not of_lines)
            + (self._limits_of_lines(currency) if per_line and not group else ()),
            group.id if group else None,
            last,
            cooldown=self._cooldown(),
            milestone=self._milestone(on) if isinstance(how, Amount) and not per_line else None,
            chance=0 if isinstance(how, Prizes) else self._chance(),
            budget=self._budget(currency),
        )

    def _issuing(self) -> Rule:
        """A rule that issues a reward, which nothing multiplies."""
        self.note("issue")
        rule = self._giving(9, [])
        assert isinstance(rule.action, Give)
        limits = tuple(
            replace(limit, currency="coffee" if limit.currency else None) for limit in rule.limits
        )
        action = replace(rule.action, currency="coffee")
        return replace(rule, id="issue", action=action, limits=limits, budget=None)

    def _taking_instead(self, rule: Rule) -> Rule:
        """The rule, which now and then takes what it gave."""
        if rule.group or not isinstance(rule.action, Give) or self.chance(0.85):
            return rule
        self.note("takes")
        action = replace(rule.action, takes=True, up_to=self.chance(0.4))
        if action.up_to:
            self.note("takes up to what is held")
        if not (rule.per_line or rule.milestone) and self.chance(0.3):
            self.note("takes a percentage")
            percent = self.random.choice((1, 10, 33, 100))
            action = replace(action, how=Percentage(percent, held_of(action.currency)))
            limits = tuple(limit for limit in rule.limits if limit.what != "amount")
            rule = replace(rule, limits=limits)
        return replace(rule, action=action, last=False, budget=None)

    def _for_relation(self, rule: Rule) -> Rule:
        """The rule, which now and then gives to a relation."""
        if rule.takes or rule.group or self.chance(0.85):
            return rule
        self.note("gives to a relation")
        return replace(rule, derives=Derived("from_relation", "referrer", carries=True))

    def _passing_on(self, number: int) -> Rule:
        self.note("passes on")
        currency = self.random.choice(("points", "points", "growth"))
        part = self.random.choice(((3, 10), (1, 3), (1, 1)))
        few = self.random.randrange(1, 40)
        action = PassOn(currency, few) if self.chance(0.5) else PassOn(currency, 0, *part)
        on = self.random.choice(("purchase", "purchase", "survey"))
        limits = self._limits(action, "passing on")
        return Rule(
            f"pass-{number}",
            on,
            action,
            self.conditions.conjuncts(on) if self.chance(0.5) else (),
            limits=tuple(replace(limit, currency=limit.currency and currency) for limit in limits),
            cooldown=self._cooldown(),
            derives=Derived("from_relation", "referrer", carries=True),
        )

    def _parts(self, rule: Rule) -> list[Rule]:
        """The rule, and now and then a part of it that gives the other currency."""
        if not isinstance(rule.action, Give) or self.chance(0.75):
            return [rule]
        if any(limit.of_lines for limit in rule.limits):
            return [rule]
        self.note("several currencies")
        if rule.group:
            self.note("several currencies in a group")
        if rule.budget:
            self.note("several currencies and a budget")
        if rule.last:
            self.note("several currencies and last")
        how = rule.action.how
        if rule.milestone is not None or isinstance(how, Prizes):
            other_how: Amount | Rate | Prizes = Amount(5)
            if isinstance(how, Prizes):
                self.note("prizes of several currencies")
                ways = (way if self.chance(0.5) else Amount(0) for way in how.gives)
                other_how = Prizes(how.bounds, tuple(ways))
        else:
            of_lines = rule.per_line or rule.lines is not None
            other_how = self._way(rule.on, of_lines and rule.on == "purchase")
        other = "growth" if rule.action.currency == "points" else "points"
        may_count = not rule.per_line and counts_amount(Give(other, other_how))
        limits = tuple(
            replace(limit, currency=other if limit.currency else None)
            for limit in rule.limits
            if limit.what != "amount" or may_count
        )
        id = f"{rule.id}:{other}"
        action = Give(other, other_how, rule.takes)
        budget = Budget(1000, other) if rule.budget and self.chance(0.7) else None
        part = replace(rule, id=id, action=action, limits=limits, part_of=rule.id, budget=budget)
        return [rule, part]

    def _giving_nothing(self) -> Rule:
        self.note("gives nothing")
        on = self.random.choice(("purchase", "survey"))
        action = Nothing()
        return Rule(
            "nothing",
            on,
            action,
            self.conditions.conjuncts(on) if self.chance(0.5) else (),
            self._between(),
            limits=self._limits(action, "giving"),
            cooldown=self._cooldown(),
        )

    def _notifying(self) -> Rule:
        self.note("notifies")
        on = self.random.choice(("purchase", "survey"))
        action = Notify(Name("多谢", "thank you"))
        return Rule(
            "notifying",
            on,
            action,
            self.conditions.conjuncts(on) if self.chance(0.5) else (),
            self._between(),
            self.conditions.of_lines() if on == "purchase" and self.chance(0.3) else None,
            limits=self._limits(action, "giving"),
            cooldown=self._cooldown(),
            milestone=self._milestone(on),
            chance=self._chance(),
        )

    def _how(
        self, on: str, of_lines: bool, per_line: bool
    ) -> Amount | Rate | Steps | Cases | Prizes:
        if not per_line and self.chance(0.2):
            field = "amount" if on == "purchase" else "rating" if on == "survey" else "gross"
            scale = 1 if field == "rating" else 400
            thresholds = sorted(self.random.sample(range(6), self.random.randrange(1, 4)))
            ways = tuple(self._way(on, of_lines) for _ in thresholds)
            self.note("steps")
            if self.chance(0.3):
                past = self.conditions.past_without_event()
                self.note("steps by", past.kind)
                return Steps("past", tuple(thresholds), ways, past)
            return Steps(field, tuple(value * scale for value in thresholds), ways)
        if not per_line and self.chance(0.1):
            self.note("table")
            keys = [self.conditions.key(on) for _ in range(self.random.randrange(1, 4))]
            if self.chance(0.5):
                keys.append(AllOf(()))
            ways = tuple(self._way(on, of_lines) for _ in keys)
            return Cases("table", ways[0], tuple(keys), ways)
        if per_line and self.chance(0.3):
            return self._table_of_lines()
        if not per_line and self.chance(0.1):
            self.note("prizes")
            bounds = sorted(self.random.sample(range(1, 11), self.random.randrange(1, 4)))
            ways = tuple(self._way(on, of_lines) for _ in bounds)
            return Prizes(tuple(bound * DRAWS // 10 for bound in bounds), ways)
        return self._way(on, of_lines)

    def _table_of_lines(self) -> Cases:
        """A row for some lines each, all giving by the same."""
        self.note("table of lines")
        keys = [self.conditions.of_lines() for _ in range(self.random.randrange(1, 4))]
        if self.chance(0.5):
            keys.append(AllOf(()))
        one: Amount | Rate = Amount(1)
        if self.chance(0.7):
            field = self.random.choice(("amount", "quantity"))
            per = self.random.choice((1, 70, 100, 300))
            one = Rate(1, per, field, True, self.chance(0.5))
        ways = tuple(replace(one, points=self.random.randrange(1, 8)) for _ in keys)
        return Cases("table", one, tuple(keys), ways)

    def _way(self, on: str, of_lines: bool) -> Amount | Rate:
        random = self.random
        if self.chance(0.3):
            self.note("fixed")
            return Amount(random.randrange(1, 60))
        if of_lines:
            field = random.choice(("amount", "quantity"))
        else:
            field = {"purchase": "amount", "survey": "rating", "visit": "gross"}[on]
        per = (
            random.choice((1, 2, 3)) if field == "rating" else random.choice((1, 70, 100, 300, 450))
        )
        proportional, past = self.chance(0.5), None
        if not of_lines and self.chance(0.15):
            past, field = self.conditions.summed_past(), "past"
            per = random.choice((100, 450) if past.kind in ("total", "earned") else (1, 2))
            self.note("rate of the past", past.kind)
        self.note("proportional" if proportional else "rate in whole steps")
        over = 0
        if not of_lines and self.chance(0.2):
            self.note("over")
            over = random.choice((1, 2) if field == "rating" else (50, 1000, 3333))
        points = random.choice((1, 1, 2, 3, 7))
        return Rate(points, per, field, of_lines, proportional, past, over)

    def _between(self) -> tuple[dt.date | None, dt.date | None]:
        if not self.chance(0.12):
            return None, None
        self.note("between")
        start = dt.date(2024, 10, 4) + dt.timedelta(days=self.random.randrange(900))
        end = start + dt.timedelta(days=self.random.randrange(200))
        return self.random.choice(((start, None), (None, end), (start, end)))

    def _limits(
        self, action: Give | Multiply | PassOn | Notify | Nothing, of: str, plain: bool = True
    ) -> tuple[Limit, ...]:
        if not self.chance(0.6 if isinstance(action, Multiply) else 0.4):
            return ()
        limits = []
        for _ in range(self.random.choice((1, 1, 2))):
            period = self.random.choice(PERIODS)
            kinds = ["times"] if isinstance(action, Nothing | Notify) else ["times", "points"]
            if isinstance(action, Give) and isinstance(action.how, Rate):
                kinds += ["amount"] * 16 * (plain and counts_amount(action))
            what = self.random.choice(kinds)
            if what == "times" and period == "event":
                continue
            self.note(of, "limit", *((what, "per", period) if of != "changed" else ()))
            currency = action.currency if isinstance(action, Give) else "points"
            by = None
            if period not in ("event", "days", "months") and self.chance(0.3):
                by = self.random.choice(("store", "channel", "tax", "rating"))
                self.note("limit by a field")
            limits.append(self._limit(what, period, currency, by))
        return tuple(limits)

    def _limits_of_lines(self, currency: str) -> tuple[Limit, ...]:
        """Limits for each value of a field of lines, of a rule that gives line by line."""
        if self.chance(0.4):
            return ()
        what, period = (
            self.random.choice(("times", "points")),
            self.random.choice(("day", "month", "lifetime")),
        )
        by = self.random.choice(("department", "quantity"))
        self.note("limit by a field of lines", what)
        return (replace(self._limit(what, period, currency, by), of_lines=True),)

    def _milestone(self, on: str) -> Milestone | None:
        if not self.chance(0.5):
            return None
        past, most = self.conditions.growing(on)
        together = self.chance(0.5)
        self.note("milestones", "once" if together else "each")
        self.note("milestone of", past.kind)
        if self.chance(0.5):
            return Milestone(past, every=self.random.randrange(1, most + 1), together=together)
        at = sorted(self.random.sample(range(1, most + 4), self.random.randrange(1, 4)))
        return Milestone(past, at=tuple(at), together=together)

    def _chance(self) -> int:
        if not self.chance(0.1):
            return 0
        self.note("chance")
        return self.random.choice((1, DRAWS // 10, DRAWS // 2, DRAWS))

    def _budget(self, currency: str) -> Budget | None:
        if not self.chance(0.1):
            return None
        self.note("budget")
        return Budget(1000, currency)

    def _cooldown(self) -> int:
        if not self.chance(0.12):
            return 0
        self.note("cooldown")
        return self.random.choice((1, 4, 24, 72)) * 3_600_000_000

    def _limit(self, what: str, period: str, currency: str, by: str | None = None) -> Limit:
        most = {"times": 4, "points": 150, "amount": 6000}[what]
        value = self.random.randrange(1, most)
        size = {"days": self.random.choice((1, 2, 7, 30)), "months": self.random.choice((1, 2, 6))}
        of = currency if what == "points" else None
        return Limit(what, value, period, of, size.get(period, 0), by)  # type: ignore[arg-type]

    def _programme_limit(self) -> Limit:
        period = self.random.choice(PERIODS)
        self.note("programme limit per", period)
        return self._limit("points", period, self.random.choice(("points", "points", "growth")))

    def _multiply(self, rules: list[Rule]) -> Multiply:
        ids = tuple(rule.id for rule in rules if self.chance(0.7))
        numerator, denominator = self.random.choice(
            ((2, 1), (3, 2), (6, 5), (5, 1), (1, 2), (1, 4), (1, 1))
        )
        if numerator < denominator and ids:
            self.note("factor below one")
        return Multiply(ids, numerator, denominator)

    def _multiplier(self, number: int, giving: list[Rule]) -> Rule:
        on = self.random.choice(("purchase", "purchase", "survey"))
        mine, lines = [rule for rule in giving if rule.on == on], None
        if on == "purchase" and self.chance(0.4):
            lines = self.conditions.of_lines()
            mine = [rule for rule in mine if gives_by_lines(rule)]
        action = self._multiply(mine)
        if lines is not None and action.rules:
            self.note("multiplier of lines")
        currencies = {
            rule.action.currency
            for rule in mine
            if rule.id in action.rules and isinstance(rule.action, Give)
        }
        return Rule(
            f"more-{number}",
            on,
            action,
            self.conditions.conjuncts(on) if self.chance(0.6) else (),
            lines=lines,
            rounding=self.random.choice(ROUNDINGS),
            limits=self._limits(action, "multiplier") if action.rules else (),
            cooldown=self._cooldown(),
            chance=self._chance(),
            budget=self._budget(*currencies)
            if len(currencies) == 1 and action.numerator > action.denominator
            else None,
        )

    def _tier_multiplier(self, giving: list[Rule]) -> Multiply | None:
        if not self.chance(0.4):
            return None
        multiply = self._multiply(giving)
        if not multiply.rules:
            return None
        self.note("tier multiplier")
        return multiply
