"""`rewards:` of a document: what members redeem their points for, and what rules issue."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from jifen.programme.code_pools import CodePool
from jifen.programme.conditions.scope import Scope
from jifen.programme.conditions.typing_conditions import read_conjuncts
from jifen.programme.event_types import EventType, Field
from jifen.programme.model import Currency
from jifen.programme.point_terms import Expiry
from jifen.programme.problems import Problems, Wrong, did_you_mean
from jifen.programme.reading.currencies import MIN_LIFE_DAYS, OWN_WORDS, notices
from jifen.programme.reading.declarations import OWN_WORDS as OF_CONDITIONS
from jifen.programme.reading.declarations import read_fields
from jifen.programme.reading.displays import DISPLAY, read_display
from jifen.programme.reading.expiries import read_expiry
from jifen.programme.reading.fulfilment import check_fulfilled, read_fulfilment
from jifen.programme.reading.moments import moment, read_window
from jifen.programme.reading.money_off import read_money_off
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.prices import read_balance, read_prices
from jifen.programme.reading.raise_notices import read_raise_notice
from jifen.programme.reading.scalars import free_identifier, name, units
from jifen.programme.reading.sections import (
    Section,
    by_name,
    entries,
    more_than,
    noting,
    own_meaning,
    text,
)
from jifen.programme.reading.sets import read_set
from jifen.programme.reading.several import with_several
from jifen.programme.reading.stocks import read_stock
from jifen.programme.reading.ways_out import BOUNDS, limits_for_all, read_bounds
from jifen.programme.rewards import Cost, HandedOut, Reward, Shown
from jifen.programme.saying.naming import Name
from jifen.wording import Said

MOST_REWARDS = 1000

_OF_REDEEMING = (
    "fields",
    "shown",
    "balance",
    "several",
    "raise_notice",
    "between",
    "stock",
    "limit_for_all",
    *BOUNDS,
)
_KEYS = (
    *(
        "name",
        *DISPLAY,
        "price",
        "valid",
        "worth",
        "notice",
        "off",
        "codes",
        "fulfil",
        "ready",
        "set",
    ),
    *_OF_REDEEMING,
)


def read_rewards(
    node: Node,
    problems: Problems,
    points: Sequence[Currency],
    money_scale: int,
    pools: Sequence[CodePool],
) -> tuple[Currency, ...]:
    """The rewards in document order, but for what `with_prices_of_rewards` reads; `points` are the currencies beside
    them, `pools` those from which their codes come."""
    found: list[Currency] = []
    taken = {currency.id for currency in points}
    for key, value in noting(problems, node, lambda node: list(entries(node)), []):
        id = noting(problems, key, free_identifier(OWN_WORDS), None)
        if id in taken:
            message = Said(f"'{id}' is a currency already", f"“{id}”已是一种积分")
            problems.add(key, message)
        elif id is not None:
            found.append(_reward(id, Section(value, problems, _KEYS), points, money_scale, pools))
    if len(found) > MOST_REWARDS:
        problems.add(node, more_than(MOST_REWARDS, Said("rewards", "种礼品")))
    return tuple(found)


def with_prices_of_rewards(
    node: Node, problems: Problems, rewards: Sequence[Currency], scope: Scope
) -> tuple[Currency, ...]:
    """The rewards with their `price`, `balance`, `shown`, `when` and `off`, which are read once tables, tiers and facts
    are known."""
    known = dict(noting(problems, node, by_name, {}))

    def priced(currency: Currency) -> Currency:
        reward = currency.reward
        if reward is None or not isinstance(known[currency.id], Mapping):
            return currency
        section, bounds = Section(known[currency.id], problems, None), reward.cost.bounds
        asked = EventType(currency.id, currency.name, reward.cost.fields)
        today = replace(scope, on=asked, today=True)
        shown, when = (
            section.read(key, lambda node: read_conjuncts(text(node), today), ())
            for key in ("shown", "when")
        )
        bounds = replace(bounds, when=(*shown, *when))
        _check_fields(section, reward.cost.fields, scope)
        cost = reward.cost
        prices = cost.prices if cost.parts else tuple(read_prices(section, today))
        if "several" in section and not cost.parts:
            prices = with_several(section, prices, bounds, scope)
        balance = section.read(
            "balance", lambda node: read_balance(text(node), scope, prices), None
        )
        off = read_money_off(section.place("off"), problems, scope) if "off" in section else None
        cost = replace(cost, prices=prices, bounds=bounds, least_balance=balance)
        found = replace(
            currency,
            reward=Reward(
                cost, replace(reward.shown, conditions=shown), replace(reward.handed_out, off=off)
            ),
        )
        if off is None or off.amount is None or "worth" in section:
            return found
        return replace(found, unit_price_micros=off.amount * 10 ** (6 - scope.money_scale))

    return tuple(priced(currency) for currency in rewards)


def _check_fields(section: Section, fields: Sequence[Field], scope: Scope) -> None:
    """Note fields of a redemption that are called like something else."""
    known = scope.names().keys() - {field.name for field in scope.on.fields}
    for field in fields:
        if field.name in OF_CONDITIONS | known:
            section.problems.add(section.place("fields"), own_meaning(field.name))


def _reward(
    id: str,
    section: Section,
    points: Sequence[Currency],
    money_scale: int,
    pools: Sequence[CodePool],
) -> Currency:
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
    prices, parts = read_set(section, points) if "set" in section else ((), ())
    for key in _OF_REDEEMING if "price" not in section else ():
        if key in section and "set" not in section:
            message = Said(
                f"'{key}' is about redeeming, and there is no price to redeem it for",
                f"“{key}”针对兑换，而这里没有价格",
            )
            section.problems.add(section.place(key), message)
    fields = (
        read_fields(section.values["fields"], section.problems, money_scale)
        if "fields" in section
        else ()
    )
    stock = read_stock(section.values["stock"], section.problems) if "stock" in section else None
    between = section.read("between", read_window, (None, None))
    bounds, display = read_bounds(section, reward), read_display(section)
    raise_notice = section.read("raise_notice", read_raise_notice, None)
    codes = section.read("codes", lambda node: _pool(text(node), pools), None)
    fulfil = None
    if "fulfil" in section:
        check_fulfilled(section)
        fulfil = read_fulfilment(section.place("fulfil"), section.problems)
    elif "ready" in section:
        section.problems.add(section.place("ready"), _NOTHING_WAITS)
    ready = section.read("ready", moment, None)
    return replace(
        reward,
        reward=Reward(
            Cost(
                prices=prices,
                parts=parts,
                bounds=bounds,
                fields=fields,
                between=between,
                raise_notice_days=raise_notice,
                limits_for_all=limits_for_all(section, reward, bounds.least),
            ),
            Shown(display),
            HandedOut(stock, codes, fulfil, ready),
        ),
    )


def _pool(word: str, pools: Sequence[CodePool]) -> str:
    known = [pool.id for pool in pools]
    if word not in known:
        unknown = Said(f"unknown pool of codes '{word}'", f"没有券码池“{word}”")
        raise Wrong(unknown, did_you_mean(word, known) or _DECLARE)
    return word


_DECLARE = Said("declare it under `codes:`", "请在 `codes:` 下声明")


_MONEY = Said("the money", "货币")
_NOTHING_WAITS = Said(
    "only an order waits for a reward: say how it is fulfilled, as `fulfil`",
    "只有订单可以等货：请用 fulfil 写明如何交付",
)


def _min_life_days(valid: Expiry) -> int:
    """What is issued late, such as for a late event, lives as long as what is issued in time, but for a fixed end."""
    return min(MIN_LIFE_DAYS, valid.least_days or 0)
