"""What becomes of a member's points, as events of their own: that they expired, were exchanged or redeemed.

They follow from what is posted, whatever posted it. So a batch that has let points expire, given them back, exchanged
or redeemed them compares, once it is written, what is to stand with what does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from jifen.db.statements import statements
from jifen.engine.events import Value
from jifen.intake.following.own_events import Brought
from jifen.intake.following.period_balances import balances_noted
from jifen.intake.following.standing import Stands, differing, standing
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.history import Sql, past_event, returns_of_members
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.relations.deriving import Sent
from jifen.intake.relations.inbox import waiting_for
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import (
    EXCHANGED,
    EXPIRED,
    OF_POINTS,
    PERIOD_BALANCE,
    REDEEMED,
    points_events_of,
)

SQL = statements(Path(__file__).with_suffix(".sql"))


class Lapse(NamedTuple):
    """Points of a lot that expired at an instant, or (less than 0) that do so no longer."""

    lot: tuple[int, int]
    currency: int
    expires_at: int
    at: int
    points: int


def sent_by_points(sql: Sql, work: Work, cases: Iterable[Case]) -> list[Sent]:
    """What goes into inboxes of members' own because of what a batch, written but for this, did to their points."""
    moved = {UUID(bytes=case.member_id): case for case in cases if _is_moved(work, case)}
    if not moved:
        return []
    wanted = brought_by_points(sql, work.programme, dict.fromkeys(moved, work.now))
    stands = standing_of_points(sql, work.programme, moved)
    return [
        Sent(case.external_id, asked)
        for member_id, case in moved.items()
        for _, _, asked in differing(case.external_id, wanted[member_id], stands[member_id])
    ]


def _is_moved(work: Work, case: Case) -> bool:
    """Whether points of a member expired or were exchanged, or no longer are, or count otherwise under a correction."""
    if case.merged:  # what it was given stands as it is
        return False
    if PERIOD_BALANCE in work.programme.points_events:
        return True
    again = case.caught_up or case.member_id in work.used_or_parted
    return again or any(lot.expired for lot in case.book.lots.values())


def brought_by_points(
    sql: Sql, programme: OpenProgramme, until: Mapping[UUID, int]
) -> dict[UUID, list[Brought]]:
    """What is to stand in members' histories because of what became of their points, up to an instant for each."""
    found: dict[UUID, list[Brought]] = {member_id: [] for member_id in until}
    values = {"programme_id": programme.programme_id, "member_ids": list(until)}
    if EXPIRED in programme.points_events:
        lapses: dict[UUID, list[Lapse]] = {}
        for member_id, seq, row_no, *rest in sql.execute(SQL["lapses"], values):
            lapses.setdefault(member_id, []).append(Lapse((seq, row_no), *rest))
        for member_id, of_member in lapses.items():
            found[member_id] += _expired(programme, of_member)
    if EXCHANGED in programme.points_events:
        for member_id, *exchange in sql.execute(SQL["exchanges"], values):
            found[member_id] += _exchanged(programme, *exchange)
    if REDEEMED in programme.points_events:
        for member_id, *redemption in sql.execute(SQL["redemptions"], values):
            found[member_id] += _redeemed(programme, *redemption)
    for member_id, noted in balances_noted(sql, programme, until).items():
        found[member_id] += noted
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
        while back > 0:
            last = of_lot.pop()
            if last.points > back:
                of_lot.append(last._replace(points=last.points - back))
            back -= last.points
    ended: dict[tuple[int, int], int] = {}
    for lapse in (one for of_lot in of_lots.values() for one in of_lot):
        if lapse.at >= lapse.expires_at:
            place = lapse.at, lapse.currency
            ended[place] = ended.get(place, 0) + lapse.points
    rewards = {programme.currency_number(one.id) for one in programme.programme.rewards}
    for (at, currency), points in sorted(ended.items()):
        if currency not in rewards and (whole := _whole(programme, currency, points)):
            fields: dict[str, Value] = {
                "of_currency": programme.engine.currencies[currency],
                "points": whole,
            }
            yield from _where_a_rule_asks(programme, Brought(EXPIRED, at, 0, fields))


def _exchanged(
    programme: OpenProgramme,
    exchange_id: str,
    at: int,
    currency: int,
    points: int,
    to: int,
    received: int,
) -> Iterator[Brought]:
    """The event of an exchange, as far as it was not undone."""
    names = programme.engine.currencies
    if whole := _whole(programme, currency, points):
        fields: dict[str, Value] = {
            "from_currency": names[currency],
            "to_currency": names[to],
            "points": whole,
            "received": _whole(programme, to, received),
            "exchange": exchange_id,
        }
        yield from _where_a_rule_asks(programme, Brought(EXCHANGED, at, 0, fields))


def _redeemed(
    programme: OpenProgramme,
    redemption_id: str,
    at: int,
    currency: int,
    points: int,
    reward: int,
    quantity: int,
) -> Iterator[Brought]:
    """The event of a redemption, as far as it was not undone."""
    names = programme.engine.currencies
    if quantity:
        fields: dict[str, Value] = {
            "reward": names[reward],
            "quantity": quantity,
            "of_currency": names[currency],
            "points": _whole(programme, currency, points),
            "redemption": redemption_id,
        }
        yield from _where_a_rule_asks(programme, Brought(REDEEMED, at, 0, fields))


def _where_a_rule_asks(programme: OpenProgramme, brought: Brought) -> Iterator[Brought]:
    document = programme.engine.plan_at(brought.occurred_at).programme
    if brought.kind in points_events_of(document):
        yield brought


def _whole(programme: OpenProgramme, currency: int, points: int) -> int:
    """Whole points, which an event counts: parts of one are left out, and rewards, which are none."""
    name = programme.engine.currencies[currency]
    scales = {one.id: one.scale for one in programme.programme.points}
    return points // int(10 ** scales[name]) if name in scales else 0


def standing_of_points(
    sql: Sql, programme: OpenProgramme, member_ids: Collection[UUID]
) -> dict[UUID, list[Stands]]:
    """What stands in members' histories of such events, with what still waits in the inbox."""
    events: dict[UUID, list[PastEvent]] = {member_id: [] for member_id in member_ids}
    values = {
        "programme_id": programme.programme_id,
        "member_ids": list(member_ids),
        "types": sorted(OF_POINTS),
    }
    for member_id, *row in sql.execute(SQL["events_of_types"], values):
        events[member_id].append(past_event(row))
    returns = returns_of_members(sql, programme, list(member_ids))
    waiting = waiting_for(sql, programme, member_ids)
    return {
        member_id: standing(of_member, returns[member_id], waiting.get(member_id, ()), OF_POINTS)
        for member_id, of_member in events.items()
    }
