"""`unit_price: 0.025` and `unit_price_of: {mall: 0.03}`: what a point costs, and what it costs who has a contract."""

from __future__ import annotations

from jifen.money import unit_of_money
from jifen.programme.amounts import Language, counted, say_points, show_number
from jifen.programme.model import Currency, Programme
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import identifier, units
from jifen.programme.reading.sections import EMPTY, Section, noting, text
from jifen.programme.reading.vocabulary import value_name
from jifen.wording import Said


def read_unit_price(section: Section) -> int:
    """The price of a point, in millionths of money; 0 if it has none."""
    return section.read("unit_price", _price, 0)


def read_contract_prices(section: Section) -> tuple[tuple[str, int], ...]:
    """The prices of funders with a contract of their own, in millionths of money."""
    if "unit_price_of" not in section:
        return ()
    problems, node = section.problems, section.place("unit_price_of")
    parts = Section(node, problems, None)
    keys = node.keys.values() if isinstance(node, Mapping) else ()
    if isinstance(node, Mapping) and not keys:
        problems.add(node, EMPTY)
    return tuple(
        (noting(problems, key, identifier, key.text), parts.read(key.text, _price, 0))
        for key in keys
    )


def unit_prices_said(programme: Programme, currency: Currency, language: Language) -> list[str]:
    """`booked at 0.025 yuan each, 0.03 yuan if paid for by mall`; nothing where there is no price."""
    prices = [_priced(programme, *one, language) for one in currency.contract_prices_micros]
    one = say_points(currency, 10**currency.scale, "zh")
    if currency.unit_price_micros:
        plain = _money(programme, currency.unit_price_micros, language)
        prices.insert(0, f"每 {one}计 {plain}" if language == "zh" else f"{plain} each")
    elif prices and language == "zh":
        prices[0] = f"每 {one}{prices[0]}"
    if not prices:
        return []
    return ["，".join(prices) if language == "zh" else f"booked at {', '.join(prices)}"]


def _priced(programme: Programme, funder: str, price: int, language: Language) -> str:
    name, money = value_name(programme, funder, language), _money(programme, price, language)
    return f"由{name}出资的计 {money}" if language == "zh" else f"{money} if paid for by {name}"


def _money(programme: Programme, price: int, language: Language) -> str:
    zh, en = unit_of_money(programme.money)
    shown = show_number(price, 6)
    return f"{shown} {zh}" if language == "zh" else counted(shown, en)


def _price(node: Node) -> int:
    return units(text(node), 6, Said("a unit price", "单价"))
