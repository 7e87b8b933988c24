"""Lucky draws: what a spin takes, what it may bring, and how likely each of that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from jifen.programme.saying.naming import Name

RoundLength = Literal["day", "week", "month"]


class Gift(msgspec.Struct, frozen=True):
    """So many points of a currency, in its smallest unit, or so many of a reward."""

    currency: str
    count: int


class Prize(msgspec.Struct, frozen=True):
    """What a spin may bring: `gift`, or nothing but thanks. It is drawn `weight` times of the weights of all, and given
    `most` times in a round (None: always), and costs so much of the budget, where there is one. Of one that is
    `counted` the units lie aside from the stock of its reward while a round is open."""

    id: str
    name: Name
    weight: int
    gift: Gift | None = None
    most: int | None = None
    cost: int = 0
    counted: bool = False


class RoundBudget(msgspec.Struct, frozen=True):
    """What the prizes of a round may cost together, in smallest units `of` a currency or of money, by its code."""

    amount: int
    of: str


class FreeSpins(msgspec.Struct, frozen=True):
    """So many spins that take no ticket in each day, week or month of the programme's zone."""

    count: int
    per: RoundLength


class Draw(msgspec.Struct, frozen=True):
    """A spin takes one of the reward `ticket`, once the member's `free` ones are used, and brings one of `prizes`, of
    which one alone gives nothing: it stands for those that have run out."""

    id: str
    name: Name
    ticket: str
    prizes: tuple[Prize, ...]
    budget: RoundBudget | None = None
    round: RoundLength | None = None  # None: an office opens and closes it
    most_spins: int | None = None  # of a member in a round
    free: FreeSpins | None = None


def draw_called(draws: Iterable[Draw], id: str) -> Draw | None:
    """The draw of an id, if there is one."""
    return next((one for one in draws if one.id == id), None)


def odds(prizes: tuple[Prize, ...]) -> dict[str, Fraction]:
    """How likely each prize is to be drawn, exactly."""
    total = sum(prize.weight for prize in prizes)
    return {prize.id: Fraction(prize.weight, total) for prize in prizes}


def thanks(prizes: tuple[Prize, ...]) -> int:
    """The place of the prize that gives nothing."""
    return next(place for place, prize in enumerate(prizes) if prize.gift is None)


def cost_of(prizes: Sequence[Prize], given: Sequence[int]) -> int:
    """What so many of each prize cost."""
    return sum(prize.cost * count for prize, count in zip(prizes, given, strict=True))


def covers_a_spin(
    budget: RoundBudget | None, prizes: Sequence[Prize], given: Sequence[int]
) -> bool:
    """Whether a budget has enough left, after so many of each, for whatever prize a spin may still bring: no spin
    brings less than the odds say because money is short."""
    if budget is None:
        return True
    dearest = max(
        prize.cost
        for prize, count in zip(prizes, given, strict=True)
        if prize.most is None or count < prize.most
    )
    return cost_of(prizes, given) + dearest <= budget.amount
