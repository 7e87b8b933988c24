"""Slices of members proved here, or by processes with connections of their own."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import NamedTuple

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.intake.judging.case import EVENTS
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import open_programme
from jifen.ledger.book import Batch
from jifen.proof.budgets import Used
from jifen.proof.differences import Difference
from jifen.proof.member import member_differences
from jifen.proof.own_events import add_waiting
from jifen.proof.points import ByBatch
from jifen.proof.slices import Slice, records_in
from jifen.proof.standing import add_standing
from jifen.proof.timeline import Timeline, read_timeline

NO_BATCH = bytes(16)


class SliceReport(NamedTuple):
    """What was checked of a slice, and what differs."""

    members: int
    events: int
    rows: int
    moved: ByBatch
    used: Used  # of budgets
    differences: list[Difference]


def prove_slice(sql: Sql, timeline: Timeline, ids: Slice) -> SliceReport:
    """Prove the members of a slice."""
    members = events = rows = 0
    differences: list[Difference] = []
    moved: ByBatch = defaultdict(partial(defaultdict, int))
    used: Used = {}
    programme = timeline.programme
    days = Batch(programme.programme_id.bytes, NO_BATCH, programme.zone, {})
    slice_of = list(records_in(sql, programme.programme_id.bytes, ids))
    add_standing(sql, programme, slice_of)
    add_waiting(sql, programme, slice_of)
    for records in slice_of:
        members += records.member is not None
        events += len(records.rows[EVENTS])
        rows += sum(map(len, records.rows))
        differences += member_differences(records, timeline, days, moved, used)
    return SliceReport(members, events, rows, moved, used, differences)


class Workers:
    """Processes that prove slices as of a snapshot that the caller's transaction has exported."""

    def __init__(self, url: str, slug: str, snapshot_id: str, count: int) -> None:
        self._pool = ProcessPoolExecutor(
            count,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(url, slug, snapshot_id),
        )

    def prove(self, cut: Sequence[Slice]) -> Iterator[SliceReport]:
        """Start on all slices; their reports, in order, as they come."""
        return self._pool.map(_prove, cut)

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)


_at_work: list[tuple[Sql, Timeline]] = []  # of this process, once it has begun
_until_exit = ExitStack()


def _begin(url: str, slug: str, snapshot_id: str) -> None:
    connection = _until_exit.enter_context(connect(url))
    sql = cursor(connection)
    sql.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    sql.execute(f"SET TRANSACTION SNAPSHOT '{snapshot_id}'")  # no parameter can stand there
    timeline = read_timeline(sql, open_programme(connection, slug))
    _at_work.append((sql, timeline))


def _prove(ids: Slice) -> SliceReport:
    sql, timeline = _at_work[0]
    return prove_slice(sql, timeline, ids)
