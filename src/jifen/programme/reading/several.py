"""`several: {3: 200 points, 10: 180 points}` of a reward: from how many on, redeemed together, each costs less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from jifen.programme.conditions.scope import Scope
from jifen.programme.prices import MOST_POINTS, Listed, Step
from jifen.programme.problems import Wrong
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import Section, entries, noting, one_or_many, text
from jifen.programme.ways_out import WayOut
from jifen.wording import Said, quoted

MOST_STEPS: Final = 10

_GRAMMAR = Said("write `{3: 200 points}`", "请写成 `{3: 200 points}`")
_HOW_MANY = Said("how many are redeemed", "兑换的份数")
_NO_SEVERAL = Said("is not more than is redeemed at least anyway", "不多于本来的起兑份数")
_TOO_MANY = Said("is more than is redeemed at a time", "超过了一次最多兑换的份数")
_NOT_LESS = Said("each costs no less than if fewer are redeemed", "每份的价格不比兑换得少时低")
_NO_STEPS = Said(f"there are one to {MOST_STEPS} numbers here", f"这里写 1 至 {MOST_STEPS} 档份数")


def with_several(
    section: Section, prices: Sequence[Listed], bounds: WayOut, scope: Scope
) -> tuple[Listed, ...]:
    """Prices with their steps; every problem is noted."""
    problems, place = section.problems, section.place("several")
    written = noting(problems, place, lambda node: list(entries(node)), None)
    if written is not None and not 0 < len(written) <= MOST_STEPS:
        problems.add(place, _NO_STEPS)
    found: dict[str, list[tuple[Step, Node]]] = defaultdict(list)
    for key, value in written or ():
        least = noting(problems, key, lambda node: _how_many(text(node), bounds), None)
        for node in one_or_many(value) if least is not None else ():
            of_each = noting(problems, node, lambda node: _each(text(node), prices, scope), None)
            if of_each is not None and least is not None:
                currency, points = of_each
                found[currency].append((Step(least, points), node))
    steps: dict[str, tuple[Step, ...]] = {}
    for price in prices:
        if not price.money and isinstance(price.points, int):
            named = sorted(found[price.currency], key=lambda one: one[0])
            dearer = price.points
            for step, node in named:
                if step.points >= dearer:
                    problems.add(node, _NOT_LESS)
                dearer = step.points
            steps[price.currency] = tuple(step for step, _ in named)
    return tuple(
        one if one.money else one._replace(several=steps.get(one.currency, ())) for one in prices
    )


def _how_many(written: str, bounds: WayOut) -> int:
    least = units(written, 0, _HOW_MANY)
    if least <= max(1, bounds.least):
        raise Wrong(_NO_SEVERAL)
    if bounds.most is not None and least > bounds.most:
        raise Wrong(_TOO_MANY)
    if least > MOST_POINTS:
        raise Wrong(Said("is too much", "数值过大"))
    return least


def _each(written: str, prices: Sequence[Listed], scope: Scope) -> tuple[str, int]:
    """What each costs: in a currency in which one costs so many points, and no money besides."""
    number, _, word = " ".join(written.split()).partition(" ")
    if not word or " " in word:
        raise Wrong(Said(f"cannot read '{written}'", f"无法读懂“{written}”"), _GRAMMAR)
    currency = find_currency(word, scope.points)
    plain = {one.currency for one in prices if isinstance(one.points, int) and not one.money}
    if currency.id not in plain:
        raise Wrong(
            Said(
                f"one does not cost a number of '{currency.id}' alone",
                f"单份的价格不是固定数量的“{currency.id}”",
            )
        )
    points = units(number, currency.scale, quoted(currency.id))
    if points == 0:
        raise Wrong(Said("must be more than zero", "须大于零"))
    return currency.id, points
