"""Clock readings to instants, against the standard library's reading of them one by one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.instants import instant_of
from jifen.intake.files.zones import instants_of

EARLIEST, LATEST = dt.datetime.fromisoformat("1971-01-01"), dt.datetime.fromisoformat("2037-01-01")
ZONES = ["America/New_York", "Europe/London", "Asia/Shanghai", "Australia/Lord_Howe", "UTC"]


def reading(moment: dt.datetime) -> int:
    return instant_of(moment.replace(tzinfo=dt.UTC))


@given(
    st.lists(st.datetimes(EARLIEST, LATEST), min_size=1),
    st.sampled_from(ZONES),
)
def test_many_readings_are_read_as_each_alone(moments: list[dt.datetime], name: str) -> None:
    zone = ZoneInfo(name)
    found = instants_of([reading(moment) for moment in moments], zone)
    assert found.instants == [
        instant_of(moment.replace(tzinfo=zone).astimezone(dt.UTC)) for moment in moments
    ]


@pytest.mark.parametrize(
    ("local", "utc", "ambiguous", "missing"),
    [
        ("2026-11-01 00:59:59", "2026-11-01 04:59:59", 0, 0),
        ("2026-11-01 01:30:00", "2026-11-01 05:30:00", 1, 0),  # the earlier of the two
        ("2026-11-01 02:00:00", "2026-11-01 07:00:00", 0, 0),
        ("2026-03-08 01:59:59", "2026-03-08 06:59:59", 0, 0),
        ("2026-03-08 02:30:00", "2026-03-08 07:30:00", 0, 1),  # 03:30 on the clock
        ("2026-03-08 03:00:00", "2026-03-08 07:00:00", 0, 0),
    ],
)
def test_doubled_times_are_the_earlier_and_missing_ones_move_forward(
    local: str, utc: str, ambiguous: int, missing: int
) -> None:
    found = instants_of(
        [None, reading(dt.datetime.fromisoformat(local))], ZoneInfo("America/New_York")
    )
    assert found.instants == [None, reading(dt.datetime.fromisoformat(utc))]
    assert (found.ambiguous, found.missing) == (ambiguous, missing)
