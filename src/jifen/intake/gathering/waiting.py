"""Returns and exchanges of goods that come before their purchase: they wait, and are taken when it comes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from jifen.db.arrays import texts
from jifen.db.statements import statements
from jifen.intake.answers import Answer, Answered
from jifen.intake.asking.commands import Event, Return
from jifen.intake.details import differs_in
from jifen.intake.journal import first_difference, key_of
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal

SQL = statements(Path(__file__).with_suffix(".sql"))
_EVENT = "event/"


class Arrived(NamedTuple):
    """A return or an exchange whose waiting is over, and who asked for it."""

    asked: Event | Return
    actor: str


def wait(
    sql: Sql, programme: OpenProgramme, asked: Event | Return, of: str, now: int, actor: str
) -> Answered:
    """Let what brings back something of an event wait for it: answered `waiting` now and to every retry, `conflict` to
    another body. What is bought in exchange was so now, where its sender did not say."""
    stated_time = asked.occurred_at is not None
    if isinstance(asked, Event) and not stated_time:
        asked = msgspec.structs.replace(asked, occurred_at=now)
    values: dict[str, Any] = {"programme_id": programme.programme_id, "key": key_of(asked)}
    body = msgspec.json.encode(asked).decode()
    kept = sql.execute(
        SQL["keep_waiting"],
        values | {"event_key": f"{_EVENT}{of}", "now": now, "actor": actor, "body": body},
    )
    if kept.fetchone() is not None:
        return Answered(Answer(state="waiting"))
    (before,) = sql.execute(SQL["waiting_body"], values).fetchone() or (body.encode(),)
    difference = first_difference(
        msgspec.json.decode(before), msgspec.json.decode(body), stated_time
    )
    if difference is None:
        return Answered(Answer(state="waiting"), replayed=True)
    conflict = Refusal.CONFLICT.code
    return Answered(Answer(state="refused", refusal=conflict, detail=differs_in(difference)))


def ask_whether_anything_waits(
    sql: Sql, programme: OpenProgramme, event_ids: Collection[str]
) -> None:
    """Ask behind the transaction for what `anything_waits` looks at."""
    sql.behind(SQL["anything_waits"], _waited_for(programme, event_ids))


def anything_waits(sql: Sql, programme: OpenProgramme, event_ids: Collection[str]) -> bool:
    """Whether anything waits for these events, be they there or not."""
    return bool(sql.rows(SQL["anything_waits"], _waited_for(programme, event_ids)))


def take_arrived(sql: Sql, programme: OpenProgramme, event_ids: Collection[str]) -> list[Arrived]:
    """What waited for these events, oldest first; it waits no longer."""
    rows = sorted(sql.rows(SQL["take_arrived"], _waited_for(programme, event_ids)))
    return [Arrived(_decoded(key, body), actor) for _, key, actor, body in rows]


def _waited_for(programme: OpenProgramme, event_ids: Collection[str]) -> dict[str, object]:
    keys = texts([f"{_EVENT}{event_id}" for event_id in event_ids])
    return {"programme_id": programme.programme_id, "event_keys": keys}


def _decoded(key: str, body: bytes) -> Event | Return:
    if key.startswith(_EVENT):
        return msgspec.json.decode(body, type=Event)
    return msgspec.json.decode(body, type=Return)
