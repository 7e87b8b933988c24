"""A made-up population and its year of purchases, the same for ever from the same seed.

How they behave, each number a constant below:

- How often: each member buys at a rate of their own, from a Gamma distribution, and by a Poisson process of
  that rate: the negative binomial model of repeat buying (Ehrenberg, "The Pattern of Consumer Purchases", 1959).
- How much: log-normal around a mean of the member's own, which is log-normal over members.
- When: by weights of the days of the week, at shop hours; through one of a few channels.
- Birthdays: spread evenly over the year.
- Returns: of a small share of purchases everything, within two weeks.

Nobody changes their ways because of points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from jifen.instants import date_of, start_of_day, week_shift
from jifen.whatif.granting import of_each
from jifen.whatif.history import History

if TYPE_CHECKING:
    from jifen.whatif.history import Integers

PURCHASES_A_YEAR, RATE_SHAPE = 26.0, 0.8
BASKET, BETWEEN_MEMBERS, WITHIN_MEMBER = 60.0, 0.5, 0.6  # in units of money, of its logarithm
WEEKDAYS = (0.12, 0.12, 0.12, 0.13, 0.17, 0.19, 0.15)  # from Monday
OPENS, CLOSES = 8, 22
CHANNELS = (("app", 0.45), ("store", 0.40), ("mini_program", 0.15))
RETURNED, RETURNED_WITHIN_DAYS = 0.04, 14
DAYS = 365
_TRUTH = {True: b"true", False: b"false"}


@dataclass(frozen=True, slots=True)
class Population:
    """What a population does. Purchases are in the order of members and time; all arrays are (purchases,) int64.

    `amounts` are in smallest units of money; `returned_at` is -1 where nothing came back;
    `birthdays` (members,) holds month × 100 + day.
    """

    members: int
    first_day: int
    birthdays: Integers
    buyers: Integers
    days: Integers
    occurred_at: Integers
    amounts: Integers
    channels: Integers
    returned_at: Integers


def populate(
    members: int, first_day: int, zone: ZoneInfo, money_scale: int, seed: int
) -> Population:
    """A year of so many members, beginning on a local day."""
    dice = np.random.default_rng(seed)
    rates = dice.gamma(RATE_SHAPE, PURCHASES_A_YEAR / RATE_SHAPE, members)
    counts = dice.poisson(rates)
    buyers = np.repeat(np.arange(members), counts)
    size = len(buyers)
    weeks = dice.integers(0, DAYS // 7, size)
    weekdays = dice.choice(7, size, p=np.array(WEEKDAYS) / sum(WEEKDAYS))
    monday = first_day - (first_day + 3) % 7
    days = monday + 7 * weeks + weekdays
    days = np.where(days < first_day, days + 7, days)
    seconds = dice.integers(OPENS * 3600, CLOSES * 3600, size)
    means = dice.normal(np.log(BASKET), BETWEEN_MEMBERS, members)
    amounts = np.exp(dice.normal(means[buyers], WITHIN_MEMBER)) * 10**money_scale
    shares = np.array([share for _, share in CHANNELS])
    channels = dice.choice(len(CHANNELS), size, p=shares / shares.sum())
    back = dice.random(size) < RETURNED
    later = dice.integers(1, RETURNED_WITHIN_DAYS * 24 * 3600, size)
    birthdays = dice.integers(1, 13, members) * 100 + dice.integers(1, 29, members)
    begins = np.array([start_of_day(first_day + day, zone) for day in range(DAYS + 8)], np.int64)
    occurred_at = begins[days - first_day] + seconds * 1_000_000
    order = np.lexsort((occurred_at, buyers))
    returned_at = np.where(back, occurred_at + later * 1_000_000, -1)
    return Population(
        members,
        first_day,
        birthdays.astype(np.int64),
        *(
            column[order].astype(np.int64)
            for column in (buyers, days, occurred_at, np.maximum(amounts, 1), channels, returned_at)
        ),
    )


def member_name(number: int) -> str:
    """What a made-up member is called."""
    return f"m{number:07d}"


def history_of(population: Population, week_starts: int) -> History:
    """The population's purchases as a replay takes them, what was returned taken out. `week_starts`: the weekday with
    which weeks begin."""
    kept = np.flatnonzero(population.returned_at < 0)
    days = population.days[kept]
    birthdays = population.birthdays[population.buyers[kept]]
    today, begins = _birthday_codes(days), days - (days + week_shift(week_starts)) % 7
    weeks = np.zeros(len(kept), bool)
    for place in range(7):
        weeks |= _birthday_codes(begins + place) == birthdays
    names = [name.encode() for name, _ in CHANNELS]
    payloads = [
        b'{"fields":{"amount":%d,"channel":"%b"},"facts":{"days_since_joining":%d,"birthday_month":%b,'
        b'"birthday_week":%b,"birthday":%b}}'
        % (amount, names[channel], since, _TRUTH[month], _TRUTH[week], _TRUTH[day])
        for amount, channel, since, month, week, day in zip(
            population.amounts[kept].tolist(),
            population.channels[kept].tolist(),
            (days - population.first_day).tolist(),
            (today // 100 == birthdays // 100).tolist(),
            weeks.tolist(),
            (today == birthdays).tolist(),
            strict=True,
        )
    ]
    return History(
        names=[member_name(number) for number in range(population.members)],
        facts=[{"birthday": birthday_of(code)} for code in population.birthdays.tolist()],
        members=population.buyers[kept],
        occurred_at=population.occurred_at[kept],
        days=days,
        types=np.zeros(len(kept), np.int64),
        ids=[f"p{number}" for number in kept.tolist()],
        type_names=["purchase"],
        payloads=payloads,
        recorded_at=population.occurred_at[kept],
    )


def birthday_of(code: int) -> str:
    """The birthday that a code stands for, as facts of members have it."""
    return f"1990-{code // 100:02d}-{code % 100:02d}"


def _birthday_codes(days: Integers) -> Integers:
    """Of local days, as `Population.birthdays` are written."""
    return of_each(days, lambda day: date_of(day).month * 100 + date_of(day).day)
