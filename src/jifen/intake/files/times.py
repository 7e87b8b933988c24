"""Columns of times as instants."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from jifen.instants import instant_of
from jifen.intake.files.mapping import Clock
from jifen.intake.files.numbers import as_text
from jifen.intake.files.zones import Localised, instants_of


class _Count(NamedTuple):
    """A unit in microseconds, counted from an instant, and told to the nearest `told` microseconds."""

    unit: int
    start: int
    told: int


COUNTED = {
    "excel_days": _Count(
        86_400_000_000, instant_of(dt.datetime(1899, 12, 30, tzinfo=dt.UTC)), 10**6
    ),
    "unix_seconds": _Count(1_000_000, 0, 1),
    "unix_milliseconds": _Count(1_000, 0, 1),
}
"""Times written as numbers. Those of spreadsheets are what a clock showed, the others are instants."""
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,20})?", re.ASCII)
_LOCAL = pa.timestamp("us")
_EARLIEST = instant_of(dt.datetime(1900, 1, 1, tzinfo=dt.UTC))
_LATEST = instant_of(dt.datetime(2200, 1, 1, tzinfo=dt.UTC))
_OFFSET = r"[T ].*(Z|[+-]\d{2}:?\d{2})$"


def as_instants(column: pa.Array, clock: Clock) -> Localised:
    """Microseconds since 1970 UTC; None where empty, not a time, or outside the years 1900 to 2199."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        zone = getattr(kind, "tz", None)
        readings = _integers(pc.cast(column, pa.timestamp("us", zone), safe=False))
        return _instants(readings, None if zone else clock.zone)
    text = as_text(column)
    if clock.format is None:
        return _from_iso(text, clock)
    if counted := COUNTED.get(clock.format):
        return _instants(_counted(text, counted), clock.zone if counted.start else None)
    return _instants(_parse(text, clock.format), None if "%z" in clock.format else clock.zone)


def _instants(readings: list[int | None], zone: ZoneInfo | None) -> Localised:
    """Readings of a clock in `zone`, or (without a zone) instants already."""
    bounded = [
        None if reading is None or not _EARLIEST <= reading < _LATEST else reading
        for reading in readings
    ]
    return instants_of(bounded, zone) if zone else Localised(bounded, 0, 0)


def _from_iso(text: pa.StringArray, clock: Clock) -> Localised:
    """Readings without an offset are local; those with one say the instant themselves."""
    if not pc.any(pc.match_substring_regex(text, _OFFSET)).as_py():
        try:
            return _instants(_integers(pc.cast(text, _LOCAL)), clock.zone)
        except pa.ArrowInvalid:
            pass  # some row is no time: they are read one by one
    local: list[int | None] = []
    absolute: list[int | None] = []
    for word in text.to_pylist():
        moment = _moment(word)
        aware = moment is not None and moment.tzinfo is not None
        absolute.append(instant_of(moment) if moment is not None and aware else None)
        naive = None if moment is None or aware else moment.replace(tzinfo=dt.UTC)
        local.append(None if naive is None else instant_of(naive))
    found = _instants(local, clock.zone)
    absolute = _instants(absolute, None).instants
    merged = [a if b is None else b for a, b in zip(absolute, found.instants, strict=True)]
    return Localised(merged, found.ambiguous, found.missing)


def _counted(text: pa.StringArray, count: _Count) -> list[int | None]:
    return [
        count.start + round(Decimal(word) * count.unit / count.told) * count.told
        if word is not None and _NUMBER.fullmatch(word)
        else None
        for word in text.to_pylist()
    ]


def _moment(word: str | None) -> dt.datetime | None:
    try:
        return None if word is None else dt.datetime.fromisoformat(word)
    except ValueError:
        return None


def _parse(text: pa.StringArray, format: str) -> list[int | None]:
    """Arrow reads 30 February as 2 March; what falls on the first days of a month is read again."""
    quick = pc.strptime(text, format=format, unit="us", error_is_null=True)
    readings = _integers(quick)
    doubtful = pc.or_kleene(pc.is_null(quick), pc.less_equal(pc.day(quick), 3))
    for place in pc.indices_nonzero(doubtful).to_pylist():
        readings[place] = _read_exactly(text[place].as_py(), format)
    return readings


def _read_exactly(word: str | None, format: str) -> int | None:
    try:
        moment = dt.datetime.strptime(word or "", format)  # noqa: DTZ007  the zone is the mapping's
    except ValueError:
        return None
    return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))


def _integers(column: pa.Array) -> list[int | None]:
    readings: list[int | None] = pc.cast(column, pa.int64()).to_pylist()
    return readings
