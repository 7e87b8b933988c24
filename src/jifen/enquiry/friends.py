"""Whom a member brought, by whom the member was brought, and the code to bring others with."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.enquiry.deeds import SQL, who_acts
from jifen.instants import moment_of
from jifen.intake.relations.referral_codes import code_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import REFERRAL_COMPLETED


class FriendsDeed(NamedTuple):
    """A deed of a friend for which the member was rewarded; `stands` no more where it was undone."""

    friend: str
    occurred_at: dt.datetime
    stands: bool


class Friends(NamedTuple):
    """`code` is None where the programme rewards nobody for bringing others; `next` is the place behind which the next
    page begins, None where there is none."""

    member: str
    code: str | None
    referrer: str | None
    deeds: list[FriendsDeed]
    next: int | None


class Friend(NamedTuple):
    """Somebody whom the member brought, since when they are a member, and how many deeds of theirs rewarded it."""

    name: str
    joined_at: dt.datetime
    deeds: int


class Brought(NamedTuple):
    """Friends by name; `next` is the name behind which the next page begins, None where there is none."""

    member: str
    friends: list[Friend]
    next: str | None


def friends(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    *,
    after: int = 0,
    most: int,
) -> Friends:
    """The deeds of friends behind a place, in the order in which the member was told. Raises UnknownMember. Keeps the
    code from the first time that it is asked for."""
    with connection.transaction(), cursor(connection) as sql:
        member_id, member, referrer = who_acts(sql, programme, identity)
        values = {"programme": programme.programme_id.hex, "member": member_id.hex}
        values |= {"type": REFERRAL_COMPLETED}
        place = {"after": after, "most": most + 1}
        rows = sql.execute(SQL["deeds_of_friends"], {**values, **place}).fetchall()
        code = code_of(sql, programme, member_id) if programme.referring else None
    deeds = [
        FriendsDeed(friend, moment_of(at, programme.zone), stands)
        for _, friend, at, stands in rows[:most]
    ]
    return Friends(member, code, referrer, deeds, rows[most - 1][0] if len(rows) > most else None)


def brought(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    *,
    after: str = "",
    most: int,
) -> Brought:
    """Everybody whom a member brought, whether they have done anything since or not, behind a name. Raises
    UnknownMember."""
    with cursor(connection) as sql:
        member_id, member, _ = who_acts(sql, programme, identity)
        values = {"programme": programme.programme_id.hex, "member": member_id.hex}
        values |= {"type": REFERRAL_COMPLETED, "after": after}
        rows = sql.execute(SQL["friends_brought"], {**values, "most": most + 1}).fetchall()
    found = [Friend(name, moment_of(at, programme.zone), deeds) for name, at, deeds in rows[:most]]
    return Brought(member, found, found[-1].name if len(rows) > most else None)
