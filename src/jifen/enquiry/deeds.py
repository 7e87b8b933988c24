"""What became of something that was asked: a spend, redemption, spin, transfer, exchange or hold by its id; open
holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.enquiry.finding import UnknownMember, moment_or_none
from jifen.instants import moment_of
from jifen.intake.answers import Answer
from jifen.intake.asking.metadata import attached
from jifen.intake.relations.between import original_of
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
STATES: Final = ("open", "captured", "voided", "timed_out")
"""Of holds, by their numbers in the bank."""


class MovedSince(NamedTuple):
    """What a later command moved about a deed, by currency: above zero what the member got back."""

    asked: str
    recorded_at: dt.datetime
    actor: str
    points: dict[str, int]


class HoldView(NamedTuple):
    """A hold. `points` without the `fee`; `place` orders those of a member."""

    place: int
    id: str
    currency: str
    points: int
    fee: int
    held_at: dt.datetime
    deadline: dt.datetime
    state: str
    captured: int
    closed_at: dt.datetime | None


class Deed(NamedTuple):
    """What was asked, when and by whom, what was attached, the first answer, and what later commands did about it; with
    the hold, if it is one."""

    member: str
    recorded_at: dt.datetime
    occurred_at: dt.datetime
    actor: str
    metadata: dict[str, str]
    answer: Answer
    since: list[MovedSince]
    hold: HoldView | None


def deed(
    connection: psycopg.Connection[Any], programme: OpenProgramme, kind: str, id: str, now: int
) -> Deed | None:
    """What became of a command of a kind by its id; None where there is none that was done."""
    with cursor(connection) as sql:
        values: dict[str, Any] = {"programme": programme.programme_id.hex, "key": f"{kind}/{id}"}
        row = sql.execute(SQL["deed_by_key"], values).fetchone()
        if row is None:
            return None
        member_id, seq, member, recorded_at, occurred_at, actor, written, metadata = row
        answer = msgspec.json.decode(written, type=Answer)
        if answer.refusal is not None:
            return None
        values |= {"member": member_id.hex, "seq": seq}
        since = _since(sql, programme, values)
        hold = sql.execute(SQL["hold_by_number"], values).fetchone() if kind == "hold" else None
    zone = programme.zone
    return Deed(
        member,
        moment_of(recorded_at, zone),
        moment_of(occurred_at, zone),
        actor,
        attached(metadata),
        answer,
        since,
        None if hold is None else _hold(hold, programme, now),
    )


def open_holds(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    now: int,
    *,
    after: int = 0,
    most: int,
) -> tuple[str, list[HoldView], int | None]:
    """A member's open holds behind a place: whose they are, the holds, and behind which place the next page begins.
    Raises UnknownMember."""
    with cursor(connection) as sql:
        member_id, member, _ = who_acts(sql, programme, identity)
        values = {"programme": programme.programme_id.hex, "member": member_id.hex, "now": now}
        rows = sql.execute(SQL["open_holds"], {**values, "after": after, "most": most + 1})
        found = [_hold(row, programme, now) for row in rows]
    return member, found[:most], found[most - 1].place if len(found) > most else None


def who_acts(
    sql: psycopg.Cursor[Any], programme: OpenProgramme, identity: str
) -> tuple[UUID, str, str | None]:
    """The number and name of who acts under a name, and who brought them. Raises UnknownMember."""
    values = {"programme": programme.programme_id.hex, "identity": identity}
    row = sql.execute(SQL["member_named"], values).fetchone()
    if row is None:
        raise UnknownMember(identity)
    member_id, member, referrer = row
    return member_id, member, referrer


def _since(
    sql: psycopg.Cursor[Any], programme: OpenProgramme, values: dict[str, Any]
) -> list[MovedSince]:
    found: dict[str, MovedSince] = {}
    for key, recorded_at, actor, number, points in sql.execute(SQL["moved_since"], values):
        moment = moment_of(recorded_at, programme.zone)
        later = found.setdefault(key, MovedSince(original_of(key), moment, actor, {}))
        later.points[programme.engine.currencies[number]] = points
    return list(found.values())


def _hold(row: tuple[Any, ...], programme: OpenProgramme, now: int) -> HoldView:
    seq, id, number, points, fee, held_at, deadline, state, captured, closed_at = row
    if STATES[state] == "open" and deadline <= now:  # whether anybody has looked since or not
        state, closed_at = STATES.index("timed_out"), deadline
    return HoldView(
        seq,
        id,
        programme.engine.currencies[number],
        points,
        fee,
        moment_of(held_at, programme.zone),
        moment_of(deadline, programme.zone),
        STATES[state],
        captured,
        moment_or_none(programme, closed_at),
    )
