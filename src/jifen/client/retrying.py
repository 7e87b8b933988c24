"""When something is asked again, and after how long: decided here, slept elsewhere."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import httpx

from jifen.client.problems import seconds_asked

PASSING: Final = frozenset({429, 502, 503, 504})
"""What may be otherwise in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """At most so many tries. What is waited between them doubles, is drawn from its upper half, so that many clients
    do not come back at once, and is never less than Retry-After asks; who is asked to wait for longer than
    `longest_seconds` is told the problem instead."""

    most_tries: int = 5
    first_seconds: float = 0.2
    longest_seconds: float = 20.0

    def seconds_until_next(
        self, tried: int, outcome: httpx.Response | httpx.TransportError
    ) -> float | None:
        """How long to wait before it is asked again, having been tried so often; None: it is not."""
        if tried >= self.most_tries:
            return None
        asked = 0.0
        if isinstance(outcome, httpx.Response):
            if outcome.status_code not in PASSING:
                return None
            asked = seconds_asked(outcome)
        if asked > self.longest_seconds:
            return None
        doubled = min(self.first_seconds * 2.0 ** (tried - 1), self.longest_seconds)
        return max(asked, doubled * random.uniform(0.5, 1.0))
