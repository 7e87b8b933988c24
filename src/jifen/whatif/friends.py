"""Friends who bring both sides more in points than they pay: whoever is their own friend gains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.engine.events import EventInput
from jifen.engine.plan import MATCHED
from jifen.instants import MISSING
from jifen.programme.model import Programme
from jifen.whatif.loops import FIRST_DAY, MOST_ACTS, amounts, bought, judged, moment_on, worth_of
from jifen.whatif.valuing import Worths, worths_of

_PURCHASES_OF_A_FRIEND = MOST_ACTS - 1  # the first act is to bring them


class FriendLoop(NamedTuple):
    """A friend who buys so often for so much, and what the points of both sides are worth, in millionths of the
    smallest unit of money."""

    promise: str
    amount: int
    purchases: int
    paid_micros: int
    worth_micros: int


def worst_friend(programme: Programme) -> FriendLoop | None:
    """The friend who brings both sides most beyond what they pay, with the fewest purchases; None if there is none."""
    if not programme.referrals:
        return None
    worths = worths_of(programme)
    engine = compile_timeline([Version(1, 0, programme)])
    found = [
        loop
        for amount in amounts(programme)
        for loop in _friends(programme, engine, worths, amount)
        if loop.worth_micros > loop.paid_micros
    ]
    return max(
        found,
        key=lambda loop: (loop.worth_micros - loop.paid_micros, -loop.purchases),
        default=None,
    )


def _friends(
    programme: Programme, engine: Engine, worths: Worths, amount: int
) -> Iterator[FriendLoop]:
    """A friend after each of some purchases of one amount, all on the day of joining."""
    plan, friend, referrer = engine.plans[1], engine.new_state(), engine.new_state()
    worth, promise = 0, ""
    for number in range(_PURCHASES_OF_A_FRIEND):
        event = bought(amount, FIRST_DAY, number, plan.encoder.zone, friend=True)
        out = judged(engine, friend, event)
        worth += worth_of(engine, worths, out)
        for rule, reason in zip(plan.rules, plan.reasons(out), strict=True):
            if reason == MATCHED and rule.derives is not None:
                completed = _sent(engine, rule.derives.event, number, rule=rule.id)
                worth += worth_of(engine, worths, judged(engine, referrer, completed))
                promise = promise or rule.referral or rule.id
        if promise:
            count = number + 1
            yield FriendLoop(promise, amount, count, count * amount * 1_000_000, worth)


def _sent(engine: Engine, kind: str, number: int, **fields: str) -> EventInput:
    at = moment_on(FIRST_DAY, number, engine.plans[1].encoder.zone)
    facts = {"days_since_joining": 0, "referred": False}
    return EventInput(kind, at, FIRST_DAY, MISSING, fields, {}, facts, f"act-{number}")
