"""What a rule says: what it gives, multiplies or tells, when, and within which limits."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from jifen.programme.budget import Budget
from jifen.programme.condition import Condition, LineCondition, Past
from jifen.programme.point_terms import (
    OF_THE_CURRENCY,
    OwnTerms,
)
from jifen.programme.rounding import Rounding
from jifen.programme.saying.naming import Name
from jifen.programme.ways import Way
from jifen.programme.ways_out import (
    Limit,
)

MOST_VALUES = 64
"""So many different values of a field a limit remembers; for others of the same period it is used up."""


class Give(msgspec.Struct, frozen=True):
    """Points of one currency. `takes`: they are taken from the member, and a component of the award is below zero;
    `up_to`: no more than are held."""

    currency: str
    how: Way
    takes: bool = False
    up_to: bool = False


class Multiply(msgspec.Struct, frozen=True):
    """Base × (numerator/denominator − 1) more, for each rule named in `rules` that gave something.

    One multiplier has one component per currency it touches. That of a rule with `lines` takes for base
    what the rules would have given for these lines alone, at most what they gave.
    """

    rules: tuple[str, ...]  # ids of giving rules, in document order
    numerator: int
    denominator: int


class PassOn(msgspec.Struct, frozen=True):
    """Of what an event earns in a currency, so many points, or a part: numerator/denominator, rounded down. They are
    taken from the award, as far as it goes, for the relation to whom the rule gives them."""

    currency: str
    points: int = 0  # 0: a part
    numerator: int = 0
    denominator: int = 1


class Notify(msgspec.Struct, frozen=True):
    """Words for the member and no points. Only its limits of times count."""

    words: Name


class Nothing(msgspec.Struct, frozen=True):
    """No points: a rule that matters only for what it brings about. Only its limits of times count."""


class Derived(msgspec.Struct, frozen=True):
    """An event of a built-in type that a rule brings about for somebody else, wherever the rule holds: the referrer,
    the owner of the household, or whom a fact of the member names. `carries`: with the points of the rule, which are
    no longer the member's."""

    event: str
    to: str
    carries: bool = False


class Milestone(msgspec.Struct, frozen=True):
    """Every so many, or thresholds, of something of the past: `count`, `total`, `days` or `streak`;
    of a rule on `balance_reached`, `earned`.

    A rule gives where the event passes one; for each of several passed at once, or `together` once for all of them.
    """

    of: Past
    every: int = 0
    at: tuple[int, ...] = ()  # ascending; empty where `every` is set
    together: bool = False


class Rule(msgspec.Struct, frozen=True):
    """One line of the programme. `when` holds the top-level `and` parts: all must be true.

    `lines`: the rule looks only at lines for which this holds; `per_line`: it gives, and rounds, per line.
    `between`: first and last local day (inclusive), either may be None. `cooldown`: microseconds that must
    have passed since it last gave. `chance`: draws below it win; all do where it is 0.
    """

    id: str
    on: str
    action: Give | Multiply | PassOn | Notify | Nothing
    when: tuple[Condition, ...] = ()
    between: tuple[dt.date | None, dt.date | None] = (None, None)
    lines: LineCondition | None = None
    per_line: bool = False
    rounding: Rounding = "down"
    limits: tuple[Limit, ...] = ()
    group: str | None = None
    last: bool = False
    name: Name | None = None
    line: int = 0  # where it stands in the document
    terms: OwnTerms = OF_THE_CURRENCY
    cooldown: int = 0
    milestone: Milestone | None = None
    chance: int = 0  # of DRAWS
    reached: Milestone | None = None  # of points earned: what it waits for, as an event of its own
    budget: Budget | None = None
    derives: Derived | None = None
    referral: str | None = None  # the promise under `referral:` that it is a part of
    part_of: str | None = None  # the rule of several currencies, of which it is a further one
    receives: str | None = (
        None  # the rule of whoever's relation a member is, of which it is the other side
    )

    @property
    def takes(self) -> bool:
        """Whether it takes points from the member."""
        return isinstance(self.action, Give) and self.action.takes

    @property
    def to(self) -> str | None:
        """The relation who gets the points instead of the member; None for the member."""
        return self.derives.to if self.derives is not None and self.derives.carries else None

    @property
    def asked(self) -> tuple[Condition, ...]:
        """The conditions as people wrote them."""
        return self.when[(self.reached is not None) + (self.to is not None) :]

    @property
    def own_side(self) -> bool:
        """Whether a document has it as a rule of its own, and not as the other side or a part of one."""
        return self.referral is None and self.part_of is None and self.receives is None

    @property
    def whole(self) -> str:
        """The id of the rule as people wrote it: its parts are drawn, limited in times and cool down together."""
        return self.part_of or self.id


class Referral(msgspec.Struct, frozen=True):
    """A promise for deeds of members whom others brought: two rules, that of the friend, and that of the member
    who is paid for the friend's deed (None: only the friend is paid). `each`: for every such deed, not only once;
    `within_days`: so many days from joining, None for ever."""

    id: str
    name: Name | None
    friend: str
    referrer: str | None
    each: bool = False
    within_days: int | None = None


class Group(msgspec.Struct, frozen=True):
    """Of the rules in a group: the best one, the first one that gives, or all."""

    id: str
    keep: Literal["best", "first", "all"]
