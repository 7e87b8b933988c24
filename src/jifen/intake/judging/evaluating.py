"""From an event's payload to what the programme gives for it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from jifen.engine.compile import Plan
from jifen.engine.events import EventInput
from jifen.instants import MISSING
from jifen.intake.answers import RuleAnswer
from jifen.intake.judging.opened import OPENING, open_state
from jifen.intake.judging.payload import Payload
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.records import Grant
from jifen.ledger.terms import CurrencyTerms, available_at, expires_at

Component = tuple[int, int, int]  # slot, points before limits, points after


@dataclass(slots=True)
class Evaluation:
    """The programme's word on one event, read from the row that `step` wrote: what `award` keeps of it."""

    plan: Plan
    out: list[int]
    _components: list[Component] | None = field(default=None, init=False)

    @property
    def tier(self) -> int:
        """The code of the tier after the event."""
        return self.out[0]

    @property
    def tier_before(self) -> int:
        """The code of the tier at earning."""
        return self.out[1]

    @property
    def base(self) -> int | None:
        """The amount that counted, None where there was none."""
        return self.plan.base(self.out)

    @property
    def reasons(self) -> bytes:
        """A byte a rule."""
        return self.plan.reasons(self.out)

    @property
    def components(self) -> list[Component]:
        """What is not empty; listed once, for most of a history that is judged again nobody asks."""
        if self._components is None:
            self._components = self.plan.components(self.out)
        return self._components

    def says(self, tier: int, components: bytes, reasons: bytes) -> bool:
        """Whether it is what a stored award says."""
        return self.plan.says(self.out, tier, _COMPONENT.iter_unpack(components), reasons)

    @property
    def packed_components(self) -> bytes:
        """The components as award.components holds them."""
        return _packer(len(self.components))(*chain.from_iterable(self.components))

    def points(self) -> dict[int, int]:
        """Points given to the member, by currency number; currencies that got nothing are left out."""
        return self.plan.points(self.components)

    def points_by_terms(self, programme: OpenProgramme) -> dict[CurrencyTerms, int]:
        """Points given, by what they become."""
        awarding = programme.awarding[self.plan.revision]
        return awarding.points(self.components, self.tier_before)

    def rules(self) -> dict[str, RuleAnswer]:
        """What each rule and multiplier gave, by its id (with its currency where it has several)."""
        slots = self.plan.slots
        return {
            slots[slot].name: RuleAnswer(before=before, after=after)
            for slot, before, after in self.components
        }


_COMPONENT = struct.Struct("<3q")


@lru_cache
def _packer(components: int) -> Callable[..., bytes]:
    return struct.Struct(f"<{3 * components}q").pack


def unpacked_components(packed: bytes) -> list[Component]:
    """(slot, before, after) of each component of a stored award."""
    return list(_COMPONENT.iter_unpack(packed))


def input_of(
    event_id: str, event_type: str, occurred_at: int, day: int, payload: Payload
) -> EventInput:
    """The engine's view of an event."""
    fields = payload.fields
    bill = fields.get("amount", MISSING)
    assert isinstance(bill, int)
    return EventInput(
        event_type, occurred_at, day, bill, fields, payload.lines, payload.facts, event_id
    )


def evaluate(programme: OpenProgramme, state: list[int], event: EventInput) -> Evaluation:
    """Judge one event by the version in force when it occurred; `state` goes on to behind the event."""
    plan = programme.engine.plan_at(event.occurred_at)
    if event.type == OPENING:
        tier = open_state(plan, programme.engine.tiers, state, event)
        return Evaluation(plan, [tier, tier, MISSING, *plan.new_out()[3:]])
    row, lines = plan.encoder.encode(event)
    out = plan.new_out()
    plan.step(state, row, lines, 0, len(lines[0]) if lines else 0, out)
    return Evaluation(plan, out)


def grants_of(
    points: Mapping[CurrencyTerms, int],
    occurred_at: int,
    day: int,
    lives_from: int,
    *,
    imported: bool,
) -> list[Grant]:
    """The lots that points become, by their terms; the least life counts from `lives_from`. Lots of imported history
    have none."""
    return [
        Grant(
            terms.number,
            amount,
            terms.funder,
            occurred_at,
            available_at(terms, occurred_at, day),
            expires_at(terms, day, None if imported else lives_from),
            terms.unit_price_micros,
        )
        for terms, amount in points.items()
    ]
