"""The integer calendar and the rings against the standard library and plain lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.generating.helpers import (
    HELPERS,
    clip,
    feed_ring,
    feed_table,
    first_day_of_month,
    half_even,
    membership_year_of,
    month_of_day,
    months_later,
    part_of,
    ring_cell,
    ring_sum,
    table_used,
)
from jifen.engine.generating.writing import bare_texts
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


@given(st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 15_000))
def test_membership_years_end_on_the_day_before_the_anniversary(joined: dt.date, days: int) -> None:
    day = day_of(joined) + days
    year = membership_year_of(day, days)
    assert day_of(add_months(joined, 12 * year)) <= day < day_of(add_months(joined, 12 * year + 12))


def test_a_table_of_values_keeps_64_a_period_and_calls_others_used_up() -> None:
    state = [0] * 132
    for value in range(100, 164):
        feed_table(state, 1, 7, value, 2)
        feed_table(state, 1, 7, value, 1)
    feed_table(state, 1, 7, 999, 5)
    assert [table_used(state, 1, 7, value) for value in (100, 163)] == [3, 3]
    assert table_used(state, 1, 7, 999) == 2**62
    assert table_used(state, 1, 8, 999) == table_used(state, 1, 8, 100) == 0
    feed_table(state, 1, 8, 999, 5)
    assert (table_used(state, 1, 8, 999), table_used(state, 1, 8, 100)) == (5, 0)
    assert state[0] == state[-1] == 0


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_halves_go_to_the_even_neighbour(value: int, per: int) -> None:
    from fractions import Fraction

    assert half_even(value, per) == round(Fraction(value, per))


@given(st.integers(0, 10**12), st.integers(-(10**12), 10**12), st.integers(1, 10**12))
def test_a_part_is_exact_however_large(part: int, value: int, whole: int) -> None:
    part %= whole
    assert part_of(part, value, whole) == part * value // whole


@given(st.lists(st.integers(1, 100), min_size=1), st.integers(0, 300))
def test_the_first_components_keep_what_they_gave_and_none_gets_more_than_is_left(
    given_points: list[int], left: int
) -> None:
    out = list(given_points)
    clip(out, tuple(range(len(out))), left)
    assert sum(out) == min(left, sum(given_points))
    whole = [place for place, points in enumerate(out) if points == given_points[place]]
    assert whole == list(range(len(whole)))
    assert all(clipped <= points for clipped, points in zip(out, given_points, strict=True))


def test_helpers_go_without_annotations_into_the_source_and_with_all_else() -> None:
    texts = bare_texts()
    assert texts.keys() == {helper.__name__ for helper in HELPERS}
    for helper in HELPERS:
        names: dict[str, Callable[..., object]] = {}
        exec(texts[helper.__name__], names)
        bare = names[helper.__name__]
        assert bare.__annotations__ == {}
        assert bare.__doc__ == helper.__doc__
        assert bare.__code__.co_code == helper.__code__.co_code
        assert bare.__code__.co_varnames == helper.__code__.co_varnames
