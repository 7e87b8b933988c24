"""An export as a job: members with what they have, movements of points, all or of a period, or what a correction would
post; as CSV or Parquet.

All of it is seen as of one moment; what time had brought by then is posted before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import pyarrow as pa

from jifen.db.snapshot import snapshot
from jifen.db.statements import statements
from jifen.instants import LONG_AGO, NEVER, moment_of
from jifen.intake.asking import scalars
from jifen.intake.sweeping import tend
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.worker.reviewing import export_correction
from jifen.worker.work import Task
from jifen.worker.writing import WRITERS, Column, Format, Row

SQL = statements(Path(__file__).with_suffix(".sql"))
Of = Literal["members", "movements", "correction"]
ROWS_AT_ONCE: Final = 5_000
"""Rows that are fetched, and written, together."""
_BALANCES: Final = ("points", "held", "debt", "lifetime", "spent", "expired", "reversed")


def export_job(task: Task) -> dict[str, Any]:
    """Write the file of an export; how many rows it has."""
    of: Of = task.job.asked["of"]
    if of == "correction":
        return export_correction(task)
    format: Format = task.job.asked["format"]
    programme = task.programme
    tend(task.connection, programme, partial(now_of, programme))
    path = task.folder / f"{of}.{format}"
    count, columns, read = _READERS[of]
    with snapshot(task.connection) as sql, WRITERS[format](path, columns(programme)) as write:
        since, until = period_of(task.job.asked, programme.zone)
        values = {"programme": programme.programme_id, "since": since, "until": until}
        (total,) = sql.execute(SQL[count], values).fetchone() or (0,)
        done = 0
        rows = sql.stream(SQL[of], values, size=ROWS_AT_ONCE)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            write([read(row, programme) for row in some])
            done += len(some)
            task.tell(min(done / total, 1.0) if total else 1.0, {"rows": done})
    task.jobs.keep(task.job.id, path)
    return {"rows": done}


def period_of(asked: Mapping[str, Any], zone: ZoneInfo) -> tuple[int, int]:
    """The instants between which movements were recorded: `since`, a date or a time, to the end of `until`; all unless
    said. Raises Malformed, also where nothing lies between them."""
    since, until = asked.get("since"), asked.get("until")
    begins = LONG_AGO if since is None else scalars.instant(since, zone, "/export/since")
    ends = NEVER if until is None else scalars.last_usable_day(until, zone, "/export/until")
    if begins >= ends:
        said = f"the period ends ({until}) before it begins ({since})"
        raise scalars.Malformed("/export/until", said, f"时段的终点（{until}）早于起点（{since}）")
    return begins, ends


def _text(names: Sequence[str]) -> list[Column]:
    return [Column(name, pa.string()) for name in names]


def _points(programme: OpenProgramme, number: int, points: int) -> Decimal:
    """Points as people write them: smallest units of a currency, by its number."""
    return Decimal(points).scaleb(-_scale(programme, programme.engine.currencies[number]))


def _scale(programme: OpenProgramme, id: str) -> int:
    """Decimals of a currency; none of one that an earlier version had."""
    return next((one.scale for one in programme.programme.currencies if one.id == id), 0)


def _columns_of_members(programme: OpenProgramme) -> list[Column]:
    per_currency = [
        Column(id if name == "points" else f"{id}_{name}", pa.decimal128(38, _scale(programme, id)))
        for id in programme.engine.currencies
        for name in _BALANCES
    ]
    return [*_text(["member", "joined_at", "frozen", "merged_into"]), *per_currency]


def _member(row: Row, programme: OpenProgramme) -> Row:
    external_id, joined_at, frozen, merged_into, numbers, *balances = row
    by_number = dict(
        zip(numbers or (), zip(*balances, strict=True) if numbers else (), strict=True)
    )
    told = [
        external_id,
        _moment(joined_at, programme),
        "true" if frozen else "false",
        merged_into,
    ]
    for number in range(len(programme.engine.currencies)):
        values = by_number.get(number, (0,) * len(_BALANCES))
        told += [_points(programme, number, value) for value in values]
    return told


def _columns_of_movements(programme: OpenProgramme) -> list[Column]:
    scale = max(_scale(programme, id) for id in programme.engine.currencies)
    return [
        *_text(["member", "recorded_at", "effective_at", "currency", "account"]),
        Column("points", pa.decimal128(38, scale)),
        *_text(["asked", "about", "actor", "reason"]),
    ]


def _movement(row: Row, programme: OpenProgramme) -> Row:
    member, recorded_at, effective_at, number, account, points, *rest = row
    return [
        member,
        _moment(recorded_at, programme),
        _moment(effective_at, programme),
        programme.engine.currencies[number],
        account,
        _points(programme, number, points),
        *rest,
    ]


def _moment(instant: int, programme: OpenProgramme) -> str:
    return moment_of(instant, programme.zone).isoformat()


_READERS: Final = MappingProxyType(
    {
        "members": ("count_members", _columns_of_members, _member),
        "movements": ("count_movements", _columns_of_movements, _movement),
    }
)
