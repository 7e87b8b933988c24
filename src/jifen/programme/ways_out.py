"""The ways in which points leave a member, and the bounds that they share: sizes, limits over periods, a fee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, Literal

import msgspec

from jifen.programme.condition import Condition
from jifen.programme.rounding import Rounding, rounded

MOST_RECEIVED: Final = 10**12
"""Smallest units that one exchange may bring, as many as any command may name."""

PointsReturned = Literal["in_proportion", "only_in_full", "never"]
"""When points with which a purchase was paid come back: with each part of it, with all of it, or never."""

Period = Literal[
    "event",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "membership_year",
    "days",
    "months",
    "lifetime",
]


class Limit(msgspec.Struct, frozen=True):
    """At most `value` `what` per `period` and member. `currency` is set where points are counted.

    `size`: of the periods `days` and `months`, which end with the present one. `by`: the limit holds for
    each value of this field of the event (`of_lines`: of the line that gives) by itself; of a period it remembers
    MOST_VALUES of them.
    """

    what: Literal["points", "times", "amount"]
    value: int
    period: Period
    currency: str | None = None
    size: int = 0
    by: str | None = None
    of_lines: bool = False

    @property
    def span(self) -> str:
        """The period as the document writes it: `day`, `30 days`."""
        return f"{self.size} {self.period}" if self.size else self.period


_AMOUNTS_TRIED: Final = 1000


class WayOut(msgspec.Struct, frozen=True):
    """Within what bounds points are used at a time: at least, at most (None: any number), in whole steps; how often
    or how many over periods (limits of points or times); what it costs in points besides; and what the member must be
    on that day."""

    least: int = 1
    most: int | None = None
    step: int = 1
    limits: tuple[Limit, ...] = ()
    fee: int = 0
    when: tuple[Condition, ...] = ()

    def smallest(self) -> Iterator[int]:
        """The first amounts that may be used at a time."""
        first = -(-self.least // self.step) * self.step
        for points in range(first, first + _AMOUNTS_TRIED * self.step, self.step):
            if self.most is None or points <= self.most:
                yield points


UNBOUNDED: Final = WayOut()


class Paying(msgspec.Struct, frozen=True):
    """How purchases are paid with points: money a point in millionths of its unit, the bounds of a payment, the most of
    a bill in per cent, whether what was used comes back with a return, and how what points are worth is rounded to the
    smallest coin."""

    rate_micros: int
    bounds: WayOut = UNBOUNDED
    max_share: int = 100
    returned: PointsReturned = "in_proportion"
    rounding: Rounding = "down"


class Transfers(msgspec.Struct, frozen=True):
    """How members give points to each other: the bounds of a gift, and whether points keep their end or begin a new
    life."""

    bounds: WayOut = UNBOUNDED
    expiry: Literal["keep", "fresh"] = "keep"


class Exchange(msgspec.Struct, frozen=True):
    """How points become points of another currency: `give` of `to` for every `per` (in smallest units); between two
    local days, either of which may be None. Every step that the bounds allow gives whole units, so nothing is lost;
    or what comes is rounded, where the programme says how."""

    to: str
    give: int
    per: int
    bounds: WayOut = UNBOUNDED
    between: tuple[dt.date | None, dt.date | None] = (None, None)
    rounding: Rounding | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether the rate is that of a day."""
        first, last = self.between
        return (first is None or first <= day) and (last is None or day <= last)

    def received(self, points: int) -> int:
        """What so many points, in whole steps, become."""
        return rounded(points * self.give, self.per, self.rounding or "down")

    @property
    def best_rate(self) -> Fraction:
        """Units of the other currency for one of this, where it is most: what comes of little may be rounded up."""
        rates = (
            Fraction(self.received(points), points + self.bounds.fee)
            for points in self.bounds.smallest()
            if self.rounding
        )
        return max(Fraction(self.give, self.per), *rates, Fraction(0))

    @property
    def most_taken(self) -> int:
        """What may become points of the other currency at a time: no more comes of it than any amount may be."""
        return MOST_RECEIVED * self.per // self.give
