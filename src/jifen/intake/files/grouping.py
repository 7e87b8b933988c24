"""Rows of the same event, which stand together or nearly so."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

ROWS_APART = 1_000
"""Rows of one event may have this many rows of other events between them."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Event number i has the rows bounds[i] … bounds[i+1]-1 of the rows taken in this order (None: as they are)."""

    order: pa.Array | None
    bounds: list[int]


def group_rows(ids: pa.StringArray) -> Groups:
    """Events in the order of their first rows; within an event rows keep their order."""
    runs = pc.run_end_encode(ids)
    if pc.count_distinct(runs.values).as_py() == len(runs.values):
        return Groups(None, [0, *runs.run_ends.to_pylist()])
    codes = ids.dictionary_encode().indices
    order = pc.sort_indices(codes)  # stable
    ends = pc.run_end_encode(codes.take(order)).run_ends
    return Groups(order, [0, *ends.to_pylist()])


def settled_rows(ids: pa.StringArray) -> int:
    """How many rows from the start hold only events of which no more rows are to be expected."""
    limit = len(ids) - ROWS_APART
    runs = pc.run_end_encode(ids)
    ends: list[int] = runs.run_ends.to_pylist()
    codes: list[int] = runs.values.dictionary_encode().indices.to_pylist()
    if codes and max(codes) + 1 == len(codes):
        place = bisect_right(ends, limit)
        return ends[place - 1] if place else 0
    last_run = {code: place for place, code in enumerate(codes)}
    settled = reach = 0
    for place, (code, end) in enumerate(zip(codes, ends, strict=True)):
        if end > limit:
            break
        reach = max(reach, last_run[code])
        if reach == place:
            settled = end
    return settled
