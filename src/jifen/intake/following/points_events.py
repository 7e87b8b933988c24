"""What becomes of a member's points, as events of their own: that they expired, were exchanged or redeemed.

They follow from what is posted, whatever posted it. So a batch that has let points expire, given them back, exchanged
or redeemed them compares, once it is written, what is to stand with what does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from jifen.db.arrays import bigints, integers
from jifen.db.statements import statements
from jifen.engine.events import Value
from jifen.instants import LONG_AGO, NEVER
from jifen.intake.following.of_points import (
    EVENT_OF_USE,
    Use,
    brought_by_expiry,
    brought_by_use,
)
from jifen.intake.following.own_events import Brought
from jifen.intake.following.period_balances import balances_noted
from jifen.intake.following.standing import Stands, differing, standing
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.history import Sql, past_event, returns_of_members
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.relations.deriving import Sent
from jifen.intake.relations.inbox import waiting_for
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import EXPIRED, OF_POINTS, PERIOD_BALANCE

_decode_fields: Final = msgspec.json.Decoder(dict[str, Value]).decode
SQL = statements(Path(__file__).with_suffix(".sql"))


class Lapse(NamedTuple):
    """Points of a lot that expired at an instant, or (less than 0) that do so no longer."""

    lot: tuple[int, int]
    currency: int
    expires_at: int
    at: int
    points: int


class Touched(NamedTuple):
    """What to look at again of a member: exchanges and redemptions, by the numbers of their commands, and lots that
    ended or came back. None: all that ever were."""

    commands: frozenset[int] | None = None
    lots: frozenset[tuple[int, int]] | None = None


WHOLE = Touched()


Thing = tuple[str, Value]
"""What an event of points is about: its kind, and the id of the exchange or redemption, or the instant of expiry."""


class OfPoints(NamedTuple):
    """What is to stand in a member's history because of what became of points; and about which things, with their
    instants, nothing else may."""

    brought: list[Brought]
    things: dict[Thing, int]


def sent_by_points(sql: Sql, work: Work, cases: Iterable[Case]) -> list[Sent]:
    """What goes into inboxes of members' own because of what a batch, written but for this, did to their points."""
    cases_by_id = {UUID(bytes=case.member_id): case for case in cases if not case.merged}
    touched = {
        member_id: of_member
        for member_id, case in cases_by_id.items()
        if (of_member := _touched(work, case)) is not None
    }
    if not touched:
        return []
    wanted = brought_by_points(sql, work.programme, touched, dict.fromkeys(touched, work.now))
    stands = standing_of_points(sql, work.programme, touched, wanted)
    return [
        Sent(name, asked)
        for member_id, of_points in wanted.items()
        if (name := cases_by_id[member_id].external_id)
        for _, _, asked in differing(name, of_points.brought, stands[member_id])
    ]


def _touched(work: Work, case: Case) -> Touched | None:
    """Which points of a member expired or were exchanged, or no longer are: all, where they count otherwise under a
    correction. None if none did."""
    if case.caught_up or case.member_id in work.parted:
        return WHOLE
    if PERIOD_BALANCE in work.programme.points_events:
        return WHOLE
    lots = frozenset(number for number, lot in case.book.lots.items() if lot.expired)
    commands = frozenset(work.exchanged.get(case.member_id, ()))
    return Touched(commands, lots) if lots or commands else None


def brought_by_points(
    sql: Sql, programme: OpenProgramme, touched: Mapping[UUID, Touched], until: Mapping[UUID, int]
) -> dict[UUID, OfPoints]:
    """What is to stand in members' histories because of what became of their points, as far as that was touched and up
    to an instant for each."""
    found = {member_id: OfPoints([], {}) for member_id in touched}
    if EXPIRED in programme.points_events:
        for member_id, lapses in _lapses(sql, programme, touched).items():
            lots, (brought, things) = touched[member_id].lots, found[member_id]
            things |= {
                (EXPIRED, one.at): one.at for one in lapses if lots is None or one.lot in lots
            }
            expired = _expired(programme, lapses)
            brought += (one for one in expired if (EXPIRED, one.occurred_at) in things)
    for member_id, use in uses_asked_for(sql, programme, touched):
        brought, things = found[member_id]
        things[EVENT_OF_USE[use.kind], use.id] = use.at
        brought += brought_by_use(programme, use)
    for member_id, noted in balances_noted(sql, programme, until).items():
        found[member_id].brought.extend(noted)
    return found


def uses_asked_for(
    sql: Sql, programme: OpenProgramme, touched: Mapping[UUID, Touched]
) -> Iterator[tuple[UUID, Use]]:
    """The exchanges and redemptions of members, as far as they were touched, of kinds that rules are about."""
    kinds = [command for command, kind in EVENT_OF_USE.items() if kind in programme.points_events]
    if kinds and (asked := _asked(programme, touched)):
        for member_id, *row, fields in sql.execute(SQL["uses"], asked | {"kinds": kinds}):
            use = Use(*row)
            yield member_id, use._replace(fields=_decode_fields(fields)) if fields else use


def _asked(programme: OpenProgramme, touched: Mapping[UUID, Touched]) -> dict[str, object]:
    """The commands that were touched, from number to number; nothing if none were."""
    asked = [
        (member_id, *numbers)
        for member_id, (commands, _) in touched.items()
        for numbers in ([(1, NEVER)] if commands is None else ((of, of) for of in commands))
    ]
    return _spans(programme, asked) if asked else {}


def _spans(programme: OpenProgramme, spans: Collection[tuple[UUID, int, int]]) -> dict[str, object]:
    return {
        "programme_id": programme.programme_id,
        "member_ids": [member_id for member_id, _, _ in spans],
        "firsts": bigints([first for _, first, _ in spans]),
        "lasts": bigints([last for _, _, last in spans]),
    }


def _lapses(
    sql: Sql, programme: OpenProgramme, touched: Mapping[UUID, Touched]
) -> dict[UUID, list[Lapse]]:
    """What ended of members' lots, and of all that ended with those that were touched."""
    lots = [(member_id, *lot) for member_id, (_, of) in touched.items() for lot in of or ()]
    values = {
        "programme_id": programme.programme_id,
        "member_ids": [member_id for member_id, (_, of) in touched.items() if of is None],
        "lot_members": [member_id for member_id, _, _ in lots],
        "lot_seqs": bigints([seq for _, seq, _ in lots]),
        "lot_rows": integers([row_no for _, _, row_no in lots]),
    }
    found: dict[UUID, list[Lapse]] = {}
    for member_id, seq, row_no, *rest in sql.execute(SQL["lapses"], values):
        found.setdefault(member_id, []).append(Lapse((seq, row_no), *rest))
    return found


def _expired(programme: OpenProgramme, lapses: Iterable[Lapse]) -> Iterator[Brought]:
    """One event for each instant at which whole points of a currency ended, and have not come back.

    What came back of a lot is what expired last of it. A lot that was ended before its time, as by a claim, did not
    expire.
    """
    of_lots: dict[tuple[int, int], list[Lapse]] = {}
    for lapse in lapses:
        of_lot = of_lots.setdefault(lapse.lot, [])
        if lapse.points > 0:
            of_lot.append(lapse)
        back = -lapse.points
        while back > 0 and of_lot:
            last = of_lot.pop()
            if last.points > back:
                of_lot.append(last._replace(points=last.points - back))
            back -= last.points
    ended: dict[tuple[int, int], int] = {}
    for lapse in (one for of_lot in of_lots.values() for one in of_lot):
        if lapse.at >= lapse.expires_at:
            place = lapse.at, lapse.currency
            ended[place] = ended.get(place, 0) + lapse.points
    for (at, currency), points in sorted(ended.items()):
        yield from brought_by_expiry(programme, at, currency, points)


def standing_of_points(
    sql: Sql, programme: OpenProgramme, touched: Mapping[UUID, Touched], of: Mapping[UUID, OfPoints]
) -> dict[UUID, list[Stands]]:
    """What stands in members' histories about the same things, with what still waits in the inbox."""
    events: dict[UUID, list[PastEvent]] = {member_id: [] for member_id in of}
    spans = [
        (member_id, *span)
        for member_id, (_, things) in of.items()
        for span in (
            [(LONG_AGO, NEVER)]
            if touched[member_id] == WHOLE
            else {(at, at) for at in things.values()}
        )
    ]
    values = _spans(programme, spans) | {"types": sorted(OF_POINTS)}
    for member_id, *row in sql.execute(SQL["events_of_types"], values):
        events[member_id].append(past_event(row))
    returns = returns_of_members(sql, programme, list(of))
    waiting = waiting_for(sql, programme, of.keys())
    return {
        member_id: [
            one
            for one in standing(known, returns[member_id], waiting.get(member_id, ()), OF_POINTS)
            if touched[member_id] == WHOLE or _thing(one) in of[member_id].things
        ]
        for member_id, known in events.items()
    }


def _thing(one: Stands) -> Thing:
    kind = one.id.split("/")[0]
    return kind, one.fields.get("exchange", one.fields.get("redemption", one.occurred_at))
