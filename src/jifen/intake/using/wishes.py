"""What members would like to have: kept beside the books, of which it moves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.versions.opening import OpenProgramme

SQL: Final = statements(Path(__file__).with_suffix(".sql"))
MOST_WISHES: Final = 50
MEMBERS_AT_ONCE: Final = 250


class Wish(NamedTuple):
    """A reward that a member would like to have, by its number, since an instant."""

    reward: int
    since: int


class WishKnown(NamedTuple):
    """A wish as it was last looked at: of which member's row, whether it was in reach, how often that was told."""

    reward: int
    in_reach: bool
    times_told: int
    member_id: UUID
    since: int


class Wisher(NamedTuple):
    """A member whose wishes are to be looked at, and the number of their last command."""

    member: str
    member_seq: int
    wishes: list[WishKnown]


def make_wish(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    identity: str,
    reward: str,
    *,
    in_reach: bool,
    now: int,
) -> None:
    """Let a member wish for a reward, which they can have by now or not; nothing where they do, or have too many."""
    values = _named(programme, identity, reward) | {"now": now, "most": MOST_WISHES}
    with cursor(connection) as sql:
        sql.execute(SQL["make_wish"], values | {"in_reach": in_reach})


def drop_wish(
    connection: psycopg.Connection[Any], programme: OpenProgramme, identity: str, reward: str
) -> None:
    """Forget a wish, if there is one."""
    with cursor(connection) as sql:
        sql.execute(SQL["drop_wish"], _named(programme, identity, reward))


def wishes_of(
    connection: psycopg.Connection[Any], programme: OpenProgramme, identity: str
) -> list[Wish]:
    """What a member wishes for, the oldest wish first."""
    values = {"programme_id": programme.programme_id, "identity": identity}
    with cursor(connection) as sql:
        return [Wish(*row) for row in sql.execute(SQL["wishes"], values).fetchall()]


def wishers(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    *,
    looked_before: int,
    behind: str,
) -> list[Wisher]:
    """The next members who did something since their wishes were looked at, or of whom that is long ago, by name."""
    values = {
        "programme_id": programme.programme_id,
        "looked_before": looked_before,
        "behind": behind,
        "most": MEMBERS_AT_ONCE,
    }
    with cursor(connection) as sql:
        rows = sql.execute(SQL["wishes_to_look_at"], values).fetchall()
    return [
        Wisher(member, seq, [WishKnown(*one) for one in zip(*columns, strict=True)])
        for member, seq, *columns in rows
    ]


def note_wishes(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    wishes: list[WishKnown],
    *,
    seen_seq: int,
    now: int,
) -> None:
    """Keep what was found when wishes were looked at."""
    values: dict[str, Any] = {
        "programme_id": programme.programme_id,
        "members": [one.member_id for one in wishes],
        "rewards": [one.reward for one in wishes],
        "in_reach": [one.in_reach for one in wishes],
        "times_told": [one.times_told for one in wishes],
        "seen_seq": seen_seq,
        "now": now,
    }
    with cursor(connection) as sql:
        sql.execute(SQL["note_wishes"], values)


def _named(programme: OpenProgramme, identity: str, reward: str) -> dict[str, Any]:
    return {
        "programme_id": programme.programme_id,
        "identity": identity,
        "reward": programme.currency_number(reward),
    }
