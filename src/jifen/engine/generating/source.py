"""What all parts of one generated source share: places, columns, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jifen.engine.errors import EngineError
from jifen.engine.events import Columns
from jifen.engine.generating.calendars import PERIODS, period_formula
from jifen.engine.generating.helpers import HELPERS
from jifen.engine.generating.names import Names, clean
from jifen.engine.layout import JOINED, Layout
from jifen.engine.plan import OutLayout, Slot
from jifen.programme.condition import Past, TierRank
from jifen.programme.event_types import EventType
from jifen.programme.model import Programme, Tier
from jifen.programme.rules import Give, Multiply, PassOn, Rule
from jifen.wording import Said

FIXED_NAMES = (
    *("state", "event", "lines", "first", "last", "out", "kind", "day", "month", "week", "quarter"),
    *("year", "amount", "gross", "line", "rank", "reached", "measure", "moment", "kept", "left"),
    *("ended", "more", "winner", "most", "excluded", "step", "MISSING", "NEVER", "RANKS", "CODES"),
    *("cost", "cost_so_far", "counted", "counted_so_far"),
    *("part", "so_far", "parts_so_far"),
    *("paid", "rest", "share", "whole", "earlier_day", "membership_year", "instant"),
    *("clock_hour", "room"),
    *(helper.__name__ for helper in HELPERS),
)
"""What no name of a document may hide."""


@dataclass
class Source:
    """One version on its way to being text."""

    programme: Programme
    layout: Layout
    slots: tuple[Slot, ...]
    seen: tuple[Past | TierRank, ...]
    out: OutLayout
    currencies: dict[str, int]
    several: bool  # versions in the timeline
    events: tuple[EventType, ...]  # of all versions, this one's first: history counts them all
    ranks: Mapping[str, int]  # of the tiers of all versions, on this one's ladder
    columns: Columns = field(default_factory=Columns)
    line_columns: Columns = field(default_factory=Columns)
    periods: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rule_numbers = {rule.id: number for number, rule in enumerate(self.programme.rules)}
        self._slot_places = {(slot.rule_id, slot.currency): slot.index for slot in self.slots}
        names = Names(FIXED_NAMES)
        self.earned = {
            currency: names.take(f"{self.currency_name(currency)}_earned")
            for currency in self.currencies
        }
        self.columns.place("type", "type")
        self.columns.place("day", "day")

    def slot(self, rule_id: str, currency: str) -> int:
        """The slot of a rule or multiplier in one currency."""
        return self._slot_places[rule_id, self.currencies[currency]]

    def reason(self, rule: Rule) -> str:
        """Where the rule's reason is written."""
        return f"out[{self.out.reason(self.rule_numbers[rule.id])}]"

    def use_period(self, period: str) -> None:
        """Let the source compute a period's number before anything else."""
        self.periods.add(period)
        if "month" in (self._formula(period) or ""):
            self.periods.add("month")
        if JOINED in self.layout:
            self.columns.place("fact", "days_since_joining")

    def period_lines(self) -> list[str]:
        """The statements for the periods used, and for the day of joining if it is kept."""
        lines = []
        if "month" in self.periods:
            lines.append(f"month = event[{self.columns.place('month', 'month')}]")
        if JOINED in self.layout:
            joined = f"state[{self.layout.place(JOINED)}]"
            member_for = f"event[{self.columns.place('fact', 'days_since_joining')}]"
            lines += [f"if {joined} == MISSING:", f"    {joined} = day"]
            lines += [f"    if {member_for} != MISSING:", f"        {joined} = day - {member_for}"]
            lines.append(f"joined = {joined}")
        formulas = ((name, self._formula(name)) for name in (*PERIODS, *sorted(self.periods)))
        found = {name: formula for name, formula in formulas if formula and name in self.periods}
        lines += [f"{name} = {formula}" for name, formula in found.items()]
        if "membership_year" in self.periods:
            since = self.columns.place("fact", "days_since_joining")
            lines.append(f"membership_year = membership_year_of(day, event[{since}])")
        if "clock_hour" in self.periods:
            hour = self.columns.place("calendar", "hour")
            lines.append(f"clock_hour = 24 * day + event[{hour}]")
        if "instant" in self.periods:
            lines.append(f"instant = event[{self.columns.place('instant', 'instant')}]")
        return lines

    def _formula(self, period: str) -> str | None:
        return period_formula(period, self.programme.week_starts)

    def rule_name(self, rule_id: str) -> str:
        """A rule's id as part of a local name."""
        return clean(rule_id, f"rule_{self.rule_numbers[rule_id] + 1}")

    def currency_name(self, currency: str) -> str:
        """A currency's id as part of a local name."""
        return clean(currency, f"currency_{self.currencies[currency]}")


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A multiplying rule, or the multiplier of a tier."""

    id: str  # of its slots: the rule's id, or tier:<id>
    multiply: Multiply
    rounding: str
    rule: Rule | None
    rank: int = -1  # of a tier


def multipliers_of(programme: Programme) -> list[Multiplier]:
    """All multipliers: rules in document order, then tiers."""
    found = [
        Multiplier(rule.id, rule.action, rule.rounding, rule)
        for rule in programme.rules
        if isinstance(rule.action, Multiply)
    ]
    ladder: tuple[Tier, ...] = programme.tiers.ladder if programme.tiers else ()
    found += [
        Multiplier(f"tier:{tier.id}", tier.multiplies, "down", None, rank)
        for rank, tier in enumerate(ladder)
        if tier.multiplies is not None
    ]
    return found


def touched_currencies(multiply: Multiply, programme: Programme) -> list[str]:
    """The currencies of the rules that a multiplier names, in document order."""
    gives = {rule.id: rule.action for rule in programme.rules if isinstance(rule.action, Give)}
    for id in multiply.rules:
        if id not in gives:
            raise EngineError(
                Said(
                    f"A multiplier names '{id}', which is no giving rule.",
                    f"倍数指向“{id}”，它不是给分的规则。",
                )
            )
    named = (gives[rule.id].currency for rule in programme.rules if rule.id in multiply.rules)
    return list(dict.fromkeys(named))


def slots_of(programme: Programme, currencies: dict[str, int]) -> tuple[Slot, ...]:
    """The components of a version: rules in document order, then the tiers' multipliers."""
    slots: list[Slot] = []
    multipliers = {multiplier.id: multiplier for multiplier in multipliers_of(programme)}

    def add_multiplier(multiplier: Multiplier) -> None:
        touched = touched_currencies(multiplier.multiply, programme)
        for currency in touched:
            name = multiplier.id if len(touched) == 1 else f"{multiplier.id} {currency}"
            kind = "multiplier" if multiplier.rule else "tier"
            rules = multiplier.multiply.rules
            slots.append(
                Slot(len(slots), multiplier.id, name, currencies[currency], kind, rules)  # type: ignore[arg-type]
            )

    for rule in programme.rules:
        if isinstance(rule.action, Give):
            number = currencies[rule.action.currency]
            slots.append(Slot(len(slots), rule.id, rule.id, number, "rule", to=rule.to))
        elif isinstance(rule.action, PassOn):
            number = currencies[rule.action.currency]
            slots.append(Slot(len(slots), rule.id, rule.id, number, "passed on", to=rule.to))
        elif isinstance(rule.action, Multiply):
            add_multiplier(multipliers.pop(rule.id))
    for multiplier in multipliers.values():
        add_multiplier(multiplier)
    return tuple(slots)


def indented(lines: list[str]) -> list[str]:
    """One step to the right."""
    return [f"    {line}" if line else line for line in lines]
