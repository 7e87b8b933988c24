"""From two judgements of a history to the figures of a report."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from jifen.engine.events import Value
from jifen.instants import NEVER, date_of, local_day_of
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.amounts import main_currency
from jifen.programme.saying.naming import Name
from jifen.whatif.aside import asides
from jifen.whatif.moving import budget_totals, movers, rule_totals
from jifen.whatif.report import (
    Bar,
    Both,
    CurrencyTotal,
    GroupTotal,
    MonthTotal,
    Report,
    TierTotal,
)
from jifen.whatif.running import Judged, Replay
from jifen.whatif.standing import life_totals
from jifen.whatif.valuing import prices_compared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jifen.whatif.history import Integers

_BARS = 9  # on either side of nothing


def count(
    programme: OpenProgramme, replay: Replay, *, by: str | None = None, started: float | None = None
) -> Report:
    """The report. `by`: the fact by whose values members are grouped; `started`: of `perf_counter`, else now."""
    return _Counting(programme, replay).report(
        by, time.perf_counter() if started is None else started
    )


class _Counting:
    """Sums over the counted events, and over members where it says so."""

    def __init__(self, programme: OpenProgramme, replay: Replay) -> None:
        self.programme, self.replay = programme, replay
        self.history, self.counted = replay.history, replay.counted
        self.main = main_currency(programme.programme.currencies)
        self.members = self.history.members[self.counted]
        self.people = len(self.history.names)
        self.sides = (replay.published, replay.draft)
        points = [self.points(side, self.main.id)[self.counted] for side in self.sides]
        self.of_members = [self.summed(self.members, values, self.people) for values in points]
        self.difference = self.of_members[1] - self.of_members[0]
        self.main_points = points
        self.prices = prices_compared(self.main, programme.programme, replay.document)
        self.worth = self._worth()

    def points(self, side: Judged, currency: str) -> Integers:
        """Points of a currency event by event."""
        return side.points(side.engine.currencies.index(currency))

    def _worth(self) -> NDArray[Any]:
        """By how much each member is better off by what everything with a price is worth, the same on both sides; in a
        unit of its own."""
        if len(self.prices) == 1:
            return self.difference
        worth: NDArray[Any] = np.zeros(self.people, object)
        for id, price in self.prices.items():
            for side, sign in zip(self.sides, (-1, 1), strict=True):
                if id in side.engine.currencies:
                    points = self.points(side, id)[self.counted]
                    worth += self.summed(self.members, points, self.people).astype(object) * (
                        sign * price
                    )
        return worth

    def summed(self, places: Integers, values: Integers, size: int) -> Integers:
        """The sums of values by place: exact, where bincount would count in floats."""
        sums = np.zeros(size, np.int64)
        np.add.at(sums, places, values)
        return sums

    def report(self, by: str | None, started: float) -> Report:
        programme, known = self.programme.programme, self.history
        days = known.days[self.counted]
        first, last = (days.min(), days.max()) if len(days) else (0, 0)
        tiers = self._tiers_of_members()
        taking_part = np.unique(self.members)
        difference, worth = self.difference[taking_part], self.worth[taking_part]
        gaining, losing = movers(
            self.programme, self.replay, self.difference, self.of_members, tiers
        )
        lives = life_totals(self.programme, self.replay)
        return Report(
            programme=self.programme.slug,
            name=programme.name,
            against=self.programme.revision,
            since=self._date(self.replay.since, int(first)),
            until=self._date(self.replay.until - 1, int(last)),
            events=len({known.ids[place] for place in self.counted.tolist()}),
            members=len(taking_part),
            money=programme.money,
            money_scale=programme.money_scale,
            main=self.main.id,
            currencies=self._currencies(),
            cost=self._both(
                [self._money(int(side.cost_micros()[self.counted].sum())) for side in self.sides]
            ),
            better=int((worth > 0).sum()),
            worse=int((worth < 0).sum()),
            same=int((worth == 0).sum()),
            compared=list(self.prices),
            spread=spread(difference),
            months=self._months(days),
            rules=rule_totals(self.programme, self.replay),
            budgets=budget_totals(self.programme, self.replay),
            lives=lives,
            tiers=self._tier_totals(tiers),
            moved_between=[
                (was, would, number)
                for (was, would), number in sorted(Counter(zip(*tiers, strict=True)).items())
            ]
            if tiers[0]
            else [],
            by=by,
            groups=self._groups(by) if by else [],
            gaining=gaining,
            losing=losing,
            aside=list(asides(self.programme, self.replay, lives)),
            seconds=round(time.perf_counter() - started, 2),
        )

    def _date(self, instant: int, otherwise: int) -> dt.date:
        given = 0 < instant < NEVER - 1
        return date_of(local_day_of(instant, self.programme.zone) if given else otherwise)

    def _both(self, values: list[int]) -> Both:
        published, draft = (int(value) for value in values)
        return Both(published, draft)

    def _money(self, micros: int) -> int:
        """Millionths of a unit of money and point in smallest units of money, half up."""
        divisor = int(10 ** (6 - self.programme.programme.money_scale + self.main.scale))
        return (micros + divisor // 2) // divisor

    def _currencies(self) -> list[CurrencyTotal]:
        known = {
            c.id: c
            for c in (*self.replay.document.currencies, *self.programme.programme.currencies)
        }
        return [
            CurrencyTotal(
                id=currency.id,
                name=currency.name,
                scale=currency.scale,
                points=self._both(
                    [
                        int(self.points(side, currency.id)[self.counted].sum())
                        if currency.id in side.engine.currencies
                        else 0
                        for side in self.sides
                    ]
                ),
            )
            for currency in known.values()
        ]

    def _months(self, days: Integers) -> list[MonthTotal]:
        months = days.astype("datetime64[D]").astype("datetime64[M]")
        known, places = np.unique(months, return_inverse=True)
        points = [self.summed(places, values, len(known)) for values in self.main_points]
        costs = [
            self.summed(places, side.cost_micros()[self.counted], len(known)) for side in self.sides
        ]
        return [
            MonthTotal(
                month=month.astype("datetime64[D]").astype(object),
                points=self._both([int(values[place]) for values in points]),
                cost=self._both([self._money(int(values[place])) for values in costs]),
            )
            for place, month in enumerate(known)
        ]

    def _tiers_of_members(self) -> tuple[list[str], list[str]]:
        """The tier of each member at the end on either side; empty where there is no ladder."""
        now = now_of(self.programme)
        today = local_day_of(now, self.programme.zone)
        day = max(today, int(self.history.days.max())) if len(self.history) else today
        found: list[list[str]] = []
        for side in self.sides:
            plan = side.engine.plan_at(now)
            names = side.engine.tiers
            codes = side.tiers_on(now, day)[: self.people].tolist() if plan.tier_codes else []
            found.append([names[code] for code in codes] or [""] * self.people)
        return (found[0], found[1]) if any(any(side) for side in found) else ([], [])

    def _tier_totals(self, tiers: tuple[list[str], list[str]]) -> list[TierTotal]:
        if not tiers[0]:
            return []
        names: dict[str, Name] = {}
        for programme in (self.programme.programme, self.replay.document):
            ladder = programme.tiers.ladder if programme.tiers else ()
            names |= {tier.id: tier.name for tier in ladder}
        counts = [Counter(side) for side in tiers]
        published = np.array(tiers[0])
        return [
            TierTotal(
                id=id,
                name=name,
                members=self._both([counts[0][id], counts[1][id]]),
                points=self._both([int(side[published == id].sum()) for side in self.of_members]),
            )
            for id, name in names.items()
        ]

    def _groups(self, fact: str) -> list[GroupTotal]:
        members: dict[Value | None, list[int]] = {}
        for place, facts in enumerate(self.history.facts):
            known = facts.get(fact)
            for value in (known or [None]) if isinstance(known, list) else [known]:
                members.setdefault(value, []).append(place)  # of several texts, in each
        groups = [
            GroupTotal(
                value=None if value is None else str(value),
                members=len(places),
                points=self._both([int(side[places].sum()) for side in self.of_members]),
                better=int((self.worth[places] > 0).sum()),
                worse=int((self.worth[places] < 0).sum()),
            )
            for value, places in members.items()
        ]
        return sorted(groups, key=lambda group: (-group.members, group.value or ""))


def spread(difference: Integers) -> list[Bar]:
    """How many members gain or lose how much, in bars of one round width; nothing moved is a bar of its own."""
    most = int(np.abs(difference).max(initial=0))
    if most == 0:
        return [Bar(least=0, below=1, members=len(difference))]
    reach = int(np.quantile(np.abs(difference[difference != 0]), 0.95))
    width = _round_width(max(1, -(-reach // _BARS)))
    bars = []
    for place in range(-_BARS, _BARS + 1):
        least = 0 if place == 0 else (place - 1) * width + 1 if place > 0 else place * width
        below = 1 if place == 0 else least + width
        low = -(2**62) if place == -_BARS else least
        high = 2**62 if place == _BARS else below
        members = int(((difference >= low) & (difference < high)).sum())
        bars.append(Bar(least=least, below=below, members=members))
    return bars


def _round_width(least: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    zeros = "0" * (len(str(least)) - 1)
    return next(width for step in (1, 2, 5, 10) if (width := int(f"{step}{zeros}")) >= least)
