"""What a correction would post, member by member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from jifen.whatif.running import Judged, Replay


class Line(NamedTuple):
    """One member's points of one currency, in its smallest unit, as awarded and as they would be."""

    member: str
    currency: str
    awarded: int
    corrected: int

    @property
    def difference(self) -> int:
        return self.corrected - self.awarded


def lines(replay: Replay) -> Iterator[Line]:
    """Every member and currency with a difference, in the order of names. Who was merged keeps what they were given."""
    people = len(replay.history.names)
    sums = [
        {
            currency: _of_members(replay, side, currency, people)
            for currency in side.engine.currencies
        }
        for side in (replay.published, replay.draft)
    ]
    nothing = np.zeros(people, np.int64)
    touched = [place for place in range(people) if place not in replay.history.merged]
    order = sorted(touched, key=lambda place: replay.history.names[place])
    for place in order:
        for currency, corrected in sums[1].items():
            was, would = int(sums[0].get(currency, nothing)[place]), int(corrected[place])
            if was != would:
                yield Line(replay.history.names[place], currency, was, would)


def _of_members(
    replay: Replay, side: Judged, currency: str, people: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    sums = np.zeros(people, np.int64)
    points = side.points(side.engine.currencies.index(currency))
    np.add.at(sums, replay.history.members, points)
    return sums
