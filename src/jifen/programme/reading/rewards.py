"""`rewards:` of a document: what members redeem their points for, and what rules issue."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from jifen.programme.conditions.scope import Scope
from jifen.programme.conditions.typing_conditions import read_conjuncts
from jifen.programme.model import Currency
from jifen.programme.point_terms import Expiry
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.currencies import MIN_LIFE_DAYS, OWN_WORDS, notices
from jifen.programme.reading.entitling import of_today
from jifen.programme.reading.expiries import read_expiry
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import free_identifier, name, units
from jifen.programme.reading.sections import (
    Section,
    entries,
    more_than,
    noting,
    one_or_many,
    text,
)
from jifen.programme.reading.ways_out import BOUNDS, read_bounds
from jifen.programme.saying.naming import Name
from jifen.programme.ways_out import Reward
from jifen.wording import Said, quoted

MOST_REWARDS = 1000

_KEYS = ("name", "price", "valid", "worth", "notice", *BOUNDS)
_PRICE = re.compile(r"(\S+) ([a-z]\S*)")
_GRAMMAR = Said("write prices like `9 points`", "价格请写成 `9 points` 这样")


def read_rewards(
    node: Node, problems: Problems, points: Sequence[Currency], money_scale: int
) -> tuple[Currency, ...]:
    """The rewards in document order, but for `when`; `points` are the currencies in which they have prices."""
    found: list[Currency] = []
    taken = {currency.id for currency in points}
    for key, value in noting(problems, node, lambda node: list(entries(node)), []):
        id = noting(problems, key, free_identifier(OWN_WORDS), None)
        if id in taken:
            message = Said(f"'{id}' is a currency already", f"“{id}”已是一种积分")
            problems.add(key, message)
        elif id is not None:
            found.append(_reward(id, Section(value, problems, _KEYS), points, money_scale))
    if len(found) > MOST_REWARDS:
        problems.add(node, more_than(MOST_REWARDS, Said("rewards", "种礼品")))
    return tuple(found)


def with_conditions_of_rewards(
    node: Node, problems: Problems, rewards: Sequence[Currency], scope: Scope
) -> tuple[Currency, ...]:
    """The rewards with what stands under `when`, which is read once tiers and facts are known."""
    known = dict(noting(problems, node, lambda node: _by_id(node), {}))

    def with_when(currency: Currency) -> Currency:
        section = Section(known[currency.id], Problems(""), None)
        if currency.reward is None or "when" not in section:
            return currency
        place = section.place("when")
        when = noting(problems, place, lambda node: read_conjuncts(text(node), of_today(scope)), ())
        bounds = replace(currency.reward.bounds, when=when)
        return replace(currency, reward=replace(currency.reward, bounds=bounds))

    return tuple(with_when(currency) for currency in rewards)


def _by_id(node: Node) -> dict[str, Node]:
    return {text(key): value for key, value in entries(node)}


def _reward(id: str, section: Section, points: Sequence[Currency], money_scale: int) -> Currency:
    valid = read_expiry(section, "valid", Expiry("never"))
    worth = section.read("worth", lambda node: units(text(node), money_scale, _MONEY), 0)
    reward = Currency(
        id,
        section.read("name", name, Name(id, id)),
        spendable=False,
        expiry=valid,
        min_life_days=_min_life_days(valid),
        unit_price_micros=worth * 10 ** (6 - money_scale),
        notices=section.read("notice", notices(valid), ()),
    )
    prices = _prices(section, tuple(points))
    for key in BOUNDS if not prices else ():
        if key in section:
            message = Said(
                f"'{key}' is about redeeming, and there is no price to redeem it for",
                f"“{key}”针对兑换，而这里没有价格",
            )
            section.problems.add(section.place(key), message)
    return replace(reward, reward=Reward(prices, read_bounds(section, reward)))


_MONEY = Said("the money", "货币")


def _min_life_days(valid: Expiry) -> int:
    """What is issued late, such as for a late event, lives as long as what is issued in time, but for a fixed end."""
    return min(MIN_LIFE_DAYS, valid.least_days or 0)


def _prices(section: Section, points: tuple[Currency, ...]) -> tuple[tuple[str, int], ...]:
    """`9 points`, or several of which each alone buys one; nothing if it is only issued."""
    found: dict[str, int] = {}
    for node in one_or_many(section.place("price")) if "price" in section else ():
        price = noting(section.problems, node, lambda node: _price(text(node), points), None)
        if price is not None and price[0] in found:
            twice = Said(f"has two prices in '{price[0]}'", f"用“{price[0]}”的价格写了两次")
            section.problems.add(node, twice)
        elif price is not None:
            found[price[0]] = price[1]
    return tuple(found.items())


def _price(written: str, points: tuple[Currency, ...]) -> tuple[str, int]:
    matched = _PRICE.fullmatch(" ".join(written.split()))
    if not matched:
        raise Wrong(Said(f"cannot read '{written}'", f"无法读懂“{written}”"), _GRAMMAR)
    currency = find_currency(matched[2], points)
    if not currency.spendable:
        raise Wrong(Said(f"'{currency.id}' cannot be spent at all", f"“{currency.id}”不能消费"))
    price = units(matched[1], currency.scale, quoted(currency.id))
    if price == 0:
        raise Wrong(
            Said("costs nothing", "价格为零"),
            Said(
                "leave `price` out where only rules issue it", "只由规则发放的礼品，请不写 `price`"
            ),
        )
    return currency.id, price
