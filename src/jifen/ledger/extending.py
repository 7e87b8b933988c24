"""When lots end that activity keeps alive: the later of their own end and a date on the account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jifen.instants import NEVER, local_day_of, start_of_day
from jifen.ledger.expiring import last_usable_day
from jifen.programme.point_terms import Expiry


class Extended(NamedTuple):
    """What activity has brought all lots of an account: life until an instant, but no longer than `most` after they
    were earned."""

    until: int
    most: Expiry = Expiry("never")


ExtendedBy = Mapping[int, Collection[Extended]]
"""By currency number."""


def later_end(
    expires_at: int, earned_at: int, extended: Collection[Extended], zone: ZoneInfo
) -> int:
    """The first instant at which a lot is of no use, given its own end."""
    for until, most in extended:
        if until > expires_at:
            last = last_usable_day(most, local_day_of(earned_at, zone))
            longest = NEVER if last is None else start_of_day(last + 1, zone)
            expires_at = max(expires_at, min(until, longest))
    return expires_at


def end_of_life(life: Expiry, last_active_day: int, zone: ZoneInfo) -> int:
    """Until when what happened on a local day keeps points alive; NEVER: for ever, and so do they."""
    if last_active_day == NEVER:
        return NEVER
    last = last_usable_day(life, last_active_day)
    return NEVER if last is None else start_of_day(last + 1, zone)
