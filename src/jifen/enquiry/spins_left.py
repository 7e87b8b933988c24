"""What a member may still spin: free spins of today, tickets, and what the limit of the round leaves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from jifen.db.arrays import texts, uuids
from jifen.db.snapshot import snapshot_by_one_cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import settled_case
from jifen.instants import local_day_of
from jifen.intake.draws.free_spins import free_days_of, free_left
from jifen.intake.draws.wheels import SQL as WHEELS
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.ways_out import available_points

SQL = statements(Path(__file__).with_suffix(".sql"))


class SpinsLeft(msgspec.Struct, frozen=True, kw_only=True):
    """Of a draw: the `round` that is open (None: none), how many `free` spins are left of the day, week or month, how
    many spins `of_round` (None: no limit), and how many `tickets` the member holds."""

    draw: str
    round: int | None
    free: int
    of_round: int | None
    tickets: int


def spins_left(
    connection: psycopg.Connection[Any], programme: OpenProgramme, identity: str, now: int
) -> tuple[str, list[SpinsLeft]]:
    """Who somebody is, and what they may spin of each draw in force. Raises UnknownMember."""
    document, today = programme.engine.plan_at(now).programme, local_day_of(now, programme.zone)
    ids = [draw.id for draw in document.draws]
    with snapshot_by_one_cursor(connection) as sql:
        case = settled_case(sql, programme, identity, now)
        values = {"programme_id": programme.programme_id}
        rounds: dict[str, int] = dict(sql.rows(SQL["open_rounds"], values))
        asked = {**values, "draws": texts(ids), "members": uuids([case.member_id])}
        spun = {draw: spins for draw, _, spins in sql.rows(WHEELS["spins_of_members"], asked)}
        days = free_days_of(sql, programme, ids, [case.member_id], now)
    left = []
    for draw in document.draws:
        of_draw = days.get((draw.id, case.member_id), Counter())
        ticket = programme.currency_number(draw.ticket)
        most, done = draw.most_spins, spun.get(draw.id, 0)
        one = SpinsLeft(
            draw=draw.id,
            round=rounds.get(draw.id),
            free=free_left(draw.free, of_draw, today, document.week_starts),
            of_round=None if most is None else max(0, most - done),
            tickets=max(0, available_points(case.book, ticket, now)),
        )
        left.append(one)
    return case.external_id, left
