"""Short lives that leave more in points than was paid: found by living them, with the engine itself.

Every sequence of up to six acts over a few purchases (just what a rule asks for, and the least there is), on one day
or the next, is judged event by event. A return needs no act of its own: it leaves exactly what the same
life without the returned purchase leaves, which is among those tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.engine.events import EventInput
from jifen.instants import start_of_day
from jifen.programme.condition import Compare, Condition, EventField, Number, leaves, operands
from jifen.programme.model import Give, Programme
from jifen.programme.ways import Steps
from jifen.whatif.valuing import Worths, worths_of

MOST_ACTS = 6
MOST_AMOUNTS = 4
MOST_LIVES = 60_000
FIRST_DAY = 20_458  # 2026-01-05, a Monday


@dataclass(frozen=True, slots=True)
class Act:
    """A purchase of so much, in smallest units of money, so many days after the one before."""

    amount: int
    days: int


@dataclass(frozen=True, slots=True)
class Loop:
    """A life that pays: what was paid and what its points are worth, in millionths of the smallest unit of money."""

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


def _lives(engine: Engine, programme: Programme, worths: Worths, length: int) -> Iterator[Loop]:
    """Every life of a length, as far as there is time for them."""
    choices = [Act(amount, days) for amount in amounts(programme) for days in (0, 1)]
    while len(choices) ** length > MOST_LIVES:
        choices.pop()
    lives = [(engine.new_state(), FIRST_DAY, Loop((), 0, 0))]
    while lives:
        state, day, life = lives.pop()
        if len(life.acts) == length:
            yield life
            continue
        for act in choices:
            after, on = list(state), day + act.days
            event = bought(act.amount, on, len(life.acts), engine.plans[1].encoder.zone)
            worth = worth_of(engine, worths, judged(engine, after, event))
            paid = life.paid_micros + act.amount * 1_000_000
            lives.append((after, on, Loop((*life.acts, act), paid, life.worth_micros + worth)))


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
