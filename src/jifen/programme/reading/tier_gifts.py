"""Tiers that are bought or given: `paid:` of a tier, `given_by:` of the ladder."""

from __future__ import annotations

from jifen.programme.conditions.scope import Scope, costs_nothing
from jifen.programme.events import SET_TIER, TIER_UPGRADE
from jifen.programme.model import Paid
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import choice, duration, units
from jifen.programme.reading.sections import Section, one_or_many, stands_twice, text
from jifen.wording import Said, quoted

MEMBERSHIP_FEE = "membership_fee"
LONGEST_MONTHS = 120
_GIVERS = (SET_TIER, TIER_UPGRADE)


def given_by(node: Node) -> tuple[str, ...]:
    """The events that may give a tier.

    Raises:
        Wrong: one that cannot, or stands twice.
    """
    found: list[str] = []
    for item in one_or_many(node):
        word = choice(_GIVERS)(item)
        if word in found:
            raise Wrong(stands_twice(word))
        found.append(word)
    return tuple(found)


def read_paid(part: Section, scope: Scope) -> Paid | None:
    """`{price: 299, for: 12 months}`, by a membership fee unless `on:` says another event."""
    if "paid" not in part:
        return None
    section = Section(part.place("paid"), part.problems, ("on", "price", "for"))
    event = section.read("on", lambda node: _paying(text(node), scope), MEMBERSHIP_FEE)
    price = section.read(
        "price", lambda node: units(text(node), scope.money_scale, quoted("price")), 0
    )
    return Paid(event, price, section.need("for", _months, 1))


def _paying(word: str, scope: Scope) -> str:
    if word not in scope.events:
        unknown = Said(f"unknown event type '{word}'", f"没有“{word}”这种事件")
        raise Wrong(unknown, did_you_mean(word, scope.events))
    if not scope.events[word].costs_money:
        raise Wrong(costs_nothing(word))
    return word


def _months(node: Node) -> int:
    months, days = duration(node)
    if days or not 1 <= months <= LONGEST_MONTHS:
        raise Wrong(
            Said(
                f"a paid tier lasts 1 to {LONGEST_MONTHS} months",
                f"付费等级的时长须为 1 至 {LONGEST_MONTHS} 个月",
            ),
            Said("write such as `for: 12 months`", "请写成 `for: 12 months`"),
        )
    return months
