"""The rows that measurements give, and the table they are printed as."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from typing import TypedDict


class Row(TypedDict):
    """One figure: the median of its runs; `ratio` is ours over the baseline's rate, None without a baseline."""

    name: str
    value: float
    unit: str
    baseline: str
    ratio: float | None
    runs: int
    machine: str


def machine() -> str:
    """What the figures were measured on."""
    return f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}"


def row(
    name: str, runs: Sequence[float], unit: str, baseline: str = "", rate: float | None = None
) -> Row:
    """The median of some runs, over the rate of a baseline measured beside them."""
    value = statistics.median(runs)
    return Row(
        name=name,
        value=round(value, 3 if value < 100 else 0),
        unit=unit,
        baseline=baseline,
        ratio=None if rate is None else round(value / rate, 2),
        runs=len(runs),
        machine=machine(),
    )


def table(rows: Sequence[Row]) -> str:
    """Rows as aligned text."""
    lines = [("name", "value", "unit", "ratio", "baseline", "runs")]
    lines += [
        (
            one["name"],
            f"{one['value']:,}",
            one["unit"],
            "" if one["ratio"] is None else f"{one['ratio']:.2f} ×",
            one["baseline"],
            str(one["runs"]),
        )
        for one in rows
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(6)]
    right = {1, 3, 5}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
