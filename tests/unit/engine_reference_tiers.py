"""Tiers, by asking all history: the reference's ladder."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Sequence
from copy import deepcopy
from itertools import product
from typing import Any

from engine_reference_values import date_of

from jifen.programme.model import Programme, Tiers
from jifen.programme.requirement import (
    UNREACHABLE,
    AllReached,
    AtLeast,
    Measure,
    Requirement,
)

_EPOCH = dt.date(1970, 1, 1)
Window = Callable[[dt.date], bool]


class ReferenceTiers:
    """A member's tier by name, and the last day on which it holds by itself."""

    def __init__(self, programmes: Sequence[Programme], history: list[Any]) -> None:
        self.history = history
        self.several = len(programmes) > 1
        self.ladders = [list(p.tiers.ladder) for p in programmes if p.tiers]
        self.first: str | None = None
        for programme in programmes:
            for tier in programme.tiers.ladder if programme.tiers else ():
                self.first = self.first or tier.id
        self.tier = self.first
        self.until: int | None = None
        self.joined: int | None = None
        self.looking: Tiers | None = None  # the ladder whose window is looked at
        self.looking_on = 0
        self.consumed: dict[Any, list[tuple[dt.date, int]]] = {}  # when it was done, and how much
        self.rolled: dict[Any, dict[int, int]] = {}  # period -> what it took over
        self.floors: dict[str, int | None] = {}  # tier -> last day, None: for ever
        self.paid: dict[str, tuple[int, int]] = {}  # tier -> paid without a gap: since when, months
        self.held: list[tuple[int, int]] = []  # ranks reached, and the last days of their periods

    def rank(self, programme: Programme, day: int) -> int:
        """The place in a version's ladder of the tier reached, or of one bought or given, if that is higher."""
        floors = [id for id, last in self.floors.items() if last is None or last >= day]
        return max(self.rank_of(programme, id) for id in (str(self.tier), *floors))

    def rank_of(self, programme: Programme, id: str) -> int:
        """The place of a tier; of one that the ladder lacks, that of the highest step not above it."""
        assert programme.tiers is not None
        ids = [tier.id for tier in programme.tiers.ladder]
        if id in ids:
            return ids.index(id)
        ladder = next(known for known in self.ladders if id in [tier.id for tier in known])
        below: list[str] = []
        for tier in ladder:
            if tier.id == id:
                reach = tier.reach
                break
            below.append(tier.id)
        return max(
            place
            for place, tier in enumerate(programme.tiers.ladder)
            if place == 0
            or tier.id in below
            or (reach != UNREACHABLE and is_harder(reach, tier.reach))
        )

    def on(self, programme: Programme, day: int) -> int:
        """The rank on a day, once every period that is over has been dealt with."""
        tiers = programme.tiers
        if tiers is None:
            return 0
        rank = self.rank_of(programme, str(self.tier))
        if tiers.period is None or (tiers.down == "never" and tiers.up == "once"):
            if self.several:
                self.until = None
        else:
            begins = tiers.up == "period_end" or (self.several and rank > 0)
            if begins and self.until is None:
                self.until = self._period_end(tiers, day)
            while self.until is not None and self.until < day:
                self.held.append((rank, self.until))
                rank = self._lapse(tiers, rank)
        self._roll_over(tiers, day)
        self.tier = tiers.ladder[rank].id
        return self.rank(programme, day)

    def give(self, programme: Programme, deed: Any) -> None:
        """What an event buys or gives."""
        for tier in programme.tiers.ladder[1:] if programme.tiers else ():
            assert programme.tiers is not None
            named = deed.type in ("membership_fee", "tier_upgrade", "set_tier")
            if named and deed.fields.get("tier") != tier.id:
                continue
            if deed.type in programme.tiers.given_by:
                if deed.type == "set_tier":
                    self._floor(tier.id, deed.fields.get("until"))
                elif (days := deed.fields.get("days")) and days > 0:
                    self._floor(tier.id, deed.day + days - 1)
            elif tier.paid and tier.paid.event == deed.type and deed.amount is not None:
                last = self.floors.get(tier.id, deed.day - 1)
                if deed.amount >= tier.paid.price and last is not None:
                    start = max(deed.day, last + 1)
                    since, paid = self.paid.get(tier.id, (start, 0))
                    if last < deed.day - 1 or _months_later(since, paid) != start:
                        since, paid = start, 0
                    self.paid[tier.id] = since, paid + tier.paid.months
                    self._floor(tier.id, _months_later(since, paid + tier.paid.months) - 1)

    def _floor(self, id: str, last: int | None) -> None:
        before = self.floors.get(id, -1)
        self.floors[id] = None if last is None or before is None else max(before, last)

    def _lapse(self, tiers: Tiers, rank: int) -> int:
        assert self.until is not None
        assert tiers.period is not None
        ended = self._ended(tiers, self.until)
        if tiers.window.kind == "period":
            within = self._within(tiers, ended)
        elif tiers.window.kind == "previous" or tiers.period.start == "tier":
            within = self._within(tiers, self.until + 1)
        else:
            within = self._within(tiers, self.until)
        self._roll_over(tiers, ended)
        kept = rank
        if tiers.down != "never":
            asked = range(1, rank + 1)
            kept = max([r for r in asked if self._met(tiers.ladder[r].keep, within)], default=0)
        if tiers.down == "one_level":
            kept = max(kept, rank - 1)
        if tiers.up == "period_end":
            asked = range(rank + 1, len(tiers.ladder))
            risen = max([r for r in asked if self._met(tiers.ladder[r].reach, within)], default=0)
            kept = max(kept, min(risen, rank + 1) if tiers.one_step else risen)
        if kept > rank:
            self._consume(tiers, "reach", tiers.ladder[kept].reach, within)
        elif tiers.down != "never" and self._met(tiers.ladder[kept].keep, within):
            self._consume(tiers, "keep", tiers.ladder[kept].keep, within)
        if tiers.period.start == "tier":
            self.until = self._period_end(tiers, self.until + 1)
        else:
            self.until = self._period_end(tiers, self._last_day(tiers, ended) + 1)
        if kept == 0 and tiers.up == "once":
            self.until = None
        return kept

    def step_up(self, programme: Programme, day: int) -> None:
        """The highest tier reached, if it is above the present one."""
        tiers = programme.tiers
        if tiers is None or tiers.up == "period_end":
            return
        rank = self.rank_of(programme, str(self.tier))
        within = self._within(tiers, day)
        reached = max(
            r for r, tier in enumerate(tiers.ladder) if r == 0 or self._met(tier.reach, within)
        )
        if reached > rank:
            reached = min(reached, rank + 1) if tiers.one_step else reached
            self.tier = tiers.ladder[reached].id
            self._consume(tiers, "reach", tiers.ladder[reached].reach, within)
            ends = tiers.down != "never" and tiers.period is not None
            self.until = self._period_end(tiers, day) if ends else None

    def measure(self, tiers: Tiers, measure: Measure, day: int) -> int:
        """What a measure comes to, over the ladder's window as it stands on a day."""
        rolled = deepcopy(self.rolled)
        self._roll_over(tiers, day)
        found = self._measure(measure, self._within(tiers, day))
        self.rolled = rolled
        return found

    def _roll_over(self, tiers: Tiers, day: int) -> None:
        """Give each period up to that of a day what the one before it has above the highest tier reached."""
        if not tiers.rolls_over:
            return
        assert tiers.measure is not None
        steps = [tier.reach.value for tier in tiers.ladder if isinstance(tier.reach, AtLeast)]
        rolled, now = self._rolled(tiers), self._period(tiers, day)
        for period in range(max(rolled, default=now - 1) + 1, now + 1):
            ended = {
                deed.day for deed in self.history if self._period(tiers, deed.day) == period - 1
            }
            held = self._gathered(tiers.measure, {date_of(day) for day in ended}.__contains__)
            held += rolled.get(period - 1, 0)
            over = min([held - step for step in steps if held >= step], default=0)
            rolled[period] = over if tiers.most_over is None else min(over, tiers.most_over)

    def _rolled(self, tiers: Tiers) -> dict[int, int]:
        assert tiers.measure is not None
        return self.rolled.setdefault(self._key(tiers, tiers.measure), {})

    def _consume(self, tiers: Tiers, way: str, step: Requirement, within: Window) -> None:
        if way not in tiers.consume or not self._met(step, within):
            return
        for measure, value in self._taken(step, within).items():
            used = self.consumed.setdefault(self._key(tiers, measure), [])
            left = value
            for date, there in sorted(self._unused(tiers, measure, within).items()):
                taken = min(left, max(0, there))
                left -= taken
                used.append((date, taken))
            assert left == 0

    def _taken(self, step: Requirement, within: Window) -> dict[Measure, int]:
        """What a step asks of each measure: of `any` the first part that is met."""
        if isinstance(step, AtLeast):
            return {step.measure: step.value}
        parts = list(step.parts)
        if not isinstance(step, AllReached):
            parts = [part for part in parts if self._met(part, within)][:1]
        taken: dict[Measure, int] = {}
        for part in parts:
            for measure, value in self._taken(part, within).items():
                taken[measure] = max(value, taken.get(measure, 0))
        return taken

    def _unused(self, tiers: Tiers, measure: Measure, within: Window) -> dict[dt.date, int]:
        """What can still be used up, by the first date of what leaves the window together."""
        dates: dict[Any, set[dt.date]] = {}
        for deed in self.history:
            date = date_of(deed.day)
            if within(date):
                bucket: Any = None
                if tiers.window.kind in ("rolling", "previous"):
                    bucket = date if tiers.window.days else _month(date)
                dates.setdefault(bucket, set()).add(date)
        return {min(some): self._measure(measure, some.__contains__) for some in dates.values()}

    def _key(self, tiers: Tiers, measure: Measure) -> Any:
        """Versions with the same window share what was used up."""
        if tiers.window.kind != "period":
            return measure.word, tiers.window
        assert tiers.period is not None
        shortest = tiers.period.days or 28 * tiers.period.months
        graces = max(1, -(-(tiers.grace.days + 31 * tiers.grace.months) // shortest))
        return measure.word, tiers.window, tiers.period, graces

    def _within(self, tiers: Tiers, day: int) -> Window:
        """The window as it stands on a day."""
        self.looking, self.looking_on = tiers, day
        month, months = _month(date_of(day)), tiers.window.months
        match tiers.window.kind:
            case "lifetime":
                return lambda date: True
            case "rolling" if tiers.window.days:
                return lambda date: day - tiers.window.days < _number(date) <= day
            case "rolling":
                return lambda date: month - months < _month(date) <= month
            case "previous" if tiers.window.days:
                return lambda date: day - tiers.window.days <= _number(date) < day
            case "previous":
                return lambda date: month - months <= _month(date) < month
            case _:
                period = self._period(tiers, day)
                return lambda date: self._period(tiers, _number(date)) == period

    def _period(self, tiers: Tiers, day: int) -> int:
        """The number of the period in which a day lies; what was before joining belongs to the first."""
        assert tiers.period is not None
        if tiers.period.start == "calendar":
            return _month(date_of(day)) // tiers.period.months
        if self.joined is None:
            return 0
        if tiers.period.days:  # of which there may be hundreds: not one by one
            return max(0, (day - self.joined) // tiers.period.days)
        period = 0
        while self._joining(tiers, period + 1) <= day:
            period += 1
        return period

    def _joining(self, tiers: Tiers, period: int) -> int:
        """The first day of a period counted from the day of joining."""
        assert tiers.period is not None
        assert self.joined is not None
        if tiers.period.days:
            return self.joined + period * tiers.period.days
        return _months_later(self.joined, period * tiers.period.months)

    def _last_day(self, tiers: Tiers, day: int) -> int:
        """The last day of the calendar's or the member's period in which a day lies."""
        assert tiers.period is not None
        number = self._period(tiers, day) + 1
        if tiers.period.start == "joining":
            return self._joining(tiers, number) - 1
        year, month = divmod(number * tiers.period.months, 12)
        return _number(dt.date(year, month + 1, 1)) - 1

    def _met(self, requirement: Requirement, within: Window) -> bool:
        if isinstance(requirement, AtLeast):
            return self._measure(requirement.measure, within) >= requirement.value
        parts = [self._met(part, within) for part in requirement.parts]
        return all(parts) if isinstance(requirement, AllReached) else any(parts)

    def _measure(self, measure: Measure, within: Window) -> int:
        assert self.looking is not None
        if self.looking.rolls_over and measure == self.looking.measure:
            period = self._period(self.looking, self.looking_on)
            return self._gathered(measure, within) + self._rolled(self.looking).get(period, 0)
        used = (
            self.consumed.get(self._key(self.looking, measure), []) if self.looking.consume else []
        )
        return self._gathered(measure, within) - sum(n for date, n in used if within(date))

    def _gathered(self, measure: Measure, within: Window) -> int:
        deeds = [deed for deed in self.history if within(date_of(deed.day))]
        if measure.kind == "months":
            spent: dict[int, int] = {}
            for deed in deeds:
                if deed.type == measure.of:
                    month = _month(date_of(deed.day))
                    spent[month] = spent.get(month, 0) + max(0, deed.amount or 0)
            return sum(amount >= measure.least for amount in spent.values())
        if measure.kind == "earned":
            return sum(deed.earned.get(measure.of, 0) for deed in deeds)
        if measure.kind == "balance":
            noted = [deed.fields for deed in deeds if deed.type == "period_balance"]
            mine_of = [one for one in noted if one.get("of_currency") == measure.of]
            return sum(max(0, one.get("points") or 0) for one in mine_of)
        mine = [deed for deed in deeds if deed.type == measure.of]
        match measure.kind:
            case "amount":
                return sum(max(0, deed.amount or 0) for deed in mine)
            case "count":
                return len(mine)
            case "days":
                return len({deed.day for deed in mine})
            case _:
                return sum(max(0, deed.fields.get(measure.field) or 0) for deed in mine)

    def _period_end(self, tiers: Tiers, day: int) -> int:
        """The last day, grace included, of the period that a day begins or lies in."""
        assert tiers.period is not None
        grace = tiers.grace
        if tiers.period.start == "tier" and tiers.period.days:
            return _months_later(day + tiers.period.days, grace.months) - 1 + grace.days
        if tiers.period.start == "tier":
            return _months_later(day, tiers.period.months + grace.months) - 1 + grace.days
        if tiers.period.start == "joining" and not tiers.period.days:
            months = (self._period(tiers, day) + 1) * tiers.period.months + grace.months
            assert self.joined is not None
            return _months_later(self.joined, months) - 1 + grace.days
        return _months_later(self._last_day(tiers, day) + 1, grace.months) - 1 + grace.days

    def _ended(self, tiers: Tiers, until: int) -> int:
        """A day of the period that holds, grace included, up to and with a day: that which lies the grace before."""
        return _months_later(until + 1, -tiers.grace.months) - 1 - tiers.grace.days


def _number(date: dt.date) -> int:
    return (date - _EPOCH).days


def _months_later(day: int, months: int) -> int:
    date = date_of(day)
    year, month = divmod(_month(date) + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return _number(dt.date(year, month + 1, min(date.day, length)))


def _month(date: dt.date) -> int:
    return date.year * 12 + date.month - 1


def is_harder(one: Requirement, other: Requirement) -> bool:
    """Whether whoever meets `one` meets `other`, found by trying every way of having just enough."""
    values: dict[Measure, set[int]] = {}
    for leaf in _leaves(one):
        values.setdefault(leaf.measure, {0}).add(leaf.value)
    ways = [dict(zip(values, way, strict=True)) for way in product(*values.values())]
    return all(_holds(other, way) for way in ways if _holds(one, way))


def _leaves(requirement: Requirement) -> list[AtLeast]:
    if isinstance(requirement, AtLeast):
        return [requirement]
    return [leaf for part in requirement.parts for leaf in _leaves(part)]


def _holds(requirement: Requirement, way: dict[Measure, int]) -> bool:
    if isinstance(requirement, AtLeast):
        return way.get(requirement.measure, 0) >= requirement.value
    parts = [_holds(part, way) for part in requirement.parts]
    return all(parts) if isinstance(requirement, AllReached) else any(parts)
