"""The sentences of `limit:` — `1 per month`, `100 points per day`, `500 amount per week`, `1 ever`."""

from __future__ import annotations

import re

from jifen.programme.giving import find_currency
from jifen.programme.model import Currency, Limit, Period
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.scalars import units
from jifen.programme.sections import planned_only
from jifen.wording import Said, quoted

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
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            Said(
                "write `1 per month`, `100 points per day` or `1 ever`",
                "请写成 `1 per month`、`100 points per day` 或 `1 ever`",
            ),
        )
    period: Period = "lifetime" if found["ever"] else _period(found["period"])
    match found["what"]:
        case None | "time" | "times":
            limit = Limit(
                "times", units(found["value"], 0, Said("a number of times", "次数")), period
            )
        case "amount":
            limit = Limit("amount", units(found["value"], money_scale, quoted("amount")), period)
        case word:
            currency = find_currency(word, currencies)
            points = units(found["value"], currency.scale, quoted(currency.id))
            limit = Limit("points", points, period, currency.id)
    if limit.value == 0:
        raise Wrong(Said(f"'{written}' allows nothing", f"“{written}”等于全不允许"))
    if limit.what == "times" and period == "event":
        raise Wrong(
            Said(
                f"'{written}': a rule gives once per event anyway",
                f"“{written}”：每个事件本来就只给一次",
            )
        )
    return limit


def _period(word: str) -> Period:
    for period in _PERIODS:
        if period == word:
            return period
    if word in _PLANNED_PERIODS:
        raise Wrong(planned_only(f"per {word}"))
    unknown = Said(f"unknown period '{word}'", f"没有“{word}”这种周期")
    raise Wrong(unknown, did_you_mean(word, _PERIODS))
