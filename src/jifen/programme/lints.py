"""What a checked document says that its author hardly meant: each finding with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from jifen.programme.amounts import in_language, say_points, show_number
from jifen.programme.model import (
    Amount,
    Currency,
    Give,
    Multiply,
    Name,
    Programme,
    Rate,
    Rule,
    Steps,
)
from jifen.programme.requirement import leaves
from jifen.wording import Said

_ALLOWED = re.compile(r"#\s*lint:\s*allow\s+([a-z-]+)(?:\s+at\s+(\S+))?")


@dataclass(frozen=True, slots=True)
class Finding:
    """`id` says of what kind it is, `place` where in the document, `line` on which line of it (0: not known)."""

    id: str
    place: str
    line: int
    said: Said


def findings(programme: Programme) -> list[Finding]:
    """Everything that reading alone finds, in the order of the kinds."""
    return [finding for look in _LOOKS for finding in look(programme)]


def without_allowed(found: Iterable[Finding], document: str) -> list[Finding]:
    """The findings that no comment `# lint: allow ID`, or `# lint: allow ID at PLACE`, silences."""
    allowed = {(match[1], match[2]) for match in _ALLOWED.finditer(document)}
    return [one for one in found if not {(one.id, None), (one.id, one.place)} & allowed]


def _unreachable_rules(programme: Programme) -> Iterator[Finding]:
    ended: dict[str, Rule] = {}
    for rule in programme.rules:
        before = ended.get(rule.on)
        if before is not None:
            yield _of_rule(
                "unreachable-rule",
                rule,
                f"is never read: '{before.id}' always gives, and ends the reading",
                f"永远不会被读到：“{before.id}”必定给分，且之后不再往下读",
            )
        elif rule.last and _always_gives(rule):
            ended[rule.on] = rule


def _always_gives(rule: Rule) -> bool:
    free = not (rule.when or rule.limits or rule.lines or rule.chance or rule.milestone)
    fixed = isinstance(rule.action, Give) and isinstance(rule.action.how, Amount)
    return free and fixed and rule.between == (None, None) and not (rule.cooldown or rule.per_line)


def _multiplies_nothing(programme: Programme) -> Iterator[Finding]:
    tiers = programme.tiers.ladder if programme.tiers else ()
    multipliers = [(rule.id, rule.on, rule.action, rule.line) for rule in programme.rules]
    on_events = {rule.id: rule.on for rule in programme.rules}
    for id, on, action, line in multipliers:
        if isinstance(action, Multiply):
            place = f"earn.{id}"
            if action.numerator == action.denominator:
                yield Finding("multiplies-nothing", place, line, _BY_ONE)
            elif not any(on_events.get(target) == on for target in action.rules):
                yield Finding("multiplies-nothing", place, line, _NO_RULE)
    for tier in tiers:
        if tier.multiplies and tier.multiplies.numerator == tier.multiplies.denominator:
            yield Finding("multiplies-nothing", f"tiers.{tier.id}", 0, _BY_ONE)


_BY_ONE = Said("multiplies by 1, which changes nothing", "倍数为 1，没有作用")
_NO_RULE = Said("multiplies rules of other events only", "所乘的规则都不属于这种事件")


def _limits_below_awards(programme: Programme) -> Iterator[Finding]:
    for rule in programme.rules:
        award = _fixed(rule)
        if award is None:
            continue
        currency, points = award
        named = _currency(programme, currency)
        for limit in rule.limits:
            if limit.what == "points" and limit.value < points:
                yield _of_rule("limit-below-award", rule, *_below(named, limit.value, points))
        for limit in programme.limits:
            if limit.currency == currency and limit.value < points:
                yield _of_rule("limit-below-award", rule, *_below(named, limit.value, points))


def _below(currency: Currency, most: int, points: int) -> tuple[str, str]:
    en = [say_points(currency, value, "en") for value in (points, most)]
    zh = [say_points(currency, value, "zh") for value in (points, most)]
    return (
        f"gives {en[0]} at once, of which a limit lets only {en[1]} pass",
        f"一次给 {zh[0]}，而上限只允许 {zh[1]}",
    )


def _fixed(rule: Rule) -> tuple[str, int] | None:
    if isinstance(rule.action, Give) and isinstance(rule.action.how, Amount):
        return rule.action.currency, rule.action.how.points
    return None


def _tiers_out_of_reach(programme: Programme) -> Iterator[Finding]:
    if programme.tiers is None:
        return
    given = {rule.action.currency for rule in programme.rules if isinstance(rule.action, Give)}
    ever = {limit.currency: limit.value for limit in programme.limits if limit.period == "lifetime"}
    for tier in programme.tiers.ladder:
        for leaf in leaves(tier.reach):
            if leaf.measure.kind != "earned":
                continue
            currency, place = leaf.measure.of, f"tiers.{tier.id}"
            if leaf.value and currency not in given:
                yield Finding("tier-out-of-reach", place, 0, _no_points(currency))
            elif currency in ever and leaf.value > ever[currency]:
                yield Finding("tier-out-of-reach", place, 0, _TOO_FAR)


def _no_points(currency: str) -> Said:
    return Said(
        f"cannot be reached: no rule gives '{currency}'", f"无法达到：没有规则给“{currency}”"
    )


_TOO_FAR = Said(
    "cannot be reached: a limit lets members earn less than that in a lifetime",
    "无法达到：终身上限低于所需",
)


def _worth_more_than_paid(programme: Programme) -> Iterator[Finding]:
    """Rates by which points are worth more than the money they are given for, the multipliers of tiers counted."""
    tiers = [
        tier for tier in (programme.tiers.ladder if programme.tiers else ()) if tier.multiplies
    ]
    for rule in programme.rules:
        for rate in _rates(rule):
            currency = (
                _currency(programme, rule.action.currency)
                if isinstance(rule.action, Give)
                else None
            )
            if (
                currency is None
                or rate.field not in ("amount", "gross")
                or not currency.unit_price_micros
            ):
                continue
            worth, paid = _worth(programme, currency, rate)
            best = max(
                [(1, 1)]
                + [
                    (tier.multiplies.numerator, tier.multiplies.denominator)
                    for tier in tiers
                    if tier.multiplies and rule.id in tier.multiplies.rules
                ],
                key=lambda factor: factor[0] / factor[1],
            )
            if worth * best[0] >= paid * best[1]:
                value = show_number(worth * best[0] * 100 // (paid * best[1]), 0)
                yield _of_rule(
                    "worth-more-than-paid",
                    rule,
                    f"gives back {value} % of what is paid",
                    f"返还相当于所付金额的 {value}%",
                )


def _worth(programme: Programme, currency: Currency, rate: Rate) -> tuple[int, int]:
    """Millionths of money for the points of a rate, and millionths that are paid for them, to one scale."""
    worth = rate.points * currency.unit_price_micros * 10**programme.money_scale
    return worth, rate.per * 1_000_000 * int(10**currency.scale)


def _rates(rule: Rule) -> list[Rate]:
    how = rule.action.how if isinstance(rule.action, Give) else None
    ways = how.gives if isinstance(how, Steps) else (how,)
    return [way for way in ways if isinstance(way, Rate)]


def _forgiving_returns(programme: Programme) -> Iterator[Finding]:
    for currency in programme.currencies:
        if currency.overdraft.kind == "clip" and currency.spendable:
            yield Finding("returns-leave-points", f"currencies.{currency.id}", 0, _FORGIVES)


_FORGIVES = Said(
    "who buys, spends the points and returns the goods keeps what they spent, up to the ceiling",
    "购买、用掉积分再退货的会员，可在限额内白得所用积分",
)


def _missing_translations(programme: Programme) -> Iterator[Finding]:
    named: list[tuple[str, Name]] = [("name", programme.name)]
    named += [(f"currencies.{one.id}", one.name) for one in programme.currencies]
    if programme.tiers:
        named += [(f"tiers.{tier.id}", tier.name) for tier in programme.tiers.ladder]
    for place, name in named:
        if name.zh == name.en:
            said = Said(f"is called '{name.en}' in both languages", f"中英文都叫“{name.en}”")
            yield Finding("missing-translation", place, 0, said)


def _of_rule(id: str, rule: Rule, en: str, zh: str) -> Finding:
    name = f"“{in_language(rule.name, 'zh')}”" if rule.name else f"“{rule.id}”"
    return Finding(id, f"earn.{rule.id}", rule.line, Said(f"'{rule.id}' {en}", f"{name}{zh}"))


def _currency(programme: Programme, id: str) -> Currency:
    return next(currency for currency in programme.currencies if currency.id == id)


_LOOKS: tuple[Callable[[Programme], Iterator[Finding]], ...] = (
    _unreachable_rules,
    _multiplies_nothing,
    _limits_below_awards,
    _tiers_out_of_reach,
    _worth_more_than_paid,
    _forgiving_returns,
    _missing_translations,
)
