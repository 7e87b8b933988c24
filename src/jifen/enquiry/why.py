"""Why an event gave what it gave: judged once more, compared with the record, and told in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from jifen.db.snapshot import snapshot
from jifen.db.statements import statements
from jifen.engine.explaining.explain import explain
from jifen.engine.explaining.trace_sentences import trace_sentences
from jifen.enquiry.finding import StillWaiting, UnknownEvent
from jifen.enquiry.origins import OccasionView, origin_of
from jifen.enquiry.why_return import refusal_told, return_told
from jifen.enquiry.why_sentences import (
    Account,
    LotOfEvent,
    Treated,
    disagreement_sentence,
    noted_sentences,
    off_sentences,
    returned_sentences,
    since_sentences,
)
from jifen.instants import moment_of
from jifen.intake.gathering.gather import Known, gather_known
from jifen.intake.judging.history import (
    Awarded,
    Sql,
    differs,
    events_after,
    points_awarded,
    reevaluate,
    returns_of,
    start_before,
)
from jifen.intake.judging.past_event import PastEvent, asked_again, left_of
from jifen.intake.judging.payload import Returned, decode_returned
from jifen.intake.undoing.return_policies import (
    as_bought,
    counted,
    counted_here,
    judged,
    takes_parts_alone,
)
from jifen.intake.versions.opening import OpenProgramme
from jifen.intake.versions.unseen import corrected_since, without
from jifen.programme.amounts import Language
from jifen.programme.events import PERIOD_BALANCE, RETURNED
from jifen.wording import Said

SQL = statements(Path(__file__).with_name("why.sql"))
_NAMESAKE = Said("A return has the same id:", "另有一笔退货用了同一编号：")


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """An event and the sentences that explain it; `revision` is the version that judged it, `friend` whose
    deed it was, of a referral, `doer` whose, of points through a relation, `occasion` which day of the member,
    `metadata` what its sender attached."""

    event: str
    friend: str | None
    doer: str | None
    occasion: OccasionView | None
    member: str
    type: str
    occurred_at: dt.datetime
    revision: int
    sentences: list[str]
    metadata: dict[str, str]


def why(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    event_id: str,
    language: Language,
) -> Why:
    """The event judged once more, as history stands now; of a return that names its purchase, what it did. Raises
    UnknownEvent, of one whose purchase has not come StillWaiting."""
    with snapshot(connection) as sql:
        keys = [f"event/{event_id}", f"return/{event_id}"]  # of no purchase: an event as well
        of_keys = gather_known(sql, programme, keys)
        known = next((one for key in keys if (one := of_keys.get(key)) and one.event), None)
        if known is None and (back := of_keys.get(keys[1])):
            return _why_of_return(sql, programme, event_id, back, language)
        if known is None or known.event is None:
            raise _not_there(sql, programme, event_id, keys)
        event, member_id = known.event, UUID(bytes=known.member_id)
        judging = _as_judged(sql, programme, member_id)
        account = _account(sql, judging, member_id, event)
        sentences = _sentences(sql, judging, member_id, account, language)
        back = of_keys.get(keys[1])
        if back is not None and back is not known and back.event is None:
            of_return = _why_of_return(sql, programme, event_id, back, language)
            sentences += [_NAMESAKE.told_in(language), *of_return.sentences]
    origin = origin_of(event)
    return Why(
        event=event_id,
        friend=origin.friend,
        doer=origin.doer,
        occasion=origin.occasion,
        member=known.external_id,
        type=event.type,
        occurred_at=moment_of(event.occurred_at, programme.zone),
        revision=account.plan.revision,
        sentences=sentences,
        metadata=known.metadata,
    )


def _not_there(
    sql: Sql, programme: OpenProgramme, event_id: str, keys: Sequence[str]
) -> UnknownEvent:
    """What is wrong with an id of which nothing stands in history."""
    values = {"programme_id": programme.programme_id, "keys": list(keys)}
    waiting = sql.execute(SQL["what_it_waits_for"], values).fetchone()
    return UnknownEvent(event_id) if waiting is None else StillWaiting(event_id, *waiting)


def _why_of_return(
    sql: Sql, programme: OpenProgramme, return_id: str, known: Known, language: Language
) -> Why:
    """What a return that names its purchase did, or why it was refused."""
    occurred_at, sentences = known.recorded_at, list[str]()
    if refused := refusal_told(known, language):
        sentences = [refused]
    else:
        judging = _as_judged(sql, programme, UUID(bytes=known.member_id))
        told = return_told(sql, judging, f"return/{return_id}", known, language)
        occurred_at, sentences = told.occurred_at, told.sentences
    return Why(
        event=return_id,
        friend=None,
        doer=None,
        occasion=None,
        member=known.external_id,
        type="return",
        occurred_at=moment_of(occurred_at, programme.zone),
        revision=programme.engine.plan_at(occurred_at).revision,
        sentences=sentences,
        metadata=known.metadata,
    )


def _as_judged(sql: Sql, programme: OpenProgramme, member_id: UUID) -> OpenProgramme:
    """The programme as a member was judged last: without later corrections, which who is merged does not see."""
    values = {"programme_id": programme.programme_id, "member_id": member_id}
    row = sql.execute(SQL["last_judged"], values).fetchone()
    return programme if row is None else without(programme, corrected_since(programme, *row))


def _account(sql: Sql, programme: OpenProgramme, member_id: UUID, event: PastEvent) -> Account:
    """What is on record about the event."""
    values: dict[str, object] = {
        "programme_id": programme.programme_id,
        "member_id": member_id,
        "event_seq": event.seq,
    }
    awards = [Awarded(*row) for row in sql.execute(SQL["awards_of_event"], values)]
    returns = [
        (occurred_at, decode_returned(payload))
        for occurred_at, payload in sql.execute(SQL["returns_of_event"], values)
    ]
    return Account(
        event=event,
        plan=programme.engine.plan_at(event.occurred_at),
        zone=programme.zone,
        currencies=programme.engine.currencies,
        awards=awards,
        points_at_first=points_awarded(programme, awards[0] if awards else None),
        points_now=points_awarded(programme, awards[-1] if awards else None),
        returns=returns,
        treated=_treated(programme, event, [returned for _, returned in returns]),
        lots=[LotOfEvent(*row) for row in sql.execute(SQL["lots_of_event"], values)],
    )


def _treated(programme: OpenProgramme, event: PastEvent, returns: Sequence[Returned]) -> Treated:
    """What became of the points of what came back."""
    if event.type.startswith(RETURNED):
        return "blind"
    if takes_parts_alone(programme, event, returns):
        return "alone"
    left = left_of(programme, event, returns)
    if left != counted(programme, event, returns):
        return "kept"
    return "gone" if left is None else "undone"


def _sentences(
    sql: Sql, programme: OpenProgramme, member_id: UUID, account: Account, language: Language
) -> list[str]:
    """The event judged once more, and whether that is what was awarded."""
    event = account.event
    returns = returns_of(sql, programme, member_id)
    start = start_before(sql, programme, member_id, event.key)
    later = events_after(sql, programme, member_id, start.key)
    before = [past for past in later if past.key < event.key]
    state = reevaluate(programme, start, before, returns).state
    came_back = returns.get(event.seq, ())
    payload = counted_here(programme, state, event, came_back)
    found, traced = None, list[str]()
    if payload is not None:
        blind = event.type.startswith(RETURNED)
        asked = asked_again(*(as_bought(programme, event) if blind else (event, payload)))
        trace = explain(account.plan, asked, state, account.currencies)
        traced = trace_sentences(account.plan.programme, trace, language)
        if event.type == PERIOD_BALANCE:
            traced = list(noted_sentences(account, language))
        found = judged(programme, state, event, came_back)
    said = [
        *off_sentences(account, language),
        *returned_sentences(account, language),
        *traced,
        *since_sentences(account, language),
    ]
    if differs(found, account.awards[-1] if account.awards else None):
        said.append(disagreement_sentence(language))
    return said
