"""The proof: all history evaluated again and every invariant checked, on one snapshot of the bank."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from typing import Any

import msgspec
import psycopg

from jifen.db.snapshot import snapshot
from jifen.db.spreading import layout
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.bank import bank_differences, movement_differences
from jifen.proof.budgets import Used, budget_differences
from jifen.proof.codes import code_differences
from jifen.proof.derived import derived_differences
from jifen.proof.differences import Difference
from jifen.proof.draws import draw_differences
from jifen.proof.for_all import count_differences
from jifen.proof.occasions import occasion_differences
from jifen.proof.orders import order_differences
from jifen.proof.points import ByBatch
from jifen.proof.slices import slices
from jifen.proof.stock import stock_differences
from jifen.proof.timeline import read_timeline, timeline_differences
from jifen.proof.working import SliceReport, Workers, prove_slice, prove_with


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked, in how long, and everything that is not as it must be."""

    members: int
    events: int
    rows: int  # of the members' append-only tables
    seconds: float
    differences: list[Difference]

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def prove(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    *,
    url: str | None = None,
    workers: int | None = None,
) -> Report:
    """Check everything that must be true of a programme; writes nothing.

    All of it is seen as of one moment, in the caller's transaction if there is one. With the `url` of the
    database, processes with connections of their own share the members with this one, so that as many are at
    work as there are processors; they see only what is committed. On a cluster this process proves alone.
    """
    began_at = time.perf_counter()
    programme_id = programme.programme_id.bytes
    with snapshot(connection) as sql, ExitStack() as until_proved:
        timeline = read_timeline(sql, programme)
        cut = slices(sql, programme_id)
        helping = min(workers or os.cpu_count() or 1, len(cut)) - 1
        given: list[Future[SliceReport]] = []
        if url is not None and helping and layout(connection) is None:  # a cluster shares no moment
            shared = sql.execute("SELECT pg_export_snapshot()").fetchone()
            assert shared is not None
            others = until_proved.enter_context(Workers(url, programme.slug, shared[0], helping))
            given = others.begin(cut)
        differences = [  # while the others are at work
            *timeline_differences(sql, timeline),
            *bank_differences(sql, programme_id),
            *derived_differences(sql, timeline.programme),
            *occasion_differences(sql, timeline.programme),
            *code_differences(sql, timeline.programme),
            *draw_differences(sql, timeline),
            *order_differences(sql, timeline),
            *stock_differences(sql, timeline.programme),
            *count_differences(sql, timeline.programme),
        ]
        reports = (
            prove_with(given, sql, timeline, cut)
            if given
            else [prove_slice(sql, timeline, ids) for ids in cut]
        )
        differences += budget_differences(sql, timeline.programme, _used(reports))
        differences += movement_differences(sql, programme_id, _together(reports))
    return _report(reports, differences, time.perf_counter() - began_at)


def _together(reports: list[SliceReport]) -> ByBatch:
    total: ByBatch = defaultdict(partial(defaultdict, int))
    for report in reports:
        for batch_id, movements in report.moved.items():
            for key, points in movements.items():
                total[batch_id][key] += points
    return total


def _used(reports: list[SliceReport]) -> Used:
    total: Used = {}
    for report in reports:
        for rule, points in report.used.items():
            total[rule] = total.get(rule, 0) + points
    return total


def _report(reports: list[SliceReport], differences: list[Difference], seconds: float) -> Report:
    return Report(
        members=sum(report.members for report in reports),
        events=sum(report.events for report in reports),
        rows=sum(report.rows for report in reports),
        seconds=seconds,
        differences=[*differences, *(one for report in reports for one in report.differences)],
    )
