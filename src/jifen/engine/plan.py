"""A compiled version: what its rows mean, and the function that judges an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, Literal

from jifen.engine.events import Column, Encoder, EventInput
from jifen.engine.layout import TIER, TIER_UNTIL, Counter, Layout
from jifen.engine.measure import day_of_judgement, measured
from jifen.engine.needs import floors_of, has_periods
from jifen.instants import MISSING, NEVER
from jifen.programme.condition import Past, TierRank
from jifen.programme.model import Programme
from jifen.programme.requirement import Measure
from jifen.programme.rules import Rule

Step = Callable[[Any, Any, Any, int, int, Any], None]

MATCHED = 255
OUTSIDE_BETWEEN = 254
LOST_IN_GROUP = 253
LIMIT_USED_UP = 252
COOLING_DOWN = 251
NOTHING_PASSED = 250
NOT_DRAWN = 249
NOTHING_HELD = 248
CONDITIONS_MOST = 200
_SLOTS_FROM = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """A component of an award: what a giving rule gives, or a multiplier adds in one currency."""

    index: int
    rule_id: str  # of a tier's multiplier: tier:<id>
    name: str  # the rule's id, with the currency behind it where a multiplier touches several
    currency: int
    kind: Literal["rule", "multiplier", "tier", "passed on"]
    multiplies: tuple[str, ...] = ()
    to: str | None = None  # the relation whose these points are; None: the member's

    @property
    def of_member(self) -> bool:
        """Whether what stands here counts for the member: what goes to a relation at once does not."""
        return self.to is None or self.kind == "passed on"


@dataclass(frozen=True, slots=True)
class OutLayout:
    """Places of an out row: tier · tier before · amount · before[slots] · after[slots] · reasons[rules] · seen."""

    slots: int
    rules: int
    seen: int

    def before(self, slot: int) -> int:
        """Where a slot's points before limits stand."""
        return _SLOTS_FROM + slot

    def after(self, slot: int) -> int:
        """Where a slot's points that count stand."""
        return _SLOTS_FROM + self.slots + slot

    def reason(self, rule: int) -> int:
        """Where a rule's reason stands."""
        return _SLOTS_FROM + 2 * self.slots + rule

    def saw(self, place: int) -> int:
        """Where the value of an operand of the past stands."""
        return _SLOTS_FROM + 2 * self.slots + self.rules + place

    @property
    def width(self) -> int:
        """Places of a row."""
        return self.saw(self.seen)


@dataclass(frozen=True)
class Plan:
    """One version, compiled. `columns` and `line_columns` name the places of an event and its lines."""

    revision: int
    programme: Programme
    layout: Layout
    event_columns: tuple[Column, ...]
    line_event_columns: tuple[Column, ...]
    slots: tuple[Slot, ...]
    seen: tuple[Past | TierRank, ...]
    out: OutLayout
    tier_codes: tuple[int, ...]  # of the ladder's tiers
    source: str
    step: Step
    encoder: Encoder

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order of the reasons."""
        return self.programme.rules

    @cached_property
    def carrying(self) -> dict[int, Rule]:
        """The rules whose points go to relations of the member, by their slots."""
        rules = {rule.id: rule for rule in self.rules}
        return {slot.index: rules[slot.rule_id] for slot in self.slots if slot.to is not None}

    @property
    def columns(self) -> tuple[str, ...]:
        """What the places of an event row hold."""
        return tuple(column.label for column in self.event_columns)

    @property
    def line_columns(self) -> tuple[str, ...]:
        """What the columns of lines hold."""
        return tuple(column.label for column in self.line_event_columns)

    @cached_property
    def out_width(self) -> int:
        """Places of an out row."""
        return self.out.width

    def new_out(self) -> list[int]:
        """A row for `step` to write on."""
        return [0] * self.out_width

    def encode(self, event: EventInput) -> tuple[list[int], list[list[int]]]:
        """The event's row and its line columns; EngineError for a value that cannot be.

        An event type that the document does not know is no error: no rule is about it.
        """
        return self.encoder.encode(event)

    def tier(self, out: Sequence[int]) -> int:
        """The code of the tier after the event."""
        return int(out[0])

    def tier_before(self, out: Sequence[int]) -> int:
        """The code of the tier that the event met: that at earning."""
        return int(out[1])

    def base(self, out: Sequence[int]) -> int | None:
        """The amount that counted, None where the event had no bill."""
        return None if out[2] == MISSING else int(out[2])

    def components(self, out: Sequence[int]) -> list[tuple[int, int, int]]:
        """(slot, points before limits, points that count) of every slot that is not empty."""
        first, afters = _SLOTS_FROM, _SLOTS_FROM + self.out.slots
        of_slots = zip(count(), out[first:afters], out[afters:], strict=False)
        return [one for one in of_slots if one[1] or one[2]]

    def points(self, components: Iterable[tuple[int, int, int]]) -> dict[int, int]:
        """What components give the member, by currency number; currencies that got nothing are left out."""
        given: dict[int, int] = {}
        of_slots = self._currencies
        for slot, _, after in components:
            if (currency := of_slots[slot]) is not None:
                given[currency] = given.get(currency, 0) + after
        return {currency: points for currency, points in given.items() if points}

    @cached_property
    def _currencies(self) -> tuple[int | None, ...]:
        """The currency of each slot, None where what stands there is not the member's."""
        return tuple(slot.currency if slot.of_member else None for slot in self.slots)

    def says(
        self, out: list[int], tier: int, components: Iterable[tuple[int, int, int]], reasons: bytes
    ) -> bool:
        """Whether an out row says just this: sooner told than by listing what it says."""
        count = self.out.slots
        row = [0] * (2 * count)
        for slot, before, after in components:
            if slot >= count:
                return False
            row[slot], row[count + slot] = before, after
        row += reasons
        return out[0] == tier and out[_SLOTS_FROM : _SLOTS_FROM + len(row)] == row

    def reasons(self, out: Sequence[int]) -> bytes:
        """A byte a rule: see the module's constants and ARCHITECTURE."""
        first = self.out.reason(0)
        return bytes([*out[first : first + self.out.rules]])

    def seen_values(self, out: Sequence[int]) -> tuple[int, ...]:
        """What the operands `seen` were (0 where no rule of this event type looks)."""
        return tuple(int(value) for value in out[self.out.saw(0) : self.out.width])

    def looked_on(self, state: Sequence[int], day: int, days_since_joining: int = 0) -> list[int]:
        """What a look says of a member on a day: the tier, and what ways of using points ask of the past; the state
        stays as it is."""
        out = self.new_out()
        row = self.encoder.look(day, days_since_joining)
        self.step(list(state), row, self._no_lines, 0, 0, out)
        return out

    def tier_on(self, state: Sequence[int], day: int) -> int:
        """The code of the tier that a member has on a day; the state stays as it is."""
        return self.looked_on(state, day)[0]

    @cached_property
    def has_time_for_tiers(self) -> bool:
        """Whether time may change a member's tier."""
        tiers = self.programme.tiers
        return tiers is not None and (has_periods(tiers) or bool(floors_of(tiers)))

    @property
    def _no_lines(self) -> list[list[int]]:
        return [[] for _ in self.line_event_columns]

    def tier_until(self, state: Sequence[int]) -> int:
        """The last local day, grace included, on which the tier holds by itself; NEVER if it stays."""
        return int(state[self.layout.place(TIER_UNTIL)]) if TIER_UNTIL in self.layout else NEVER

    def tier_end(self, state: Sequence[int], day: int) -> int:
        """The last local day on which the tier that a member has on a day is sure to hold; NEVER if it stays.

        Where a tier is bought or given as well as reached, it is the later of the ends; what is reached at the
        end of a period may be higher.
        """
        tiers = self.programme.tiers
        assert tiers is not None
        row, out = list(state), self.new_out()
        self.step(row, self.encoder.look(day), self._no_lines, 0, 0, out)
        own = row[self.layout.place(TIER)] == out[0]
        ends = [self.tier_until(row)] if own else []
        floor = Counter("floor", tiers.ladder[self.tier_codes.index(out[0])].id)
        ends += [row[self.layout.place(floor)]] if floor in self.layout else []
        last = max(ends, default=day)
        return min(last, self.tier_until(row)) if tiers.up == "period_end" else last

    def measure(self, measure: Measure, state: Sequence[int], day: int) -> int:
        """What the ladder counts by a measure, over its window as it stands on a local day."""
        assert self.programme.tiers is not None
        return measured(self.programme.tiers, measure, self.layout, list(state), day)

    def judged(self, measure: Measure, state: Sequence[int]) -> int:
        """What the tier will be judged by at the end of its period, if nothing more happens until then."""
        tiers = self.programme.tiers
        assert tiers is not None
        day = day_of_judgement(tiers, self.tier_until(state))
        return measured(tiers, measure, self.layout, list(state), day)
