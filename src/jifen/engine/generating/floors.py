"""Tiers that are bought or given until a day, in the generated source: floors under the tier reached."""

from __future__ import annotations

from jifen.engine.generating.block import Block
from jifen.engine.generating.source import Source, indented
from jifen.engine.layout import Counter
from jifen.programme.condition import EventField
from jifen.programme.event_types import EventType
from jifen.programme.events import SET_TIER
from jifen.programme.model import Paid, Tiers

_TIER = EventField("tier")


def raise_to_floors(source: Source) -> list[str]:
    """Raise `rank` to the highest floor that still stands on this day."""
    floors = [counter for counter in source.layout.counters if counter.kind == "floor"]
    ranked = sorted((source.ranks.get(counter.of, 0), counter.of) for counter in floors)
    lines: list[str] = []
    for rank, id in ranked:
        if rank > 0:
            until = f"state[{source.layout.place(Counter('floor', id))}]"
            lines += [f"if rank < {rank} and {until} >= day:", f"    rank = {rank}"]
    return lines


def gives_tiers(tiers: Tiers | None, event: EventType) -> bool:
    """Whether events of this type give a tier."""
    if tiers is None:
        return False
    return event.id in tiers.given_by or any(
        tier.paid.event == event.id for tier in tiers.ladder if tier.paid
    )


def given_tiers(block: Block) -> list[str]:
    """Let an event that buys or gives a tier move the floor's last day; it counts from the next event."""
    tiers = block.source.programme.tiers
    if tiers is None or not gives_tiers(tiers, block.type):
        return []
    named = any(field.name == "tier" for field in block.type.fields)
    lines: list[str] = []
    given = block.type.id in tiers.given_by
    for tier in tiers.ladder[1:]:
        paid = tier.paid if tier.paid and tier.paid.event == block.type.id else None
        if paid is None and not given:
            continue
        place = block.source.layout.place(Counter("floor", tier.id))
        test = [f"{block.name(_TIER)} == {block.word(_TIER, tier.id)}"] if named else []
        if paid is not None:
            test.append(f"amount >= {paid.price}")
            paid_from = block.source.layout.place(Counter("paid from", tier.id))
            moved = _lengthened(place, paid_from, paid)
        elif block.type.id == SET_TIER:
            moved = _until_day(block, place)
        else:
            moved = _days(block, place)
        lines += [f"if {' and '.join(test)}:", *indented(moved)]
    return lines


def _until_day(block: Block, place: int) -> list[str]:
    until = block.name(EventField("until"))
    return [
        f"if {until} == MISSING:",
        f"    state[{place}] = NEVER",
        f"elif {until} > state[{place}]:",
        f"    state[{place}] = {until}",
    ]


def _days(block: Block, place: int) -> list[str]:
    days = block.name(EventField("days"))
    last = f"day + {days} - 1"
    return [f"if {days} > 0 and {last} > state[{place}]:", f"    state[{place}] = {last}"]


def _lengthened(place: int, paid_from: int, paid: Paid) -> list[str]:
    """Months that are paid for without a gap all count from one day, so that those from the 31st keep to it."""
    until, begins = f"state[{place}]", f"state[{paid_from}]"
    over = f"month_of_day({until} + 1) - month_of_day({begins})"
    return [
        f"if {until} < day - 1:",
        f"    {begins} = day",
        f"    {until} = months_later(day, {paid.months}) - 1",
        f"elif {until} < NEVER:",
        f"    if {begins} == MISSING or months_later({begins}, {over}) != {until} + 1:",
        f"        {begins} = {until} + 1",
        f"    {until} = months_later({begins}, {over} + {paid.months}) - 1",
    ]
