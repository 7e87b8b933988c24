"""What has become of points on either side: outstanding, lapsed, used, month by month and ahead."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jifen.instants import NEVER, local_day_of, month_of_day
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.model import Currency
from jifen.whatif.granting import of_each
from jifen.whatif.holding import lived_by
from jifen.whatif.lives import Lived, LotsToLive
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
    published = lived_by(programme, replay, replay.published, _known(programme, currency))
    draft = published  # a document alone stands on both sides
    if replay.draft is not replay.published:
        draft = lived_by(programme, replay, replay.draft, currency, published)
    sides = (published, draft)
    moved = [_moved(programme, *side) for side in sides]
    lapsed = [int(side.lived.ended.points[side.lived.ended.at <= now].sum()) for side in sides]
    granted = [int(side.lots.points.sum()) for side in sides]
    used = [int(side.lived.used.sum()) for side in sides]
    left = [all - gone - ended for all, gone, ended in zip(granted, used, lapsed, strict=True)]
    return LifeTotal(
        id=currency.id,
        name=currency.name,
        scale=currency.scale,
        granted=Both(*granted),
        used=Both(*used),
        uncovered=Both(*(side.lived.uncovered for side in sides)),
        lapsed=Both(*lapsed),
        outstanding=Both(*left),
        months=_months(moved, this_month),
    )


def _known(programme: OpenProgramme, currency: Currency) -> Currency:
    """A currency as it is published; one that only a draft has as that says."""
    known = {one.id: one for one in programme.programme.currencies}
    return known.get(currency.id, currency)


def _moved(programme: OpenProgramme, lots: LotsToLive, lived: Lived) -> _Moved:
    def month_at(instant: int) -> int:
        return month_of_day(local_day_of(instant, programme.zone))

    ended = lived.ended
    ending = ended.at != NEVER
    return _Moved(
        (of_each(lots.days, month_of_day), lots.points),
        (of_each(lived.used_at, month_at), lived.used),
        (of_each(ended.at[ending], lambda at: month_at(at - 1)), ended.points[ending]),
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
