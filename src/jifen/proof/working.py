"""Slices of members proved here, and by processes with connections of their own."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import NamedTuple

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.judging.case import EVENTS
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import open_programme
from jifen.proof.budgets import Used
from jifen.proof.days import Days
from jifen.proof.differences import Difference
from jifen.proof.member import member_differences
from jifen.proof.own_events import add_waiting
from jifen.proof.points import ByBatch
from jifen.proof.slices import Slice, records_in
from jifen.proof.standing import add_standing
from jifen.proof.timeline import Timeline, read_timeline


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
    with collecting_no_garbage():
        return _proved(sql, timeline, ids)


def _proved(sql: Sql, timeline: Timeline, ids: Slice) -> SliceReport:
    members = events = rows = 0
    differences: list[Difference] = []
    moved: ByBatch = defaultdict(partial(defaultdict, int))
    used: Used = {}
    programme = timeline.programme
    days = Days(programme.zone)
    slice_of = list(records_in(sql, programme.programme_id.bytes, ids))
    add_standing(sql, programme, slice_of)
    add_waiting(sql, programme, slice_of)
    slice_of.reverse()
    while slice_of:
        records = slice_of.pop()  # and what was read of it goes with it
        members += records.member is not None
        events += len(records.rows[EVENTS])
        rows += sum(map(len, records.rows))
        differences += member_differences(records, timeline, days, moved, used)
    return SliceReport(members, events, rows, moved, used, differences)


def prove_with(
    given: Sequence[Future[SliceReport]], sql: Sql, timeline: Timeline, cut: Sequence[Slice]
) -> list[SliceReport]:
    """The reports of slices that were given to others. From the last on, what nobody has come to is proved here."""
    reports = [
        prove_slice(sql, timeline, ids) if theirs.cancel() else theirs.result()
        for ids, theirs in zip(reversed(cut), reversed(given), strict=True)
    ]
    return reports[::-1]


class Workers:
    """Processes that prove slices as of a snapshot that the caller's transaction has exported."""

    def __init__(self, url: str, slug: str, snapshot_id: str, count: int) -> None:
        self._pool = ProcessPoolExecutor(
            count,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(url, slug, snapshot_id),
        )

    def begin(self, cut: Sequence[Slice]) -> list[Future[SliceReport]]:
        """Let them begin with the first slices."""
        return [self._pool.submit(_prove, ids) for ids in cut]

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
