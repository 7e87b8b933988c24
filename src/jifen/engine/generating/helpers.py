"""Functions that every generated source carries with it: their text is copied in front of `step`.

They are plain integer Python that Numba compiles too. `at` is the place of a ring's first cell:
`state[at]` is the last period fed, `state[at + 1]` the sum, then `size` cells, one a period.
"""

from __future__ import annotations

from collections.abc import MutableSequence

Row = MutableSequence[int]  # or a row of an int64 array


def feed_ring(state: Row, at: int, size: int, period: int, value: int) -> None:
    """Add a value to the present period of a ring, emptying what has left the window."""
    fed = state[at]
    held = state[at + 1]
    if period > fed:
        state[at] = period
        if period - fed >= size:
            for cell in range(at + 2, at + 2 + size):
                state[cell] = 0
            held = 0
        else:
            cell = at + 2 + fed % size
            for _ in range(fed, period):
                cell = cell + 1 if cell < at + 1 + size else at + 2
                held -= state[cell]
                state[cell] = 0
    state[at + 1] = held + value
    state[at + 2 + period % size] += value


def ring_sum(state: Row, at: int, size: int, period: int) -> int:
    """What a ring holds of the `size` periods that end with the given one (never before the last fed)."""
    fed = state[at]
    if period - fed >= size:
        return 0
    total = state[at + 1]
    for gone in range(fed + 1, period + 1):
        total -= state[at + 2 + gone % size]
    return total


def ring_cell(state: Row, at: int, size: int, period: int) -> int:
    """What a ring holds of one period."""
    if period > state[at] or state[at] - period >= size:
        return 0
    return state[at + 2 + period % size]


def ring_count(state: Row, at: int, size: int, earliest: int, latest: int, least: int) -> int:
    """In how many periods, the earliest and the latest included, a ring holds `least` or more."""
    found = 0
    for period in range(earliest, latest + 1):
        kept = period <= state[at] and state[at] - period < size
        if kept and state[at + 2 + period % size] >= least:
            found += 1
    return found


def use_up(
    state: Row, at: int, used: int, size: int, earliest: int, latest: int, value: int
) -> None:
    """Note in the ring at `used` so much of what the ring at `at` holds of some periods, the earliest first."""
    feed_ring(state, used, size, latest, 0)
    for period in range(earliest, latest + 1):
        left = ring_cell(state, at, size, period) - ring_cell(state, used, size, period)
        if left > value:
            left = value
        if left > 0:
            state[used + 1] += left
            state[used + 2 + period % size] += left
            value -= left


def roll_over(
    state: Row, at: int, rolled: int, size: int, period: int, steps: tuple[int, ...], most: int
) -> None:
    """Note in the ring at `rolled` what every period up to the given one takes over: what the one before it holds, in
    both rings, above the highest step that it reaches, up to `most`. The first look takes in one period."""
    looked = state[rolled] if state[rolled] >= 0 else period - 1
    for ended in range(looked, period):
        held = ring_cell(state, at, size, ended) + ring_cell(state, rolled, size, ended)
        over = 0
        for step in steps:
            if held >= step:
                over = held - step
        if over > most:
            over = most
        feed_ring(state, rolled, size, ended + 1, over)


def clip(out: Row, places: tuple[int, ...], left: int) -> None:
    """Let components give together no more than is left, the first ones first."""
    for place in places:
        if out[place] > left:
            out[place] = left
        left -= out[place]


def month_of_day(day: int) -> int:
    """Year × 12 + month − 1 of a day number (civil_from_days of Howard Hinnant)."""
    shifted = day + 719468
    era = shifted // 146097
    day_of_era = shifted - era * 146097
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    return (year_of_era + era * 400) * 12 + (5 * day_of_year + 2) // 153 + 2


def first_day_of_month(month: int) -> int:
    """The day number on which a month begins (days_from_civil of Howard Hinnant)."""
    shifted = month - 2
    year = shifted // 12
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (shifted - year * 12) + 2) // 5
    return (
        era * 146097
        + year_of_era * 365
        + year_of_era // 4
        - year_of_era // 100
        + day_of_year
        - 719468
    )


def months_later(day: int, months: int) -> int:
    """The same day of the month some months later, clamped to that month's last day."""
    month = month_of_day(day)
    later = day - first_day_of_month(month) + first_day_of_month(month + months)
    last = first_day_of_month(month + months + 1) - 1
    return later if later < last else last


def whole_months(start: int, day: int) -> int:
    """How many months are over since a day; none if it is still to come."""
    months = month_of_day(day) - month_of_day(start)
    if months_later(start, months) > day:
        months -= 1
    return months if months > 0 else 0


def whole_days(start: int, day: int) -> int:
    """How many days are over since a day; none if it is still to come."""
    return day - start if day > start else 0


def membership_year_of(day: int, days_since_joining: int) -> int:
    """Full years since joining; −1 where the day of joining is not known. 29 February is kept on the 28th."""
    if days_since_joining < -(10**12):
        return -1
    joined = day - days_since_joining
    years = (month_of_day(day) - month_of_day(joined)) // 12
    if months_later(joined, 12 * years) > day:
        years -= 1
    return years


def table_used(state: Row, at: int, period: int, value: int) -> int:
    """What a table of values holds of one value in the present period; 2^62 where it has no room for it.

    `state[at]` is the last period fed, `state[at + 1]` the number of values, then each value and its sum.
    """
    if state[at] != period:
        return 0
    for entry in range(state[at + 1]):
        if state[at + 2 + 2 * entry] == value:
            return state[at + 3 + 2 * entry]
    return 4611686018427387904 if state[at + 1] == 64 else 0


def feed_table(state: Row, at: int, period: int, value: int, more: int) -> None:
    """Add to the sum of one value in the present period; another period begins empty."""
    if state[at] != period:
        state[at] = period
        for cell in range(at + 1, at + 130):
            state[cell] = 0
    entry = 0
    while entry < state[at + 1] and state[at + 2 + 2 * entry] != value:
        entry += 1
    if entry < 64:
        if entry == state[at + 1]:
            state[at + 1] += 1
            state[at + 2 + 2 * entry] = value
        state[at + 3 + 2 * entry] += more


def half_even(value: int, per: int) -> int:
    """value ÷ per to the nearest integer, halves to the even one."""
    nearest = (2 * value + per) // (2 * per)
    if (2 * value + per) % (2 * per) == 0 and nearest % 2 == 1:
        nearest -= 1
    return nearest


def part_of(part: int, value: int, whole: int) -> int:
    """part × value ÷ whole, rounded down; the product, which might leave 64 bits, is taken in two steps."""
    high = part * (value // 1000000)
    low = high % whole * 1000000 + part * (value % 1000000)
    return high // whole * 1000000 + low // whole


HELPERS = (
    feed_ring,
    ring_sum,
    ring_cell,
    ring_count,
    use_up,
    roll_over,
    clip,
    month_of_day,
    first_day_of_month,
    months_later,
    whole_months,
    whole_days,
    half_even,
    part_of,
    membership_year_of,
    table_used,
    feed_table,
)
"""In the order in which they stand in a source: each calls only those before it."""
