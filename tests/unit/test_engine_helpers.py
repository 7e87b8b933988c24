"""The integer calendar and the rings against the standard library and plain lists."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.helpers import (
    feed_ring,
    first_day_of_month,
    half_even,
    month_of_day,
    months_later,
    ring_cell,
    ring_sum,
)
from jifen.instants import add_months, date_of, day_of, month_of

DAYS = st.dates(dt.date(1600, 1, 1), dt.date(2600, 1, 1)).map(day_of)


@given(DAYS)
def test_months_are_those_of_the_calendar(day: int) -> None:
    month = month_of_day(day)
    assert month == month_of(date_of(day))
    assert date_of(first_day_of_month(month)) == date_of(day).replace(day=1)


@given(DAYS, st.integers(0, 120))
def test_months_later_clamp_to_the_last_day(day: int, months: int) -> None:
    assert months_later(day, months) == day_of(add_months(date_of(day), months))


@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 15), st.integers(0, 9)), max_size=40))
def test_a_ring_holds_the_window_that_ends_now(size: int, fed: list[tuple[int, int]]) -> None:
    state = [0] * (3 + size + 2)
    period, all_fed = 100, [(0, 0)]
    for gap, value in fed:
        period += gap
        feed_ring(state, 1, size, period, value)
        all_fed.append((period, value))
        for later in (0, 1, size - 1, size, 3 * size):
            now = period + later
            window = [v for p, v in all_fed if now - size < p <= now]
            assert ring_sum(state, 1, size, now) == sum(window)
        for earlier in range(size):
            wanted = sum(v for p, v in all_fed if p == period - earlier)
            assert ring_cell(state, 1, size, period - earlier) == wanted
    assert state[0] == state[-1] == 0


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_halves_go_to_the_even_neighbour(value: int, per: int) -> None:
    from fractions import Fraction

    assert half_even(value, per) == round(Fraction(value, per))
