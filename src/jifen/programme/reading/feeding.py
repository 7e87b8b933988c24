"""Rules that could set themselves off without end: what they give brings about what they wait for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jifen.programme.events import OF_HISTORY, TIER_CHANGED
from jifen.programme.model import Tiers
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import Listing, Node
from jifen.programme.rules import Give, Rule
from jifen.wording import Said

_TIER = ""  # no currency is called so


def check_feeding(
    earn: Node, problems: Problems, rules: Sequence[Rule], tiers: Tiers | None
) -> None:
    """Note rules that wait for every so many points and bring those about themselves, perhaps by way of others.

    What waits for a threshold of its own comes once, and a ladder has an end: these are no circles.
    """
    follows = _follows(rules, tiers)
    for rule in rules:
        if rule.reached is None or not rule.reached.every or rule.takes:
            continue
        if not isinstance(rule.action, Give):
            continue
        if rule.reached.of.of in _everything_behind(rule.action.currency, follows):
            item = next((one for one in _items(earn) if one.line == rule.line), earn)
            problems.add(
                item,
                Said(
                    "brings about what it waits for, again and again",
                    "所给积分又会触发自己，没有尽头",
                ),
                Said("give another currency, or write `at:`", "请给另一种积分，或改用 `at:`"),
            )


def _follows(rules: Sequence[Rule], tiers: Tiers | None) -> dict[str, set[str]]:
    """What more of a currency, or a step of the tier, may bring more of."""
    follows: dict[str, set[str]] = {}
    for rule in rules:
        if isinstance(rule.action, Give) and not rule.takes:
            if rule.reached is not None:
                follows.setdefault(rule.reached.of.of, set()).add(rule.action.currency)
            elif rule.on == TIER_CHANGED:
                follows.setdefault(_TIER, set()).add(rule.action.currency)
    waited_for = {rule.reached.of.of for rule in rules if rule.reached is not None}
    for measure in tiers.measures if tiers else ():
        raising = {measure.of} if measure.kind == "earned" else set[str]()
        raising |= waited_for if measure.of in OF_HISTORY else set()
        for currency in raising:
            follows.setdefault(currency, set()).add(_TIER)
    return follows


def _everything_behind(first: str, follows: Mapping[str, set[str]]) -> set[str]:
    found, ahead = {first}, [first]
    while ahead:
        more = follows.get(ahead.pop(), set()) - found
        found |= more
        ahead += more
    return found


def _items(node: Node) -> Iterable[Node]:
    return node.items if isinstance(node, Listing) else ()
