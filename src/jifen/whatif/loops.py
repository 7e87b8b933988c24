"""Short lives that leave more in points than was paid: found by living them, with the engine itself.

Every sequence of up to six acts is judged event by event, on one day or the next: a few purchases (just what a rule
asks for, and the least there is), and deeds that cost nothing, such as check-ins, where rules join them to something
else. What such deeds bring by themselves is promised to everybody and no gain; what they bring with the purchases is.
A return needs no act of its own: it leaves exactly what the same life without the returned purchase leaves, which is
among those tried; where the programme says otherwise, that is a finding by itself. Neither do points that are used,
given back or exchanged: they are counted at the most that they can be worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.engine.events import EventInput
from jifen.instants import MISSING, start_of_day
from jifen.programme.condition import (
    Compare,
    Condition,
    EventField,
    Number,
    Past,
    leaves,
    operands,
)
from jifen.programme.events import NEVER_SENT
from jifen.programme.model import Programme
from jifen.programme.rules import Give, Rule
from jifen.programme.ways import Rate, Steps
from jifen.whatif.valuing import Worths, worths_of

MOST_ACTS = 6
MOST_AMOUNTS = 4
MOST_COSTLESS = 2
MOST_LIVES = 60_000
FIRST_DAY = 20_458  # 2026-01-05, a Monday


@dataclass(frozen=True, slots=True)
class Act:
    """A purchase of so much, in smallest units of money, so many days after the act before; or a deed of another type,
    which costs nothing."""

    amount: int
    days: int
    type: str = "purchase"


@dataclass(frozen=True, slots=True)
class Loop:
    """A life that pays: what was paid and what its points are worth, in millionths of the smallest unit of money,
    without what its deeds that cost nothing bring by themselves."""

    acts: tuple[Act, ...]
    paid_micros: int
    worth_micros: int


def worst_loop(programme: Programme) -> Loop | None:
    """The shortest life whose points are worth more than what was paid, of these the most worthwhile; None if
    none was found. Programmes whose points are worth nothing have no loops that could be counted."""
    worths = worths_of(programme)
    if not any(worths.values()):
        return None
    engine = compile_timeline([Version(1, 0, programme)])
    for length in range(1, MOST_ACTS + 1):
        found = max(_lives(engine, programme, worths, length), key=_best, default=None)
        if found is not None and _gain(found) > 0:
            return found
    return None


def _best(loop: Loop) -> tuple[int, int]:
    """Most gain first, then in the fewest days."""
    return _gain(loop), -sum(act.days for act in loop.acts)


def _gain(loop: Loop) -> int:
    return loop.worth_micros - loop.paid_micros


@dataclass(frozen=True, slots=True)
class _Lived:
    """A life so far: its state, that of its deeds that cost nothing alone, and the day."""

    state: list[int]
    alone: list[int]
    day: int
    loop: Loop


def _lives(engine: Engine, programme: Programme, worths: Worths, length: int) -> Iterator[Loop]:
    """Every life of a length, as far as there is time for them."""
    choices = [Act(0, days, type) for type in costless(programme) for days in (0, 1)]
    choices += [Act(amount, days) for amount in amounts(programme) for days in (0, 1)]
    if length == 1:  # what rates give together does not hang on what was before
        choices += [Act(amount, 0) for amount in first_steps(programme)]
    while len(choices) ** length > MOST_LIVES:
        choices.pop()
    lives = [_Lived(engine.new_state(), engine.new_state(), FIRST_DAY, Loop((), 0, 0))]
    while lives:
        life = lives.pop()
        if len(life.loop.acts) == length:
            yield life.loop
        else:
            lives += (_after(engine, worths, life, act) for act in choices)


def _after(engine: Engine, worths: Worths, life: _Lived, act: Act) -> _Lived:
    """A life with one act more."""
    state, alone, day = list(life.state), life.alone, life.day + act.days
    event = _event(act, day, len(life.loop.acts), engine.plans[1].encoder.zone)
    worth = worth_of(engine, worths, judged(engine, state, event))
    if act.type != "purchase":
        alone = list(alone)
        worth -= worth_of(engine, worths, judged(engine, alone, event))
    acts, paid = (*life.loop.acts, act), life.loop.paid_micros + act.amount * 1_000_000
    return _Lived(state, alone, day, Loop(acts, paid, life.loop.worth_micros + worth))


def _event(act: Act, day: int, number: int, zone: ZoneInfo) -> EventInput:
    if act.type == "purchase":
        return bought(act.amount, day, number, zone)
    facts = {"days_since_joining": day - FIRST_DAY, "referred": False}
    at = moment_on(day, number, zone)
    return EventInput(act.type, at, day, MISSING, {}, {}, facts, f"act-{number}")


def costless(programme: Programme) -> list[str]:
    """A few types of events that cost nothing and that rules may join to purchases: those that have a rule which looks
    back on something else, and those on which another looks back."""
    asked: set[str] = set()
    for rule in programme.rules:
        pasts = pasts_asked(rule)
        if rule.reached is not None:
            pasts.append(rule.reached.of)
        others = {past.of for past in pasts} - {rule.on}
        asked |= (others | {rule.on}) if others else set()
    return sorted(free(programme) & asked)[:MOST_COSTLESS]


def free(programme: Programme) -> set[str]:
    """The types of events that members send and that cost nothing."""
    return {
        known.id
        for known in programme.events
        if not known.costs_money and known.id not in NEVER_SENT
    }


def pasts_asked(rule: Rule) -> list[Past]:
    """On what the conditions of a rule look back."""
    return [one for part in rule.when for one in operands(part) if isinstance(one, Past)]


def judged(engine: Engine, state: list[int], event: EventInput) -> list[int]:
    """The out row of an event; the state goes on behind it."""
    plan = engine.plans[1]
    row, lines = plan.encode(event)
    out = plan.new_out()
    plan.step(state, row, lines, 0, len(lines[0]) if lines else 0, out)
    return out


def worth_of(engine: Engine, worths: Worths, out: list[int]) -> int:
    """What an event's points are worth, in whole millionths of the smallest unit of money."""
    plan = engine.plans[1]
    return sum(
        int(points * worths[engine.currencies[plan.slots[slot].currency]])
        for slot, _, points in plan.components(out)
    )


def bought(
    amount: int, day: int, number: int, zone: ZoneInfo, *, friend: bool = False
) -> EventInput:
    """The `number`th purchase of somebody who joined on the first day."""
    fields = {"amount": amount}
    facts = {"days_since_joining": day - FIRST_DAY, "referred": friend}
    at = moment_on(day, number, zone)
    return EventInput("purchase", at, day, amount, fields, {}, facts, f"act-{number}")


def moment_on(day: int, number: int, zone: ZoneInfo) -> int:
    """When the `number`th act of a day happens: after noon."""
    return start_of_day(day, zone) + (12 * 3600 + number) * 1_000_000


def amounts(programme: Programme) -> list[int]:
    """The least money there is, and the amounts for which rules of purchases ask, the smallest first."""
    asked = {1}
    for rule in programme.rules:
        if rule.on != "purchase":
            continue
        if isinstance(rule.action, Give) and isinstance(rule.action.how, Steps):
            asked |= set(rule.action.how.thresholds)
        for condition in rule.when:
            asked |= _numbers(condition)
    return sorted(amount for amount in asked if 0 < amount <= 10**9)[:MOST_AMOUNTS]


def first_steps(programme: Programme) -> list[int]:
    """The amounts from which on rates of purchases give something."""
    hows = [
        rule.action.how
        for rule in programme.rules
        if rule.on == "purchase" and isinstance(rule.action, Give)
    ]
    rates = [how for how in hows if isinstance(how, Rate) and not how.of_lines]
    return sorted({how.over + how.per for how in rates if how.field in ("amount", "gross")})


def _numbers(condition: Condition) -> set[int]:
    """The amounts with which a condition compares the bill."""
    if isinstance(condition, Compare):
        sides = [leaf for side in operands(condition) for leaf in leaves(side)]
        of_bill = any(
            isinstance(leaf, EventField) and leaf.name in ("amount", "gross") for leaf in sides
        )
        if of_bill:
            return {leaf.value for leaf in sides if isinstance(leaf, Number)}
    return set()
