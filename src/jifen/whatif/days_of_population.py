"""What a made-up population did not do itself, put into its history: birthdays, anniversaries and ends of periods where
rules are about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jifen.instants import local_day_of, start_of_day
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.payload import Payload, encode_payload
from jifen.intake.occasions import Occasion, Person, occasions_between
from jifen.intake.versions.opening import OpenProgramme
from jifen.whatif.population import DAYS, Population, birthday_of, member_name
from jifen.whatif.sides import BOTH

if TYPE_CHECKING:
    from jifen.whatif.history import History, Integers


class DayOfOne(NamedTuple):
    """A day of one member, as a history has its events."""

    member: int
    at: int
    day: int
    kind: str
    id: str
    payload: bytes


def with_days(
    history: History, population: Population, programmes: Sequence[OpenProgramme]
) -> History:
    """The population's history with every day that a rule of some programme is about."""
    return put_in(history, list(_days(population, programmes)))


def put_in(history: History, days: Sequence[DayOfOne], sides: Integers | None = None) -> History:
    """A history with more events, which stand on `sides` (days,); None: on all."""
    if not days:
        return history
    names = list(dict.fromkeys([*history.type_names, *(one.kind for one in days)]))
    codes = {name: code for code, name in enumerate(names)}
    at = np.array([one.at for one in days], np.int64)
    members = np.concatenate([history.members, [one.member for one in days]])
    occurred_at = np.concatenate([history.occurred_at, at])
    order = np.lexsort((occurred_at, members))
    ids, payloads = (
        [*history.ids, *(one.id for one in days)],
        [*history.payloads, *(one.payload for one in days)],
    )
    types = np.array([codes[one.kind] for one in days], np.int64)
    if sides is not None:
        sides = np.concatenate([np.full(len(history), BOTH), sides])[order]
    return replace(
        history,
        members=members[order],
        occurred_at=occurred_at[order],
        days=np.concatenate([history.days, [one.day for one in days]])[order],
        types=np.concatenate([history.types, types])[order],
        ids=[ids[place] for place in order.tolist()],
        type_names=names,
        payloads=[payloads[place] for place in order.tolist()],
        recorded_at=np.concatenate([history.recorded_at, at])[order],
        sides=sides,
    )


def _days(population: Population, programmes: Sequence[OpenProgramme]) -> Iterator[DayOfOne]:
    """In order of members and history. All joined on one day: who shares a birthday shares all days."""
    if not any(programme.occasions for programme in programmes):
        return
    over = start_of_day(population.first_day + DAYS, programmes[0].zone) - 1
    of_birthday = {
        code: days_of_birthday(code, population.first_day, programmes, over)
        for code in np.unique(population.birthdays).tolist()
    }
    for member, code in enumerate(population.birthdays.tolist()):
        for one, day, payload in of_birthday[code]:
            id = one.event_of(member_name(member)).id
            yield DayOfOne(member, one.at, day, one.kind, id, payload)


def days_of_birthday(
    code: int, first_day: int, programmes: Sequence[OpenProgramme], until: int
) -> list[tuple[Occasion, int, bytes]]:
    """What comes round until an instant for whoever has a birthday, each with its local day and payload."""
    zone, known = programmes[0].zone, {"birthday": birthday_of(code)}
    person = Person("", start_of_day(first_day, zone), known)
    found = {
        one
        for programme in programmes
        for one in occasions_between(programme, person, person.joined_at, until)
    }
    days = []
    for one in sorted(found):
        day = local_day_of(one.at, zone)
        fields = one.event_of("").fields
        facts = facts_on(day, known, first_day, programmes[0].programme.week_starts)
        payload = Payload(fields=fields, facts=facts)
        days.append((one, day, encode_payload(payload)))
    return days
