"""Uses of points that bring back all that they cost, and more: redemptions and exchanges with what rules give for them.

Found by living every sequence of up to six uses of somebody who has enough of everything, together with deeds that
cost nothing and that rules join to such uses. Only what the ways allow is lived: their limits, and a `when` that the
same person can meet each time. To cancel a use needs no act of its own: what it set off goes with it, so
that it leaves what the life without it leaves, less a fee. Neither do gifts to others: they set nothing off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.engine.events import EventInput, Value
from jifen.instants import MISSING
from jifen.programme.condition import Condition
from jifen.programme.event_types import numbers
from jifen.programme.events import EXCHANGED, REDEEMED
from jifen.programme.model import Programme
from jifen.programme.prices import possible_prices
from jifen.programme.rules import Rule
from jifen.programme.ways_out import UNBOUNDED, WayOut
from jifen.whatif.allowing import asked_of_the_person, suits_somebody, within_limits
from jifen.whatif.loops import FIRST_DAY, MOST_ACTS, free, judged, moment_on, pasts_asked

_MOST_LIVES = 20_000
_MOST_DEEDS = 2
_AMOUNTS_OF_AN_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Use:
    """So many points of a currency that become a reward or points of another, and the bounds of the way; or, with no
    currency, a deed of a type that costs nothing. Points are in smallest units."""

    type: str
    currency: str = ""
    points: int = 0
    to: str = ""
    received: int = 0
    way: WayOut = UNBOUNDED

    @property
    def size(self) -> int:
        """What the bounds count of it: rewards, or points."""
        return self.received if self.type == REDEEMED else self.points

    @property
    def place(self) -> tuple[str, str, str]:
        """What has limits of its own: a reward, whatever is paid for it, or an exchange of one currency for another."""
        return self.type, "" if self.type == REDEEMED else self.currency, self.to


@dataclass(frozen=True, slots=True)
class Circle:
    """Uses behind which nothing is less than before, and what is more, by currency or reward issued by rules."""

    uses: tuple[Use, ...]
    more: dict[str, int]


def first_circle(programme: Programme) -> Circle | None:
    """The shortest circle, of these the one that leaves most; None if none was found."""
    about = {rule.on for rule in programme.rules} & {REDEEMED, EXCHANGED}
    joined = _joined(programme)
    if not about and not joined:
        return None
    engine = compile_timeline([Version(1, 0, programme)])
    choices = [*_uses(programme), *(Use(type) for type in joined)]
    for length in range(1, MOST_ACTS + 1):
        while len(choices) ** length > _MOST_LIVES:
            choices.pop()
        found = [
            Circle(life.uses, more)
            for life in _lives(engine, choices, length)
            if (more := _gained(life.held))
        ]
        if found:
            return max(found, key=lambda circle: sum(circle.more.values()))
    return None


@dataclass(frozen=True, slots=True)
class _Life:
    """Uses so far, the state behind them, that of deeds that cost nothing alone, what is more or less than
    before, and what whoever lives so must be."""

    uses: tuple[Use, ...]
    state: list[int]
    alone: list[int]
    held: Counter[str]
    asked: tuple[Condition, ...] = ()


def _lives(engine: Engine, choices: list[Use], length: int) -> Iterator[_Life]:
    lives = [_Life((), engine.new_state(), engine.new_state(), Counter())]
    while lives:
        life = lives.pop()
        if len(life.uses) == length:
            yield life
        else:
            lives += filter(None, (_after(engine, life, use) for use in choices))


def _after(engine: Engine, life: _Life, use: Use) -> _Life | None:
    """A life with one use more; None where its way does not allow it."""
    before = [one.size for one in life.uses if one.place == use.place]
    asked = life.asked
    if use.way.when:
        asked += asked_of_the_person(use.way.when, engine.plans[1], life.state, FIRST_DAY)
    if not within_limits(use.way, [*before, use.size]) or not suits_somebody(asked):
        return None
    state, alone, held = list(life.state), life.alone, life.held.copy()
    event = _event(engine, use, len(life.uses))
    held.update(_given(engine, state, event))
    if use.currency:
        held[use.currency] -= use.points + use.way.fee
        if use.type == EXCHANGED:
            held[use.to] += use.received
    else:
        alone = list(alone)
        held.subtract(
            _given(engine, alone, event)
        )  # what it brings by itself is promised to everybody
    return _Life((*life.uses, use), state, alone, held, asked)


def _given(engine: Engine, state: list[int], event: EventInput) -> dict[str, int]:
    """What a member gets for an event, but for points that only count for tiers; the state goes on behind it."""
    plan = engine.plans[1]
    points = plan.points(plan.components(judged(engine, state, event)))
    growth = {one.id for one in plan.programme.currencies if not (one.spendable or one.reward)}
    given = {engine.currencies[number]: more for number, more in points.items()}
    return {id: more for id, more in given.items() if id not in growth}


def _event(engine: Engine, use: Use, number: int) -> EventInput:
    plan = engine.plans[1]
    scales = plan.programme.scales
    fields: dict[str, Value] = {}
    if use.currency:
        fields = {"points": use.points // int(10 ** scales[use.currency])}
    if use.type == REDEEMED:
        fields |= {"of_currency": use.currency, "reward": use.to, "quantity": use.received}
    elif use.type == EXCHANGED:
        fields |= {"from_currency": use.currency, "to_currency": use.to}
        fields["received"] = use.received // int(10 ** scales[use.to])
    at = moment_on(FIRST_DAY, number, plan.encoder.zone)
    facts = {"days_since_joining": 0, "referred": False}
    return EventInput(use.type, at, FIRST_DAY, MISSING, fields, {}, facts, f"act-{number}")


def _gained(held: Counter[str]) -> dict[str, int]:
    """What is more than before; nothing if something is less."""
    if any(points < 0 for points in held.values()):
        return {}
    return {id: points for id, points in held.items() if points}


def _uses(programme: Programme) -> Iterator[Use]:
    """Every reward for the least of each of its prices, every exchange of the least that it takes. Of a set, of which
    rules hear part by part, each part for the price of the whole."""
    bounds = {one.id: one.reward.cost.bounds for one in programme.rewards if one.reward}
    for reward in programme.rewards:
        assert reward.reward is not None
        way, least = reward.reward.cost.bounds, dict.fromkeys(numbers(reward.reward.cost.fields), 1)
        if parts := reward.reward.cost.parts:
            (whole,) = reward.reward.cost.prices
            cost = sum(part.points for part in parts)
            for part in parts:
                yield Use(REDEEMED, whole.currency, cost, part.reward, 1, bounds[part.reward])
            continue
        quantity = next(way.smallest(), 1)
        for price in reward.reward.cost.prices:
            for many in (quantity, *(step.least for step in price.several)):
                cheapest = min(possible_prices(price.each_of(many), least))
                yield Use(REDEEMED, price.currency, cheapest * many, reward.id, many, way)
    for currency in programme.points:
        for exchange in currency.exchanges:
            smallest = (one for one in exchange.bounds.smallest() if exchange.received(one))
            for points in islice(smallest, _AMOUNTS_OF_AN_EXCHANGE):
                received = exchange.received(points)
                yield Use(EXCHANGED, currency.id, points, exchange.to, received, exchange.bounds)


def _joined(programme: Programme) -> list[str]:
    """A few types of deeds that cost nothing and have a rule that looks back on uses of points."""
    joined = {rule.on for rule in programme.rules if _looks_back_on_uses(rule)}
    return sorted(free(programme) & joined)[:_MOST_DEEDS]


def _looks_back_on_uses(rule: Rule) -> bool:
    return any(past.of in (REDEEMED, EXCHANGED) for past in pasts_asked(rule))
