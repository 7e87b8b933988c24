"""What time brings round and is an event by itself: birthdays, anniversaries of joining, the ends of periods.

A day happens at the local midnight with which it begins, a period ends with its last microsecond; wherever the version
in force then has a rule about it. Whoever settles a member that time has come for puts them into the member's own
inbox. Ids tell time and member, so that making one twice is making it once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from jifen.engine.events import Known, Value
from jifen.instants import (
    NEVER,
    date_of,
    day_of,
    ends_of_periods,
    local_day_of,
    start_of_day,
)
from jifen.intake.asking.commands import Event
from jifen.intake.gathering.facts import GUEST, day_of_year
from jifen.intake.relations.deriving import Sent
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import (
    ANNIVERSARY,
    BIRTHDAY,
    MEMBERSHIP_YEAR_END,
    MONTHS_OF_PERIOD,
    occasions_of,
)


class Person(NamedTuple):
    """Whose days they are. `facts` may hold `birthday` as an ISO date."""

    external_id: str
    joined_at: int
    facts: Mapping[str, Known]


class Occasion(NamedTuple):
    """Something that comes round for a member: when, of which kind, which one of them (`2027`, `2027-05`), and how many
    years after the first, where that is asked."""

    at: int
    kind: str
    which: str
    years: int = 0

    def event_of(self, member: str) -> Event:
        """The event that it is: `birthday/2027/ann`, `month_end/2027-05/ann`."""
        fields: dict[str, Value] = {"years": self.years} if self.kind in _COUNTED else {}
        id = f"{self.kind}/{self.which}/{member}"
        return Event(id=id, member=member, type=self.kind, occurred_at=self.at, fields=fields)


_COUNTED = (ANNIVERSARY, MEMBERSHIP_YEAR_END)


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
    """What comes round of each kind that some version asks for, from the period of an instant on, without end."""
    joined = date_of(local_day_of(person.joined_at, programme.zone))
    first_days = (
        {} if GUEST in person.facts else dict.fromkeys(_COUNTED, joined)
    )  # a guest never joined
    born = person.facts.get("birthday")
    if isinstance(born, str):
        first_days[BIRTHDAY] = dt.date.fromisoformat(born)
    begins = date_of(local_day_of(max(since, person.joined_at), programme.zone))
    for kind in sorted(programme.occasions & first_days.keys()):
        yield _days(programme, person, kind, first_days[kind], begins.year)
    for kind in sorted(programme.occasions & MONTHS_OF_PERIOD.keys()):
        yield _ends(programme, person, kind, start_of_day(day_of(begins), programme.zone))


def _days(
    programme: OpenProgramme, person: Person, kind: str, first: dt.date, year: int
) -> Iterator[Occasion]:
    """Days that come back every year; what ends with one does so just before it."""
    before = 1 if kind == MEMBERSHIP_YEAR_END else 0
    while True:
        at = start_of_day(day_of(day_of_year(first, year)), programme.zone) - before
        if at > person.joined_at:
            yield Occasion(at, kind, str(year), year - first.year)
        year += 1


def _ends(programme: OpenProgramme, person: Person, kind: str, since: int) -> Iterator[Occasion]:
    """The ends of the calendar periods from the one of an instant on."""
    for at in ends_of_periods(MONTHS_OF_PERIOD[kind], since, programme.zone):
        if at > person.joined_at:
            last = date_of(local_day_of(at, programme.zone))
            yield Occasion(at, kind, f"{last.year}-{last.month:02}")
