"""A whole history judged by a timeline: by machine code where it pays, else by the interpreter."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jifen.engine.bulk import BulkRunner, is_compiled
from jifen.engine.compile import Engine
from jifen.engine.events import EventInput
from jifen.engine.plan import Plan, Slot
from jifen.intake.judging.award_terms import AwardTerms
from jifen.programme.model import Programme
from jifen.whatif.columns import Columns
from jifen.whatif.granting import Lots, lots_of, together
from jifen.whatif.one_by_one import Apart, interpret
from jifen.whatif.openings import open_histories
from jifen.whatif.sides import PUBLISHED

if TYPE_CHECKING:
    from jifen.whatif.history import History, Integers
    from jifen.whatif.walking import Left

_WORTH_COMPILING = 600_000  # events; below, compiling takes longer than it saves
_LINES_LIKE_AN_EVENT = 10  # to the interpreter
_AT_A_TIME = 250_000  # events whose out rows are in memory


@dataclass(frozen=True, slots=True)
class Judged:
    """What a timeline gives for a history.

    `given` (components, events) int64: points that count, by component; `currencies` and `price_micros`
    (components,): the number of the currency of each, and what a point of it costs. `names` names the
    components: a rule's id, with its currency where it has several. `states` (members, width) stand behind
    the last event. `lots` are what the points become. `elsewhere`: what rules gave to relations, by rule and event.
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
    """A history judged twice. `counted` are the events of the period that is looked at."""

    history: History
    published: Judged
    draft: Judged
    document: Programme
    counted: Integers
    since: int
    until: int


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
    components = _components(engine)
    places = {component: place for place, component in enumerate(components)}
    given = np.zeros((len(components), len(history)), np.int64)
    tiers = np.zeros(len(history), np.int64)
    states = np.tile(np.array(engine.new_state(), np.int64), (max(1, len(history.names)), 1))
    openings = open_histories(history, engine, states)
    lots: list[Lots] = []
    elsewhere: dict[str, Integers] = {}
    stands = np.zeros(len(history), bool) if history.stands is None else history.stands
    for turn, revision in enumerate(turns.revisions):
        plan = engine.plans[revision]
        chosen = np.flatnonzero(of_events == turn)
        if len(chosen) == 0:
            continue
        apart = Apart(engine.tiers, _alone_among(history, chosen), _among(openings, chosen))
        for part, out in _run(plan, states, history.members, columns, chosen, apart):
            tiers[part] = out[:, 0]
            out[stands[part]] = 0  # it counted, and its award stands elsewhere
            lots += lots_of(history, plan, awarding[revision], part, out)
            for slot in plan.slots:
                after = out[:, plan.out.after(slot.index)]
                if slot.of_member:
                    place = places[slot.name, slot.currency, _price(plan, engine, slot.currency)]
                    given[place, part] += after
                else:
                    of_rule = elsewhere.setdefault(slot.rule_id, np.zeros(len(history), np.int64))
                    of_rule[part] += after
    names, currencies, prices = zip(*components, strict=True) if components else ((), (), ())
    return Judged(
        engine, names, currencies, prices, given, tiers, states, together(lots), elsewhere
    )


class Turns(NamedTuple):
    """In which turn each event is judged, and by which revision those of each turn are."""

    of_events: Integers
    revisions: list[int]


def turns_of(history: History, engine: Engine) -> Turns:
    """By what was in force; for who was merged before a correction, without that one."""
    turns = Turns(_places_in(engine, history.occurred_at), [one for _, one in engine.timeline])
    for unseen in set(history.unseen.values()):
        members = [place for place, of_member in history.unseen.items() if of_member == unseen]
        own, known = np.isin(history.members, members), engine.without(unseen)
        places = len(turns.revisions) + _places_in(known, history.occurred_at[own])
        turns.of_events[own] = places
        turns.revisions.extend(revision for _, revision in known.timeline)
    return turns


def _places_in(engine: Engine, occurred_at: Integers) -> Integers:
    """By which place of the timeline something is judged."""
    starts = np.array([since for since, _ in engine.timeline], np.int64)
    places: Integers = np.searchsorted(starts, occurred_at, side="right").clip(1) - 1
    return places


def _components(engine: Engine) -> list[tuple[str, int, int]]:
    """Name, currency and price of everything that any version gives."""
    return list(
        dict.fromkeys(
            (slot.name, slot.currency, _price(plan, engine, slot.currency))
            for plan in engine.plans.values()
            for slot in filter(_of_member, plan.slots)
        )
    )


def _of_member(slot: Slot) -> bool:
    """Whether it counts for whoever did it: what goes to a relation counts where it arrives."""
    return slot.of_member


def _price(plan: Plan, engine: Engine, currency: int) -> int:
    """Millionths of money a point, in the smallest unit of the currency."""
    name = engine.currencies[currency]
    return next(c.unit_price_micros for c in plan.programme.currencies if c.id == name)


def _run(
    plan: Plan,
    states: Integers,
    of_members: Integers,
    columns: Columns,
    chosen: Integers,
    apart: Apart,
) -> Iterator[tuple[Integers, Integers]]:
    """Judge the chosen events, some at a time: which, and their out rows."""
    members, at_a_time = of_members[chosen], _AT_A_TIME
    rows, lines = columns.rows(plan, chosen), columns.lines(plan)
    first, until = columns.first[chosen], columns.first[chosen + 1]
    if len(lines) and len(chosen) < len(columns.first) - 1:
        lines = lines[:, _places(first, until)]
    counts = until - first if len(lines) else np.zeros(len(chosen), np.int64)
    line_first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    run = partial(interpret, plan, apart)
    if apart:
        at_a_time = len(chosen)
    elif _by_machine(plan, len(chosen) + lines.shape[-1] // _LINES_LIKE_AN_EVENT):
        lines = np.ascontiguousarray(lines)
        run = partial(BulkRunner(plan).run, keep=True)
    for start in range(0, len(chosen), at_a_time):
        end = min(len(chosen), start + at_a_time)
        out = np.empty((end - start, plan.out_width), np.int64)
        firsts = line_first[start : end + 1]
        run(states, members[start:end], rows[start:end], lines, firsts, out)
        yield chosen[start:end], out


def _alone_among(history: History, chosen: Integers) -> frozenset[int]:
    """The rows of chosen events that came back."""
    if history.alone is None:
        return frozenset()
    return frozenset(np.flatnonzero(history.alone[chosen]).tolist())


def _among(openings: Mapping[int, EventInput], chosen: Integers) -> dict[int, EventInput]:
    """The openings among chosen events, by their rows."""
    rows = {place: int(np.searchsorted(chosen, place)) for place in openings}
    return {
        row: openings[place]
        for place, row in rows.items()
        if row < len(chosen) and chosen[row] == place
    }


def _places(first: Integers, until: Integers) -> Integers:
    """Every place of some ranges, one range behind the other."""
    counts = until - first
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    places: Integers = np.arange(int(counts.sum())) + np.repeat(first - starts, counts)
    return places


def _by_machine(plan: Plan, events: int) -> bool:
    if importlib.util.find_spec("numba") is None:
        return False
    return events >= _WORTH_COMPILING or is_compiled(plan)
