"""A whole history judged by a timeline: what it gives, event by event, and where it leaves the members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from jifen.engine.compile import Engine
from jifen.engine.plan import Slot
from jifen.intake.judging.award_terms import AwardTerms
from jifen.programme.model import Programme
from jifen.whatif.columns import Columns
from jifen.whatif.granting import TIER_BEFORE, Lots, lots_of, together
from jifen.whatif.hearing import NOTHING_HEARD, Heard
from jifen.whatif.sides import PUBLISHED
from jifen.whatif.sparing import before_losses
from jifen.whatif.turns import Running, turns_of

if TYPE_CHECKING:
    from jifen.whatif.history import History, Integers
    from jifen.whatif.walking import Left


@dataclass(frozen=True, slots=True)
class Judged:
    """What a timeline gives for a history.

    `given` (components, events) int64: points that count, by component; `currencies` and `price_micros`
    (components,): the number of the currency of each, and what a point of it costs. `names` names the
    components: a rule's id, with its currency where it has several. `states` (members, width) stand behind
    the last event. `lots` are what the points become. `elsewhere`: what rules gave to relations, by rule and event.
    `before_losses`: the states behind events after which time took a tier that spares points, by the places of these.
    `closings`: with which event a rule's budget was used up; `left`: where budgets are allotted anew, what a rule's
    still had, by rule and id of event, where that was too little.
    """

    engine: Engine
    names: tuple[str, ...]
    currencies: tuple[int, ...]
    price_micros: tuple[int, ...]
    given: Integers
    tiers: Integers
    states: Integers
    lots: Lots
    elsewhere: Mapping[str, Integers] = field(default_factory=dict)
    before_losses: Mapping[int, list[int]] = field(default_factory=dict)
    closings: Mapping[str, int] = field(default_factory=dict)
    left: Left | None = None

    def points(self, currency: int) -> Integers:
        """Points of one currency, event by event."""
        of_currency = [place for place, number in enumerate(self.currencies) if number == currency]
        total: Integers = self.given[of_currency].sum(axis=0)
        return total

    def of_rule(self, rule: str) -> Integers:
        """Points that one rule gave, event by event, in whatever currency, also those for relations."""
        of_rule = [place for place, name in enumerate(self.names) if name.partition(" ")[0] == rule]
        total: Integers = self.given[of_rule].sum(axis=0)
        return total + self.elsewhere[rule] if rule in self.elsewhere else total

    def cost_micros(self) -> Integers:
        """What each event's points cost, in millionths of the unit of money."""
        prices = np.array(self.price_micros, np.int64)
        cost: Integers = prices @ self.given
        return cost

    def tiers_on(self, instant: int, day: int) -> Integers:
        """The code of each member's tier on a day that is not before the last event."""
        plan = self.engine.plan_at(instant)
        return np.array([plan.tier_on(row, day) for row in self.states.tolist()], np.int64)


@dataclass(frozen=True, slots=True)
class Replay:
    """A history judged twice. `counted` are the events of the period that is looked at; `heard`: how the bank heard of
    some of them. `settled`: whether all that a draft brings about by turns came to an end."""

    history: History
    published: Judged
    draft: Judged
    document: Programme
    counted: Integers
    since: int
    until: int
    heard: Heard = NOTHING_HEARD
    settled: bool = True


def judge(
    history: History,
    columns: Columns,
    engine: Engine,
    awarding: Mapping[int, AwardTerms],
    side: int = PUBLISHED,
) -> Judged:
    """Every event that a side has, by the version in force when it occurred; per member in history order.
    `awarding` by revision."""
    turns = turns_of(history, engine)
    of_events = np.where(history.standing_on(side), turns.of_events, -1)
    components = _components(engine, awarding)
    places = {component: place for place, component in enumerate(components)}
    given = np.zeros((len(components), len(history)), np.int64)
    tiers, met = np.zeros((2, len(history)), np.int64)
    run = Running(history, columns, engine, turns.revisions)
    lots: list[Lots] = []
    elsewhere: dict[str, Integers] = {}
    stands = np.zeros(len(history), bool) if history.stands is None else history.stands
    for plan, part, out in run.through(of_events):
        tiers[part], met[part] = out[:, 0], out[:, TIER_BEFORE]
        out[stands[part]] = 0  # it counted, and its award stands elsewhere
        lots += lots_of(history, plan, awarding[plan.revision], part, out)
        for slot in plan.slots:
            after = out[:, plan.out.after(slot.index)]
            if slot.of_member:
                price = awarding[plan.revision].unit_price_of(slot.index)
                place = places[slot.name, slot.currency, price]
                given[place, part] += after
            else:
                of_rule = elsewhere.setdefault(slot.rule_id, np.zeros(len(history), np.int64))
                of_rule[part] += after
    names, currencies, prices = zip(*components, strict=True) if components else ((), (), ())
    return Judged(
        engine, names, currencies, prices, given, tiers, run.states, together(lots), elsewhere,
        before_losses(run, of_events, tiers, met),
    )  # fmt: skip


def _components(engine: Engine, awarding: Mapping[int, AwardTerms]) -> list[tuple[str, int, int]]:
    """Name, currency and price of everything that any version gives."""
    return list(
        dict.fromkeys(
            (slot.name, slot.currency, awarding[revision].unit_price_of(slot.index))
            for revision, plan in engine.plans.items()
            for slot in filter(_of_member, plan.slots)
        )
    )


def _of_member(slot: Slot) -> bool:
    """Whether it counts for whoever did it: what goes to a relation counts where it arrives."""
    return slot.of_member
