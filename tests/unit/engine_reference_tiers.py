"""Tiers, by asking all history: the reference's ladder."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import Any

from engine_reference_values import date_of

from jifen.programme.model import Programme, Tiers

_EPOCH = dt.date(1970, 1, 1)


class ReferenceTiers:
    """A member's tier by name, and the last day on which it holds by itself."""

    def __init__(self, programmes: Sequence[Programme], history: list[Any]) -> None:
        self.history = history
        self.several = len(programmes) > 1
        self.reaches: dict[str, int] = {}
        self.first: str | None = None
        for programme in programmes:
            for tier in programme.tiers.ladder if programme.tiers else ():
                self.reaches.setdefault(tier.id, tier.reach)
                self.first = self.first or tier.id
        self.tier = self.first
        self.until: int | None = None

    def rank(self, programme: Programme) -> int:
        """The place in a version's ladder; of a tier it lacks, the highest step not above it."""
        assert programme.tiers is not None
        ids = [tier.id for tier in programme.tiers.ladder]
        if self.tier in ids:
            return ids.index(self.tier)
        reach = self.reaches[str(self.tier)]
        return max(i for i, tier in enumerate(programme.tiers.ladder) if tier.reach <= reach)

    def on(self, programme: Programme, day: int) -> int:
        """The rank on a day, once every period that is over has been dealt with."""
        tiers = programme.tiers
        if tiers is None:
            return 0
        rank = self.rank(programme)
        if tiers.down == "never" or tiers.window == "lifetime":
            if self.several:
                self.until = None
        else:
            if self.several and rank > 0 and self.until is None:
                self.until = self._period_end(tiers, day)
            while self.until is not None and self.until < day:
                rank = self._lapse(tiers, rank)
        self.tier = tiers.ladder[rank].id
        return rank

    def _lapse(self, tiers: Tiers, rank: int) -> int:
        assert self.until is not None
        moment = self.until + 1
        if tiers.window == "year":
            year = date_of(self.until - tiers.grace_days).year
            measure = self._measure(tiers, lambda date: date.year == year)
            start = (dt.date(year + 1, 1, 1) - _EPOCH).days
        else:
            measure = self._rolling(tiers, moment)
            start = moment
        kept = max([r for r in range(1, rank + 1) if measure >= tiers.ladder[r].keep], default=0)
        if tiers.down == "one_level":
            kept = max(kept, rank - 1)
        self.until = self._period_end(tiers, start) if kept > 0 else None
        return kept

    def step_up(self, programme: Programme, day: int) -> None:
        """The highest tier reached, if it is above the present one."""
        tiers = programme.tiers
        if tiers is None:
            return
        rank = self.rank(programme)
        measure = self.measure(tiers, day)
        reached = max(r for r, tier in enumerate(tiers.ladder) if r == 0 or measure >= tier.reach)
        if reached > rank:
            self.tier = tiers.ladder[reached].id
            ends = tiers.down != "never" and tiers.window != "lifetime"
            self.until = self._period_end(tiers, day) if ends else None

    def measure(self, tiers: Tiers, day: int) -> int:
        """What the ladder measures, over its window as it stands on a day."""
        today = date_of(day)
        if tiers.window == "lifetime":
            return self._measure(tiers, lambda date: True)
        if tiers.window == "year":
            return self._measure(tiers, lambda date: date.year == today.year)
        return self._rolling(tiers, day)

    def _rolling(self, tiers: Tiers, day: int) -> int:
        end = _month(date_of(day))
        first = end - tiers.window_months + 1
        return self._measure(tiers, lambda date: first <= _month(date) <= end)

    def _measure(self, tiers: Tiers, within: Any) -> int:
        deeds = [deed for deed in self.history if within(date_of(deed.day))]
        purchases = [deed for deed in deeds if deed.type == "purchase"]
        if tiers.measure == "amount":
            return sum(max(0, deed.amount or 0) for deed in purchases)
        if tiers.measure == "purchases":
            return len(purchases)
        return sum(deed.earned.get(tiers.measure, 0) for deed in deeds)

    def _period_end(self, tiers: Tiers, day: int) -> int:
        date = date_of(day)
        if tiers.window == "year":
            last = dt.date(date.year, 12, 31)
        else:
            month = _month(date) + tiers.window_months
            year, number = divmod(month, 12)
            length = calendar.monthrange(year, number + 1)[1]
            last = dt.date(year, number + 1, min(date.day, length)) - dt.timedelta(days=1)
        return (last - _EPOCH).days + tiers.grace_days


def _month(date: dt.date) -> int:
    return date.year * 12 + date.month - 1
