"""New members."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.appending import append_rows
from jifen.db.arrays import texts
from jifen.db.statements import statements
from jifen.db.tables import COMMAND, COMMAND_KEY, MEMBER
from jifen.engine.events import Known
from jifen.ids import new_id
from jifen.instants import LONG_AGO
from jifen.intake.following.period_balances import next_period_end
from jifen.intake.gathering.facts import NOBODY
from jifen.intake.judging.case import COMMANDS, state_bytes
from jifen.intake.judging.history import Sql
from jifen.intake.occasions import Person, next_instant
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.chain import extend_chain
from jifen.ledger.refusals import Refusal
from jifen.wording import Mendable, Said

SQL = statements(Path(__file__).with_name("enrolling.sql"))


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who joins. `facts` may hold `birthday` (ISO date) and the facts a programme declares."""

    id: str
    joined_at: int
    facts: dict[str, Known] = {}


class NotEnrolled(Mendable):
    """Someone who cannot join, as a fact names a relation who cannot be one."""

    def __init__(self, member: str, fact: str, refusal: Refusal) -> None:
        zh, en = refusal.zh.rstrip("。"), refusal.en.rstrip(".")
        super().__init__(
            Said(
                f"{member} cannot join with '{fact}': {en}", f"{member} 不能带着“{fact}”入会：{zh}"
            )
        )
        self.refusal = refusal


def enrol_members(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    members: Sequence[NewMember],
    *,
    now: int,
    actor: str,
) -> list[str]:
    """Add members who are not known yet; the ids of those added. Commits. Raises NotEnrolled."""
    with cursor(connection) as sql, sql.transaction():
        return add_members(sql, programme, members, now=now, actor=actor)


def add_members(
    sql: Sql,
    programme: OpenProgramme,
    members: Sequence[NewMember],
    *,
    now: int,
    actor: str,
) -> list[str]:
    """Add members who are not known yet, in the caller's transaction; the ids of those added.

    Joining is the first command of a member's journal. Raises NotEnrolled where a fact names as a relation somebody who
    is not known by now, or the member.
    """
    ids = {member.id: new_id(now) for member in members}
    values = {
        "programme_id": programme.programme_id,
        "identities": list(ids),
        "member_ids": list(ids.values()),
    }
    added = {str(row[0]) for row in sql.execute(SQL["insert_identities"], values)}
    if programme.relations:
        _check_relations(sql, programme, [one for one in members if one.id in added])
    batch_id, programme_id = new_id(now).bytes, programme.programme_id.bytes
    generation = programme.engine.layout.generation
    state = state_bytes(programme.engine.new_state())
    rows, commands, keys = [], [], []
    for member in members:
        if member.id not in added:
            continue
        person = Person(member.id, member.joined_at, member.facts)
        next_due_at = min(
            next_instant(programme, person, now), next_period_end(programme, member.joined_at)
        )
        key, member_id = f"enrol/{member.id}", ids[member.id].bytes
        command = COMMAND.pack(
            programme_id, member_id, 1, batch_id, now, member.joined_at, key, "enrol", actor,
            msgspec.json.encode(member), b"{}",
        )  # fmt: skip
        chain = extend_chain(first_link(member_id), [(1, COMMANDS, command)])
        rows.append(MEMBER.pack(
            programme_id, member_id, member.id, member.joined_at, LONG_AGO, False,
            msgspec.json.encode(member.facts), LONG_AGO, 1, chain, programme.revision,
            generation, state, 0, LONG_AGO, 0, "", next_due_at, member_id,
            LONG_AGO,
        ))  # fmt: skip
        commands.append(command)
        keys.append(COMMAND_KEY.pack(programme_id, key, member_id, 1))
    for table, packed in ((MEMBER, rows), (COMMAND, commands), (COMMAND_KEY, keys)):
        if packed:
            append_rows(sql, table, packed)
    return sorted(added)


def find_enrolment(
    connection: psycopg.Connection[Any], programme: OpenProgramme, identity: str
) -> NewMember | None:
    """Who joined under a name, as the journal has it; None where nobody did, as of a guest."""
    values = {"programme_id": programme.programme_id, "key": f"enrol/{identity}"}
    with cursor(connection) as sql:
        row = sql.execute(SQL["enrolment"], values).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=NewMember)


def _check_relations(sql: Sql, programme: OpenProgramme, members: Sequence[NewMember]) -> None:
    """What the command that keeps such a fact would refuse."""
    named = [
        (member.id, fact, str(value))
        for member in members
        for fact, value in member.facts.items()
        if fact in programme.relations and value != NOBODY
    ]
    known = known_identities(sql, programme, {value for *_, value in named}) if named else set()
    for member, fact, value in named:
        if refusal := refusal_of_relation(member, value, known):
            raise NotEnrolled(member, fact, refusal)


def refusal_of_relation(member: str, named: str, known: Collection[str]) -> Refusal | None:
    """Why somebody who is named cannot be a relation of a member, where these are known; None if they can."""
    if named == member:
        return Refusal.SAME_MEMBER
    return None if named in known else Refusal.UNKNOWN_RECIPIENT


def known_identities(sql: Sql, programme: OpenProgramme, names: Collection[str]) -> set[str]:
    """Those of some names by which somebody is known."""
    values = {"programme_id": programme.programme_id, "identities": texts(sorted(names))}
    return {str(row[0]) for row in sql.execute(SQL["known_identities"], values)}


def first_link(member_id: bytes) -> bytes:
    """Where a member's hash chain begins."""
    return hashlib.sha256(member_id).digest()
