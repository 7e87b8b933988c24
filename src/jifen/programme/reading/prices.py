"""`price:` of a reward: `9 points`, `9 points + 10.00`, `20 points per started 60 of minutes`, `table[award] miles`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from jifen.programme.condition import AllOf
from jifen.programme.conditions.looking_up import find_table, row_keys
from jifen.programme.conditions.scope import Scope
from jifen.programme.event_types import numbers
from jifen.programme.model import Currency
from jifen.programme.prices import MOST_POINTS, ByTable, Listed, PerStarted, Price
from jifen.programme.problems import Wrong, which_of
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.scalars import too_fine, too_large, units
from jifen.programme.reading.sections import Section, noting, one_or_many, text
from jifen.wording import Said, quoted

_PRICE = re.compile(
    r"(?:table\[(?P<table>[a-z][a-z0-9_-]*)\]|(?P<points>\S+)) (?P<currency>[a-z]\S*)"
    r"(?: per started (?P<per>\S+) of (?P<field>\S+))?(?: \+ (?P<money>\S+))?",
    re.ASCII,
)
_GRAMMAR = Said(
    "write `9 points`, `9 points + 10.00`, `20 points per started 60 of minutes` or `table[award] points`",
    "请写成 `9 points`、`9 points + 10.00`、`20 points per started 60 of minutes` 或 `table[award] points`",
)
_COSTS_NOTHING = Said("costs nothing", "价格为零")
_LEAVE_OUT = Said(
    "leave `price` out where only rules issue it", "只由规则发放的礼品，请不写 `price`"
)
_NO_MONEY = Said("leave `+ 0` out where it costs points alone", "只用积分兑换的，请不写 `+ 0`")
_MONEY = Said("the money", "货币")
_TWICE_WITH_MONEY = Said(
    "has two prices with the same money, by which a redemption tells them apart",
    "两种价格另付的金额相同，兑换时无法区分",
)


def read_prices(section: Section, scope: Scope) -> list[Listed]:
    """Several prices of which each alone buys one; nothing if it is only issued. `scope`: that of a redemption."""
    found: dict[tuple[str, int], Listed] = {}
    for node in one_or_many(section.place("price")) if "price" in section else ():
        price = noting(section.problems, node, lambda node: _price(text(node), scope), None)
        if price is not None and (price.currency, price.money) in found:
            id = price.currency
            twice = Said(f"has two prices in '{id}'", f"用“{id}”的价格写了两次")
            section.problems.add(node, twice if not price.money else _TWICE_WITH_MONEY)
        elif price is not None:
            found[price.currency, price.money] = price
    return list(found.values())


def _price(written: str, scope: Scope) -> Listed:
    matched = _PRICE.fullmatch(" ".join(written.split()))
    if not matched:
        raise Wrong(Said(f"cannot read '{written}'", f"无法读懂“{written}”"), _GRAMMAR)
    currency = find_currency(matched["currency"], scope.points)
    if not currency.spendable:
        raise Wrong(Said(f"'{currency.id}' cannot be spent at all", f"“{currency.id}”不能消费"))
    if matched["table"]:
        one = _times(_one(currency), matched, scope)
        price: Price = _by_table(matched["table"], one, currency, scope)
    else:
        points = units(matched["points"], currency.scale, quoted(currency.id))
        price = _times(_more_than_nothing(points), matched, scope)
    return Listed(currency.id, price, _money_besides(matched["money"], scope))


def _money_besides(written: str | None, scope: Scope) -> int:
    money = 0 if written is None else units(written, scope.money_scale, _MONEY)
    if written is not None and not money:
        raise Wrong(_COSTS_NOTHING, _NO_MONEY)
    return money


def read_balance(written: str, scope: Scope, prices: Sequence[Listed]) -> tuple[str, int]:
    """From how many points on a reward with such prices can be had: `5000 points`."""
    number, _, word = " ".join(written.split()).partition(" ")
    if not word:
        grammar = Said("write `5000 points`", "请写成 `5000 points`")
        raise Wrong(Said(f"cannot read '{written}'", f"无法读懂“{written}”"), grammar)
    currency = find_currency(word, scope.points)
    if currency.id not in {one.currency for one in prices}:
        raise Wrong(
            Said(f"is not had for '{currency.id}'", f"不能用“{currency.id}”兑换"),
            Said("name the currency of the price", "请写价格所用的积分种类"),
        )
    points = units(number, currency.scale, quoted(currency.id))
    if points == 0:
        raise Wrong(Said("must be more than zero", "须大于零"))
    return currency.id, points


def _one(currency: Currency) -> int:
    return int(10**currency.scale)


def _more_than_nothing(points: int) -> int:
    if points == 0:
        raise Wrong(_COSTS_NOTHING, _LEAVE_OUT)
    return points


def _times(points: int, matched: re.Match[str], scope: Scope) -> int | PerStarted:
    """So many points, or as many for each started unit where the price says of what."""
    name = matched["field"]
    if name is None:
        return points
    known = numbers(scope.on.fields)
    if name not in known:
        unknown = Said(f"no field '{name}' that is a number", f"没有名为“{name}”的数字字段")
        declare = Said(
            f"declare what a redemption says: `fields: {{{name}: integer}}`",
            f"请声明兑换时要说明的内容：`fields: {{{name}: integer}}`",
        )
        raise Wrong(unknown, which_of(name, [*known]) if known else declare)
    per = units(matched["per"], known[name].scale, quoted(name))
    if per == 0:
        raise Wrong(Said("must be more than zero", "须大于零"))
    return PerStarted(points, per, name)


def _by_table(id: str, one: int | PerStarted, currency: Currency, scope: Scope) -> ByTable:
    table = find_table(id, scope)
    whens = row_keys(table, scope)
    prices = [_so_many(value, one, currency) for _, value in table.rows]
    if table.otherwise is not None:
        whens.append(AllOf(()))
        prices.append(_so_many(table.otherwise, one, currency))
    return ByTable(id, one, tuple(whens), tuple(prices))


def _so_many(value: str, one: int | PerStarted, currency: Currency) -> int | PerStarted:
    """So many times the price of a 1 in the table."""
    points = Fraction(value) * _one(currency)
    if points <= 0:
        raise Wrong(
            Said(f"the table says {value}: costs nothing", f"表中写的是 {value}：价格为零"),
            Said("leave the row out where it cannot be had", "不提供兑换的，请不写这一行"),
        )
    if points.denominator > 1:
        raise Wrong(too_fine(value, currency.scale, quoted(currency.id)))
    if points > MOST_POINTS:
        raise Wrong(*too_large(value))
    whole = int(points)
    return whole if isinstance(one, int) else PerStarted(whole, one.per, one.field)
