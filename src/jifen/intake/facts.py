"""Dated facts of a member: looked up when an event is first evaluated, then recorded on it for ever."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping

from jifen.engine.events import Value
from jifen.instants import date_of


def facts_on(day: int, known: Mapping[str, Value], joined_day: int) -> dict[str, Value]:
    """The facts that rules may look at on a local day. `known` may hold `birthday` as an ISO date.

    Someone born on 29 February has the birthday on the 28th in other years.
    """
    facts = {name: value for name, value in known.items() if name != "birthday"}
    facts["days_since_joining"] = day - joined_day
    born = known.get("birthday")
    if isinstance(born, str):
        facts |= _birthday_facts(date_of(day), dt.date.fromisoformat(born))
    return facts


def _birthday_facts(today: dt.date, born: dt.date) -> dict[str, Value]:
    leap_day = (born.month, born.day) == (2, 29) and not calendar.isleap(today.year)
    return {
        "birthday_month": today.month == born.month,
        "birthday": today.month == born.month and today.day == (28 if leap_day else born.day),
    }
