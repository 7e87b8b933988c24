"""Life that activity lengthens: `extend: {on: purchase, most: 36 months}` of a rolling expiry, `{idle: 12 months}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jifen.programme.conditions.scope import unknown_event
from jifen.programme.event_types import EventType
from jifen.programme.events import NEVER_SENT
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import Expiry, Extension
from jifen.programme.problems import Problems, did_you_mean
from jifen.programme.reading import nodes
from jifen.programme.reading.expiries import lifetime
from jifen.programme.reading.sections import Section, noting, one_or_many, text
from jifen.programme.rules import Rule
from jifen.wording import Said

_EXTEND = ("on", "most")
_BY_EARNING = Said(
    "without idleness, `by_tier` lets what a tier earns live longer, or for ever: "
    "{rolling: 12 months, by_tier: {gold: never}}",
    "不按活跃与否计时，`by_tier` 可让某个等级所得更久或永久有效：{rolling: 12 months, by_tier: {gold: never}}",
)


def read_extension(section: Section, expiry: Expiry) -> Extension | None:
    """What a currency's expiry says of activity; None where it says nothing. Every problem is noted."""
    node = section.place("expiry")
    if "expiry" not in section or not isinstance(node, nodes.Mapping):
        return None
    said = node.values
    if not {"idle", "extend"} & said.keys():
        return None
    if "by_tier" in said:
        message = Said(
            "points that activity keeps alive end alike on every tier",
            "随会员活动延长的积分，各等级的有效期须相同",
        )
        section.problems.add(said["by_tier"], message, _BY_EARNING)
    if "idle" in said:
        return Extension(_types(Section(node, section.problems, None)), expiry)
    if expiry.kind != "rolling":
        message = Said("goes with 'rolling' only", "只能与 rolling 一起使用")
        section.problems.add(said["extend"], message)
        return None
    given = Section(said["extend"], section.problems, _EXTEND)
    months, days = given.read("most", lifetime, (0, 0))
    most = Expiry("rolling", months, days) if "most" in given else Expiry("never")
    if "most" in given and (months, days) <= (expiry.months, expiry.days):
        message = Said(
            "is no longer than what points live anyway", "不长于积分本来的有效期，延长不起作用"
        )
        section.problems.add(given.place("most"), message)
    return Extension(_types(given), expiry, most)


def extending_events(extension: Extension, rules: tuple[Rule, ...]) -> frozenset[str]:
    """The event types that keep points alive: where none are named, what members do and rules are about."""
    return frozenset(extension.on) or frozenset(rule.on for rule in rules) - NEVER_SENT


def extensions_of(programmes: Sequence[Programme]) -> dict[str, tuple[Extension, ...]]:
    """Everything that keeps points of a currency alive in any version, by the currency's id."""
    found: dict[str, tuple[Extension, ...]] = {}
    for programme in programmes:
        for currency in programme.currencies:
            if currency.extension is not None:
                known = (*found.get(currency.id, ()), currency.extension)
                found[currency.id] = tuple(dict.fromkeys(known))
    return found


def check_extensions(
    node: nodes.Node,
    problems: Problems,
    currencies: tuple[Currency, ...],
    events: Mapping[str, EventType],
) -> None:
    """Note event types that there are not."""
    for currency in currencies:
        for type in currency.extension.on if currency.extension else ():
            if type not in events:
                place = _place(node, currency.id)
                problems.add(place, unknown_event(type), did_you_mean(type, events))


def check_own_end(section: Section, rule: Rule, currency: Currency) -> None:
    """Note a rule whose points should end otherwise although activity keeps all of them alive."""
    if rule.terms.expiry is not None and currency.extension is not None:
        message = Said(
            f"activity keeps all '{currency.id}' alive: give points with an end of their own in another currency",
            f"“{currency.id}”随会员活动一起延长：另有期限的积分请用另一种积分",
        )
        section.problems.add(section.place("expires"), message)


def _types(section: Section) -> tuple[str, ...]:
    if "on" not in section:
        return ()
    found = [noting(section.problems, one, text, None) for one in one_or_many(section.place("on"))]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _place(node: nodes.Node, currency: str) -> nodes.Node:
    """Where a currency's activity stands."""
    for key in (currency, "expiry", "extend", "on"):
        if isinstance(node, nodes.Mapping) and key in node.values:
            node = node.values[key]
    return node
