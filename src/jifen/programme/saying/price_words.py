"""What a reward costs, in words."""

from __future__ import annotations

from jifen.programme.amounts import (
    Language,
    said_with,
    say_points,
    show_money,
    show_number,
)
from jifen.programme.event_types import numbers
from jifen.programme.model import Programme
from jifen.programme.prices import ByTable, Listed, PerStarted, Price
from jifen.programme.reading.vocabulary import field_name, unit_of, value_name
from jifen.programme.rewards import Reward
from jifen.programme.saying.naming import Name
from jifen.programme.saying.operand_values import currency_named
from jifen.programme.saying.words import spaced


def price_said(programme: Programme, reward: Reward, price: Listed) -> Name:
    """A price in both languages: `9 stars`, `9 stars and 10 yuan`."""
    zh, en = (_price(programme, reward, price, language) for language in ("zh", "en"))
    return Name(spaced(zh), spaced(en))


def prices_said(programme: Programme, reward: Reward, language: Language) -> list[str]:
    """All prices of a reward in a language."""
    return [_price(programme, reward, price, language) for price in reward.cost.prices]


def _price(programme: Programme, reward: Reward, price: Listed, language: Language) -> str:
    say = _price_zh if language == "zh" else _price_en
    points = say(programme, reward, price.currency, price.points)
    said = with_money(programme, points, price.money, language)
    return said + _several(programme, price, language)


def _several(programme: Programme, price: Listed, language: Language) -> str:
    """` (200 points each from 3 on)`, `（一次兑 3 份起每份 200 积分）`."""
    paid_in = currency_named(programme, price.currency)
    said = [
        (step.least, say_points(paid_in, step.points, language).rstrip()) for step in price.several
    ]
    if not said:
        return ""
    if language == "zh":
        return f"（{'，'.join(f'一次兑 {least} 份起每份 {points}' for least, points in said)}）"
    return f" ({', '.join(f'{points} each from {least} on' for least, points in said)})"


def with_money(programme: Programme, points: str, money: int, language: Language) -> str:
    """A price in points, said with the money besides, if it costs any: `9 stars and 10 yuan`."""
    if not money:
        return points
    return (
        f"{points}{'加 ' if language == 'zh' else ' and '}{show_money(programme, money, language)}"
    )


def _price_en(programme: Programme, reward: Reward, currency: str, price: Price) -> str:
    """`9 stars`, `20 points for every started 60 minutes`, `the miles of table “award”`."""
    paid_in = currency_named(programme, currency)
    match price:
        case int():
            return say_points(paid_in, price, "en")
        case PerStarted(points=points):
            for_each = _unit(programme, reward, price, "en")
            return f"{say_points(paid_in, points, 'en')} for every started {for_each}"
        case ByTable(table=table, one=one):
            said = f"the {paid_in.name.en} of table {value_name(programme, table, 'en')}"
            if isinstance(one, int):
                return said
            return f"{said} for every started {_unit(programme, reward, one, 'en')}"


def _price_zh(programme: Programme, reward: Reward, currency: str, price: Price) -> str:
    """`9 星`, `按每 60 分钟 20 积分（不足的按 60 分钟计）`, `按表格“奖励票”所列里程`."""
    paid_in = currency_named(programme, currency)
    match price:
        case int():
            return say_points(paid_in, price, "zh")
        case PerStarted(points=points):
            each = _unit(programme, reward, price, "zh")
            return f"按每 {each} {say_points(paid_in, points, 'zh')}（不足的按 {each}计）"
        case ByTable(table=table, one=one):
            said = f"按表格{value_name(programme, table, 'zh')}所列{paid_in.name.zh}"
            if isinstance(one, int):
                return said
            each = _unit(programme, reward, one, "zh")
            return f"{said}、每 {each}计一次（不足的按 {each}计）"


def _unit(programme: Programme, reward: Reward, price: PerStarted, language: Language) -> str:
    """`60 minutes`, `100 yuan`; without a word for the unit `60 of “minutes”`."""
    field = numbers(reward.cost.fields)[price.field]
    number = show_number(price.per, field.scale)
    if field.kind == "money":
        return show_money(programme, price.per, language)
    if unit := unit_of(programme, field.name):
        return said_with(number, unit, language)
    name = field_name(programme, field.name, language)
    return f"{number} of {name}" if language == "en" else f"{number} {name}"
