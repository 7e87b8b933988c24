"""What members were told of points, of tiers and by rules, and whose points end later because that came too late."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.instants import moment_of
from jifen.intake.following.ending_notices import DELAYED, EXPIRING
from jifen.intake.following.rule_notices import NOTIFIED
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
TOLD: Final = (EXPIRING, DELAYED, NOTIFIED, "tier.upgraded", "tier.downgraded")


class Told(NamedTuple):
    """A notice as it lies in the outbox; `seq` is the number of the member's command that it came with."""

    seq: int
    name: str
    payload: dict[str, Any]


class LateNotice(msgspec.Struct, frozen=True, kw_only=True):
    """Points, in the smallest unit of the currency, that were to end after `instead_of` and end after `last_day`, for
    the notice so many days before was not handed over in time."""

    member: str
    currency: str
    points: int
    notice_days: int
    instead_of: dt.date
    last_day: dt.date
    found_at: dt.datetime


def notices_of(
    connection: psycopg.Connection[Any], programme: OpenProgramme, member: str, since: int
) -> list[Told]:
    """What a member was told of ends, of tiers and by rules behind a command of theirs, in order."""
    values = {"programme_id": programme.programme_id, "member": member, "since": since}
    with cursor(connection) as sql:
        rows = sql.execute(SQL["told_to_member"], values | {"names": list(TOLD)})
        return [Told(seq, name, msgspec.json.decode(payload)) for seq, name, payload in rows]


def late_notices(connection: psycopg.Connection[Any], programme: OpenProgramme) -> list[LateNotice]:
    """Everything that ends later for want of a notice, in the order in which it was found."""
    values = {"programme_id": programme.programme_id, "name": DELAYED}
    with cursor(connection) as sql:
        rows = sql.execute(SQL["told_too_late"], values).fetchall()
    return [
        LateNotice(
            member=told["member"],
            currency=currency,
            points=points,
            notice_days=told["notice_days"],
            instead_of=dt.date.fromisoformat(told["instead_of"]),
            last_day=dt.date.fromisoformat(told["last_day"]),
            found_at=moment_of(found_at, programme.zone),
        )
        for payload, found_at in rows
        for told in [msgspec.json.decode(payload)]
        for currency, points in told["points"].items()
    ]
