"""Households: members who join and leave, and use each other's points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from jifen.db.statements import statements
from jifen.intake.asking.commands import Command, Event, Redeem, Spend
from jifen.intake.asking.member_commands import Group
from jifen.intake.gathering.belonging import Belonging, Belongings, Change, Ownership, Role
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
    if programme.gives_to_households and any(isinstance(one, Event) for one in commands):
        found.owners = _owners(sql, programme, member_ids)
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


def _owners(
    sql: Sql, programme: OpenProgramme, member_ids: Collection[bytes]
) -> dict[bytes, list[Ownership]]:
    found: dict[bytes, list[Ownership]] = {}
    values = {
        "programme_id": programme.programme_id,
        "member_ids": [UUID(bytes=member_id) for member_id in member_ids],
    }
    for member_id, owner, since, until in sql.execute(SQL["owners"], values):
        found.setdefault(member_id.bytes, []).append(Ownership(owner, since, until))
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


def write_belongings(sql: Sql, programme_id: UUID, changed: Sequence[Change]) -> None:
    """Keep who joined and who left, in order; whoever joins anew is no longer what it was."""
    for change in changed:
        values: dict[str, object] = {
            "programme_id": programme_id,
            "member_id": UUID(bytes=change.member_id),
            "member_seq": change.member_seq,
            "at": change.at,
        }
        sql.execute(SQL["leave_household"], values)
        if change.belonging is not None:
            sql.execute(SQL["join_household"], values | change.belonging._asdict())
