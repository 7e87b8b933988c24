"""When lots become available and when they end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from jifen.instants import NEVER, day_of, instant_of
from jifen.ledger.terms import CurrencyTerms, available_at, expires_at, terms_of
from jifen.programme.model import Currency
from jifen.programme.point_terms import Expiry, Pending
from jifen.programme.saying.naming import Name

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAME = Name("积分", "points")


def local(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    return instant_of(dt.datetime.fromisoformat(text).replace(tzinfo=zone))


def day(text: str) -> int:
    return day_of(dt.date.fromisoformat(text))


def terms(
    expiry: Expiry, zone: ZoneInfo = SHANGHAI, *, pending_days: int = 0, min_life_days: int = 30
) -> CurrencyTerms:
    currency = Currency(
        "points", NAME, expiry=expiry, pending=Pending(pending_days), min_life_days=min_life_days
    )
    return terms_of(currency, 1, zone)


@pytest.mark.parametrize(
    ("expiry", "earned", "first_useless"),
    [
        (Expiry("rolling", months=12, until="month_end"), "2026-01-05", "2027-02-01"),
        (Expiry("rolling", months=12, until="month_end"), "2026-12-31", "2028-01-01"),
        (Expiry("rolling", months=12), "2026-01-05", "2027-01-06"),
        (Expiry("rolling", months=12, until="day_end"), "2026-01-05", "2027-01-06"),
        (Expiry("rolling", months=1), "2026-01-31", "2026-03-01"),
        (Expiry("rolling", months=12), "2024-02-29", "2025-03-01"),
        (Expiry("rolling", days=30), "2026-01-05", "2026-02-05"),
        (Expiry("rolling", months=3, until="quarter_end"), "2026-01-05", "2026-07-01"),
        (Expiry("rolling", months=3, until="quarter_end"), "2026-03-31", "2026-07-01"),
        (Expiry("rolling", months=24, until="year_end"), "2026-05-05", "2029-01-01"),
        (Expiry("rolling", months=6, until="half_year_end"), "2026-01-01", "2027-01-01"),
        (Expiry("rolling", months=6, until="half_year_end"), "2025-12-31", "2026-07-01"),
        (Expiry("yearly", yearly=((2, 29), (8, 31))), "2026-02-28", "2026-03-01"),
        (Expiry("yearly", yearly=((2, 29), (8, 31))), "2028-02-29", "2028-03-01"),
        (Expiry("yearly", yearly=((2, 29), (8, 31))), "2026-03-01", "2026-09-01"),
        (Expiry("yearly", yearly=((2, 29), (8, 31))), "2027-09-01", "2028-03-01"),
        (Expiry("fixed", date=dt.date(2026, 12, 31)), "2026-01-05", "2027-01-01"),
    ],
)
def test_the_last_usable_day_ends_with_its_midnight(
    expiry: Expiry, earned: str, first_useless: str
) -> None:
    assert expires_at(terms(expiry), day(earned), None) == local(first_useless)


def test_points_that_never_end_never_end() -> None:
    assert expires_at(terms(Expiry("never")), day("2026-01-05"), local("2026-01-05")) == NEVER


@pytest.mark.parametrize(
    ("recorded", "first_useless"),
    [
        ("2026-01-06T12:00", "2026-02-06"),  # in time: the rule's own end
        ("2026-01-20T12:00", "2026-02-20"),  # late: thirty days, to the end of the day
        ("2026-06-01T00:00", "2026-07-02"),
    ],
)
def test_a_lot_recorded_late_still_lives_for_a_while(recorded: str, first_useless: str) -> None:
    rolling = terms(Expiry("rolling", days=31))
    assert expires_at(rolling, day("2026-01-05"), local(recorded)) == local(first_useless)


def test_imported_history_has_no_least_life() -> None:
    rolling = terms(Expiry("rolling", days=31))
    assert expires_at(rolling, day("2026-01-05"), None) == local("2026-02-06")


def test_a_least_life_can_be_none() -> None:
    rolling = terms(Expiry("rolling", days=31), min_life_days=0)
    assert expires_at(rolling, day("2026-01-05"), local("2026-06-01")) == local("2026-02-06")


def test_points_wait_full_days() -> None:
    earned_at = local("2026-01-05T10:00")
    assert available_at(terms(Expiry("never")), earned_at, day("2026-01-05")) == earned_at
    pending = terms(Expiry("never"), pending_days=3)
    assert available_at(pending, earned_at, day("2026-01-05")) == local("2026-01-09")


@pytest.mark.parametrize(
    ("earned", "starts", "usable"),
    [
        ("2026-01-05T10:00", "2026-08-01", "2026-08-01"),
        ("2026-07-31T23:59", "2026-08-01T10:00", "2026-08-01T10:00"),
        ("2026-08-01T09:59", "2026-08-01T10:00", "2026-08-01T10:00"),
        ("2026-08-01T10:01", "2026-08-01T10:00", "2026-08-01T10:01"),
    ],
)
def test_points_wait_until_a_moment_and_what_is_earned_later_does_not(
    earned: str, starts: str, usable: str
) -> None:
    waiting = replace(
        terms(Expiry("never")), pending=Pending(starts=dt.datetime.fromisoformat(starts))
    )
    assert available_at(waiting, local(earned), day(earned[:10])) == local(usable)


def test_a_moment_that_does_not_exist_comes_with_the_clock_that_moves_on() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    starts = Pending(starts=dt.datetime(2018, 11, 4))  # noqa: DTZ001
    waiting = replace(terms(Expiry("never"), zone), pending=starts)
    assert available_at(waiting, local("2018-11-01", zone), 0) == local("2018-11-04T01:00", zone)


def test_a_midnight_that_does_not_exist_ends_the_day_at_the_first_instant_after_it() -> None:
    zone = ZoneInfo("America/Sao_Paulo")  # clocks went from 00:00 to 01:00 on 2018-11-04
    ends = expires_at(terms(Expiry("rolling", days=1), zone), day("2018-11-02"), None)
    assert ends == local("2018-11-04T01:00", zone)
