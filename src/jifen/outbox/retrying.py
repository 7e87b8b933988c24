"""When what failed is tried again, and when that is given up."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

SECOND: Final = 1_000_000  # an instant counts microseconds
_HOUR: Final = 3_600
WAITS_SECONDS: Final = (
    5, 30, 2 * 60, 10 * 60, 30 * 60, 2 * _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR, 24 * _HOUR,
)  # fmt: skip
"""Behind each failure in turn; behind one more a delivery is dead."""
JITTER: Final = 0.2
"""By which share a wait is shorter or longer, so that what failed together does not come back together."""
LONGEST_ASKED_SECONDS: Final = 24 * _HOUR
"""Until then at most a receiver is left alone that asks for it."""
DAYS_UNTIL_DISABLED: Final = 5
"""A webhook of which nothing succeeded for so long is told no more, until somebody enables it."""


def next_attempt_at(failures: int, now: int, chance: float, retry_after: str = "") -> int | None:
    """When to try again behind so many failures, as `chance` (0 to 1) has it, and not before the receiver asked for it
    by a `Retry-After`; None: no more."""
    if failures > len(WAITS_SECONDS):
        return None
    wait = WAITS_SECONDS[failures - 1] * SECOND * (1 + JITTER * (2 * chance - 1))
    return now + max(round(wait), _asked_for(retry_after, now))


def _asked_for(retry_after: str, now: int) -> int:
    """For how many microseconds a receiver asks to be left alone, a day at most: seconds, or a date of HTTP."""
    written = retry_after.strip()
    if written.isascii() and written.isdigit():
        asked = int(written[:9]) * SECOND
    else:
        try:
            date = parsedate_to_datetime(written)
            until = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
            asked = round(until.timestamp()) * SECOND - now
        except (ValueError, OverflowError):
            return 0
    return min(max(asked, 0), LONGEST_ASKED_SECONDS * SECOND)


def is_given_up(failing_since: int, now: int) -> bool:
    """Whether a webhook that has failed all the time since then is to be disabled."""
    return now - failing_since >= DAYS_UNTIL_DISABLED * 24 * _HOUR * SECOND
