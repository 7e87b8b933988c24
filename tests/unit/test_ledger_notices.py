"""Notices of points that end: told once, on their day, or the points end later, whenever anybody looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random

import pytest
from ledger_checking import check
from ledger_playing import TERMS, ZONE

from jifen.instants import instant_of, local_day_of, start_of_day
from jifen.ledger.book import Batch, Book
from jifen.ledger.foretelling import Promise, foretold, next_notice
from jifen.ledger.granting import grant
from jifen.ledger.records import Grant, Notice
from jifen.ledger.settling import settle
from jifen.ledger.spending import spend

HOUR = 3_600_000_000
ALWAYS = (0, 2**62)


def local(text: str) -> int:
    return instant_of(dt.datetime.fromisoformat(text).replace(tzinfo=ZONE))


ENDS = local("2027-02-01 00:00")
TWO = (Promise(30, *ALWAYS), Promise(7, *ALWAYS))


@pytest.mark.parametrize(
    ("looked_since", "now", "ends", "days", "missed"),
    [
        ("2027-01-01 00:00", "2027-01-02 00:00", "2027-02-01", 30, False),
        ("2027-01-01 00:00", "2027-01-02 23:59", "2027-02-01", 30, False),
        ("2027-01-01 00:00", "2027-01-03 00:00", "2027-03-03", 30, True),
        ("2027-01-03 00:00", "2027-01-25 12:00", "2027-02-01", 7, False),
        ("2027-01-03 00:00", "2027-01-26 00:00", "2027-02-08", 7, True),
        # both missed: the shorter one is before the later end
        ("2027-01-01 00:00", "2027-01-26 00:00", "2027-03-03", 30, True),
        ("2027-01-01 00:00", "2027-02-24 12:00", "2027-03-03", 7, True),
        ("2027-01-01 00:00", "2027-09-01 00:00", "2027-03-10", 7, True),
    ],
)
def test_a_notice_is_in_time_on_its_day_and_else_puts_the_end_off(
    looked_since: str, now: str, ends: str, days: int, missed: bool
) -> None:
    found = foretold(TWO, ENDS, local(looked_since), local(now), ZONE)
    assert found == (local(f"{ends} 00:00"), days, missed)


def test_nothing_is_said_of_days_on_which_nothing_was_promised() -> None:
    promised = (Promise(30, local("2027-01-02 00:01"), 2**62),)
    assert foretold(promised, ENDS, local("2027-01-01 00:00"), ENDS, ZONE) is None
    assert next_notice(promised, ENDS, 0, ZONE) == 2**63 - 1
    assert next_notice(TWO, ENDS, local("2027-01-02 00:00"), ZONE) == local("2027-01-25 00:00")


class Life:
    """One member's points, of which somebody looks from time to time; a day is told to have been looked at."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        days = self.chance.sample((1, 3, 7, 12), self.chance.randint(1, 3))
        notices = tuple(Promise(one, *ALWAYS) for one in days)
        terms = {0: replace(TERMS[0], notices=notices)}
        self.days = sorted(days, reverse=True)
        self.book = Book(Batch(bytes(16), bytes(16), ZONE, terms), bytes(16))
        self.begin = local("2026-03-01 09:00")
        self.told: list[tuple[int, Notice]] = []
        self.lapsed_at: dict[int, int] = {}
        self.seq = 0

    def give(self) -> int:
        """A lot that ends on some midnight; when."""
        ends_at = start_of_day(local_day_of(self.begin, ZONE) + self.chance.randint(5, 40), ZONE)
        self.seq += 1
        given = Grant(0, 5, 0, self.begin, self.begin, ends_at, 0)
        grant(self.book, self.seq, 0, [given], self.begin, self.begin)
        return ends_at

    def look(self, now: int) -> None:
        self.seq += 1
        settle(self.book, self.seq, now)
        self.told += [(now, notice) for notice in self.book.notices]
        self.book.notices.clear()
        assert check(self.book, now) == []

    def left(self) -> int:
        return self.book.balance(0).points


@pytest.mark.parametrize("seed", range(60))
def test_whoever_is_looked_at_when_due_hears_what_whoever_is_looked_at_hourly_hears(
    seed: int,
) -> None:
    due, hourly = Life(seed), Life(seed)
    ends = sorted({life.give() for life in (due, hourly) for _ in range(3)})
    last = max(ends) + 24 * HOUR
    while due.book.next_due_at <= last:
        due.look(due.book.next_due_at)
    for now in range(hourly.begin, last, HOUR):
        hourly.look(now)
    assert [notice for _, notice in due.told] == [notice for _, notice in hourly.told]
    assert due.left() == hourly.left() == 0
    assert all(notice.due_at == 2**63 - 1 for _, notice in due.told)


@pytest.mark.parametrize("seed", range(60))
def test_no_point_ends_unless_each_notice_came_in_time_or_the_end_was_put_off(seed: int) -> None:
    life = Life(seed)
    ends_at = life.give()
    looks = sorted(life.chance.randint(1, 90 * 24) for _ in range(life.chance.randint(1, 12)))
    looked = [life.begin + hours * HOUR for hours in looks]
    expected, since = ends_at, life.begin
    for now in looked:
        if expected <= now and life.left() == 0:
            break
        for days in life.days:  # as the concept tells it, for what nobody has looked at yet
            day = local_day_of(expected, ZONE) - days
            if since < start_of_day(day, ZONE) and start_of_day(day + 1, ZONE) <= now:
                expected = start_of_day(local_day_of(expected, ZONE) + days, ZONE)
        life.look(now)
        assert (life.left() > 0) == (now < expected)
        since = now
    assert len(life.told) == len({notice for _, notice in life.told})


def test_points_behind_a_missed_notice_are_spent_by_their_later_end() -> None:
    life = Life(0)
    terms = replace(TERMS[0], notices=(Promise(30, *ALWAYS),))
    life.book = Book(Batch(bytes(16), bytes(16), ZONE, {0: terms}), bytes(16))
    for day in (1, 20):
        ends_at = local(f"2027-02-{day:02d} 00:00")
        given = Grant(0, 5, 0, life.begin, life.begin, ends_at, 0)
        grant(life.book, day, 0, [given], life.begin, life.begin)
    settle(life.book, 30, local("2027-01-10 00:00"))  # too late for the first, early for the second
    spend(life.book, 31, 0, 5, local("2027-01-10 00:00"))
    (left,) = [lot for lot in life.book.lots.values() if lot.remaining]
    assert left.expires_at == local("2027-03-03 00:00")
