"""The sentences of `limit:` — `1 per month`, `100 points per 7 days`, `1 per store per day`, `1 ever`."""

from __future__ import annotations

import re
from typing import get_args

from msgspec.structs import replace

from jifen.programme.conditions.asking_the_past import LONGEST_DAYS, LONGEST_MONTHS
from jifen.programme.event_types import EventType
from jifen.programme.meant import write
from jifen.programme.model import Currency
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import WITHOUT_COMMAS, planned_only
from jifen.programme.reading.slips import limit_meant
from jifen.programme.ways_out import Limit, Period
from jifen.wording import Said, quoted

_LIMIT = re.compile(
    r"(?P<value>\S+)(?: (?P<what>[^\s]+?))?(?: per (?P<by>[a-z]\S*))?"
    r"(?: (?P<ever>ever)| per (?P<period>\S+(?: (?:day|month)s?)?))"
)
_PERIODS: tuple[Period, ...] = tuple(
    period
    for period in get_args(Period)
    if period not in ("days", "months")  # which take a number
)
_GRAMMAR = Said(
    "write `1 per month`, `100 points per day` or `1 ever`",
    "请写成 `1 per month`、`100 points per day` 或 `1 ever`",
)
_COMMA_BETWEEN = Said("write , instead of ，", "请把 ， 改为 ,")
_PLANNED_PERIODS = ("referrer",)
_ROLLING = re.compile(r"(\d{1,4}) (day|month)s?", re.ASCII)


def limit_from(
    written: str, currencies: tuple[Currency, ...], money_scale: int, on: EventType | None
) -> Limit:
    """A limit as written; `on` is the event type of its rule, None of a limit over everything.

    Raises:
        Wrong: it cannot be read, names an unknown currency or period, or allows nothing.
    """
    written = " ".join(written.split())
    found = _LIMIT.fullmatch(_in_numbers(written))
    if not found:
        meant = limit_meant(written)
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            write(meant) if meant else _COMMA_BETWEEN if "，" in written else _GRAMMAR,
        )
    period, size = _period("lifetime" if found["ever"] else found["period"], on)
    by, of_lines = _by(found["by"], period, size, on) if found["by"] else (None, False)
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
    limit = replace(limit, size=size, by=by, of_lines=of_lines)
    if limit.value == 0:
        hint = WITHOUT_COMMAS if written.startswith("000") else None
        raise Wrong(Said(f"'{written}' allows nothing", f"“{written}”等于全不允许"), hint)
    if limit.what == "times" and period == "event":
        raise Wrong(
            Said(
                f"'{written}': a rule gives once per event anyway",
                f"“{written}”：每个事件本来就只给一次",
            )
        )
    return limit


def _in_numbers(written: str) -> str:
    """`once` and `once per year` as `1 ever` and `1 per year`."""
    return "1 ever" if written == "once" else re.sub(r"^once\b", "1", written)


def _by(name: str, period: Period, size: int, on: EventType | None) -> tuple[str, bool]:
    """The field whose values are limited one by one, and whether it is one of lines."""
    if on is None:
        raise Wrong(
            Said(
                "only the limit of a rule goes by a field of its event",
                "只有规则的限额可以按事件的字段分别计算",
            ),
            Said(
                "limits are of one member each: leave it out",
                "限额本来就是每位会员各算各的：去掉即可",
            ),
        )
    if size or period == "event":
        raise Wrong(
            Said(
                f"a limit for each {name} goes by calendar periods",
                f"按“{name}”分别计算的限额只能用日历周期",
            ),
            Said(f"such as `1 per {name} per day`", f"例如 `1 per {name} per day`"),
        )
    known = [field.name for field in on.fields]
    if name in known:
        return name, False
    of_lines = [field.name for field in on.line_fields]
    if name in of_lines:
        return name, True
    unknown = Said(f"'{on.id}' has no field '{name}'", f"“{on.id}”没有字段“{name}”")
    raise Wrong(unknown, did_you_mean(name, [*known, *of_lines, *_PERIODS]))


def _period(word: str, on: EventType | None) -> tuple[Period, int]:
    for period in _PERIODS:
        if period == word:
            return period, 0
    if found := _ROLLING.fullmatch(word):
        size, months = int(found[1]), found[2] == "month"
        if 1 <= size <= (LONGEST_MONTHS if months else LONGEST_DAYS):
            return ("months" if months else "days"), size
        raise Wrong(
            Said(
                f"'{word}' is not between 1 and {LONGEST_DAYS} days or {LONGEST_MONTHS} months",
                f"“{word}”须在 1 至 {LONGEST_DAYS} 天或 {LONGEST_MONTHS} 个月之间",
            )
        )
    if word in _PLANNED_PERIODS:
        raise Wrong(planned_only(f"per {word}"))
    unknown = Said(f"unknown period '{word}'", f"没有“{word}”这种周期")
    fields = (*on.fields, *on.line_fields) if on else ()
    if any(field.name == word for field in fields):
        raise Wrong(unknown, write(f"1 per {word} per lifetime"))
    raise Wrong(unknown, did_you_mean(word, _PERIODS))
