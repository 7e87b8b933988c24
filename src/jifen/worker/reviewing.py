"""An export of the correction that is being reviewed: what it would give or take of each member. It is kept beside the
correction as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.instants import NEVER
from jifen.intake.versions.corrections import OpenCorrection, found_correction
from jifen.intake.versions.opening import now_of
from jifen.programme.loading import load
from jifen.wording import Mendable, Said
from jifen.worker.work import Task
from jifen.worker.writing import WRITERS, Column

if TYPE_CHECKING:
    from jifen.whatif.batch import Line

SQL = statements(Path(__file__).with_suffix(".sql"))
ROWS_AT_ONCE: Final = 5_000


def export_correction(task: Task) -> dict[str, Any]:
    """Write a row for each member and currency with a difference; how many there are. Raises Mendable where none is
    open, or the document cannot be compiled.

    All history is judged once more, so that it takes as long as `jifen programme correct`.
    """
    from jifen.whatif.batch import lines  # which loads what only replays need
    from jifen.whatif.replaying import replayed

    correction = found_correction(task.connection, task.programme)
    if correction is None:
        raise Mendable(Said("No correction of the past is open.", "没有待审的更正。"))
    task.tell(0.0, {"rows": 0})
    found = replayed(
        task.connection,
        task.programme,
        load(correction.document, "correction"),
        since=correction.effective_from,
        until=_end_of(correction),
        budgets="as recorded",
    )
    path = task.folder / f"correction.{task.job.asked['format']}"
    scales = task.programme.programme.scales
    rows, members = 0, set[str]()
    with (
        _kept(task, correction) as keep,
        WRITERS[task.job.asked["format"]](path, _columns(max(scales.values()))) as write,
    ):
        told = lines(found)
        while some := list(islice(told, ROWS_AT_ONCE)):
            keep(some)
            write([
                (
                    one.member,
                    one.currency,
                    *(
                        Decimal(points).scaleb(-scales.get(one.currency, 0))
                        for points in (one.awarded, one.corrected, one.difference)
                    ),
                )
                for one in some
            ])  # fmt: skip
            rows += len(some)
            members |= {one.member for one in some}
            task.tell(0.9, {"rows": rows, "members": len(members)})
    task.jobs.keep(task.job.id, path)
    return {"rows": rows, "members": len(members)}


@contextmanager
def _kept(task: Task, correction: OpenCorrection) -> Iterator[Callable[[Sequence[Line]], None]]:
    """Keeps what is found beside the correction, for whoever looks at it page by page; all of it, or nothing. Raises
    Mendable where another one is open meanwhile, or none."""
    programme = {"programme": task.programme.programme_id}
    with task.connection.transaction(), cursor(task.connection) as sql:
        values = {"opened_at": correction.opened_at, "now": now_of(task.programme)}
        if sql.execute(SQL["begin_review"], programme | values).fetchone() is None:
            raise Mendable(
                Said(
                    "The correction was posted or dropped meanwhile.", "这份更正其间已入账或放弃。"
                )
            )
        sql.execute(SQL["forget_differences"], programme)

        def keep(some: Sequence[Line]) -> None:
            columns = {
                "members": [one.member for one in some],
                "currencies": [one.currency for one in some],
                "awarded": [one.awarded for one in some],
                "corrected": [one.corrected for one in some],
            }
            sql.execute(SQL["insert_differences"], programme | columns)

        yield keep


def _end_of(correction: OpenCorrection) -> int | None:
    return None if correction.effective_until == NEVER else correction.effective_until


def _columns(scale: int) -> list[Column]:
    points = [
        Column(name, pa.decimal128(38, scale)) for name in ("awarded", "corrected", "difference")
    ]
    return [Column("member", pa.string()), Column("currency", pa.string()), *points]
