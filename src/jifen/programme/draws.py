"""Lucky draws: what a spin takes, what it may bring, and how likely each of that is."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from jifen.programme.saying.naming import Name


class Gift(msgspec.Struct, frozen=True):
    """So many points of a currency, in its smallest unit, or so many of a reward."""

    currency: str
    count: int


class Prize(msgspec.Struct, frozen=True):
    """What a spin may bring: `gift`, or nothing but thanks. It is drawn `weight` times of the weights of all, and given
    `most` times in a round (None: always)."""

    id: str
    name: Name
    weight: int
    gift: Gift | None = None
    most: int | None = None


class Draw(msgspec.Struct, frozen=True):
    """A spin takes one of the reward `ticket` and brings one of `prizes`, of which one alone gives nothing: it stands
    for those that have run out."""

    id: str
    name: Name
    ticket: str
    prizes: tuple[Prize, ...]


def odds(prizes: tuple[Prize, ...]) -> dict[str, Fraction]:
    """How likely each prize is to be drawn, exactly."""
    total = sum(prize.weight for prize in prizes)
    return {prize.id: Fraction(prize.weight, total) for prize in prizes}


def thanks(prizes: tuple[Prize, ...]) -> int:
    """The place of the prize that gives nothing."""
    return next(place for place, prize in enumerate(prizes) if prize.gift is None)
