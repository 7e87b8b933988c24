"""The sentences of `limit:` — `1 per month`, `100 points per day`, `500 amount per week`, `1 ever`."""

from __future__ import annotations

import re

from jifen.programme.giving import find_currency
from jifen.programme.model import Currency, Limit, Period
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.scalars import units

_LIMIT = re.compile(
    r"(?P<value>\S+)(?: (?P<what>[^\s]+?))?(?: (?P<ever>ever)| per (?P<period>\S+))"
)
_PERIODS: tuple[Period, ...] = ("event", "day", "week", "month", "quarter", "year", "lifetime")
_PLANNED_PERIODS = ("membership_year", "hour", "store", "referrer")


def limit_from(written: str, currencies: tuple[Currency, ...], money_scale: int) -> Limit:
    """A limit as written.

    Raises:
        Wrong: it cannot be read, names an unknown currency or period, or allows nothing.
    """
    found = _LIMIT.fullmatch(" ".join(written.split()))
    if not found:
        raise Wrong(
            f"cannot read '{written}'", "write `1 per month`, `100 points per day` or `1 ever`"
        )
    period: Period = "lifetime" if found["ever"] else _period(found["period"])
    match found["what"]:
        case None | "time" | "times":
            limit = Limit("times", units(found["value"], 0, "a number of times"), period)
        case "amount":
            limit = Limit("amount", units(found["value"], money_scale, "'amount'"), period)
        case word:
            currency = find_currency(word, currencies)
            points = units(found["value"], currency.scale, f"'{currency.id}'")
            limit = Limit("points", points, period, currency.id)
    if limit.value == 0:
        raise Wrong(f"'{written}' allows nothing")
    if limit.what == "times" and period == "event":
        raise Wrong(f"'{written}': a rule gives once per event anyway")
    return limit


def _period(word: str) -> Period:
    for period in _PERIODS:
        if period == word:
            return period
    if word in _PLANNED_PERIODS:
        raise Wrong(f"'per {word}' is not supported yet")
    raise Wrong(f"unknown period '{word}'", did_you_mean(word, _PERIODS))
