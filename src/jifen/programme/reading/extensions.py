"""Life that activity lengthens: `extend: {on: purchase, most: 36 months}` of a rolling expiry, `{idle: 12 months}`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from jifen.programme.conditions.scope import unknown_event
from jifen.programme.event_types import EventType
from jifen.programme.events import NEVER_SENT
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import Expiry, Extension
from jifen.programme.problems import Problems, did_you_mean, which_of
from jifen.programme.reading import nodes
from jifen.programme.reading.expiries import lifetime
from jifen.programme.reading.sections import Section, noting, one_or_many, text
from jifen.programme.rules import Rule
from jifen.wording import Said

_EXTEND = ("on", "most")
_SPARING = Said(
    "let idleness spare a tier: {idle: 12 months, by_tier: {gold: never}}; or what it earns live longer: "
    "{rolling: 12 months, by_tier: {gold: 24 months}}",
    "可让某个等级不因闲置而过期：{idle: 12 months, by_tier: {gold: never}}；"
    "或让该等级所得有效期更长：{rolling: 12 months, by_tier: {gold: 24 months}}",
)


def read_extension(
    section: Section, expiry: Expiry, tiers: Collection[str] = ()
) -> Extension | None:
    """What a currency's expiry says of activity; None where it says nothing. Every problem is noted. `tiers` are the
    ids of the ladder."""
    node = section.place("expiry")
    if "expiry" not in section or not isinstance(node, nodes.Mapping):
        return None
    said = node.values
    if not {"idle", "extend"} & said.keys():
        return None
    if "idle" in said:
        types = _types(Section(node, section.problems, None))
        return Extension(types, expiry, spares=_read_spares(said, section.problems, (*tiers,)))
    if "by_tier" in said:
        message = Said(
            "points that activity lengthens up to a ceiling end alike on every tier",
            "随活动延长、但有上限的积分，各等级的有效期须相同",
        )
        section.problems.add(said["by_tier"], message, _SPARING)
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


def _read_spares(
    said: Mapping[str, nodes.Node], problems: Problems, ladder: tuple[str, ...]
) -> tuple[str, ...]:
    """What `by_tier` of `idle` says: on which tiers, up to the highest, idleness ends nothing."""
    if "by_tier" not in said:
        return ()
    by_tier, fine = Section(said["by_tier"], problems, None), True
    for id, value in by_tier.values.items():
        if id not in ladder:
            unknown = Said(f"unknown tier '{id}'", f"没有等级“{id}”")
            problems.add(value, unknown, which_of(id, ladder))
            fine = False
        elif noting(problems, value, text, "never") != "never":
            message = Said(
                "of idleness a tier is spared, or it is not: never",
                "按闲置计时，一个等级要么不计时，要么照常：只能写 never",
            )
            problems.add(value, message, _SPARING)
            fine = False
    spared = tuple(id for id in ladder if id in by_tier)
    if not spared or not fine:
        return ()
    if len(spared) == len(ladder):
        message = Said(
            "spares every tier: write `expiry: never`", "所有等级都不计时：请写 `expiry: never`"
        )
        problems.add(said["by_tier"], message)
        return ()
    above = [id for id in ladder[ladder.index(spared[0]) :] if id not in spared]
    if above:
        message = Said(
            f"spares '{spared[0]}', and not '{above[0]}' above it: a step up would let points end",
            f"“{spared[0]}”不计时，更高的“{above[0]}”却照常：升级反而会让积分过期",
        )
        problems.add(
            said["by_tier"], message, Said(f"add {above[0]}: never", f"请加上 {above[0]}: never")
        )
        return ()
    return spared


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
