"""Whom a batch is about: asked for, locked, judged again where they are behind, enrolled where they join by the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from jifen.ids import new_id
from jifen.intake import journal
from jifen.intake.asking.commands import Cancel, Command, Event, Spin, returned_event
from jifen.intake.asking.member_commands import Opening, Refer
from jifen.intake.asking.order_commands import OrderStep
from jifen.intake.gathering.enrolling import NewMember, add_members
from jifen.intake.gathering.facts import GUEST
from jifen.intake.gathering.gather import (
    Lock,
    MemberRow,
    ask_for_known,
    ask_for_members,
    gather_members,
)
from jifen.intake.judging.history import Sql
from jifen.intake.relations.between import other_members
from jifen.intake.relations.households import lock_households, mates_of
from jifen.intake.sets.parts import keys_of_parts
from jifen.intake.using.confirming import confirmed_event
from jifen.intake.versions.catching_up import behind, catch_up
from jifen.intake.versions.opening import OpenProgramme, ask_for_newest, refreshed
from jifen.ledger.book import Batch


class Whom(NamedTuple):
    """Who commands are about, by whatever names they use."""

    identities: set[str]
    others: dict[str, str]
    """Who else than its member, by the key of a command."""


class Met(NamedTuple):
    """Commands with the members whom they are about, by the names by which their cases are known."""

    asked: Sequence[tuple[int, Command]]
    members: dict[str, MemberRow]
    others: dict[str, str]
    """Who else a command is about, by its key."""
    joined: Sequence[str]
    busy: set[str]
    """Whom another transaction has locked, or whom nobody knows, where only free members were locked."""


def asked_ahead(
    sql: Sql, programme: OpenProgramme, commands: Sequence[Command], *, lock: Lock
) -> tuple[OpenProgramme, Whom]:
    """The programme as it is now, and whom commands are about; asked together with what the members have, as far as
    commands say by themselves whom and what they are about. Another programme may find others."""
    ask_for_newest(sql, programme)
    whom = _whom(sql, programme, commands)
    ask_for_members(sql, programme, whom.identities, lock=lock)
    ask_for_known(
        sql, programme, keys_of(programme, commands, events_confirmed(programme, commands))
    )
    newest = refreshed(sql, programme)
    if newest.revision != programme.revision:
        whom = _whom(sql, newest, commands)
    return newest, whom


def met(
    sql: Sql,
    programme: OpenProgramme,
    asked: Sequence[tuple[int, Command]],
    whom: Whom,
    now: int,
    actors: Sequence[str],
    joining: bool,
    lock: Lock,
) -> Met:
    """Lock the members whom commands are about; those who join by the way are enrolled, where all are locked."""
    identities, others = whom
    members = members_caught_up(sql, programme, identities, now, actors[asked[0][0]], lock=lock)
    joined: list[str] = []
    missing = identities - members.keys()
    busy = missing if lock is Lock.FREE else set()
    if missing - busy and (newcomers := asked if joining else _of_guests(asked)):
        joined = _enrol_at_first_event(sql, programme, newcomers, members.keys(), now, actors)
        members = gather_members(sql, programme, identities, lock=lock)
    names = {identity: _name(identity, row) for identity, row in members.items()}
    if any(identity != name for identity, name in names.items()):
        asked = [(place, _renamed(command, names)) for place, command in asked]
        others = {key: names.get(other, other) for key, other in others.items()}
        members = {names[identity]: row for identity, row in members.items()}
    return Met(asked, members, others, joined, busy)


def members_caught_up(
    sql: Sql,
    programme: OpenProgramme,
    identities: Collection[str],
    now: int,
    actor: str,
    *,
    lock: Lock,
) -> dict[str, MemberRow]:
    """The rows of members, after judging those again whose past was corrected since."""
    members = gather_members(sql, programme, identities, lock=lock)
    places = behind(programme, members) if programme.corrections else {}
    if not places:
        return members
    batches = new_batch(programme, now), new_batch(programme, now)
    catch_up(sql, programme, batches, places, now, actor)
    return gather_members(sql, programme, members, lock=lock)


def new_batch(programme: OpenProgramme, now: int) -> Batch:
    """A batch that begins now, by the terms in force."""
    ids = programme.programme_id.bytes, new_id(now).bytes
    return Batch(*ids, programme.zone, programme.terms_at(now))


def events_confirmed(programme: OpenProgramme, commands: Sequence[Command]) -> list[str]:
    """The events that commands confirm."""
    return [of for one in commands if (of := confirmed_event(programme, one)) is not None]


def keys_of(
    programme: OpenProgramme, commands: Sequence[Command], confirmed: Sequence[str]
) -> list[str]:
    """The keys of commands, and of those that they are about."""
    keys = [journal.key_of(command) for command in commands]
    keys += [f"event/{of}" for command in commands if (of := returned_event(command)) is not None]
    cancels = [one for one in commands if isinstance(one, Cancel)]
    keys += [key for one in cancels for key in (*one.keys, one.exchange_key, one.placing_key)]
    keys += [one.placing_key for one in commands if isinstance(one, OrderStep)]
    keys += [one.ticket_key for one in commands if isinstance(one, Spin)]
    keys += keys_of_parts(programme, commands) if programme.sets else []
    return keys + [f"event/{of}" for of in confirmed]


def _whom(sql: Sql, programme: OpenProgramme, commands: Sequence[Command]) -> Whom:
    others = other_members(sql, programme, commands)
    lock_households(sql, programme, commands)
    mates = mates_of(sql, programme, commands)
    identities = {command.member for command in commands} | set(others.values())
    identities.update(name for found in mates.values() for name in found.others)
    return Whom(identities, others)


def _name(identity: str, row: MemberRow) -> str:
    """By which of its names a member's case is known."""
    return identity if row.merged else row.external_id


def _renamed(command: Command, names: Mapping[str, str]) -> Command:
    name = names.get(command.member, command.member)
    return command if name == command.member else msgspec.structs.replace(command, member=name)


def _of_guests(asked: Sequence[tuple[int, Command]]) -> list[tuple[int, Command]]:
    """The events of whom nobody needs to know."""
    return [one for one in asked if isinstance(one[1], Event) and one[1].guest]


def _enrol_at_first_event(
    sql: Sql,
    programme: OpenProgramme,
    asked: Sequence[tuple[int, Command]],
    known: Collection[str],
    now: int,
    actors: Sequence[str],
) -> list[str]:
    """Enrol whom nobody knows, each in the name of who first spoke of them; who joined."""
    joined_at: dict[str, int] = {}
    joined_by: dict[str, str] = {}
    for place, command in asked:
        if command.member and command.member not in known:
            moment = now if command.occurred_at is None else command.occurred_at
            if isinstance(command, Opening) and command.joined_at is not None:
                moment = min(moment, command.joined_at)
            joined_at[command.member] = min(moment, joined_at.get(command.member, moment))
            joined_by.setdefault(command.member, actors[place])
            if isinstance(command, Refer) and command.referrer and command.referrer not in known:
                joined_at.setdefault(command.referrer, moment)
                joined_by.setdefault(command.referrer, actors[place])
    guests = {one.member for _, one in _of_guests(asked)}
    joined: list[str] = []
    for actor in sorted(set(joined_by.values())):
        newcomers = [
            NewMember(
                id=name, joined_at=joined_at[name], facts={GUEST: True} if name in guests else {}
            )
            for name in sorted(joined_at)
            if joined_by[name] == actor
        ]
        joined += add_members(sql, programme, newcomers, now=now, actor=actor)
    return joined
