"""What a programme says, as frozen records of integers: the loader makes it, everything else reads it.

Points are integers in the smallest unit a currency keeps (`scale` decimals), money is in the smallest
unit of the programme's money, and every literal of a condition is already in the unit of its field.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from jifen.instants import MONDAY
from jifen.programme.code_pools import CodePool
from jifen.programme.condition import LineCondition
from jifen.programme.draws import Draw
from jifen.programme.event_types import EventType, Field
from jifen.programme.point_terms import (
    AT_ONCE,
    NEVER_ENDING,
    OWED,
    Expiry,
    Extension,
    Overdraft,
    Pending,
)
from jifen.programme.requirement import Measure, Requirement, leaves
from jifen.programme.return_policy import UNDO_FOR_EVER, ReturnPolicy
from jifen.programme.rewards import Reward
from jifen.programme.rules import (
    Group,
    Multiply,
    Referral,
    Rule,
)
from jifen.programme.saying.naming import Called, Name
from jifen.programme.ways import Table
from jifen.programme.ways_out import (
    UNBOUNDED,
    Exchange,
    Limit,
    Paying,
    Transfers,
    WayOut,
)

Each = Literal["month", "quarter", "year", "birthday"]
"""How often a benefit is granted."""


class Currency(msgspec.Struct, frozen=True):
    """A kind of points, or of a reward, which members hold as they do points. `min_life_days`: a lot's least life after
    it was recorded (imported history excepted)."""

    id: str
    name: Name
    scale: int = 0
    shown: int = 0
    spendable: bool = True
    expiry: Expiry = NEVER_ENDING
    pending: Pending = AT_ONCE
    min_life_days: int = 30
    unit_price_micros: int = 0
    contract_prices_micros: tuple[tuple[str, int], ...] = ()  # what a point costs other funders
    spending_order: Literal["soonest_expiry", "oldest_earned"] = "soonest_expiry"
    overdraft: Overdraft = OWED
    grace_of_given_back: int = 0  # days for points that had ended before they were given back
    spending: WayOut = UNBOUNDED
    notices: tuple[int, ...] = ()  # days before their end on which their member is told, most first
    expiry_of_tiers: tuple[tuple[str, Expiry], ...] = ()  # where the tier at earning says otherwise
    transfers: Transfers | None = None  # None: they stay with who earned them
    paying: Paying | None = None  # None: nothing is paid with them
    exchanges: tuple[Exchange, ...] = ()  # of several for one currency, the first that holds today
    extension: Extension | None = None  # None: nothing that the member does lengthens their life
    reward: Reward | None = None  # None: these are points

    def unit_price_for(self, funder: str | None) -> int:
        """Millionths of money that a point costs whoever pays for it; None: the programme itself."""
        return next(
            (price for name, price in self.contract_prices_micros if name == funder),
            self.unit_price_micros,
        )


class Base(msgspec.Struct, frozen=True):
    """What counts as `amount`: `gross` less these money fields, less lines for which `lines` is not true."""

    leave_out: tuple[str, ...] = ()
    lines: LineCondition | None = None


class Paid(msgspec.Struct, frozen=True):
    """A tier that can be bought: an event of type `event` with an amount of `price` or more gives it for so
    many months, and another one lengthens that."""

    event: str
    price: int
    months: int


class Benefit(msgspec.Struct, frozen=True):
    """Something that a tier brings besides points, for others to grant. `service`: a flag of service.

    `each`: granted so many `times` in each of these; None: it holds as long as the tier. `worth`: of one of them, in
    the smallest unit of money, None where nothing is said.
    """

    id: str
    name: Name
    service: bool = False
    each: Each | None = None
    times: int = 1
    worth: int | None = None

    @property
    def says_how_often(self) -> bool:
        """Whether its words begin with what it is called, which says how often it comes."""
        return self.id in ("birthday_gift", "monthly_coupon")


class Tier(msgspec.Struct, frozen=True):
    """A step of the ladder: what it takes to reach and to keep it, and what it brings."""

    id: str
    name: Name
    reach: Requirement
    keep: Requirement
    multiplies: Multiply | None = None
    reward_discount_percent: int = 0
    paid: Paid | None = None
    benefits: tuple[Benefit, ...] = ()


class TierWindow(msgspec.Struct, frozen=True):
    """Over what measures are summed: everything, the present period, the last `months` calendar months or `days`
    with the present one (`rolling`), or those before it (`previous`)."""

    kind: Literal["lifetime", "period", "rolling", "previous"]
    months: int = 0
    days: int = 0


class TierPeriod(msgspec.Struct, frozen=True):
    """How long a tier holds by itself: `months` counted from the beginning of the calendar, from the day of
    joining, or from the day on which the tier was reached or last kept; from a day also `days`."""

    start: Literal["calendar", "joining", "tier"]
    months: int
    days: int = 0


class Grace(msgspec.Struct, frozen=True):
    """By how much a tier outlives its period: months, or days."""

    months: int = 0
    days: int = 0

    def __bool__(self) -> bool:
        return bool(self.months or self.days)


NO_GRACE = Grace()
Consuming = Literal["reach", "keep"]


class Tiers(msgspec.Struct, frozen=True):
    """`measure`: what plain numbers of the ladder count, None if it has none.

    `up`: tiers are reached as soon as their requirement is met (only one at a time if `one_step`), or at the
    end of a period. `down`: what happens at the end of a period and its `grace`, if the tier is not
    kept: nothing, the highest tier whose `keep` is met, or one level. `period` is None if a tier has no end.
    `given_by`: events that give a tier until a day, below which the member does not fall until then.
    `consume`: whether reaching a tier, and keeping it, uses up what that took, within the window. `rolls_over`: what
    a period holds above the highest tier that it reaches counts in the next one, but no more than `most_over` of it.
    """

    measure: Measure | None
    window: TierWindow
    period: TierPeriod | None
    up: Literal["once", "period_end"]
    one_step: bool
    down: Literal["never", "highest_kept", "one_level"]
    grace: Grace
    ladder: tuple[Tier, ...]  # ascending; nothing is asked for the first
    given_by: tuple[str, ...] = ()
    consume: tuple[Consuming, ...] = ()
    rolls_over: bool = False
    most_over: int | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Everything that the ladder counts, each once; that of its plain numbers first."""
        own = () if self.measure is None else (self.measure,)
        steps = (step for tier in self.ladder for step in (tier.reach, tier.keep))
        asked = (leaf.measure for step in steps for leaf in leaves(step))
        return tuple(dict.fromkeys((*own, *asked)))

    @property
    def balances(self) -> tuple[str, ...]:
        """The currencies whose balance at the end of a period counts."""
        return tuple(measure.of for measure in self.measures if measure.kind == "balance")


class Households(msgspec.Struct, frozen=True):
    """Members who use points together: of which currencies, who may (all, or the owner), how many they are, and how
    many points each may take from the others."""

    share: tuple[str, ...]
    spend: Literal["all", "owner"] = "all"
    most_members: int = 6
    limits: tuple[Limit, ...] = ()  # of points


class Programme(msgspec.Struct, frozen=True):
    """A whole document, checked."""

    id: str
    name: Name
    timezone: str
    money: str
    money_scale: int
    currencies: tuple[Currency, ...]  # points, then rewards
    events: tuple[EventType, ...]  # built-in ones, then those the document declares
    base: Base
    rules: tuple[Rule, ...]
    groups: tuple[Group, ...]
    combine: Literal["add", "multiply", "best"]
    limits: tuple[Limit, ...]  # over everything an event gives in one currency, document order
    tiers: Tiers | None
    facts: tuple[Field, ...] = ()  # dated facts of the member that rules may look at
    words: tuple[Called, ...] = ()
    households: Households | None = None
    look_back_days: int | None = None  # how long before joining events are taken in
    tables: tuple[Table, ...] = ()
    referrals: tuple[Referral, ...] = ()
    returns: ReturnPolicy = UNDO_FOR_EVER
    week_starts: int = MONDAY  # the weekday with which weeks begin
    raise_notice_days: int = 0  # full days before a reward becomes dearer on which that is known
    code_pools: tuple[CodePool, ...] = ()
    draws: tuple[Draw, ...] = ()

    @property
    def points(self) -> tuple[Currency, ...]:
        """The kinds of points."""
        return tuple(one for one in self.currencies if one.reward is None)

    @property
    def rewards(self) -> tuple[Currency, ...]:
        """What points can be redeemed for, and what rules issue."""
        return tuple(one for one in self.currencies if one.reward is not None)

    @property
    def scales(self) -> dict[str, int]:
        """How many decimals each currency keeps, by its id."""
        return {currency.id: currency.scale for currency in self.currencies}
