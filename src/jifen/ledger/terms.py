"""What a currency promises about its lots: when they become available and when they end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from jifen.instants import (
    MICROSECONDS_PER_DAY,
    NEVER,
    add_months,
    date_of,
    day_of,
    moment_of,
    start_of_day,
)
from jifen.programme.model import Currency, Expiry, WayOut


class LotDay(NamedTuple):
    """What a local day of earning decides: first instant after pending days, and first instant of no use."""

    available_at: int
    expires_at: int


@dataclass(slots=True, eq=False)
class CurrencyTerms:
    """A currency as the ledger needs it. `number` is its small number in the bank."""

    number: int
    id: str
    spendable: bool
    spending_order: Literal["soonest_expiry", "oldest_earned"]
    pending_days: int
    min_life_days: int
    expiry: Expiry
    unit_price_micros: int
    spending: WayOut
    zone: ZoneInfo
    lot_days: dict[int, LotDay] = field(default_factory=dict)  # by local day, filled when asked


def terms_of(currency: Currency, number: int, zone: ZoneInfo) -> CurrencyTerms:
    """The terms of one currency of a document."""
    return CurrencyTerms(
        number=number,
        id=currency.id,
        spendable=currency.spendable,
        spending_order=currency.spending_order,
        pending_days=currency.pending_days,
        min_life_days=currency.min_life_days,
        expiry=currency.expiry,
        unit_price_micros=currency.unit_price_micros,
        spending=currency.spending,
        zone=zone,
    )


def available_at(terms: CurrencyTerms, earned_at: int, local_day: int) -> int:
    """The instant from which a lot earned on that local day can be spent: at once, or after full days."""
    return _lot_day(terms, local_day).available_at if terms.pending_days else earned_at


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


def _lot_day(terms: CurrencyTerms, local_day: int) -> LotDay:
    lot_day = terms.lot_days.get(local_day)
    if lot_day is None:
        last = _last_usable_day(terms.expiry, local_day)
        lot_day = terms.lot_days[local_day] = LotDay(
            start_of_day(local_day + terms.pending_days + 1, terms.zone),
            NEVER if last is None else start_of_day(last + 1, terms.zone),
        )
    return lot_day


def _last_usable_day(expiry: Expiry, local_day: int) -> int | None:
    if expiry.kind == "never":
        return None
    if expiry.kind == "fixed":
        if expiry.date is None:
            raise ValueError("a fixed expiry has a date")
        return day_of(expiry.date)
    date = add_months(date_of(local_day), expiry.months) + dt.timedelta(days=expiry.days)
    match expiry.until:
        case "month_end":
            date = _last_day_of_month(date, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
        case "quarter_end":
            date = _last_day_of_month(date, (3, 6, 9, 12))
        case "year_end":
            date = _last_day_of_month(date, (12,))
    return day_of(date)


def _last_day_of_month(date: dt.date, months: Sequence[int]) -> dt.date:
    """The last day of the first of these months that has not ended before `date`."""
    month = next(month for month in months if month >= date.month)
    return add_months(date.replace(day=1), month - date.month + 1) - dt.timedelta(days=1)


def _day_end(instant: int, zone: ZoneInfo) -> int:
    return start_of_day(day_of(moment_of(instant, zone).date()) + 1, zone)
