"""What expires of a made-up population's points, as events of its year, where rules are about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from jifen.instants import local_day_of
from jifen.intake.following.of_points import brought_by_expiry
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.payload import Payload, encode_payload
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.events import EXPIRED
from jifen.whatif.days_of_population import DayOfOne, put_in
from jifen.whatif.holding import LivedLots, lived_by
from jifen.whatif.lives import NO_EVENT
from jifen.whatif.population import Population, birthday_of, member_name
from jifen.whatif.sides import BOTH, DRAFT, PUBLISHED

if TYPE_CHECKING:
    from jifen.engine.events import Known
    from jifen.whatif.history import History
    from jifen.whatif.running import Judged, Replay

_MOST_ROUNDS: Final = 60
"""What expires brings points, which expire in turn: each round settles what is earlier than the one before."""


def with_endings(
    history: History,
    population: Population,
    sides: Sequence[OpenProgramme],
    judge: Callable[[History], Replay],
) -> Replay:
    """The history judged with everything that expires in it. `sides`: what is published, and a draft if there is one;
    `judge`: how a history is judged."""
    found, before = judge(history), [set[DayOfOne]() for _ in sides]
    facts = _Facts(population, sides[0])
    for _ in range(_MOST_ROUNDS):
        judged = (found.published, found.draft)
        endings = [
            set(_endings(sides[0], side, found, of_side, facts))
            for side, of_side in zip(sides, judged, strict=False)
        ]
        if endings == before:
            break
        before = endings
        found = judge(_with(history, endings))
    return found


class _Facts:
    """What is known of members on a day, as rules look at it; members of one birthday alike."""

    def __init__(self, population: Population, programme: OpenProgramme) -> None:
        self.population, self.programme = population, programme
        self._known: dict[tuple[int, int], dict[str, Known]] = {}

    def on(self, member: int, day: int) -> dict[str, Known]:
        code = int(self.population.birthdays[member])
        known = self._known.get((code, day))
        if known is None:
            of_member = {"birthday": birthday_of(code)}
            weeks = self.programme.programme.week_starts
            known = facts_on(day, of_member, self.population.first_day, weeks)
            self._known[code, day] = known
        return known


def _endings(
    bank: OpenProgramme, timeline: OpenProgramme, replay: Replay, side: Judged, facts: _Facts
) -> Iterator[DayOfOne]:
    """What expires on a side until now; what points were given for that had expired ends without a word."""
    for currency in timeline.programme.points if EXPIRED in timeline.points_events else ():
        if not currency.spendable:
            continue
        number = timeline.currency_number(currency.id)
        for member, at, points in _sums(bank, replay, lived_by(bank, replay, side, currency)):
            for one in brought_by_expiry(timeline, at, number, points):
                day = local_day_of(at, bank.zone)
                payload = encode_payload(Payload(fields=one.fields, facts=facts.on(member, day)))
                id = one.id_for(member_name(member))
                yield DayOfOne(member, at, day, EXPIRED, id, payload)


def _sums(bank: OpenProgramme, replay: Replay, of_side: LivedLots) -> Iterator[tuple[int, ...]]:
    """Member, instant, and how many points ended then."""
    lots, ended = of_side.lots, of_side.lived.ended
    names, events = replay.history.type_names, lots.events
    code = names.index(EXPIRED) if EXPIRED in names else NO_EVENT
    given_for_expiry = (replay.history.types[events] == code) & (code != NO_EVENT)
    lasted = (lots.expires_at > lots.earned_at) & ~given_for_expiry
    chosen = lasted[ended.lots] & (ended.at <= now_of(bank))
    places = np.stack([lots.members[ended.lots[chosen]], ended.at[chosen]])
    unlike, of_each = np.unique(places, axis=1, return_inverse=True)
    sums = np.zeros(unlike.shape[1], np.int64)
    np.add.at(sums, of_each.ravel(), ended.points[chosen])
    return zip(*unlike.tolist(), sums.tolist(), strict=True)


def _with(history: History, endings: Sequence[set[DayOfOne]]) -> History:
    """The history with what expired, on the sides on which it did."""
    both = set.intersection(*endings)
    rows = [(one, BOTH) for one in both]
    if len(endings) > 1:
        for side, own in zip((PUBLISHED, DRAFT), endings, strict=True):
            rows += [(one, side) for one in own - both]
    sides = np.array([side for _, side in rows], np.int64)
    return put_in(history, [one for one, _ in rows], sides)
