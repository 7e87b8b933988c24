"""Integers as people read them: points in their currency, money in its unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from jifen.money import unit_of_money
from jifen.programme.model import Currency, Programme
from jifen.programme.saying.naming import Name, Noun

Language = Literal["zh", "en"]


def main_currency(currencies: Sequence[Currency]) -> Currency:
    """The currency that is meant where none is named: the first that can be spent."""
    return next((currency for currency in currencies if currency.spendable), currencies[0])


def in_language(name: Name, language: Language) -> str:
    """The name in one language."""
    return name.zh if language == "zh" else name.en


def show_number(value: int, scale: int, shown: int | None = None) -> str:
    """The integer with `scale` decimals; cut to `shown` of them, or without zeros at the end if None."""
    whole, part = divmod(abs(value), 10**scale)
    decimals = f"{part:0{scale}d}" if scale else ""
    decimals = decimals.rstrip("0") if shown is None else decimals[:shown]
    nothing = whole == 0 and not decimals.strip("0")
    sign = "-" if value < 0 and not nothing else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def show_points(currency: Currency, points: int, language: Language | None = None) -> str:
    """Points cut to the decimals the currency shows; named if a language is given."""
    number = show_number(points, currency.scale, currency.shown)
    return number if language is None else of_currency(currency, number, language)


def say_points(currency: Currency, points: int, language: Language) -> str:
    """Points in a sentence: every decimal that says something, and the currency's name."""
    return of_currency(currency, show_number(points, currency.scale), language)


def show_money(programme: Programme, amount: int, language: Language | None = None) -> str:
    """Money with its unit: `50.00 CNY`, or `50 元` and `50 yuan` in a language."""
    scale = programme.money_scale
    if language is None:
        return f"{show_number(amount, scale, scale)} {programme.money}"
    whole = amount % 10**scale == 0
    number = show_number(amount, scale, 0 if whole else scale)
    return said_with(number, Name(*unit_of_money(programme.money)), language)


def counted(number: int | str, word: str) -> str:
    """`1 point`, `2 points`, `1 bonus`."""
    return f"{number} {one_of(word) if str(number) == '1' else word}"


def said_with(number: str, name: Name, language: Language) -> str:
    """A number of what has that name: `3 积分`, `3 points`, `1 point`, `1 leaf`."""
    if language == "zh":
        return f"{number} {name.zh}"
    return f"{number} {english_one(name)}" if number.lstrip("+-") == "1" else f"{number} {name.en}"


def english_one(name: Name) -> str:
    """What English calls one of it."""
    return name.en_one if isinstance(name, Noun) else one_of(name.en)


def one_of(word: str) -> str:
    """One of what an English plural says, as far as its ending tells: `point`, but `bonus`."""
    return word if word.endswith(("ss", "us", "is")) else word.removesuffix("s")


def how_often(times: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def elapsed(microseconds: int) -> tuple[int, str]:
    """Whole days, hours or minutes: a number and what it counts."""
    minutes = microseconds // 60_000_000
    for minutes_in, unit in ((24 * 60, "days"), (60, "hours")):
        if minutes % minutes_in == 0:
            return minutes // minutes_in, unit
    return minutes, "minutes"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    teens = number % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def of_currency(currency: Currency, number: str, language: Language) -> str:
    """A number of a currency: `2 points`; rewards are counted in pieces, and called by their own name however many."""
    if currency.reward is None:
        return said_with(number, currency.name, language)
    word = in_language(currency.name, language)
    return f"{number} 份{word}" if language == "zh" else f"{number} × {word}"
