"""Instants and local days."""

from __future__ import annotations

import datetime as dt
import random
import zoneinfo

import pytest

from jifen.instants import (
    ZONES_ARE_ROUND_SINCE,
    add_months,
    date_of,
    day_of,
    ends_of_periods,
    instant_of,
    local_day_of,
    moment_of,
    start_of_day,
)

ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})


def test_the_local_day_agrees_with_the_zone_at_any_instant_in_every_zone() -> None:
    chance = random.Random(20261121)
    for name in ZONES:
        zone = zoneinfo.ZoneInfo(name)
        for _ in range(60):
            instant = chance.randrange(-(10**14), 4 * 10**15)
            assert local_day_of(instant, zone) == day_of(moment_of(instant, zone).date()), name


def test_a_day_begins_where_its_first_instant_lies_in_every_zone() -> None:
    chance = random.Random(20261122)
    first = ZONES_ARE_ROUND_SINCE // 86_400_000_000 + 1
    for name in ZONES:
        zone = zoneinfo.ZoneInfo(name)
        day = chance.randrange(first, first + 25_000)
        start = start_of_day(day, zone)
        assert local_day_of(start - 1, zone) < day, name


@pytest.mark.parametrize(
    "name", ["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Shanghai"]
)
def test_days_and_periods_of_eight_years_follow_each_other_without_a_gap(name: str) -> None:
    zone = zoneinfo.ZoneInfo(name)
    first, last = day_of(dt.date(2024, 1, 1)), day_of(dt.date(2032, 1, 1))
    lengths = set()
    for day in range(first, last):
        start, following = start_of_day(day, zone), start_of_day(day + 1, zone)
        assert moment_of(start, zone).date() == date_of(day)
        assert moment_of(following - 1, zone).date() == date_of(day)
        lengths.add((following - start) / 3_600_000_000)
    changes = {"Asia/Shanghai": 0.0, "Australia/Lord_Howe": 0.5}.get(name, 1.0)
    assert lengths == {24 - changes, 24.0, 24 + changes}
    for months in (1, 3, 6, 12, 5):
        at = start_of_day(first, zone)
        for end in ends_of_periods(months, at, zone):
            begins = moment_of(end + 1, zone)
            assert (begins.day, (begins.year * 12 + begins.month - 1) % months) == (1, 0)
            assert end > at
            at = end
            if begins.year == 2032:
                break


@pytest.mark.parametrize(
    ("date", "months", "later"),
    [
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2026, 12, 15), 1, dt.date(2027, 1, 15)),
        (dt.date(2026, 3, 31), -1, dt.date(2026, 2, 28)),
    ],
)
def test_months_clamp_to_their_last_day(date: dt.date, months: int, later: dt.date) -> None:
    assert add_months(date, months) == later


def test_an_instant_and_its_moment_are_the_same() -> None:
    moment = dt.datetime(2026, 11, 21, 12, 34, 56, 789, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))
    assert moment_of(instant_of(moment), dt.UTC) == moment
    assert date_of(day_of(moment.date())) == moment.date()
