"""Dated facts of a member: looked up when an event is first evaluated, then recorded on it for ever."""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import insort
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jifen.engine.events import Known
from jifen.instants import date_of, first_day_of_week, local_day_of
from jifen.intake.asking.metadata import FACT as METADATA

GUEST = "guest"
"""The fact by which somebody is known whom only a card, a device or the like stands for."""
NOBODY = ""
"""The value of a fact that names a member, where there is none any more."""
REFERRER = "referrer"
"""The fact under which a member's referrer is kept."""
ABSORBED = "absorbed"
"""The fact of who was merged into a member, by names: whoever is one of them is a relation no more."""
NOT_LOOKED_AT = ("birthday", REFERRER, ABSORBED, GUEST, METADATA)
"""Of what is known of a member: rules look only at what follows from it."""


class DatedFact(NamedTuple):
    """A fact that holds from the local day of an instant on."""

    since: int
    name: str
    value: Known


@dataclass(slots=True)
class FactsOverTime:
    """What was known of a member when they joined, and what holds since later: of two of one name and instant, what was
    said last."""

    at_first: Mapping[str, Known]
    dated: list[DatedFact] = field(default_factory=list)

    def add(self, said: DatedFact) -> Known:
        """Put in what is said now; the value that the fact has in the present."""
        insort(self.dated, said, key=lambda fact: fact.since)
        return next(fact.value for fact in reversed(self.dated) if fact.name == said.name)

    def on(self, day: int, zone: ZoneInfo) -> dict[str, Known]:
        """What is known on a local day."""
        since = {
            fact.name: fact.value for fact in self.dated if local_day_of(fact.since, zone) <= day
        }
        return {**self.at_first, **since}


def names_absorbed(known: Mapping[str, Known]) -> tuple[str, ...]:
    """Who was merged into a member."""
    absorbed = known.get(ABSORBED, ())
    return tuple(absorbed) if isinstance(absorbed, tuple | list) else ()


def with_absorbed(known: Mapping[str, Known], names: Collection[str]) -> dict[str, Known]:
    """What is known of a member into whom another of these names is merged."""
    return {**known, ABSORBED: tuple(sorted({*names_absorbed(known), *names}))}


def without_absorbed(known: Mapping[str, Known], names: Collection[str]) -> dict[str, Known]:
    """What is known of a member from whom another of these names is parted."""
    left = tuple(one for one in names_absorbed(known) if one not in names)
    rest = {fact: value for fact, value in known.items() if fact != ABSORBED}
    return {**rest, ABSORBED: left} if left else rest


def of_others(
    facts: Mapping[str, Known], relations: Collection[str], own_names: Collection[str]
) -> dict[str, Known]:
    """Facts without relations that the member is, or turned out to be."""
    return {
        name: value
        for name, value in facts.items()
        if not (name in relations and value in own_names)
    }


def facts_on(
    day: int, known: Mapping[str, Known], joined_day: int, week_starts: int
) -> dict[str, Known]:
    """The facts that rules may look at on a local day. `known` may hold `birthday` as an ISO date; of a relation who is
    nobody any more nothing is known.

    `week_starts`: the weekday with which weeks begin. Someone born on 29 February has the birthday on the 28th in
    other years.
    """
    facts = {
        name: value
        for name, value in known.items()
        if name not in NOT_LOOKED_AT and value != NOBODY
    }
    facts["days_since_joining"] = day - joined_day
    born = known.get("birthday")
    if isinstance(born, str):
        facts |= _birthday_facts(day, dt.date.fromisoformat(born), week_starts)
    return facts


def _birthday_facts(day: int, born: dt.date, week_starts: int) -> dict[str, Known]:
    today, first = date_of(day), first_day_of_week(day, week_starts)
    week = (date_of(first + place) for place in range(7))
    return {
        "birthday_month": today.month == born.month,
        "birthday_week": any(_is_birthday(date, born) for date in week),
        "birthday": _is_birthday(today, born),
    }


def _is_birthday(date: dt.date, born: dt.date) -> bool:
    return date == day_of_year(born, date.year)


def day_of_year(date: dt.date, year: int) -> dt.date:
    """When a day that comes back every year is kept in another year: 29 February on the 28th."""
    leap_day = (date.month, date.day) == (2, 29) and not calendar.isleap(year)
    return date.replace(year=year, day=28) if leap_day else date.replace(year=year)
