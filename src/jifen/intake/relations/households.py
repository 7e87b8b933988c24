"""Households: members who join and leave, and use each other's points."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from jifen.db.statements import statements
from jifen.intake.asking.commands import Command, Group, Redeem, Spend
from jifen.intake.gathering.belonging import Belonging, Belongings, Role
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))


class Mates(NamedTuple):
    """Who else is in a member's household, by identity, and the member's own role in it."""

    role: Role
    others: list[str]


NOBODY: Final = Mates("member", [])


def lock_households(sql: Sql, programme: OpenProgramme, commands: Sequence[Command]) -> None:
    """Before any member is locked: one batch at a time changes who belongs where."""
    if any(isinstance(command, Group) for command in commands):
        sql.execute(SQL["lock_households"], {"programme_id": str(programme.programme_id)})


def load_belongings(
    sql: Sql, programme: OpenProgramme, commands: Sequence[Command], member_ids: Collection[bytes]
) -> Belongings:
    """Where members belong, and the sizes of the households that commands name."""
    named = {command.household for command in commands if isinstance(command, Group)}
    found = Belongings()
    if not named:
        return found
    values = {
        "programme_id": programme.programme_id,
        "member_ids": [UUID(bytes=member_id) for member_id in member_ids],
        "households": sorted(named),
    }
    for member_id, household, role in sql.execute(SQL["memberships"], values):
        found.of[member_id.bytes] = Belonging(household, role)
    found.sizes.update(dict(sql.execute(SQL["sizes"], values).fetchall()))
    return found


def mates_of(sql: Sql, programme: OpenProgramme, commands: Sequence[Command]) -> dict[str, Mates]:
    """The mates of members who spend what households share, by identity; nothing without households."""
    rules = programme.programme.households
    if rules is None:
        return {}
    identities = sorted(
        {
            one.member
            for one in commands
            if isinstance(one, Spend | Redeem) and one.currency in rules.share
        }
    )
    values = {"programme_id": programme.programme_id, "identities": identities}
    found: dict[str, Mates] = {}
    for identity, role, other in sql.execute(SQL["mates"], values) if identities else ():
        found.setdefault(identity, Mates(role, [])).others.append(other)
    return found


def belongs_somewhere(sql: Sql, programme: OpenProgramme, member_id: bytes) -> bool:
    """Whether a member is in a household."""
    values = {
        "programme_id": programme.programme_id,
        "member_ids": [UUID(bytes=member_id)],
    }
    return sql.execute(SQL["memberships"], values).fetchone() is not None


def write_belongings(
    sql: Sql, programme_id: UUID, changed: Mapping[bytes, Belonging | None]
) -> None:
    """Keep who joined and who left."""
    for member_id, belonging in changed.items():
        values: dict[str, object] = {
            "programme_id": programme_id,
            "member_id": UUID(bytes=member_id),
        }
        if belonging is None:
            sql.execute(SQL["leave_household"], values)
        else:
            sql.execute(SQL["join_household"], values | belonging._asdict())
