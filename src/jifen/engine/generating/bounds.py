"""The proof that no product or sum of `step` leaves 64 bits, which would wrap without a word."""

from __future__ import annotations

from jifen.engine.errors import EngineError
from jifen.engine.events import FIELD_MOST
from jifen.programme.condition import Arithmetic, Number, Operand, Past
from jifen.programme.model import Programme
from jifen.programme.rules import Give, Group, Milestone, Multiply, Rule
from jifen.programme.ways import Amount, Percentage, Rate
from jifen.programme.worth import goes_by_worth, members_of, weights_of
from jifen.wording import Said

PRODUCT_MOST = 2**62
GATHERED_MOST = 10**16  # what a member's counters of money and points may come to in a lifetime
AWARD_MOST = 10**17  # of one rule for one event: dozens of the greatest still fit in 64 bits


def magnitude(operand: Operand) -> int:
    """How far from zero an operand can be."""
    match operand:
        case Number(value=value):
            return _fitting(abs(value), Said("A number in a condition", "条件中的数"))
        case Past(kind="total" | "earned"):
            return GATHERED_MOST
        case Arithmetic(operator="*", left=left, right=right):
            return _fitting(
                magnitude(left) * magnitude(right), Said("A product in a condition", "条件中的乘积")
            )
        case Arithmetic(left=left, right=right):
            return _fitting(
                magnitude(left) + magnitude(right), Said("A sum in a condition", "条件中的和")
            )
        case _:
            return FIELD_MOST


def prove_operands(*operands: Operand) -> None:
    """EngineError if an operand of a condition might not fit."""
    for operand in operands:
        magnitude(operand)


def prove(programme: Programme) -> None:
    """EngineError if some award of the programme might not fit."""
    awards = {rule.id: award_most(rule) for rule in programme.rules}
    for rule in programme.rules:
        if isinstance(rule.action, Multiply):
            _prove_multiplier(rule.id, rule.action, programme, awards)
    for group in programme.groups:
        _prove_group(programme, group, awards)
    for tier in programme.tiers.ladder if programme.tiers else ():
        if tier.multiplies is not None:
            _prove_multiplier(tier.id, tier.multiplies, programme, awards)


def award_most(rule: Rule) -> int:
    """The most that a rule can give for one event, before multipliers."""
    if not isinstance(rule.action, Give):
        return 0
    how = rule.action.how
    if isinstance(how, Percentage):
        return GATHERED_MOST  # of which 100 per cent fit, rounded in whatever way
    ways = [how] if isinstance(how, Amount | Rate) else list(how.gives)
    most = max((_way_most(way, rule.id) for way in ways), default=0)
    if rule.milestone is not None:
        most *= _passed_most(rule.milestone)
    if most > AWARD_MOST:
        raise EngineError(
            Said(
                f"Rule '{rule.id}' could give {most} points at once, more than 10^17.",
                f"规则“{rule.id}”一次可能给出 {most} 积分，超过 10^17。",
            )
        )
    return most


def _passed_most(milestone: Milestone) -> int:
    """How many thresholds one event can pass."""
    if milestone.together:
        return 1
    if not milestone.every:
        return len(milestone.at)
    return FIELD_MOST // milestone.every + 1 if milestone.of.kind == "total" else 1


def _way_most(way: Amount | Rate, rule_id: str) -> int:
    if isinstance(way, Amount):
        return way.points
    counted = magnitude(way.past) if way.past else FIELD_MOST
    product = 2 * way.points * counted if way.proportional else way.points * counted
    if way.proportional:
        _fitting(
            product + way.per, Said(f"The rate of rule '{rule_id}'", f"规则“{rule_id}”的积分比率")
        )
    return way.points * (counted // way.per + 1)


def _prove_multiplier(
    name: str, multiply: Multiply, programme: Programme, awards: dict[str, int]
) -> None:
    raised = 1
    if programme.combine == "multiply":
        raised = _all_factors(programme)
    most = max((awards[rule] for rule in multiply.rules), default=0) * raised
    product = 2 * most * max(multiply.numerator, multiply.denominator)
    what = Said(
        f"What multiplier '{name}' makes of the rules it names", f"倍数“{name}”放大后的积分"
    )
    _fitting(product, what)


def _prove_group(programme: Programme, group: Group, awards: dict[str, int]) -> None:
    if not goes_by_worth(programme, group):
        return
    weights = weights_of(programme, group)
    for parts in members_of(programme.rules, group):
        worth = sum(
            awards[part.id] * weights[part.action.currency]
            for part in parts
            if isinstance(part.action, Give)
        )
        _fitting(
            worth, Said(f"What rules of group '{group.id}' give", f"组“{group.id}”中规则所给的价值")
        )


def _all_factors(programme: Programme) -> int:
    """The product of all factors above one, rounded up."""
    multipliers = [rule.action for rule in programme.rules if isinstance(rule.action, Multiply)]
    if programme.tiers is not None:
        multipliers += [tier.multiplies for tier in programme.tiers.ladder if tier.multiplies]
    product = 1
    for multiply in multipliers:
        product *= max(1, -(-multiply.numerator // multiply.denominator))
    return product


def _fitting(most: int, what: Said) -> int:
    if most >= PRODUCT_MOST:
        raise EngineError(
            Said(
                f"{what.en} might reach {most}, more than 64-bit integers hold safely.",
                f"{what.zh}可能达到 {most}，超出 64 位整数的安全范围。",
            )
        )
    return most
