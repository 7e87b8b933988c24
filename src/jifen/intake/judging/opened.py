"""What history keeps of an opening: an event whose payload is counters and a tier instead of a deed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from jifen.engine.carried import Carried, carry, carry_tier, tier_after
from jifen.engine.events import EventInput, Known, Value
from jifen.engine.plan import Plan
from jifen.instants import NEVER
from jifen.intake.asking.member_commands import Opening
from jifen.intake.judging.payload import Payload
from jifen.programme.events import OPENING as OPENING

SEQUENCE: Final = -1
"""Of an opening: it stands before whatever else happened at its moment."""


def opening_payload(asked: Opening, facts: dict[str, Known]) -> Payload:
    """What of an opening bears on counters and tier, with the facts of its day; its points are lots."""
    fields: dict[str, Value] = {}
    if asked.tier:
        fields["tier"] = asked.tier
        if asked.tier_until is not None:
            fields["tier_until"] = asked.tier_until
    columns: dict[str, list[Value | None]] = {
        "kind": [counter.kind for counter in asked.counters],
        "of": [counter.of for counter in asked.counters],
        "value": [counter.value for counter in asked.counters],
        "day": [counter.day for counter in asked.counters],
    }
    return Payload(fields=fields, lines=columns if asked.counters else {}, facts=facts)


def open_state(plan: Plan, tiers: Sequence[str], state: list[int], opening: EventInput) -> int:
    """Put what was brought into a state that has come to that day; the code of the tier then."""
    day = opening.day
    columns = (opening.lines.get(name, []) for name in ("kind", "of", "value", "day"))
    carried = [Carried(*cast(Any, row)) for row in zip(*columns, strict=True)]
    tier_after(plan, state, day)
    carry(plan, state, carried, day, day - cast(int, opening.facts["days_since_joining"]))
    tier = opening.fields.get("tier")
    if tier in tiers:
        until = opening.fields.get("tier_until", NEVER)
        carry_tier(plan, state, tiers.index(str(tier)), cast(int, until))
    return tier_after(plan, state, day)
