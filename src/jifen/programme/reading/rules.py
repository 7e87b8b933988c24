"""`earn:` of a document: rules, read one by one; multipliers are resolved when all rules are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from jifen.instants import day_of
from jifen.programme.condition import (
    Calendar,
    Compare,
    Condition,
    EventField,
    LineCondition,
    Number,
    Operator,
    Word,
)
from jifen.programme.conditions.scope import NO_TIERS, Scope, planned_event, unknown_event
from jifen.programme.conditions.typing_conditions import (
    read_condition,
    read_conjuncts,
    refuse_impossible,
)
from jifen.programme.event_types import EventType
from jifen.programme.events import (
    BALANCE_REACHED,
    PERIOD_BALANCE,
    PLANNED_TRIGGERS,
    TIER_CHANGED,
)
from jifen.programme.meant import EVENTS, NO_EVENTS, write
from jifen.programme.problems import Problems, Wrong, did_you_mean
from jifen.programme.reading.actions import check_shape, counts_amount, parts_of, read_actions
from jifen.programme.reading.between import read_between
from jifen.programme.reading.budgeting import Funds, budget_of, read_budgets
from jifen.programme.reading.chances import chance
from jifen.programme.reading.checks import check_groups, check_rules
from jifen.programme.reading.limiting import limit_from
from jifen.programme.reading.milestones import read_milestone
from jifen.programme.reading.multiplying import Targets, multiply_from
from jifen.programme.reading.nodes import Listing, Node
from jifen.programme.reading.own_terms import read_own_terms
from jifen.programme.reading.pending import check_until
from jifen.programme.reading.relations import check_relation, has_relation, read_relation
from jifen.programme.reading.repeating import read_repeat
from jifen.programme.reading.scalars import (
    boolean,
    choice,
    elapsed,
    free_identifier,
    name,
)
from jifen.programme.reading.sections import (
    Section,
    missing,
    more_than,
    noting,
    one_or_many,
    some_items,
    text,
)
from jifen.programme.rounding import ROUNDINGS
from jifen.programme.rules import Give, Group, Milestone, Multiply, Notify, PassOn, Rule
from jifen.programme.ways_out import Limit
from jifen.wording import Said

MOST_RULES = 200
MOST_CONDITIONS = 50

_KEYS = (
    "id",
    "name",
    "on",
    "when",
    "between",
    "lines",
    "per",
    "give",
    "issue",
    "take",
    "multiply",
    "rounding",
    "limit",
    "group",
    "last",
    "expires",
    "pending",
    "funder",
    "cooldown",
    "milestone",
    "chance",
    "surprise",
    "budget",
    "notify",
    "repeat",
    "to",
    "pass_on",
)
_AS_REPEAT = Said("write it as `repeat: …`", "请写成 `repeat: …`")
_ELSEWHERE = {
    **dict.fromkeys(("each_time", "once", "as_often_as_it_fits"), _AS_REPEAT),
    "min": Said("write `when: amount >= 50`", "请写成 `when: amount >= 50`"),
}


class Surroundings(msgspec.Struct, frozen=True):
    """What rules may refer to."""

    scope: Scope  # `on` is replaced by each rule's event type
    groups: tuple[Group, ...]
    limits: tuple[Limit, ...]
    money: str
    households: bool  # there are some

    @property
    def funds(self) -> Funds:
        return Funds(self.scope.currencies, self.money, self.scope.money_scale)


def read_rules(
    node: Node, problems: Problems, surroundings: Surroundings
) -> tuple[tuple[Rule, ...], Targets]:
    """The rules in document order, and what of them tiers may multiply."""
    sections = [
        Section(item, problems, _KEYS, elsewhere=_ELSEWHERE)
        for item in noting(problems, node, some_items, ())
    ]
    if len(sections) > MOST_RULES:
        problems.add(node, more_than(MOST_RULES, Said("rules", "条规则")))
    rules: list[tuple[Rule, Section]] = []
    unreadable: set[str] = set()
    seen: dict[str, int] = {}
    for section in sections[:MOST_RULES]:
        id = section.need("id", free_identifier(("all",)), None)
        if id in seen:
            message = Said(
                f"rule '{id}' is already in line {seen[id]}", f"第 {seen[id]} 行已有规则“{id}”"
            )
            problems.add(section.place("id"), message)
        if id is not None:
            seen.setdefault(id, section.place("id").line)
        parts = _rule(id or "", section, surroundings)
        rules += [(part, section) for part in parts]
        if not parts and id is not None:
            unreadable.add(id)
    currencies = tuple(currency.id for currency in surroundings.scope.points)
    targets = Targets(tuple(rule for rule, _ in rules), currencies, unreadable)
    funds = surroundings.funds
    resolved = tuple(_resolved(rule, section, targets, funds) for rule, section in rules)
    check_rules(rules, surroundings.limits, surroundings.scope)
    check_groups(rules, surroundings.groups, surroundings.scope)
    return resolved, targets


def _rule(id: str, section: Section, surroundings: Surroundings) -> list[Rule]:
    """The rule in its parts, a multiplier still without its targets; nothing if it cannot be understood."""
    events = surroundings.scope.events
    on = section.need("on", lambda node: _event_type(node, events), None)
    if on is None:
        return []
    if on.id == TIER_CHANGED and not surroundings.scope.tiers:
        section.problems.add(section.place("on"), NO_TIERS)
    scope = replace(surroundings.scope, on=on)
    when = section.read("when", lambda node: conjuncts_of(text(node), scope), ())
    lines = section.read("lines", lambda node: _lines(text(node), scope), None)
    per_line = section.read("per", choice(("line", "event")), "event") == "line"
    if per_line and not on.line_fields:
        section.problems.add(section.place("per"), _no_lines(on))
    actions = read_actions(section, scope, per_line)
    if not actions:
        return []
    for action in actions:
        check_shape(section, action, per_line)
    between = section.read("between", read_between, (None, None))
    if when:
        together = (*when, *_as_conditions(between))
        section.read("when", lambda _: refuse_impossible(together, scope), None)
    milestone = _milestone(section, scope)
    waits = on.id == BALANCE_REACHED
    own = (Compare("==", EventField("rule"), Word(id), "rule"),) if waits else ()
    derives = read_relation(section, scope, surroundings.households)
    repeat = read_repeat(section, scope)
    if milestone is not None and not waits:
        milestone = repeat.of_milestone(milestone)
    if waits:
        actions = repeat.of_reached(actions)
    terms = read_own_terms(section)
    check_until(section, terms.pending, events)
    rule = Rule(
        id,
        on.id,
        actions[0],
        (*own, *has_relation(derives), *when),
        between,
        lines,
        per_line,
        section.read("rounding", choice(ROUNDINGS), "down"),
        _limits(section, scope) + ((repeat.limit,) if repeat.limit else ()),
        section.read("group", lambda node: _group(text(node), surroundings.groups), None),
        section.read("last", boolean, False),
        section.read("name", name, None),
        section.node.line,
        terms=terms,
        cooldown=section.read("cooldown", elapsed, 0),
        milestone=None if waits else milestone,
        reached=milestone if waits else None,
        chance=section.read("chance", chance, 0),
        derives=derives,
    )
    check_relation(section, rule)
    return parts_of(rule, actions)


def _milestone(section: Section, scope: Scope) -> Milestone | None:
    """The milestone of a rule; that there is none is noted where points have to reach one."""
    if "milestone" in section:
        return read_milestone(section.place("milestone"), section.problems, scope)
    if scope.on.id == BALANCE_REACHED:
        points = scope.points[0].id if scope.points else "points"
        example = write(f"milestone: {{of: earned('{points}'), every: 200}}")
        section.problems.add(section.node, missing("milestone"), example)
    return None


def _event_type(node: Node, events: Mapping[str, EventType]) -> EventType:
    if isinstance(node, Listing):
        several = Said("is one type of event", "只能写一种事件")
        raise Wrong(several, Said("write a rule for each", "请为每种事件各写一条规则"))
    return event_type_of(text(node), events)


def event_type_of(word: str, events: Mapping[str, EventType]) -> EventType:
    """The event type that a rule names; Wrong for one that nobody knows."""
    if word in PLANNED_TRIGGERS:
        raise Wrong(planned_event(word))
    if word not in events:
        declare = Said("declare it under `events:`", "请在 `events:` 下声明")
        hint = NO_EVENTS.get(word) or did_you_mean(EVENTS.get(word, word), events)
        raise Wrong(unknown_event(word), hint or declare)
    if word == PERIOD_BALANCE:
        raise Wrong(
            Said(f"'{word}' is for the ladder to look at", f"“{word}”只供评定等级用"),
            Said(
                "write month_end, and what is asked of the past", "请写 month_end，并用条件回看历史"
            ),
        )
    return events[word]


def conjuncts_of(written: str, scope: Scope) -> tuple[Condition, ...]:
    """The parts of `when`, all of which must hold."""
    found = read_conjuncts(written, scope)
    if len(found) > MOST_CONDITIONS:
        raise Wrong(more_than(MOST_CONDITIONS, Said("conditions", "个条件")))
    return found


def _no_lines(on: EventType) -> Said:
    return Said(f"'{on.id}' has no lines", f"“{on.id}”没有商品行")


def _lines(written: str, scope: Scope) -> LineCondition | None:
    if not scope.on.line_fields:
        raise Wrong(_no_lines(scope.on))
    return None if written == "all" else read_condition(written, replace(scope, lines=True))


def _as_conditions(between: tuple[dt.date | None, dt.date | None]) -> tuple[Condition, ...]:
    """What `between` asks of the day, as conditions."""
    ends: tuple[tuple[Operator, dt.date | None], ...] = ((">=", between[0]), ("<=", between[1]))
    return tuple(
        Compare(operator, Calendar("date"), Number(day_of(day)), "between")
        for operator, day in ends
        if day
    )


def _limits(section: Section, scope: Scope) -> tuple[Limit, ...]:
    found: list[Limit] = []
    if "limit" in section:
        for node in one_or_many(section.place("limit")):
            limit = noting(
                section.problems,
                node,
                lambda node: limit_from(text(node), scope.currencies, scope.money_scale, scope.on),
                None,
            )
            if limit is not None:
                found.append(limit)
    return tuple(found)


def _group(word: str, groups: Sequence[Group]) -> str:
    known = [group.id for group in groups]
    if word not in known:
        written = f"`groups: {{{word}: best}}`"
        declare = Said(f"declare it: {written}", f"请先声明：{written}")
        unknown = Said(f"unknown group '{word}'", f"没有“{word}”这个组")
        raise Wrong(unknown, did_you_mean(word, known) or declare)
    return word


def _resolved(rule: Rule, section: Section, targets: Targets, funds: Funds) -> Rule:
    """The rule with the ids of what it multiplies, its budget, and its limits checked against what it gives."""
    if isinstance(rule.action, Multiply):
        action = section.read(
            "multiply",
            lambda node: multiply_from(text(node), targets, rule.on, rule.lines is not None),
            rule.action,
        )
        rule = replace(rule, action=action)
    for limit in rule.limits:
        if message := _misfit(limit, rule, targets):
            section.problems.add(section.place("limit"), message)
    if isinstance(rule.action, Notify):
        return rule
    budgets = read_budgets(section, funds, rule, currencies_of(rule, targets.rules))
    return replace(rule, budget=budget_of(budgets, rule))


def _misfit(limit: Limit, rule: Rule, targets: Targets) -> Said | None:
    """Why a limit cannot belong to a rule; None if it can."""
    if limit.of_lines:
        return _misfit_of_lines(rule, targets)
    if limit.what == "amount" and not counts_amount(rule.action):
        return Said(
            "an amount limit belongs to a rule that gives per amount of the whole event",
            "金额上限只能用于按整个事件的金额给分的规则",
        )
    if limit.what == "points" and isinstance(rule.action, Notify):
        return Said("limits points, but the rule gives none", "限制的是积分，但规则不给分")
    if limit.what == "points":
        given = currencies_of(rule, targets.rules)
        if given and limit.currency not in given:
            return Said(
                f"limits '{limit.currency}', but the rule gives '{', '.join(sorted(given))}'",
                f"限制的是“{limit.currency}”，但规则给的是“{'、'.join(sorted(given))}”",
            )
    return None


def _misfit_of_lines(rule: Rule, targets: Targets) -> Said | None:
    if not rule.per_line or not isinstance(rule.action, Give):
        return Said(
            "goes by a field of lines, but the rule does not give line by line: add `per: line`",
            "按商品行的字段分别计算，但规则不是逐行给分：请加 `per: line`",
        )
    if rule.group is not None or len(currencies_of(rule, targets.rules)) > 1:
        return Said(
            "goes by a field of lines, and is used up line by line: the rule may give one currency only, "
            "and stand in no group, in which it might lose",
            "按商品行的字段分别计算，逐行占用：规则只能给一种积分，也不能放在组里，因为在组里可能落选",
        )
    return None


def currencies_of(rule: Rule, rules: tuple[Rule, ...]) -> set[str]:
    """The currencies in which a rule gives, or whose rules it multiplies."""
    if isinstance(rule.action, PassOn):
        return {rule.action.currency}
    if isinstance(rule.action, Give):
        parts = (other.action for other in rules if other.whole == rule.whole)
        return {part.currency for part in parts if isinstance(part, Give)}
    multiplied = rule.action.rules if isinstance(rule.action, Multiply) else ()
    return {
        other.action.currency
        for other in rules
        if other.id in multiplied and isinstance(other.action, Give)
    }
