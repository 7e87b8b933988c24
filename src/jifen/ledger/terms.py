"""What a currency promises about its lots: when they become available and when they end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from jifen.instants import (
    MICROSECONDS_PER_DAY,
    MONDAY,
    NEVER,
    day_of,
    instant_of,
    moment_of,
    start_of_day,
)
from jifen.ledger.expiring import last_usable_day
from jifen.ledger.foretelling import Promise
from jifen.programme.model import Currency
from jifen.programme.point_terms import Expiry, Extension, Overdraft, OwnTerms, Pending
from jifen.programme.rewards import Reward
from jifen.programme.usable import bounds_of_ways
from jifen.programme.ways_out import (
    UNBOUNDED,
    Exchange,
    Paying,
    Transfers,
    WayOut,
)


class LotDay(NamedTuple):
    """What a local day of earning decides: first instant after pending days, and first instant of no use."""

    available_at: int
    expires_at: int


TermsKey = tuple[int, int, Pending, Expiry]
"""(currency, funder, pending, expiry)"""


@dataclass(slots=True, eq=False)
class CurrencyTerms:
    """A currency as the ledger needs it, or as a rule or a tier wants it for the points it gives.

    `number` is its small number in the bank, `funder` that of who pays (0: the programme itself).
    """

    number: int
    id: str
    spendable: bool
    spending_order: Literal["soonest_expiry", "oldest_earned"]
    pending: Pending
    min_life_days: int
    expiry: Expiry
    unit_price_micros: int
    spending: WayOut
    transfers: Transfers | None
    paying: Paying | None
    exchanges: tuple[Exchange, ...]
    scale: int
    overdraft: Overdraft
    grace_of_given_back: int
    zone: ZoneInfo
    reward: Reward | None = None
    week_starts: int = MONDAY
    funder: int = 0
    contract_prices_micros: Mapping[int, int] = field(default_factory=dict)  # by funder
    extensions: tuple[
        Extension, ...
    ] = ()  # of every version: what one promised goes on under the next
    sharing: WayOut = UNBOUNDED  # what a member takes from others of a household
    notices: tuple[Promise, ...] = ()  # of every version, each for its own time
    lot_days: dict[int, LotDay] = field(default_factory=dict)  # by local day, filled when asked

    @property
    def ways(self) -> Iterator[WayOut]:
        """The bounds of every way in which these points are used."""
        yield from bounds_of_ways(self)
        yield self.sharing

    def unit_price_for(self, funder: int) -> int:
        """Millionths of money that a point costs a funder."""
        return self.contract_prices_micros.get(funder, self.unit_price_micros)

    @property
    def key(self) -> TermsKey:
        """What makes points alike: those of one event with the same key are one lot."""
        return self.number, self.funder, self.pending, self.expiry


def terms_of(
    currency: Currency,
    number: int,
    zone: ZoneInfo,
    week_starts: int = MONDAY,
    funders: Sequence[str] = (),
) -> CurrencyTerms:
    """The terms of one currency of a document. `funders` are the names behind 1, 2, …"""
    prices = dict(currency.contract_prices_micros)
    return CurrencyTerms(
        number=number,
        id=currency.id,
        spendable=currency.spendable,
        spending_order=currency.spending_order,
        pending=currency.pending,
        min_life_days=currency.min_life_days,
        expiry=currency.expiry,
        unit_price_micros=currency.unit_price_micros,
        spending=currency.spending,
        transfers=currency.transfers,
        paying=currency.paying,
        exchanges=currency.exchanges,
        scale=currency.scale,
        overdraft=currency.overdraft,
        grace_of_given_back=currency.grace_of_given_back,
        zone=zone,
        reward=currency.reward,
        week_starts=week_starts,
        contract_prices_micros={
            number: prices[name] for number, name in enumerate(funders, 1) if name in prices
        },
    )


def with_own(
    terms: CurrencyTerms, own: OwnTerms, expiry_of_tier: Expiry | None, funder: int
) -> CurrencyTerms:
    """The terms of what a rule gives to a member of a tier: the rule's word first, then the tier's.

    Points that live shorter than the least life of the currency's live as long as they are given for.
    """
    expiry = own.expiry or expiry_of_tier or terms.expiry
    return replace(
        terms,
        expiry=expiry,
        min_life_days=min(terms.min_life_days, expiry.least_days or terms.min_life_days),
        pending=own.pending or terms.pending,
        unit_price_micros=terms.unit_price_for(funder),
        funder=funder,
        lot_days={},
    )


def available_at(terms: CurrencyTerms, earned_at: int, local_day: int) -> int:
    """The instant from which a lot earned on that local day can be spent: at once, after full days, or when the moment
    comes from which all can be; NEVER if only a confirmation makes it available."""
    if terms.pending.days:
        return _lot_day(terms, local_day).available_at
    if terms.pending.starts is not None:
        return max(earned_at, instant_of(terms.pending.starts.replace(tzinfo=terms.zone)))
    return earned_at if terms.pending.until is None else NEVER


def expires_at(terms: CurrencyTerms, local_day: int, recorded_at: int | None) -> int:
    """The first instant at which a lot earned on that local day is of no use; NEVER if it does not end.

    A lot lives out its least life, to the end of a local day, counted from `recorded_at`;
    None for imported history, which has none.
    """
    ends_at = _lot_day(terms, local_day).expires_at
    if recorded_at is None or ends_at == NEVER or not terms.min_life_days:
        return ends_at
    least = recorded_at + terms.min_life_days * MICROSECONDS_PER_DAY
    return ends_at if ends_at >= least else max(ends_at, _day_end(least, terms.zone))


def grace_until(terms: CurrencyTerms, now: int) -> int:
    """The end of points that had ended before they were given back now: the last day of their grace."""
    return _day_end(now + terms.grace_of_given_back * MICROSECONDS_PER_DAY, terms.zone)


def _lot_day(terms: CurrencyTerms, local_day: int) -> LotDay:
    lot_day = terms.lot_days.get(local_day)
    if lot_day is None:
        last = last_usable_day(terms.expiry, local_day)
        lot_day = terms.lot_days[local_day] = LotDay(
            start_of_day(local_day + terms.pending.days + 1, terms.zone),
            NEVER if last is None else start_of_day(last + 1, terms.zone),
        )
    return lot_day


def _day_end(instant: int, zone: ZoneInfo) -> int:
    return start_of_day(day_of(moment_of(instant, zone).date()) + 1, zone)
