"""What one server process has counted since it began: plain numbers, so that counting costs a request next to nothing.

Each number is written by one thread only. What several processes have counted is added up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

import msgspec

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
COMMANDS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Distribution(msgspec.Struct):
    """How often a value fell below each of some bounds and above the one before; the last count is of all above."""

    counts: list[int]
    total: float = 0.0

    def note(self, value: float, bounds: tuple[float, ...]) -> None:
        """Count a value."""
        self.counts[bisect_left(bounds, value)] += 1
        self.total += value

    def add(self, other: Distribution) -> None:
        """Count what another one has counted."""
        self.counts = [one + more for one, more in zip(self.counts, other.counts, strict=True)]
        self.total += other.total


class Queue(msgspec.Struct):
    """The batches of one queue, how long the first of each had waited, and what waits now."""

    sizes: Distribution = msgspec.field(default_factory=lambda: _over(COMMANDS))
    waits: Distribution = msgspec.field(default_factory=lambda: _over(SECONDS))
    length: int = 0
    oldest_seconds: float = 0.0

    def batch(self, commands: int, waited_seconds: float) -> None:
        """Count a batch."""
        self.sizes.note(commands, COMMANDS)
        self.waits.note(waited_seconds, SECONDS)


class Tally(msgspec.Struct):
    """The requests by route (`POST /v1/events`) and status, the problems by code, the queues by name."""

    requests: dict[str, dict[int, Distribution]] = msgspec.field(default_factory=dict)
    problems: dict[str, int] = msgspec.field(default_factory=dict)
    queues: dict[str, Queue] = msgspec.field(default_factory=dict)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        by_status = self.requests.get(route)
        if by_status is None:
            by_status = self.requests[route] = {}
        taken = by_status.get(status)
        if taken is None:
            taken = by_status[status] = _over(SECONDS)
        taken.note(seconds, SECONDS)

    def problem(self, code: str) -> None:
        """Count a problem that was told, also where it was that of one command among many."""
        self.problems[code] = self.problems.get(code, 0) + 1

    def queue(self, name: str) -> Queue:
        """The numbers of a queue."""
        return self.queues.setdefault(name, Queue())


def together(tallies: Iterable[Tally]) -> Tally:
    """What several processes have counted; of what waits, the sum, and the oldest."""
    sum_of_all = Tally()
    for tally in tallies:
        for route, by_status in tally.requests.items():
            for status, taken in by_status.items():
                sum_of_all.requests.setdefault(route, {}).setdefault(status, _over(SECONDS)).add(
                    taken
                )
        for code, times in tally.problems.items():
            sum_of_all.problems[code] = sum_of_all.problems.get(code, 0) + times
        for name, queue in tally.queues.items():
            known = sum_of_all.queue(name)
            known.sizes.add(queue.sizes)
            known.waits.add(queue.waits)
            known.length += queue.length
            known.oldest_seconds = max(known.oldest_seconds, queue.oldest_seconds)
    return sum_of_all


def _over(bounds: tuple[float, ...]) -> Distribution:
    return Distribution([0] * (len(bounds) + 1))
