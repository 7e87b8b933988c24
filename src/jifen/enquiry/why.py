"""Why an event gave what it gave: the same evaluation as ever, told in sentences."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot
from jifen.engine.explain import explain
from jifen.engine.trace_sentences import trace_sentences
from jifen.enquiry.finding import UnknownEvent
from jifen.instants import moment_of
from jifen.intake.evaluating import input_of
from jifen.intake.gather import gather_known
from jifen.intake.history import (
    PastEvent,
    Sql,
    events_after,
    left_of,
    reevaluate,
    returns_of,
    start_before,
)
from jifen.intake.opening import OpenProgramme
from jifen.programme.amounts import Language

_PARTLY = {
    "zh": "部分已退回：只算留下的部分。",
    "en": "Part of it was returned: what was kept counts.",
}
_WHOLLY = {
    "zh": "已全部退回：不再给任何积分。",
    "en": "All of it was returned: it gives nothing any more.",
}


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """An event and the sentences that explain it; `revision` is the version that judged it."""

    event: str
    member: str
    type: str
    occurred_at: dt.datetime
    revision: int
    sentences: list[str]


def why(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    event_id: str,
    language: Language,
) -> Why:
    """The event judged once more, as history stands now. Raises UnknownEvent."""
    with snapshot(connection) as sql:
        known = gather_known(sql, programme, [f"event/{event_id}"]).get(f"event/{event_id}")
        if known is None or known.event is None:
            raise UnknownEvent(event_id)
        event = known.event
        sentences = _sentences(sql, programme, UUID(bytes=known.member_id), event, language)
    return Why(
        event=event_id,
        member=known.external_id,
        type=event.type,
        occurred_at=moment_of(event.occurred_at, programme.zone),
        revision=programme.engine.plan_at(event.occurred_at).revision,
        sentences=sentences,
    )


def _sentences(
    sql: Sql, programme: OpenProgramme, member_id: UUID, event: PastEvent, language: Language
) -> list[str]:
    returns = returns_of(sql, programme, member_id)
    payload = left_of(programme, event, returns.get(event.seq, ()))
    if payload is None:
        return [_WHOLLY[language]]
    start = start_before(sql, programme, member_id, event.key)
    later = events_after(sql, programme, member_id, start.key)
    before = [past for past in later if past.key < event.key]
    state = reevaluate(programme, start, before, returns).state
    plan = programme.engine.plan_at(event.occurred_at)
    asked = input_of(event.type, event.occurred_at, event.day, payload)
    trace = explain(plan, asked, state, programme.engine.currencies)
    said = trace_sentences(plan.programme, trace, language)
    return [_PARTLY[language], *said] if returns.get(event.seq) else said
