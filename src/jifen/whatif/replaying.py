"""A draft beside the published timeline, over all real history."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
import psycopg

from jifen.db.adapting import cursor
from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.instants import NEVER
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.versions.lot_terms import lot_terms
from jifen.intake.versions.opening import OpenProgramme, read_versions
from jifen.programme.model import Programme
from jifen.whatif.allotting import judge_as_recorded, judge_draft, judge_within_budgets
from jifen.whatif.balances import check_balances
from jifen.whatif.columns import columns_of
from jifen.whatif.counting import count
from jifen.whatif.hearing import how_heard
from jifen.whatif.history import History, Reading, history_of, read_history
from jifen.whatif.points_events import AS_RECORDED, OfDraft, Side, of_draft
from jifen.whatif.report import Report
from jifen.whatif.running import Replay
from jifen.whatif.sides import DRAFT
from jifen.whatif.walking import Left

Budgets = Literal["as they would be", "as recorded", "anew"]
"""Of a draft as they would be, beside those that were recorded; as recorded, which is how a correction posts;
or anew on both sides, where nothing was recorded."""

_MOST_ROUNDS = 60
"""What budgets leave, and what becomes of points, decides what a draft brings about, which takes of budgets and gives
points in turn: each round settles what is earlier in history than the one before, until nothing changes."""


def replay(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    document: Programme,
    *,
    since: int | None = None,
    until: int | None = None,
    by: str | None = None,
) -> Report:
    """The report of a draft that holds from `since` (the beginning) until `until` (for good).

    Outside of the period the published timeline holds; the report counts the events of the period. Raises
    EngineError for a draft that cannot be compiled or is not of this programme.
    """
    started = time.perf_counter()
    found = replayed(connection, programme, document, since=since, until=until)
    return count(programme, found, by=by, started=started)


def replayed(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    document: Programme,
    *,
    since: int | None = None,
    until: int | None = None,
    budgets: Budgets = "as they would be",
) -> Replay:
    """All history under the published timeline, and with the draft in its period."""
    posting = budgets == "as recorded"
    lived = () if posting else (one.id for one in document.points if one.spendable)
    versions = (plan.programme for plan in programme.engine.plans.values())
    check_balances(document, versions, lived)
    engine = engine_with(connection, programme, document, since, until)
    draft = replace(programme, engine=engine, programme=document)
    reading = read_history(connection, programme, draft)
    settled, heard = _Settled(), None
    for _ in range(_MOST_ROUNDS):
        history = history_of(reading, programme, draft, *settled, posting=posting)
        found = judged_twice(programme, history, document, engine, since, until, budgets)
        if heard is None:
            sql = cursor(connection)
            heard = how_heard(sql, programme, history, found.published.lots, reading.people)
        found = replace(found, heard=heard)
        following = _settled(reading, programme, draft, found, settled, budgets)
        if following == settled:
            return found
        settled = following
    return replace(found, settled=False)


class _Settled(NamedTuple):
    """What a round leaves to the next: what the draft's budgets leave, and what becomes of its points."""

    left: Left | None = None
    of_points: OfDraft = AS_RECORDED


def _settled(
    reading: Reading,
    programme: OpenProgramme,
    draft: OpenProgramme,
    found: Replay,
    before: _Settled,
    budgets: Budgets,
) -> _Settled:
    left = before.left
    if budgets == "as they would be" and draft.sends and found.draft.left is not None:
        left = found.draft.left
    lived = found.published if budgets == "as recorded" else found.draft
    sides = Side(programme, found.published), Side(draft, lived)
    return _Settled(left, of_draft(reading, *sides, found))


def judged_twice(
    programme: OpenProgramme,
    history: History,
    document: Programme,
    engine: Engine,
    since: int | None,
    until: int | None,
    budgets: Budgets = "as they would be",
) -> Replay:
    """The same for a history that is in memory already."""
    with collecting_no_garbage():
        plans = [*programme.engine.plans.values(), *engine.plans.values()]
        columns = columns_of(history, plans)
        promised = lot_terms(engine, document, programme.zone).awarding
        first = judge_within_budgets if budgets == "anew" else judge_as_recorded
        published = first(history, columns, programme.engine, programme.awarding)
        if budgets == "as they would be":
            draft = judge_draft(history, columns, engine, promised, published)
        else:
            draft = first(history, columns, engine, promised, DRAFT)
    begins = 0 if since is None else since
    ends = NEVER if until is None else until
    inside = (history.occurred_at >= begins) & (history.occurred_at < ends)
    if history.stands is not None:
        inside &= ~history.stands
    if budgets == "as recorded":
        inside &= ~np.isin(history.members, sorted(history.merged))
    return Replay(history, published, draft, document, np.flatnonzero(inside), begins, ends)


def judged_alone(programme: OpenProgramme, history: History) -> Replay:
    """A history that is in memory under one timeline, which stands on both sides."""
    with collecting_no_garbage():
        columns = columns_of(history, [*programme.engine.plans.values()])
        only = judge_within_budgets(history, columns, programme.engine, programme.awarding)
    return Replay(history, only, only, programme.programme, np.arange(len(history)), 0, NEVER)


def engine_with(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    document: Programme,
    since: int | None,
    until: int | None,
) -> Engine:
    """The published timeline with a draft in force in a period."""
    rows = read_versions(cursor(connection), programme.programme_id)
    published = [row.compilable() for row in rows]
    return compile_timeline(amended(published, document, since, until))


def amended(
    published: Sequence[Version], document: Programme, since: int | None, until: int | None
) -> list[Version]:
    """A timeline with one more revision, which holds in its period before all others."""
    begins = min(v.effective_from for v in published) if since is None else since
    ends = NEVER if until is None else until
    revision = max(version.revision for version in published) + 1
    return [*published, Version(revision, begins, document, ends)]
