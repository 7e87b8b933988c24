"""The short parts of a document: money, time zone, base, groups, limits over everything."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from typing import Literal

from msgspec.structs import replace

from jifen.money import DECIMALS
from jifen.programme.condition import LineCondition
from jifen.programme.conditions.comparing import WEEKDAYS
from jifen.programme.conditions.scope import Scope
from jifen.programme.conditions.typing_conditions import read_condition
from jifen.programme.event_types import EventType, Field
from jifen.programme.events import built_in_events
from jifen.programme.model import Base, Currency
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.reading.declarations import read_events, read_facts, refuse_fact_like_field
from jifen.programme.reading.ladder import tier_ids
from jifen.programme.reading.limiting import limit_from
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import choice, identifier
from jifen.programme.reading.sections import (
    Section,
    entries,
    items,
    noting,
    one_or_many,
    stands_twice,
    text,
)
from jifen.programme.rules import Group
from jifen.programme.ways_out import Limit
from jifen.wording import Said

Combination = Literal["add", "multiply", "best"]
COMBINATIONS: tuple[Combination, ...] = ("add", "multiply", "best")

KEPT: tuple[Literal["best", "first", "all"], ...] = ("best", "first", "all")


_MONEY_MEANT = {
    **dict.fromkeys(("RMB", "CNH", "YUAN", "人民币", "元", "￥", "¥"), "CNY"),
    **dict.fromkeys(("$", "DOLLAR", "DOLLARS", "US$"), "USD"),
    **dict.fromkeys(("€", "EURO", "EUROS"), "EUR"),
    **dict.fromkeys(("£", "POUND", "POUNDS"), "GBP"),
    **dict.fromkeys(("₽", "RUR", "ROUBLE", "ROUBLES"), "RUB"),
}
_IN_CHINA = ("beijing", "peking", "china", "cst", "shenzhen", "guangzhou", "北京", "上海", "中国")
_EIGHT_AHEAD = ("utc+8", "utc+08:00", "gmt+8", "gmt+08:00", "+8", "+08:00", "东八区")
"""Names in common use that no table knows, and of which the most similar known one is another thing."""


def money(node: Node) -> str:
    """A currency code of ISO 4217."""
    word = text(node)
    if word not in DECIMALS:
        code = _MONEY_MEANT.get(word.upper(), word.upper())
        message = Said(f"'{word}' is no money of ISO 4217", f"“{word}”不是 ISO 4217 的货币代码")
        hint = Said("such as CNY, USD or EUR", "例如 CNY、USD 或 EUR")
        raise Wrong(message, did_you_mean(code, DECIMALS) or hint)
    return word


def _zone_meant(word: str, zones: Collection[str]) -> str:
    """The zone of a city that is named alone, or of an offset that means one; else the word."""
    plain = word.lower().replace(" ", "")
    if plain in _EIGHT_AHEAD or plain.rpartition("/")[2] in _IN_CHINA:
        return "Asia/Shanghai"
    if plain[:3] in ("utc", "gmt") and plain[3:]:
        return ""  # the most similar name would be that of another hour
    return next((zone for zone in sorted(zones) if zone.lower().endswith(f"/{plain}")), word)


def timezone(node: Node) -> str:
    """The name of a zone that the time zone database knows."""
    word = text(node)
    try:
        zoneinfo.ZoneInfo(word)
    except (KeyError, ValueError, OSError):  # unknown; no name of a zone; a folder of zones
        zones = zoneinfo.available_timezones()
        message = Said(f"unknown time zone '{word}'", f"没有“{word}”这个时区")
        hint = Said("such as Asia/Shanghai", "例如 Asia/Shanghai")
        raise Wrong(message, did_you_mean(_zone_meant(word, zones), zones) or hint) from None
    return word


def week_starts(node: Node) -> int:
    """The weekday with which weeks begin."""
    return WEEKDAYS.index(choice(WEEKDAYS)(node)) + 1


def read_scope(top: Section, currencies: tuple[Currency, ...], money_scale: int) -> Scope:
    """What conditions may name; `on` stands for each rule's event type and is a purchase until then."""
    problems = top.problems
    events: dict[str, EventType] = built_in_events(money_scale)
    if "events" in top:
        events = read_events(top.place("events"), problems, money_scale)
    facts: tuple[Field, ...] = ()
    if "facts" in top:
        facts = read_facts(top.place("facts"), problems, money_scale)
        refuse_fact_like_field(top.place("facts"), problems, facts, events)
    tiers = tier_ids(top.place("tiers")) if "tiers" in top else ()
    return Scope(money_scale, events, facts, currencies, tiers, events["purchase"])


def read_base(top: Section, scope: Scope) -> Base:
    """What counts as `amount`; everything unless said."""
    if "base" not in top:
        return Base()
    section = Section(top.place("base"), top.problems, ("leave_out", "lines"))
    left_out: list[str] = []
    known = dict.fromkeys(
        field.name
        for event_type in scope.events.values()
        if event_type.costs_money
        for field in event_type.fields
        if field.kind == "money"
    )
    if "leave_out" in section:
        for node in noting(top.problems, section.place("leave_out"), items, ()):
            word = noting(top.problems, node, choice(known), None)
            if word in left_out:
                top.problems.add(node, stands_twice(word))
            elif word is not None:
                left_out.append(word)
    of_lines = replace(scope, lines=True)
    lines: LineCondition | None = section.read(
        "lines", lambda node: read_condition(text(node), of_lines), None
    )
    return Base(tuple(left_out), lines)


def read_groups(top: Section) -> tuple[Group, ...]:
    """The groups of rules, by name."""
    found: list[Group] = []
    if "groups" in top:
        node = top.place("groups")
        for key, value in noting(top.problems, node, lambda node: list(entries(node)), []):
            id = noting(top.problems, key, identifier, None)
            keep = noting(top.problems, value, choice(KEPT), None)
            if id is not None and keep is not None:
                found.append(Group(id, keep))
    return tuple(found)


def read_limits(top: Section, scope: Scope) -> tuple[Limit, ...]:
    """Limits over everything that an event gives in one currency."""
    found: list[Limit] = []
    if "limits" in top:
        for node in one_or_many(top.place("limits")):
            limit = noting(top.problems, node, lambda node: _points_limit(text(node), scope), None)
            if limit is not None:
                found.append(limit)
    return tuple(found)


def _points_limit(written: str, scope: Scope) -> Limit:
    limit = limit_from(written, scope.currencies, scope.money_scale, None)
    if limit.what != "points":
        raise Wrong(
            Said(
                f"'{written}': limits of the programme are of points",
                f"“{written}”：计划的上限只能限制积分",
            ),
            Said("such as `2000 points per day`", "例如 `2000 points per day`"),
        )
    return limit
