"""When what failed is tried again, and when that is given up."""

from __future__ import annotations

from typing import Final

SECOND: Final = 1_000_000  # an instant counts microseconds
_HOUR: Final = 3_600
WAITS_SECONDS: Final = (
    5, 30, 2 * 60, 10 * 60, 30 * 60, 2 * _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR, 24 * _HOUR,
)  # fmt: skip
"""Behind each failure in turn; behind one more a delivery is dead."""
JITTER: Final = 0.2
"""By which share a wait is shorter or longer, so that what failed together does not come back together."""
DAYS_UNTIL_DISABLED: Final = 5
"""A webhook of which nothing succeeded for so long is told no more, until somebody enables it."""


def next_attempt_at(failures: int, now: int, chance: float) -> int | None:
    """When to try again behind so many failures, as `chance` (0 to 1) has it; None: no more."""
    if failures > len(WAITS_SECONDS):
        return None
    wait = WAITS_SECONDS[failures - 1]
    return now + round(wait * SECOND * (1 + JITTER * (2 * chance - 1)))


def is_given_up(failing_since: int, now: int) -> bool:
    """Whether a webhook that has failed all the time since then is to be disabled."""
    return now - failing_since >= DAYS_UNTIL_DISABLED * 24 * _HOUR * SECOND
