"""`currencies:` of a document."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from jifen.programme.model import Currency, Expiry, Name
from jifen.programme.nodes import Mapping, Node
from jifen.programme.problems import Problems, Wrong
from jifen.programme.scalars import (
    boolean,
    choice,
    date,
    days,
    duration,
    free_identifier,
    integer,
    name,
    units,
)
from jifen.programme.sections import Section, entries, more_than, noting, planned_only, text
from jifen.programme.ways_out import read_way_out
from jifen.wording import Said

MOST_CURRENCIES = 20
LONGEST_MONTHS = 1200
LONGEST_DAYS = 36_500
MIN_LIFE_DAYS = 30

_KEYS = (
    "name",
    "scale",
    "shown",
    "spendable",
    "expiry",
    "pending",
    "min_life",
    "unit_price",
    "spending_order",
    "spending",
    "overdraft",
)
_OWN_WORDS = ("all", "amount", "purchases", "time", "times")
_End = Literal["day_end", "month_end", "quarter_end", "year_end"]
_ENDS: tuple[_End, ...] = ("day_end", "month_end", "quarter_end", "year_end")
_ORDERS: tuple[Literal["soonest_expiry", "oldest_earned"], ...] = (
    "soonest_expiry",
    "oldest_earned",
)


def read_currencies(node: Node, problems: Problems) -> tuple[Currency, ...]:
    """The currencies in document order; at least one."""
    found: list[Currency] = []
    for key, value in noting(problems, node, lambda node: list(entries(node)), []):
        id = noting(problems, key, free_identifier(_OWN_WORDS), None)
        if id is not None:
            found.append(_currency(id, value, problems))
    if isinstance(node, Mapping) and not node.values:
        message = Said("a programme has at least one currency", "计划至少要有一种积分")
        problems.add(node, message)
    if len(found) > MOST_CURRENCIES:
        problems.add(node, more_than(MOST_CURRENCIES, Said("currencies", "种积分")))
    return tuple(found)


def _currency(id: str, node: Node, problems: Problems) -> Currency:
    section = Section(node, problems, _KEYS, planned=("notice", "extended_by", "confirm"))
    scale = section.read("scale", integer(0, 6), 0)
    shown = section.read("shown", integer(0, 6), scale)
    if shown > scale:
        message = Said(
            f"shows {shown} decimals but keeps only {scale}",
            f"显示 {shown} 位小数，但只保留 {scale} 位",
        )
        problems.add(section.place("shown"), message)
    expiry = _read_expiry(section)
    section.read("overdraft", _overdraft, None)
    currency = Currency(
        id,
        section.read("name", name, Name(id, id)),
        scale,
        min(shown, scale),
        section.read("spendable", boolean, True),
        expiry,
        section.read("pending", days(366), 0),
        _min_life(section, expiry),
        section.read(
            "unit_price", lambda node: units(text(node), 6, Said("a unit price", "单价")), 0
        ),
        section.read("spending_order", choice(_ORDERS), "soonest_expiry"),
    )
    if "spending" not in section:
        return currency
    if not currency.spendable:
        message = Said(f"'{id}' cannot be spent at all", f"“{id}”不能消费")
        problems.add(section.place("spending"), message)
    return replace(currency, spending=read_way_out(section.place("spending"), problems, currency))


def _overdraft(node: Node) -> None:
    if text(node) in ("clip", "refuse"):
        raise Wrong(planned_only(text(node)))
    choice(("debt",))(node)


def _min_life(section: Section, expiry: Expiry) -> int:
    """30 days unless said, or the points' whole life where that is shorter."""
    whole_life = expiry.days if expiry.kind == "rolling" and expiry.days else LONGEST_DAYS
    given = section.read("min_life", days(LONGEST_DAYS), None)
    if given is None:
        return min(MIN_LIFE_DAYS, whole_life)
    if given > whole_life:
        message = Said(
            f"is longer than the {whole_life} days after which points expire",
            f"比积分的有效期 {whole_life} 天还长",
        )
        section.problems.add(section.place("min_life"), message)
    return given


def _read_expiry(section: Section) -> Expiry:
    node = section.place("expiry")
    if "expiry" not in section:
        return Expiry("never")
    if not isinstance(node, Mapping):
        return section.read("expiry", _never, Expiry("never"))
    parts = Section(node, section.problems, ("rolling", "until", "fixed"))
    if ("rolling" in parts) == ("fixed" in parts) or ("fixed" in parts and "until" in parts):
        message = Said(
            "is never, {rolling: …} with or without until, or {fixed: …}",
            "须是 never、{rolling: …}（可加 until）或 {fixed: …}",
        )
        section.problems.add(node, message)
        return Expiry("never")
    if "fixed" in parts:
        return Expiry("fixed", date=parts.read("fixed", date, None))
    months, count = parts.read("rolling", _lifetime, (1, 0))
    until = parts.read("until", choice(_ENDS), None)
    return Expiry("rolling", months, count, until)


def _never(node: Node) -> Expiry:
    if text(node) != "never":
        raise Wrong(
            Said(f"'{text(node)}' is not never", f"“{text(node)}”应为 never"),
            Said("or write {rolling: 12 months}", "也可写 {rolling: 12 months}"),
        )
    return Expiry("never")


def _lifetime(node: Node) -> tuple[int, int]:
    months, count = duration(node)
    if not months + count > 0 or months > LONGEST_MONTHS or count > LONGEST_DAYS:
        raise Wrong(
            Said(f"must be 1 day to {LONGEST_MONTHS} months", f"须为 1 天至 {LONGEST_MONTHS} 个月")
        )
    return months, count
