"""Random ladders: what they count, over which windows, and what each step takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

from jifen.programme.model import Multiply, Name, Rule, Tier, Tiers
from jifen.programme.requirement import (
    NOTHING,
    AllReached,
    AnyReached,
    AtLeast,
    Measure,
    Requirement,
)

TIER_WINDOWS: tuple[Literal["lifetime", "year", "rolling"], ...] = ("lifetime", "year", "rolling")
DOWNS: tuple[Literal["never", "highest_kept", "one_level"], ...] = (
    "never",
    "highest_kept",
    "one_level",
)
MEASURES: tuple[tuple[Measure, int], ...] = (  # with what is a step of it
    (Measure("earned", "growth"), 20),
    (Measure("earned", "points"), 30),
    (Measure("amount", "purchase", scale=2), 2000),
    (Measure("count", "purchase"), 2),
    (Measure("count", "visit"), 1),
    (Measure("days", "purchase"), 2),
    (Measure("field", "survey", "rating"), 3),
    (Measure("field", "purchase", "tax", 2), 300),
)
_NAME = Name("名", "name")


class RandomLadders:
    """Writes ladders. `multiplier`: a multiplier of some of the rules, or none."""

    def __init__(
        self,
        random: Random,
        constructs: set[str],
        multiplier: Callable[[list[Rule]], Multiply | None],
    ) -> None:
        self.random, self.constructs, self.multiplier = random, constructs, multiplier

    def note(self, *constructs: object) -> None:
        self.constructs.add(" ".join(str(part) for part in constructs))

    def ladder(self, giving: list[Rule]) -> Tiers:
        random = self.random
        several = random.sample(MEASURES, random.choice((1, 1, 2, 3)))
        window, down = random.choice(TIER_WINDOWS), random.choice(DOWNS)
        self.note("tiers", window, down)
        for measure, _ in several:
            self.note("tiers by", measure.kind)
        ladder = [Tier("t0", _NAME, NOTHING, NOTHING, self.multiplier(giving))]
        height = 0
        for rank in range(1, random.randrange(2, 5)):
            height += random.randrange(1, 4)
            reach = self._requirement(several, height)
            keep = self._requirement(several, max(1, height * random.choice((2, 3, 4)) // 4))
            keep = reach if random.random() < 0.4 else keep
            ladder.append(Tier(f"t{rank}", _NAME, reach, keep, self.multiplier(giving)))
        months = random.choice((1, 3, 6, 12)) if window == "rolling" else 0
        grace = random.choice((0, 0, 10, 45))
        return Tiers(several[0][0], window, months, down, grace, tuple(ladder))

    def _requirement(
        self, measures: Sequence[tuple[Measure, int]], height: int, level: int = 0
    ) -> Requirement:
        if level == 2 or self.random.random() < 0.5:
            measure, step = self.random.choice(measures)
            return AtLeast(measure, height * step)
        parts = tuple(
            self._requirement(measures, max(1, height + self.random.randrange(-1, 2)), level + 1)
            for _ in range(self.random.randrange(1, 4))
        )
        join = self.random.choice((AllReached, AnyReached))
        self.note("tiers", join.__name__, "inside" if level else "outside")
        return join(parts)
