"""What is known of a member on a day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from jifen.instants import MONDAY, day_of, start_of_day
from jifen.intake.gathering.facts import DatedFact, FactsOverTime, facts_on


@pytest.mark.parametrize(
    ("born", "today", "birthday", "birthday_month"),
    [
        ("1990-05-17", "2026-05-17", True, True),
        ("1990-05-17", "2026-05-16", False, True),
        ("1990-05-17", "2026-06-17", False, False),
        ("1990-05-17", "1990-05-17", True, True),
        ("2000-02-29", "2024-02-29", True, True),
        ("2000-02-29", "2024-02-28", False, True),
        ("2000-02-29", "2026-02-28", True, True),
        ("2000-02-29", "2026-03-01", False, False),
        ("2000-02-29", "2100-02-28", True, True),
        ("2000-02-28", "2024-02-29", False, True),
        ("2000-12-31", "2026-01-01", False, False),
    ],
)
def test_the_birthday_and_its_month(
    born: str, today: str, birthday: bool, birthday_month: bool
) -> None:
    facts = facts_on(_day(today), {"birthday": born}, _day("2020-01-01"), MONDAY)
    assert (facts["birthday"], facts["birthday_month"]) == (birthday, birthday_month)


@pytest.mark.parametrize(
    ("born", "today", "within"),
    [
        ("1990-05-17", "2026-05-11", True),  # a Monday; the birthday is the Sunday of that week
        ("1990-05-17", "2026-05-17", True),
        ("1990-05-17", "2026-05-18", False),
        ("1990-01-02", "2025-12-29", True),  # the week goes over the end of the year
        ("2000-02-29", "2026-02-23", True),  # kept on Saturday the 28th
        ("2000-02-29", "2026-03-02", False),
    ],
)
def test_the_week_of_the_birthday_is_from_monday_to_sunday(
    born: str, today: str, within: bool
) -> None:
    assert (
        facts_on(_day(today), {"birthday": born}, _day("2020-01-01"), MONDAY)["birthday_week"]
        is within
    )


def test_the_week_of_the_birthday_begins_when_the_programme_says() -> None:
    born, joined = {"birthday": "1990-05-17"}, _day("2020-01-01")  # in 2026 a Sunday
    found = {
        today: facts_on(_day(today), born, joined, 7)["birthday_week"]
        for today in ("2026-05-16", "2026-05-17", "2026-05-23", "2026-05-24")
    }
    assert list(found.values()) == [False, True, True, False]


def test_of_who_named_no_birthday_none_is_known() -> None:
    facts = facts_on(_day("2026-05-17"), {"city": "Chengdu"}, _day("2026-05-10"), MONDAY)
    assert facts == {"city": "Chengdu", "days_since_joining": 7}


def test_before_joining_the_days_since_are_below_zero() -> None:
    assert facts_on(_day("2026-05-17"), {}, _day("2026-05-20"), MONDAY) == {
        "days_since_joining": -3
    }


def _day(date: str) -> int:
    return day_of(dt.date.fromisoformat(date))


SHANGHAI = ZoneInfo("Asia/Shanghai")


def _fact(day: str, value: str, hour: int = 0) -> DatedFact:
    return DatedFact(start_of_day(_day(day), SHANGHAI) + hour * 3600 * 10**6, "star", value)


def test_a_fact_holds_from_its_local_day_on_whatever_is_said_first() -> None:
    known = FactsOverTime({"star": "three", "city": "Suzhou"})
    assert known.add(_fact("2026-03-04", "five", hour=23)) == "five"
    assert known.add(_fact("2026-03-02", "four")) == "five"  # which still holds in the present
    days = {day: known.on(_day(day), SHANGHAI)["star"] for day in DAYS}
    assert days == {DAYS[0]: "three", DAYS[1]: "four", DAYS[2]: "four", DAYS[3]: "five"}
    assert known.on(_day(DAYS[0]), SHANGHAI)["city"] == "Suzhou"


DAYS = ("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04")


def test_of_two_facts_of_one_day_the_later_holds_and_of_one_instant_what_was_said_last() -> None:
    known = FactsOverTime({})
    known.add(_fact("2026-03-02", "noon", hour=12))
    assert known.add(_fact("2026-03-02", "morning", hour=8)) == "noon"
    assert known.on(_day("2026-03-02"), SHANGHAI) == {"star": "noon"}
    assert known.add(_fact("2026-03-02", "put right", hour=12)) == "put right"
    assert known.on(_day("2026-03-02"), SHANGHAI) == {"star": "put right"}
    assert known.on(_day("2026-03-01"), SHANGHAI) == {}
