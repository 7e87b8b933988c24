"""A draw that anybody can recompute: a secret seed whose digest was known before decides each spin.

docs/concepts/draws.md has the same in ten lines for strangers.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from jifen.programme.draws import Prize, thanks

SEED_BYTES: Final = 32
_DIGEST_BITS: Final = 256


def commitment_of(seed: bytes) -> bytes:
    """What is published of a seed before it is used: SHA-256 of its bytes."""
    return hashlib.sha256(seed).digest()


def drawn(
    seed: bytes, draw: str, round_no: int, member: str, spin_no: int, weights: Sequence[int]
) -> int:
    """The place of the weight on which a member's spin of a round falls.

    The digest, as a number below 2²⁵⁶, is stretched over the weights. No weight is favoured by more than one part in
    2²⁵⁶ of it, as no member draws twice from one number.
    """
    said = "\0".join((draw, str(round_no), member, str(spin_no)))
    number = int.from_bytes(hmac.digest(seed, said.encode(), "sha256"), "big")
    point = number * sum(weights) >> _DIGEST_BITS
    return next(place for place, end in enumerate(accumulate(weights)) if point < end)


class Outcome(NamedTuple):
    """Which spin of a member's it is, on which prize it falls, and which is given: their places."""

    spin_no: int
    drawn: int
    given: int


def given_for(prizes: tuple[Prize, ...], given: Sequence[int], place: int) -> int:
    """The place of the prize that is given for the one drawn, after so many of each."""
    most = prizes[place].most
    return place if most is None or given[place] < most else thanks(prizes)


def outcomes(
    seed: bytes, draw: str, round_no: int, prizes: tuple[Prize, ...], members: Iterable[str]
) -> Iterator[Outcome]:
    """What the spins of a round bring, by who spins in which order."""
    weights, given, often = [prize.weight for prize in prizes], [0] * len(prizes), Counter[str]()
    for member in members:
        often[member] += 1
        falls_on = drawn(seed, draw, round_no, member, often[member], weights)
        brings = given_for(prizes, given, falls_on)
        given[brings] += 1
        yield Outcome(often[member], falls_on, brings)
