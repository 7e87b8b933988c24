"""Days that come back every year and are events by themselves: birthdays, and anniversaries of joining.

They happen at the local midnight with which the day begins, wherever the version in force then has a rule about them.
Whoever settles a member that time has come for puts them into the member's own inbox. Ids tell year and member, so
that making one twice is making it once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from jifen.engine.events import Value
from jifen.instants import NEVER, date_of, day_of, local_day_of, start_of_day
from jifen.intake.asking.commands import Event
from jifen.intake.gathering.facts import day_of_year
from jifen.intake.relations.deriving import Sent
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import ANNIVERSARY, BIRTHDAY, occasions_of

CLOCK = "clock"
"""Who asks for what only time brings."""


class Person(NamedTuple):
    """Whose days they are. `facts` may hold `birthday` as an ISO date."""

    external_id: str
    joined_at: int
    facts: Mapping[str, Value]


class Occasion(NamedTuple):
    """A day of a member: the instant with which it begins, of which kind, and how many years after the first."""

    at: int
    kind: str
    year: int
    years: int

    def event_of(self, member: str) -> Event:
        """The event that it is: `birthday/2027/ann`."""
        fields: dict[str, Value] = {"years": self.years} if self.kind == ANNIVERSARY else {}
        id = f"{self.kind}/{self.year}/{member}"
        return Event(id=id, member=member, type=self.kind, occurred_at=self.at, fields=fields)


def next_instant(programme: OpenProgramme, person: Person, after: int) -> int:
    """The first instant behind another at which time is to look for a day of this person; NEVER if there is none."""
    if not programme.occasions:  # as in most programmes; every batch asks
        return NEVER
    kinds = _by_kind(programme, person, after)
    return min((next(one.at for one in kind if one.at > after) for kind in kinds), default=NEVER)


def occasions_between(
    programme: OpenProgramme, person: Person, since: int, until: int
) -> list[Occasion]:
    """The days of a person from an instant up to and with another that rules are about, in order."""
    return sorted(
        one
        for kind in _by_kind(programme, person, since)
        for one in takewhile(lambda one: one.at <= until, kind)
        if one.at >= since and one.kind in occasions_of(programme.engine.plan_at(one.at).programme)
    )


def sent_by_time(programme: OpenProgramme, person: Person, since: int, until: int) -> list[Sent]:
    """What time puts into a member's own inbox for these days."""
    found = occasions_between(programme, person, since, until)
    return [Sent(person.external_id, one.event_of(person.external_id)) for one in found]


def _by_kind(programme: OpenProgramme, person: Person, since: int) -> Iterator[Iterator[Occasion]]:
    """The days of each kind that some version asks for, from the year of an instant on, without end."""
    first_days = {ANNIVERSARY: date_of(local_day_of(person.joined_at, programme.zone))}
    born = person.facts.get("birthday")
    if isinstance(born, str):
        first_days[BIRTHDAY] = dt.date.fromisoformat(born)
    begins = max(since, person.joined_at)
    year = date_of(local_day_of(begins, programme.zone)).year
    for kind in sorted(programme.occasions & first_days.keys()):
        yield _days(programme, person, kind, first_days[kind], year)


def _days(
    programme: OpenProgramme, person: Person, kind: str, first: dt.date, year: int
) -> Iterator[Occasion]:
    while True:
        at = start_of_day(day_of(day_of_year(first, year)), programme.zone)
        if at > person.joined_at:
            yield Occasion(at, kind, year, year - first.year)
        year += 1
