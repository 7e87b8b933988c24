"""Points that stay with who buys, brings everything back and has paid nothing: found by living short lives.

Where returns undo what was bought there are none, as a return leaves what the life without the purchase leaves. Under
the other policies every life of up to six acts is judged as the bank judges it: a few purchases on one day or the next,
each brought back whole or in two halves; where books are closed in between, behind the end of their period.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, product
from typing import NamedTuple

from jifen.engine.events import Known
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Payload, Returned
from jifen.intake.undoing.return_policies import judged, period_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.model import Programme
from jifen.programme.return_policy import NOT_ACCEPTED, ReturnPolicy
from jifen.whatif.loops import FIRST_DAY, MOST_ACTS, amounts, first_steps, moment_on


class Leftover(NamedTuple):
    """Purchases of so much money, in smallest units; in how many returns all of it came back; and what stays, in
    smallest units, by currency."""

    amounts: tuple[int, ...]
    returns: int
    points: dict[str, int]


def most_left(opened: OpenProgramme) -> Leftover | None:
    """The life of the fewest acts that leaves points, of these the one that leaves most; None if none was found."""
    programme = opened.programme
    back_on = _day_of_returns(programme.returns)
    if back_on is None:
        return None
    for acts in range(2, MOST_ACTS + 1):
        lives = (_lived(opened, *life, back_on) for life in _lives(programme, acts))
        left = [life for life in lives if life.points]
        if left:
            return max(left, key=lambda life: sum(life.points.values()))
    return None


def _day_of_returns(returns: ReturnPolicy) -> int | None:
    """When everything comes back: at once, or when the books of the first days are closed; None if that is too late."""
    day = FIRST_DAY + 1
    if returns.policy == "carry":
        first = period_of(returns.books, FIRST_DAY)
        day = next(later for later in count(day) if period_of(returns.books, later) != first)
    within = returns.within_days
    accepted = within is None or (within != NOT_ACCEPTED and day - FIRST_DAY <= within)
    return day if accepted else None


_Bought = tuple[tuple[int, int], ...]
"""Amounts and days of purchases."""


def _lives(programme: Programme, acts: int) -> Iterator[tuple[_Bought, tuple[int, ...]]]:
    """Purchases, and in how many parts each comes back, that are so many acts together."""
    round_sum = 100 * int(10**programme.money_scale)  # half of which rates still give something for
    tried = {*amounts(programme), *first_steps(programme), round_sum}
    choices = [*product(sorted(tried), (FIRST_DAY, FIRST_DAY + 1))]
    for purchases in range(1, acts):
        for parts in product((1, 2), repeat=purchases):
            if purchases + sum(parts) == acts:
                yield from ((bought, parts) for bought in product(choices, repeat=purchases))


def _lived(opened: OpenProgramme, bought: _Bought, parts: Sequence[int], back_on: int) -> Leftover:
    """What a life leaves of points that can be used."""
    state, left = opened.engine.new_state(), Counter[int]()
    for number, (amount, day) in sorted(enumerate(bought), key=lambda one: one[1][1]):
        event = _purchase(opened, number, amount, day)
        half = Returned(amount=amount // 2, day=back_on)
        rest = Returned(full=True, day=back_on)
        found = judged(opened, state, event, [half, rest] if parts[number] > 1 else [rest])
        if found is not None:
            left.update(found.points())
    usable = {one.id for one in opened.programme.currencies if one.spendable}
    names = {opened.engine.currencies[number]: points for number, points in left.items()}
    kept = {id: points for id, points in names.items() if points > 0 and id in usable}
    return Leftover(tuple(amount for amount, _ in bought), sum(parts), kept)


def _purchase(opened: OpenProgramme, number: int, amount: int, day: int) -> PastEvent:
    facts: dict[str, Known] = {"days_since_joining": day - FIRST_DAY, "referred": False}
    payload = Payload(fields={"amount": amount}, facts=facts)
    at = moment_on(day, number, opened.zone)
    return PastEvent(number, at, 0, f"act-{number}", "purchase", day, payload)
