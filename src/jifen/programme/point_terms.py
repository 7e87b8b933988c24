"""What becomes of points once they are given: when they can be used, when they end, what is done where they lack."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

EndOfPeriod = Literal["day_end", "month_end", "quarter_end", "half_year_end", "year_end"]
SHORTEST_MONTH_DAYS = 28


class Expiry(msgspec.Struct, frozen=True):
    """When a lot ends. `never`; `rolling`: months or days after earning, then to the end of a period, or to the next of
    the days `yearly` (`day_of_year`);
    `fixed`: on the given date (its last usable day); `yearly`: on the days `yearly` (month, day; ascending) of every
    year, each of which clears what was earned up to it, or (`of` last_year) in the calendar year before."""

    kind: Literal["never", "rolling", "fixed", "yearly"]
    months: int = 0
    days: int = 0
    until: EndOfPeriod | Literal["day_of_year"] | None = None
    date: dt.date | None = None
    yearly: tuple[tuple[int, int], ...] = ((12, 31),)
    of: Literal["this_year", "last_year"] = "this_year"

    @property
    def least_days(self) -> int | None:
        """The fewest days from earning to the last usable one, where that is the same whenever points were earned."""
        if self.kind != "rolling":
            return None
        return self.days or self.months * SHORTEST_MONTH_DAYS


class Extension(msgspec.Struct, frozen=True):
    """What keeps points alive: on every event of one of these types (none named: of those that somebody sends and a
    rule is about) all points of the currency live at least as long as if they were earned that day, but no longer than
    `most` after they were. Every day on a tier of `spares` keeps them alive as such an event does."""

    on: tuple[str, ...]
    life: Expiry
    most: Expiry = Expiry("never")
    spares: tuple[str, ...] = ()  # the ladder's highest tiers, ascending


class Pending(msgspec.Struct, frozen=True):
    """When points become available: after so many full days; or, with `until`, on an event of that type that names
    the one they are of (`confirm`: on that command), and after `days` at the latest, if there are any; or, with
    `starts`, from a local moment on, at once what is earned later."""

    days: int = 0
    until: str | None = None
    starts: dt.datetime | None = None


class OwnTerms(msgspec.Struct, frozen=True):
    """What a rule says of the points that it gives, where that is other than what their currency says.
    `funder`: who pays for them, None: the programme itself."""

    expiry: Expiry | None = None
    pending: Pending | None = None
    funder: str | None = None


class Overdraft(msgspec.Struct, frozen=True):
    """What happens where a reversal finds too few points: they are owed (`debt`); they are forgiven, up to
    `ceiling` points per member and calendar year, and owed above it (`clip`); a return is refused (`refuse`),
    while whatever else takes points back leaves a debt."""

    kind: Literal["debt", "clip", "refuse"] = "debt"
    ceiling: int = 0


NEVER_ENDING = Expiry("never")
AT_ONCE = Pending()
OF_THE_CURRENCY = OwnTerms()
OWED = Overdraft()
