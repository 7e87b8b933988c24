"""`budget:` of a rule — `2000000 points`, `20000 CNY`, or one for each currency that the rule gives."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from jifen.programme.budget import Budget, points_for
from jifen.programme.model import Currency
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import GREATEST, too_large, units
from jifen.programme.reading.sections import Section, noting, one_or_many, stands_twice, text
from jifen.programme.reading.slips import number_meant
from jifen.programme.rules import Give, Multiply, Rule
from jifen.wording import Said, quoted


class Funds(msgspec.Struct, frozen=True):
    """In what budgets are counted: the currencies, and the code of money with its decimals; and who pays for what is
    given, None: the programme itself."""

    currencies: tuple[Currency, ...]
    money: str
    money_scale: int
    funder: str | None = None


def read_budgets(section: Section, funds: Funds, rule: Rule, given: set[str]) -> tuple[Budget, ...]:
    """What a rule that gives these currencies may give of each; problems are noted with its first part."""
    if "budget" not in section:
        return ()
    problems = section.problems if rule.part_of is None else Problems("")
    funds = replace(funds, funder=rule.terms.funder)
    found = budgets_from(section.place("budget"), problems, funds, given)
    if found and isinstance(rule.action, Multiply) and len(given) > 1:
        problems.add(section.place("budget"), _multiplies_several(given), _A_MULTIPLIER_EACH)
    return found


def budgets_from(
    node: Node, problems: Problems, funds: Funds, given: set[str]
) -> tuple[Budget, ...]:
    """One budget, or a list with one for each currency; problems are noted."""
    found: dict[str, Budget] = {}
    for one in one_or_many(node):
        budget = noting(problems, one, lambda node: budget_from(text(node), funds, given), None)
        if budget is None:
            continue
        if budget.currency in found:
            problems.add(one, stands_twice(budget.currency))
        found[budget.currency] = budget
    return tuple(found.values())


def budget_of(budgets: Sequence[Budget], rule: Rule) -> Budget | None:
    """The budget of what a part of a rule gives, or of the one currency that it multiplies."""
    if isinstance(rule.action, Give):
        currency = rule.action.currency
        return next((budget for budget in budgets if budget.currency == currency), None)
    return budgets[0] if budgets else None


_A_MULTIPLIER_EACH = Said("write a multiplier for each", "请为每种积分各写一个倍数")


def _multiplies_several(given: set[str]) -> Said:
    listed = sorted(given)
    return Said(
        f"is of one currency, but the rule multiplies several: {', '.join(listed)}",
        f"预算只对一种积分，但这个倍数涉及几种：{'、'.join(listed)}",
    )


def budget_from(written: str, funds: Funds, given: set[str]) -> Budget | None:
    """A budget as written, of a rule that gives these currencies; None if it is not known what the rule gives.

    Raises:
        Wrong: it cannot be read, names an unknown currency, is none of what the rule gives, or allows nothing.
    """
    words = written.split()
    if len(words) != 2:
        number = number_meant(written)
        some, money = f"{number or 2000000} points", f"{number or 20000} {funds.money}"
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            Said(f"write it as `{some}` or `{money}`", f"请写成 `{some}` 或 `{money}`"),
        )
    if words[1] == funds.money:
        return _in_money(written, words[0], funds, given)
    currency = find_currency(words[1], funds.currencies)
    points = units(words[0], currency.scale, quoted(currency.id))
    if points == 0:
        raise Wrong(_allows_nothing(written))
    if given and currency.id not in given:
        listed = sorted(given)
        raise Wrong(
            Said(
                f"is of '{currency.id}', but the rule gives '{', '.join(listed)}'",
                f"预算是“{currency.id}”，但规则给的是“{'、'.join(listed)}”",
            )
        )
    return Budget(points, currency.id)


def _in_money(written: str, number: str, funds: Funds, given: set[str]) -> Budget | None:
    """So many points as the money buys at what they cost who pays for them, of the one currency that the rule gives and
    that has a price."""
    money = units(number, funds.money_scale, quoted(funds.money))
    if not given:
        return None
    prices = {
        one: price
        for one in funds.currencies
        if one.id in given and (price := one.unit_price_for(funds.funder))
    }
    if len(prices) > 1:
        listed = sorted(one.id for one in prices)
        raise Wrong(
            Said(
                f"is of money, but the rule gives several currencies: {', '.join(listed)}",
                f"预算是金额，但规则给的积分不止一种：{'、'.join(listed)}",
            ),
            Said(
                f"write one in points for each: [1000 {listed[0]}, 1000 {listed[1]}]",
                f"请按每种积分分别写：[1000 {listed[0]}, 1000 {listed[1]}]",
            ),
        )
    if not prices:
        without = min(given)
        raise Wrong(
            Said(f"'{without}' has no price", f"“{without}”没有单价"),
            Said("give it a `unit_price`", "请给它写上 `unit_price`"),
        )
    ((currency, price),) = prices.items()
    points = points_for(money, funds.money_scale, price, currency.scale)
    if points == 0:
        raise Wrong(_allows_nothing(written))
    if points > GREATEST:
        raise Wrong(*too_large(written))
    return Budget(points, currency.id, money)


def _allows_nothing(written: str) -> Said:
    return Said(f"'{written}' allows nothing", f"“{written}”等于全不允许")
