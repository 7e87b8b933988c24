"""What has become of points on either side: outstanding, lapsed, used, month by month and ahead."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jifen.instants import NEVER, local_day_of, month_of_day
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.model import Currency
from jifen.whatif.granting import of_each
from jifen.whatif.holding import lots_of, uses_of
from jifen.whatif.lives import Lived, LotsToLive, live
from jifen.whatif.report import Both, LifeMonth, LifeTotal
from jifen.whatif.running import Replay

if TYPE_CHECKING:
    from jifen.whatif.history import Integers

_MOST_MONTHS_AHEAD = 24

Monthly = tuple["Integers", "Integers"]
"""Months and points, row by row."""


class _Moved(NamedTuple):
    """Points of one side and the months in which they were granted, used, and lapsed or will lapse."""

    granted: Monthly
    used: Monthly
    lapsed: Monthly


def life_totals(programme: OpenProgramme, replay: Replay) -> list[LifeTotal]:
    """Of every currency that can be spent under the draft."""
    return [
        _life_total(programme, replay, currency)
        for currency in replay.document.currencies
        if currency.spendable
    ]


def _life_total(programme: OpenProgramme, replay: Replay, currency: Currency) -> LifeTotal:
    now = now_of(programme)
    this_month = month_of_day(local_day_of(now, programme.zone))
    sides = [replay.published]
    if replay.draft is not replay.published:
        sides.append(replay.draft)
    lots = [lots_of(programme, replay, side, currency) for side in sides]
    uses = uses_of(programme, replay, currency)
    by_end = currency.spending_order == "soonest_expiry"
    lived = [live(of_side, uses, by_end=by_end) for of_side in lots]
    lots, lived = (lots * 2)[:2], (lived * 2)[:2]  # a document alone stands on both sides
    moved = [_moved(programme, *side) for side in zip(lots, lived, strict=True)]
    lapsed = [
        int(found.left[of_side.expires_at <= now].sum())
        for of_side, found in zip(lots, lived, strict=True)
    ]
    granted = [int(of_side.points.sum()) for of_side in lots]
    used = [int(found.used.sum()) for found in lived]
    left = [all - gone - ended for all, gone, ended in zip(granted, used, lapsed, strict=True)]
    return LifeTotal(
        id=currency.id,
        name=currency.name,
        scale=currency.scale,
        granted=Both(*granted),
        used=Both(*used),
        uncovered=Both(*(found.uncovered for found in lived)),
        lapsed=Both(*lapsed),
        outstanding=Both(*left),
        months=_months(moved, this_month),
    )


def _moved(programme: OpenProgramme, lots: LotsToLive, lived: Lived) -> _Moved:
    def month_at(instant: int) -> int:
        return month_of_day(local_day_of(instant, programme.zone))

    ending = lots.expires_at != NEVER
    return _Moved(
        (of_each(lots.days, month_of_day), lots.points),
        (of_each(lived.used_at, month_at), lived.used),
        (of_each(lots.expires_at[ending], lambda at: month_at(at - 1)), lived.left[ending]),
    )


def _months(sides: list[_Moved], this_month: int) -> list[LifeMonth]:
    """Every month from the first points to this one, and those ahead in which points lapse, up to two years."""
    begun = [int(side.granted[0].min()) for side in sides if len(side.granted[0])]
    if not begun:
        return []
    first = min(*begun, this_month)
    size = this_month + _MOST_MONTHS_AHEAD + 1 - first
    lapsed = [_summed(side.lapsed, first, size) for side in sides]
    outstanding = [
        np.cumsum(_summed(side.granted, first, size) - _summed(side.used, first, size) - gone)
        for side, gone in zip(sides, lapsed, strict=True)
    ]
    return [
        LifeMonth(
            month=_first_day(first + place),
            lapsed=both,
            outstanding=Both(*(int(side[place]) for side in outstanding)),
            ahead=first + place >= this_month,
        )
        for place in range(size)
        if (both := Both(*(int(side[place]) for side in lapsed))) != Both(0, 0)
        or first + place <= this_month
    ]


def _summed(monthly: Monthly, first: int, size: int) -> Integers:
    """Points by month from `first` on; what is later than all is left out."""
    months, points = monthly
    sums = np.zeros(size, np.int64)
    within = months < first + size
    np.add.at(sums, months[within] - first, points[within])
    return sums


def _first_day(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)
