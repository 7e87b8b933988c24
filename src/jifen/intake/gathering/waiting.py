"""Returns that come before their purchase: they wait, and are taken when it comes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from jifen.db.statements import statements
from jifen.intake.answers import Answer, Answered
from jifen.intake.asking.commands import Return
from jifen.intake.details import differs_in
from jifen.intake.journal import first_difference
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal

SQL = statements(Path(__file__).with_suffix(".sql"))


class Arrived(NamedTuple):
    """A return whose waiting is over, and who asked for it."""

    asked: Return
    actor: str


def wait(sql: Sql, programme: OpenProgramme, asked: Return, now: int, actor: str) -> Answered:
    """Let a return wait for its purchase: answered `waiting` now and to every retry, `conflict` to another body."""
    values: dict[str, Any] = {"programme_id": programme.programme_id, "return_id": asked.id}
    body = msgspec.json.encode(asked).decode()
    kept = sql.execute(
        SQL["keep_waiting"],
        values | {"event_key": f"event/{asked.of}", "now": now, "actor": actor, "body": body},
    )
    if kept.fetchone() is not None:
        return Answered(Answer(state="waiting"))
    (before,) = sql.execute(SQL["waiting_body"], values).fetchone() or (body.encode(),)
    difference = first_difference(
        msgspec.json.decode(before), msgspec.json.decode(body), asked.occurred_at is not None
    )
    if difference is None:
        return Answered(Answer(state="waiting"), replayed=True)
    conflict = Refusal.CONFLICT.code
    return Answered(Answer(state="refused", refusal=conflict, detail=differs_in(difference)))


def take_arrived(sql: Sql, programme: OpenProgramme, event_ids: Collection[str]) -> list[Arrived]:
    """The returns that waited for these events, oldest first; they wait no longer."""
    keys = [f"event/{event_id}" for event_id in event_ids]
    values = {"programme_id": programme.programme_id, "event_keys": keys}
    rows = sorted(sql.execute(SQL["take_arrived"], values).fetchall(), key=lambda row: row[:2])
    return [Arrived(msgspec.json.decode(body, type=Return), actor) for _, _, actor, body in rows]
