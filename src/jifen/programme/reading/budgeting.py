"""`budget:` of a rule — `2000000 points`."""

from __future__ import annotations

from jifen.programme.budget import Budget
from jifen.programme.model import Currency, Rule
from jifen.programme.problems import Wrong
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.scalars import units
from jifen.wording import Said, quoted


def budget_from(written: str, currencies: tuple[Currency, ...]) -> Budget:
    """A budget as written.

    Raises:
        Wrong: it cannot be read, names an unknown currency, or allows nothing.
    """
    words = written.split()
    if len(words) != 2:
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            Said("write it as `2000000 points`", "请写成 `2000000 points`"),
        )
    currency = find_currency(words[1], currencies)
    points = units(words[0], currency.scale, quoted(currency.id))
    if points == 0:
        raise Wrong(Said(f"'{written}' allows nothing", f"“{written}”等于全不允许"))
    return Budget(points, currency.id)


def misfit_of_budget(rule: Rule, given: set[str]) -> Said | None:
    """Why a budget cannot belong to a rule that gives these currencies; None if it can."""
    if rule.budget is None or not given:
        return None
    if given != {rule.budget.currency}:
        return Said(
            f"is of '{rule.budget.currency}', but the rule gives '{', '.join(sorted(given))}'",
            f"预算是“{rule.budget.currency}”，但规则给的是“{'、'.join(sorted(given))}”",
        )
    return None
