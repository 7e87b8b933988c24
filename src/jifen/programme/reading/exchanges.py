"""`exchange:` of a currency: what its points become in others, and how that is said."""

from __future__ import annotations

import re

from msgspec.structs import replace

from jifen.programme.amounts import Language, say_points, show_number
from jifen.programme.model import Currency, Programme
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.between import read_between
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import choice, units
from jifen.programme.reading.sections import Section, missing, one_or_many, text
from jifen.programme.reading.ways_out import WAY, read_bounds
from jifen.programme.rounding import ROUNDINGS, most_rounded_to
from jifen.programme.saying.between_words import between_en, between_zh
from jifen.programme.saying.operand_values import currency_named
from jifen.programme.saying.roundings import ROUNDED_EN, ROUNDED_ZH
from jifen.programme.saying.ways_out_wording import bounds_en, bounds_zh
from jifen.programme.ways_out import Exchange, WayOut
from jifen.wording import Said, quoted

_GIVE = re.compile(r"(\S+) ([a-z]\S*) per (\S+) ([a-z]\S*)")

_BY_ITSELF = dict.fromkeys(
    ("automatic", "auto", "at"),
    Said(
        "what happens by itself is a matter of rules: `on: balance_reached`, one that takes and one that gives",
        "自动发生的事写成规则：`on: balance_reached`，一条扣分，一条给分",
    ),
)


def with_exchanges(
    currency: Currency, node: Node, problems: Problems, currencies: tuple[Currency, ...]
) -> Currency:
    """The currency with what stands under `exchange` in its own mapping; every problem is noted."""
    place = node.values.get("exchange") if isinstance(node, Mapping) else None
    if place is None:
        return currency
    if not currency.spendable:
        problems.add(place, _not_spent(currency))
        return currency
    read = [_read(one, problems, currency, currencies) for one in one_or_many(place)]
    return replace(currency, exchanges=tuple(one for one in read if one is not None))


def _read(
    node: Node, problems: Problems, currency: Currency, currencies: tuple[Currency, ...]
) -> Exchange | None:
    section = Section(node, problems, ("give", *WAY, "between", "rounding"), elsewhere=_BY_ITSELF)
    if "give" not in section and isinstance(node, Mapping):
        problems.add(node, missing("give"), _example(currency))
    rate = section.read("give", lambda node: _rate(text(node), currency, currencies), None)
    if rate is None:
        return None
    rounding = section.read("rounding", choice(ROUNDINGS), None)
    rate = replace(rate, rounding=rounding)
    bounds = read_bounds(section, currency, rate.per if rounding is None else 1)
    if rounding is None and bounds.step * rate.give % rate.per:
        message = Said(
            f"gives no whole {rate.to}: so many points would be lost",
            f"换不出整数的“{rate.to}”，零头会丢失",
        )
        per = show_number(rate.per, currency.scale)
        whole = Said(
            f"write a multiple of {per}, or a rounding", f"请写 {per} 的倍数，或写明 rounding"
        )
        problems.add(section.place("step"), message, whole)
    if "min" not in section and not rate.received(bounds.least):
        bounds = replace(bounds, least=_least_of_one(rate, bounds.step))
    elif not rate.received(bounds.least):
        message = Said(f"becomes nothing of '{rate.to}'", f"换不出“{rate.to}”")
        problems.add(section.place("min"), message)
    return replace(rate, bounds=bounds, between=section.read("between", read_between, (None, None)))


def _least_of_one(rate: Exchange, step: int) -> int:
    """The fewest points, in whole steps, of which anything comes."""
    value = most_rounded_to(0, rate.per, rate.rounding or "down") + 1
    return -(-value // (rate.give * step)) * step


def _rate(written: str, currency: Currency, currencies: tuple[Currency, ...]) -> Exchange:
    """`1 miles per 3 points`."""
    found = _GIVE.fullmatch(" ".join(written.split()))
    if not found:
        raise Wrong(Said(f"cannot read '{written}'", f"无法读懂“{written}”"), _example(currency))
    to, taken = find_currency(found[2], currencies), find_currency(found[4], currencies)
    if taken.id != currency.id or to.id == currency.id:
        message = Said(
            f"points of '{currency.id}' become those of another currency here",
            f"这里写“{currency.id}”换成的另一种积分",
        )
        raise Wrong(message, _example(currency))
    if not to.spendable:
        raise Wrong(_not_spent(to))
    give = units(found[1], to.scale, quoted(to.id))
    per = units(found[3], currency.scale, quoted(currency.id))
    if not give or not per:
        raise Wrong(Said("must be more than zero", "须大于零"))
    return Exchange(to.id, give, per)


def _example(currency: Currency) -> Said:
    return Said(f"write `1 miles per 3 {currency.id}`", f"请写成 `1 miles per 3 {currency.id}`")


def _not_spent(currency: Currency) -> Said:
    return Said(f"'{currency.id}' cannot be spent at all", f"“{currency.id}”不能消费")


def exchanges_said(programme: Programme, currency: Currency, language: Language) -> list[str]:
    """`every 3 points can become 1 mile, from 300 points on`: one for each rate."""
    say = _said_zh if language == "zh" else _said_en
    return [
        say(programme, currency, currency_named(programme, one.to), one)
        for one in currency.exchanges
    ]


def _said_en(programme: Programme, currency: Currency, to: Currency, exchange: Exchange) -> str:
    rate = f"every {say_points(currency, exchange.per, 'en')} can become {say_points(to, exchange.give, 'en')}"
    bounds = bounds_en(programme, currency, _told(exchange))
    rounding = [ROUNDED_EN[exchange.rounding]] if exchange.rounding else []
    return between_en(exchange.between) + ", ".join([rate, *rounding, *bounds])


def _said_zh(programme: Programme, currency: Currency, to: Currency, exchange: Exchange) -> str:
    taken, given = say_points(currency, exchange.per, "zh"), say_points(to, exchange.give, "zh")
    days = between_zh(exchange.between)
    said = [f"每 {taken}可换 {given}"]
    said += [ROUNDED_ZH[exchange.rounding]] if exchange.rounding else []
    said += bounds_zh(programme, currency, _told(exchange), "换")
    return "，".join([days, *said] if days else said)


def _told(exchange: Exchange) -> WayOut:
    """The bounds, without the step that the rate tells already."""
    bounds = exchange.bounds
    if bounds.step != exchange.per:
        return bounds
    least = bounds.least if bounds.least > bounds.step else 1
    return replace(bounds, step=1, least=least)
