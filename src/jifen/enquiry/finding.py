"""The member that is asked about, as a case in which time has brought what it has, unwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from jifen.instants import NEVER, moment_of
from jifen.intake.gathering.gather import Lock, ask_for_members, gather_members, open_cases
from jifen.intake.judging.case import Case
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import Batch
from jifen.ledger.needs import ALL_LOTS
from jifen.ledger.settling import settle

NO_BATCH = bytes(16)


class UnknownMember(LookupError):
    """There is no member of that name in the programme."""


class UnknownEvent(LookupError):
    """There is no event of that id in the programme."""


class StillWaiting(UnknownEvent):
    """There is none yet, but a return, or an exchange of goods, that waits for its purchase: its id, and that of the
    purchase."""


def nothing_more(member_id: UUID) -> None:
    """What is asked of a member together with their case by whoever wants the case alone."""


def settled_case(
    sql: Sql,
    programme: OpenProgramme,
    identity: str,
    now: int,
    ahead: Callable[[UUID], None] = nothing_more,
    *,
    always_lots: bool = True,
) -> Case:
    """The member's case with lots, unless `always_lots` only where something is due, settled at an instant in memory;
    what `ahead` asks of the member is asked together with these. Raises UnknownMember."""
    ask_for_members(sql, programme, [identity], lock=Lock.NONE)
    members = gather_members(sql, programme, [identity], lock=Lock.NONE)
    if identity not in members:
        raise UnknownMember(identity)
    member = members[identity]
    ahead(member.member_id)
    needs = {identity: ALL_LOTS} if always_lots or member.next_due_at <= now else {}
    batch = Batch(programme.programme_id.bytes, NO_BATCH, programme.zone, programme.terms_at(now))
    case = open_cases(sql, programme, batch, members, needs=needs, named_holds=[], now=now)[
        identity
    ]
    settle(case.book, case.member_seq + 1, now)
    return case


def moment_or_none(programme: OpenProgramme, instant: int) -> dt.datetime | None:
    """An instant as people of the programme's zone read it; None for NEVER."""
    return None if instant == NEVER else moment_of(instant, programme.zone)
