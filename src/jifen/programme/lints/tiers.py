"""Tiers that nobody can reach, or keep for long: the most that a member can get together in the ladder's window."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from jifen.programme.lints.finding import Finding
from jifen.programme.model import Programme, Tiers
from jifen.programme.requirement import NOTHING, UNREACHABLE, Measure, Requirement, leaves, met
from jifen.programme.rules import Give, Multiply, Rule
from jifen.programme.ways import Amount
from jifen.programme.ways_out import Limit
from jifen.wording import Said

WITHOUT_END = 2**62
_COMES_ONLY_ONCE = Said(
    "is lost in the end by everybody: what it takes to keep it comes only once",
    "终究无人能保级：保级所需的只给一次",
)
_DAYS_IN = {"day": 1, "week": 7}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "membership_year": 12}


class _Span(NamedTuple):
    """The most that a window can touch; `late`: once all that is given for a time has been given."""

    months: int
    days: int
    late: bool = False


def tiers_out_of_reach(programme: Programme) -> Iterator[Finding]:
    """Each tier that cannot be reached. What it takes to keep one is never more."""
    tiers = programme.tiers
    if tiers is None:
        return
    span = _span_of_window(tiers)

    def most(measure: Measure) -> int:
        return _most(programme, measure, span)

    for tier in tiers.ladder:
        if tier.reach not in (NOTHING, UNREACHABLE) and not met(tier.reach, most):
            said = _why(programme, tier.reach)
            yield Finding("tier-out-of-reach", f"tiers.{tier.id}", 0, said)


def tiers_out_of_keeping(programme: Programme) -> Iterator[Finding]:
    """Each tier that can be reached and is always lost in the end, as what carries it comes only once."""
    tiers = programme.tiers
    span = _span_of_window(tiers) if tiers is not None else None
    if tiers is None or span is None or tiers.down == "never":
        return
    late = span._replace(late=True)
    for tier in tiers.ladder:
        if met(tier.keep, partial(_most, programme, span=span)) and not met(
            tier.keep, partial(_most, programme, span=late)
        ):
            yield Finding("tier-out-of-keeping", f"tiers.{tier.id}", 0, _COMES_ONLY_ONCE)


def _span_of_window(tiers: Tiers) -> _Span | None:
    """How much time the ladder looks at; None for everything."""
    over = tiers.period if tiers.window.kind == "period" else tiers.window
    if over is None or tiers.window.kind == "lifetime":
        return None
    months = over.months or -(-over.days // 28)
    return _Span(months, over.days or 31 * months)


def _most(programme: Programme, measure: Measure, span: _Span | None) -> int:
    """The most of a measure that anybody can have; WITHOUT_END where nothing bounds it."""
    match measure.kind:
        case "days" if span is not None:
            return span.days
        case "months" if span is not None:
            return span.months + 1  # a window that begins on any day touches one more
        case "earned":
            return _most_earned(programme, measure.of, span)
        case _:
            return WITHOUT_END


def _most_earned(programme: Programme, currency: str, span: _Span | None) -> int:
    bounds = [_bound(limit, span) for limit in programme.limits if limit.currency == currency]
    giving = [
        rule
        for rule in programme.rules
        if isinstance(rule.action, Give) and rule.action.currency == currency and not rule.takes
    ]
    multiplied = {id for action in _multipliers(programme) for id in action.rules}
    if multiplied.isdisjoint(rule.id for rule in giving):
        bounds.append(sum(_most_of_rule(rule, span) for rule in giving))
    return min([WITHOUT_END, *bounds])


def _multipliers(programme: Programme) -> Iterator[Multiply]:
    for rule in programme.rules:
        if isinstance(rule.action, Multiply):
            yield rule.action
    for tier in programme.tiers.ladder if programme.tiers else ():
        if tier.multiplies:
            yield tier.multiplies


def _most_of_rule(rule: Rule, span: _Span | None) -> int:
    """The most that a rule gives a member in the window."""
    if span is not None and span.late and (rule.budget or rule.between[1]):
        return 0
    bounds = [_bound(limit, span) for limit in rule.limits if limit.what == "points"]
    if isinstance(rule.action, Give) and isinstance(rule.action.how, Amount) and not rule.per_line:
        points = rule.action.how.points
        times = (limit for limit in rule.limits if limit.what == "times")
        bounds += [points * _bound(limit, span) for limit in times]
    if rule.budget is not None:
        bounds.append(rule.budget.points)
    return min([WITHOUT_END, *bounds])


def _bound(limit: Limit, span: _Span | None) -> int:
    """What a limit lets pass in so much time, wherever it begins."""
    if limit.by is not None or limit.period == "event":
        return WITHOUT_END
    if limit.period == "lifetime":
        return 0 if span is not None and span.late else limit.value
    if span is None:
        return WITHOUT_END
    if limit.period == "hour":
        return limit.value * (24 * span.days + 1)
    days = _DAYS_IN.get(limit.period) or (limit.size if limit.period == "days" else 0)
    if days:
        return limit.value * (span.days // days + 1)
    size = _MONTHS_IN.get(limit.period) or limit.size
    return limit.value * (-(-span.months // size) + 1)


def _why(programme: Programme, asked: Requirement) -> Said:
    given = {
        rule.action.currency
        for rule in programme.rules
        if isinstance(rule.action, Give) and not rule.takes
    }
    for leaf in leaves(asked):
        if leaf.measure.kind == "earned" and leaf.value and leaf.measure.of not in given:
            of = leaf.measure.of
            return Said(f"cannot be reached: no rule gives '{of}'", f"无法达到：没有规则给“{of}”")
    return Said(
        "cannot be reached: in the time that the ladder looks at, limits let members come less far",
        "无法达到：评级所看的时间内，用满各项上限也不够",
    )
