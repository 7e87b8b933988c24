"""A programme on real time whose members bought something long ago: their points have ended, and nobody said so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg

from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import Event
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.programme.loading import template_text

THREE_YEARS: Final = 3 * 366 * MICROSECONDS_PER_DAY
MAPPING: Final = """
time: {column: at, timezone: Asia/Shanghai}
event: {constant: purchase}
id: {column: receipt}
member: {column: member}
enrol: true
fields: {amount: amount}
"""
"""Of a file of receipts: receipt, member, at, amount."""


def old_club(
    connection: psycopg.Connection[Any],
    *members: str,
    test_now: int | None = None,
    then: int | None = None,
) -> OpenProgramme:
    """A coffee club with a purchase of each member `then`: three years ago unless said."""
    then = real_now() - THREE_YEARS if then is None else then
    name = "old" if test_now is None else "travelled"
    programme = create_programme(
        connection,
        template_text("coffee-club"),
        slug=name,
        test_now=test_now,
        now=then,
        actor="owner",
    )
    buy_long_ago(connection, programme, members, then)
    return programme


def buy_long_ago(
    connection: psycopg.Connection[Any], programme: OpenProgramme, members: Sequence[str], then: int
) -> None:
    """Let some people join and buy, at an instant."""
    people = [NewMember(id=member, joined_at=then) for member in members]
    enrol_members(connection, programme, people, now=then, actor="owner")
    bought = [
        Event(id=f"o-{member}", member=member, type="purchase", fields={"amount": 6_000})
        for member in members
    ]
    submit(connection, programme, bought, now=then, actor="till")


def balances(
    connection: psycopg.Connection[Any], programme: OpenProgramme
) -> list[tuple[str, int]]:
    """What is left of each member's points, by member."""
    return connection.execute(
        "SELECT external_id, points FROM balance JOIN member USING (member_id)"
        " WHERE member.programme_id = %s AND currency = 0 ORDER BY 1",
        (programme.programme_id,),
    ).fetchall()
