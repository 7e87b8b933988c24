"""Which event types a programme names: in its rules, its conditions, its tiers, its declarations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from jifen.programme.condition import (
    AllOf,
    AnyOf,
    Arithmetic,
    Compare,
    Condition,
    OneOf,
    Operand,
    Past,
)
from jifen.programme.model import EventType, Programme


def events_named(
    programme: Programme, known: Mapping[str, EventType], declared: Collection[str]
) -> tuple[EventType, ...]:
    """The event types that can matter to this programme, in the order of `known`."""
    named = set(declared) | {rule.on for rule in programme.rules}
    for rule in programme.rules:
        for condition in rule.when:
            named |= {past.of for past in pasts_of(condition) if past.kind != "earned"}
    if programme.tiers and programme.tiers.measure in ("amount", "purchases"):
        named.add("purchase")
    return tuple(type for id, type in known.items() if id in named)


def pasts_of(condition: Condition) -> Iterator[Past]:
    """Every question about the past in a condition, from left to right."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from pasts_of(part)
        case Compare(left=left, right=right):
            yield from _pasts_in(left)
            yield from _pasts_in(right)
        case OneOf(operand=operand):
            yield from _pasts_in(operand)


def _pasts_in(operand: Operand) -> Iterator[Past]:
    match operand:
        case Past():
            yield operand
        case Arithmetic(left=left, right=right):
            yield from _pasts_in(left)
            yield from _pasts_in(right)
