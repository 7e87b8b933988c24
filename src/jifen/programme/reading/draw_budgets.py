"""`budget:` of a lucky draw — `5000 points` or `2000 CNY` — and what its prizes cost of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from jifen.programme.draws import Draw, Gift, RoundBudget
from jifen.programme.model import Currency
from jifen.programme.problems import Wrong
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import text
from jifen.wording import Said, quoted


def with_budget_of(
    draw: Draw, currencies: Sequence[Currency], money: str, money_scale: int
) -> Callable[[Node], Draw]:
    """Reads the budget of a draw: the draw with it, and with what each prize costs."""

    def read(node: Node) -> Draw:
        amount, unit = _two_words(text(node), money)
        if unit == money:
            budget = RoundBudget(units(amount, money_scale, quoted(money)), money)
        else:
            currency = find_currency(unit, tuple(currencies))
            budget = RoundBudget(units(amount, currency.scale, quoted(currency.id)), currency.id)
        prizes = tuple(
            replace(prize, cost=_cost(prize.gift, budget, currencies, money_scale))
            for prize in draw.prizes
        )
        dearest = max((prize.cost for prize in prizes), default=0)
        if budget.amount < dearest or not dearest:
            raise Wrong(
                Said(
                    "does not pay for any spin: no prize costs any of it, or one costs more",
                    "不够抽一次：没有奖项会用到这个预算，或有奖项超出预算",
                )
            )
        return replace(draw, budget=budget, prizes=prizes)

    return read


def _two_words(written: str, money: str) -> tuple[str, str]:
    words = written.split()
    if len(words) != 2:
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            Said(
                f"write it as `5000 points` or `2000 {money}`",
                f"请写成 `5000 points` 或 `2000 {money}`",
            ),
        )
    return words[0], words[1]


def _cost(
    gift: Gift | None, budget: RoundBudget, currencies: Sequence[Currency], money_scale: int
) -> int:
    """What a gift costs of a budget: itself, where it is of that currency; of money what its points cost, or what the
    reward is worth, each rounded up."""
    if gift is None:
        return 0
    if gift.currency == budget.of:
        return gift.count
    currency = next((one for one in currencies if one.id == budget.of), None)
    if currency is not None:  # which counts itself alone
        return 0
    given = next(one for one in currencies if one.id == gift.currency)
    if not given.unit_price_micros:
        raise Wrong(
            Said(f"'{given.id}' has no price", f"“{given.id}”没有单价"),
            Said(
                "give it a `unit_price`, or a reward its `worth`",
                "请给积分写上 `unit_price`，给礼品写上 `worth`",
            ),
        )
    exact = gift.count * given.unit_price_micros * int(10**money_scale)
    return -(-exact // int(10 ** (6 + given.scale)))
