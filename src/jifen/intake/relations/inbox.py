"""What waits for members because of others' deeds, until a batch of their own takes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec

from jifen.db.arrays import jsons, texts
from jifen.db.statements import statements
from jifen.intake.asking.commands import Event, Return
from jifen.intake.judging.evaluating import unpacked_components
from jifen.intake.judging.history import Sql, every_award_of
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.relations.deriving import Deeds, Sent, deeds_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import OF_POINTS

SQL = statements(Path(__file__).with_suffix(".sql"))
MOST_MEMBERS = 250
_DECODERS: dict[str, Callable[[bytes], Event | Return]] = {
    "event": msgspec.json.Decoder(Event).decode,
    "return": msgspec.json.Decoder(Return).decode,
}


class Taken(NamedTuple):
    """A command out of the inbox of a member (id), and how its cause was asked. `event_id`: what it is, or is of."""

    asked: Event | Return
    imported: bool
    actor: str
    owner: UUID
    kind: str
    event_id: str


def send(
    sql: Sql,
    programme: OpenProgramme,
    things: Sequence[Sent],
    actors: Sequence[str],
    *,
    imported: bool,
    failures: Sequence[str] = (),
) -> None:
    """Put what others' deeds bring about into the inboxes of the recipients, in the name of who asked for each.
    `failures`: why each could not be taken."""
    values = {
        "programme_id": programme.programme_id,
        "recipients": texts([one.recipient for one in things]),
        "event_ids": texts([one.asked.id for one in things]),
        "kinds": texts([one.kind for one in things]),
        "bodies": jsons([one.body.encode() for one in things]),
        "imported": imported,
        "actors": texts(actors),
        "failures": texts(failures or [""] * len(things)),
    }
    sql.execute(SQL["send"], values)


def try_again(sql: Sql, programme: OpenProgramme) -> None:
    """Let what could not be taken be taken once more."""
    sql.execute(SQL["try_again"], {"programme_id": programme.programme_id})


def take(sql: Sql, programme: OpenProgramme, identities: Collection[str]) -> list[Taken]:
    """What is in the inboxes of members and was asked alike, in the order in which it was sent, what tells of points
    behind all else; it is no longer there. Nothing if they are empty."""
    values = {
        "programme_id": programme.programme_id,
        "identities": texts(sorted(identities)),
        "of_points": sorted(OF_POINTS),
    }
    rows = sorted(sql.execute(SQL["take"], values).fetchall())
    return [
        Taken(_DECODERS[kind](body), imported, actor, owner, kind, event_id)
        for _, kind, imported, actor, body, owner, event_id in rows
    ]


def asked_of(sql: Sql, programme: OpenProgramme, taken: Sequence[Taken]) -> list[str]:
    """Of whom each thing out of an inbox is asked, by the name by which we call them now."""
    values = {
        "programme_id": programme.programme_id,
        "member_ids": [one.owner for one in taken],
        "kinds": texts([one.kind for one in taken]),
        "event_ids": texts([one.event_id for one in taken]),
    }
    return [name for (name,) in sql.execute(SQL["asked_of"], values)]


def waiting_for(
    sql: Sql, programme: OpenProgramme, member_ids: Collection[UUID]
) -> dict[UUID, list[Event | Return]]:
    """What is in the inboxes of some members, in the order in which it was sent; it stays there."""
    found: dict[UUID, list[Event | Return]] = {}
    values = {"programme_id": programme.programme_id, "member_ids": list(member_ids)}
    for member_id, kind, body in sql.execute(SQL["waiting_for"], values):
        found.setdefault(member_id, []).append(_DECODERS[kind](body))
    return found


def recipients(sql: Sql, programme: OpenProgramme, after: int) -> dict[str, int]:
    """Some members with something in their inbox that was sent behind a place, and the places."""
    values = {"programme_id": programme.programme_id, "most": MOST_MEMBERS, "after": after}
    return dict(sql.execute(SQL["recipients"], values))


def deeds_until_now(
    sql: Sql, programme: OpenProgramme, member_id: bytes, events: Collection[PastEvent]
) -> Mapping[int, list[Deeds]]:
    """What each earlier evaluation of some events of a member brought about, by event number, in order."""
    types = {event.seq: event.type for event in events}
    found: dict[int, list[Deeds]] = {seq: [] for seq in types}
    awards = every_award_of(sql, programme, member_id, types)
    for event_seq, revision, reasons, components in awards:
        parts = unpacked_components(components)
        found[event_seq].append(deeds_of(programme, types[event_seq], revision, reasons, parts))
    return found
