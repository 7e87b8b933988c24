"""When points end, as a currency or a rule says it: `never`, `{rolling: 12 months}`, `{yearly: 12-31}` …"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import Literal, get_args

from jifen.programme.meant import write
from jifen.programme.point_terms import EndOfPeriod, Expiry
from jifen.programme.problems import Wrong, which_of
from jifen.programme.reading.nodes import Mapping, Node, Scalar
from jifen.programme.reading.scalars import choice, date, duration
from jifen.programme.reading.sections import (
    Section,
    distinct,
    entries,
    more_than,
    noting,
    one_or_many,
    text,
)
from jifen.programme.reading.slips import date_meant, expiry_meant
from jifen.wording import Said

LONGEST_MONTHS = 1200
LONGEST_DAYS = 36_500

ENDS: tuple[EndOfPeriod, ...] = get_args(EndOfPeriod)
MOST_CLEARINGS = 12
_Of = Literal["this_year", "last_year"]
_OF: tuple[_Of, ...] = ("this_year", "last_year")
_KINDS = ("rolling", "fixed", "yearly", "idle")
_BELONGS = {"until": ("rolling", "idle"), "of": ("yearly",), "on": ("idle",)}
_DAY_OF_YEAR = re.compile(r"(\d{2})-(\d{2})", re.ASCII)


def read_expiry(section: Section, key: str, default: Expiry, also: Collection[str] = ()) -> Expiry:
    """The expiry under a key of a section; `also` are further keys that may stand in it."""
    if key not in section:
        return default
    node = section.place(key)
    if not isinstance(node, Mapping):
        return section.read(key, _never_or_rolling, default)
    known = (
        [*_KINDS, *_BELONGS] if "extend" in also else ["rolling", "fixed", "yearly", "until", "of"]
    )
    parts = Section(node, section.problems, (*known, *also))
    kinds = [kind for kind in _KINDS if kind in parts]
    if len(kinds) != 1 or any(
        word in parts and kinds[0] not in of for word, of in _BELONGS.items()
    ):
        message = Said(
            "is never, {rolling: …} with or without until, {yearly: …} with or without of, or {fixed: …}",
            "须是 never、{rolling: …}（可加 until）、{yearly: …}（可加 of）或 {fixed: …}",
        )
        section.problems.add(node, message)
        return default
    if "fixed" in parts:
        return Expiry("fixed", date=parts.read("fixed", date, None))
    if "yearly" in parts:
        return _read_clearing(parts)
    months, count = parts.read(kinds[0], lifetime, (1, 0))
    until = parts.place("until")
    if "until" in parts and not (isinstance(until, Scalar) and until.text[:1].isalpha()):
        days = parts.read("until", _days_of_year, ((12, 31),))
        return Expiry("rolling", months, count, "day_of_year", yearly=days)
    return Expiry("rolling", months, count, parts.read("until", choice(ENDS), None))


def _read_clearing(parts: Section) -> Expiry:
    clearings = parts.read("yearly", _days_of_year, ((12, 31),))
    of: _Of = parts.read("of", choice(_OF), "this_year")
    if of == "last_year" and len(clearings) > 1:
        message = Said(
            "what was earned in one year is cleared on one day",
            "清零上一年所得的，一年只能有一个清零日",
        )
        parts.problems.add(parts.place("of"), message)
    return Expiry("yearly", yearly=clearings, of=of)


def read_expiry_of_tiers(
    section: Section, default: Expiry, tiers: Collection[str]
) -> tuple[tuple[str, Expiry], ...]:
    """What `by_tier` of a currency's expiry says, by the id of the tier; nothing of one that activity lengthens."""
    node = section.place("expiry")
    if not isinstance(node, Mapping) or "by_tier" not in node.values:
        return ()
    if {"idle", "extend"} & node.values.keys():
        return ()
    by_tier = node.values["by_tier"]
    found: list[tuple[str, Expiry]] = []
    parts = Section(by_tier, section.problems, None)
    for key, value in noting(section.problems, by_tier, lambda node: list(entries(node)), []):
        if key.text not in tiers:
            message = Said(f"unknown tier '{key.text}'", f"没有等级“{key.text}”")
            section.problems.add(value, message, which_of(key.text, tuple(tiers)))
        else:
            found.append((key.text, read_expiry(parts, key.text, default)))
    return tuple(found)


def _never_or_rolling(node: Node) -> Expiry:
    word = text(node)
    if word == "never":
        return Expiry("never")
    if word[:1].isdigit() and not date_meant(word):
        return Expiry("rolling", *lifetime(node))
    meant = expiry_meant(word)
    forms = Said(
        "write never, 12 months, {yearly: 12-31} or {fixed: 2027-12-31}",
        "请写成 never、12 months、{yearly: 12-31} 或 {fixed: 2027-12-31}",
    )
    raise Wrong(
        Said(f"cannot read '{word}'", f"无法读懂“{word}”"), write(meant) if meant else forms
    )


def _days_of_year(node: Node) -> tuple[tuple[int, int], ...]:
    """One day or several, in the order of the calendar."""
    found = [_day_of_year(one) for one in one_or_many(node)]
    distinct([f"{month:02}-{day:02}" for month, day in found])
    if len(found) > MOST_CLEARINGS:
        raise Wrong(more_than(MOST_CLEARINGS, Said("days", "天")))
    return tuple(sorted(found))


def _day_of_year(node: Node) -> tuple[int, int]:
    found = _DAY_OF_YEAR.fullmatch(text(node))
    try:
        if found:
            day = dt.date(2024, int(found[1]), int(found[2]))  # a year that has a 29 February
            return day.month, day.day
    except ValueError:
        pass
    raise Wrong(
        Said(f"'{text(node)}' is no day of the year", f"“{text(node)}”不是一年中的某一天"),
        Said("write days like 12-31", "请写成 12-31 这样的日子"),
    )


def lifetime(node: Node) -> tuple[int, int]:
    """(months, days) of a life of points."""
    months, count = duration(node)
    if not months + count > 0 or months > LONGEST_MONTHS or count > LONGEST_DAYS:
        raise Wrong(
            Said(f"must be 1 day to {LONGEST_MONTHS} months", f"须为 1 天至 {LONGEST_MONTHS} 个月")
        )
    return months, count
