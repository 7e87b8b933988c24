"""What becomes of points as events, where a draft changes it: other points expire, another balance is left when a
period ends, or rules are about exchanges and redemptions that nobody was told of.

The points of both sides are lived through as the report does it: members use what they really used. What becomes of
them alike on both sides stands as it was recorded, and only the rest moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jifen.engine.events import Value, within_bounds
from jifen.intake.following.of_points import brought_by_expiry, brought_by_use
from jifen.intake.following.own_events import Brought
from jifen.intake.following.period_balances import BEHIND_ALL, ends_looked_at, fields_noted
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.events import EXPIRED, OF_POINTS, PERIOD_BALANCE
from jifen.programme.model import Currency
from jifen.whatif.holding import LivedLots, lived_by
from jifen.whatif.lives import NO_EVENT, Lived, LotsToLive
from jifen.whatif.people import Someone
from jifen.whatif.rows import PLACE, Returns, Row, past_of
from jifen.whatif.unions import Union, spells_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jifen.whatif.history import History, Integers, Reading
    from jifen.whatif.running import Judged, Replay

Thing = tuple[bytes, str, int, Value]
"""What such an event is about: whose it is, its kind, when, and the currency or the id of what was asked."""


class OfDraft(NamedTuple):
    """Which of the recorded events a draft does not have, by member and number; and what it has instead, by member."""

    gone: frozenset[tuple[bytes, int]] = frozenset()
    new: tuple[tuple[bytes, Brought], ...] = ()


AS_RECORDED = OfDraft()


class Side(NamedTuple):
    """A timeline whose rules ask, and whose points are lived through: those of a correction as they were published, for
    what it gives comes only once it is posted."""

    timeline: OpenProgramme
    judged: Judged


def of_draft(reading: Reading, published: Side, draft: Side, replay: Replay) -> OfDraft:
    """What becomes of points otherwise under a draft."""
    if not draft.timeline.points_events:
        return AS_RECORDED
    bank = published.timeline
    lived = _lived(bank, replay, published)
    was = dict(_becoming(bank, reading, published, replay, lived))
    would = dict(_becoming(bank, reading, draft, replay, _lived(bank, replay, draft, lived)))
    stands = dict(_standing(reading.rows, reading.returned))
    gone, new = set[tuple[bytes, int]](), list[tuple[bytes, Brought]]()
    for thing in dict.fromkeys([*was, *would]):
        if was.get(thing) == would.get(thing):
            continue
        seq, recorded = stands.get(thing, (0, None))
        coming = _moved(recorded, was.get(thing), would.get(thing))
        if coming == recorded:
            continue
        if recorded is not None:
            gone.add((thing[0], seq))
        if coming is not None:
            new.append((thing[0], coming))
    return OfDraft(frozenset(gone), tuple(sorted(new, key=lambda one: (one[0], one[1][:3]))))


def _moved(recorded: Brought | None, was: Brought | None, would: Brought | None) -> Brought | None:
    """What was recorded, moved by as many points as the draft moves what is lived through."""
    if recorded is None or was is None or would is None:
        return would
    points = sum(
        sign * int(one.fields["points"] or 0)
        for sign, one in ((1, recorded), (1, would), (-1, was))
    )
    if points <= 0 and would.kind == EXPIRED:
        return None
    return would._replace(fields=would.fields | {"points": within_bounds(points)})


def _standing(
    rows: Sequence[Row], returned: Returns
) -> Iterator[tuple[Thing, tuple[int, Brought]]]:
    """The recorded events, but those that were withdrawn, with their numbers."""
    for row in rows:
        whose, seq = row[PLACE["member_id"]], row[PLACE["member_seq"]]
        if row[PLACE["type"]] in OF_POINTS and (whose, seq) not in returned:
            event = past_of(row)
            fields = dict(event.payload.fields)
            stands = Brought(event.type, event.occurred_at, event.sequence, fields)
            yield _thing(whose, stands), (seq, stands)


def _thing(whose: bytes, one: Brought) -> Thing:
    about = one.fields.get("exchange") or one.fields.get("redemption") or one.fields["of_currency"]
    return whose, one.kind, one.occurred_at, about


def _lived(
    bank: OpenProgramme,
    replay: Replay,
    side: Side,
    published: Mapping[str, LivedLots] = MappingProxyType({}),
) -> dict[str, LivedLots]:
    """The points of a side lived through, by currency; `published`: those of the other side, if this is the draft's."""
    return {
        one.id: lived_by(bank, replay, side.judged, one, published.get(one.id))
        for one in side.timeline.programme.points
        if one.spendable
    }


def _becoming(
    bank: OpenProgramme,
    reading: Reading,
    side: Side,
    replay: Replay,
    lived_of: Mapping[str, LivedLots],
) -> Iterator[tuple[Thing, Brought]]:
    """What becomes of the points of a side until now."""
    timeline, people = side.timeline, _People(reading.people, reading.moves.unions, now_of(bank))
    found = [(whose, one) for whose, use in reading.uses for one in brought_by_use(timeline, use)]
    for currency in timeline.programme.points:
        if currency.spendable:
            lots, lived = lived_of[currency.id]
            given_for_expiry = _of_type(replay.history, lots.events, EXPIRED)
            found += _expired(timeline, currency, lots, lived, given_for_expiry, people)
            found += _noted(timeline, currency, lots, lived, people)
    return ((_thing(whose, one), one) for whose, one in found)


class _People:
    """Everybody, by place in the history, until now."""

    def __init__(self, everybody: Sequence[Someone], unions: Sequence[Union], now: int) -> None:
        self.everybody, self.now = everybody, now
        self._spells = spells_of(unions)

    def holder(self, place: int, at: int) -> int:
        """Who has at an instant what was a member's: whoever acts for the member while they are one."""
        for one in self._spells.get(place, ()):
            if one.since < at <= one.until:
                return self.holder(one.other, at)
        return place


def _of_type(history: History, events: Integers, kind: str) -> NDArray[np.bool_]:
    """Which events (NO_EVENT: none) are of a type."""
    code = history.type_names.index(kind) if kind in history.type_names else NO_EVENT
    if code == NO_EVENT:
        return np.zeros(len(events), bool)
    of_type: NDArray[np.bool_] = (events != NO_EVENT) & (history.types[events] == code)
    return of_type


def _expired(
    timeline: OpenProgramme,
    currency: Currency,
    lots: LotsToLive,
    lived: Lived,
    given_for_expiry: NDArray[np.bool_],
    people: _People,
) -> Iterator[tuple[bytes, Brought]]:
    """What expired of a currency, by whose it was; what points were given for that had expired ends without a word."""
    if EXPIRED not in timeline.points_events:
        return
    lasted = ((lots.expires_at > lots.earned_at) & ~given_for_expiry)[lived.ended.lots]
    ended = Counter[tuple[int, int]]()
    for place in np.flatnonzero(lasted & (lived.ended.at <= people.now)).tolist():
        lot, at, points = (int(column[place]) for column in lived.ended)
        ended[people.holder(int(lots.members[lot]), at), at] += points
    number = timeline.currency_number(currency.id)
    for (place, at), points in ended.items():
        for one in brought_by_expiry(timeline, at, number, points):
            yield people.everybody[place].member_id, one


def _noted(
    timeline: OpenProgramme, currency: Currency, lots: LotsToLive, lived: Lived, people: _People
) -> Iterator[tuple[bytes, Brought]]:
    """What was left of a currency when periods ended, where a ladder looks at it."""
    joined = [one.person.joined_at for one in people.everybody]
    if PERIOD_BALANCE not in timeline.points_events or not joined:
        return
    ended = lived.ended
    shifted = lived.shifted.T
    members = np.concatenate([lots.members, lived.users, lots.members[ended.lots], shifted[0]])
    moved_at = np.concatenate([lots.earned_at, lived.used_at, ended.at, shifted[1]])
    points = np.concatenate([lots.points, -lived.used, -ended.points, shifted[2]])
    for at, looked_at in ends_looked_at(timeline, min(joined), people.now):
        if looked_at != currency.id:
            continue
        holders = np.array([people.holder(place, at) for place in range(len(joined))], np.int64)
        by_then, balances = moved_at <= at, np.zeros(len(joined), np.int64)
        np.add.at(balances, holders[members[by_then]], points[by_then])
        alone = (holders == np.arange(len(joined))).tolist()
        for one, balance, own in zip(people.everybody, balances.tolist(), alone, strict=True):
            if own and one.person.joined_at < at:
                fields = fields_noted(currency.id, currency.scale, balance)
                yield one.member_id, Brought(PERIOD_BALANCE, at, BEHIND_ALL, fields)
