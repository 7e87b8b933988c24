"""Random ladders: what they count, over which windows, and what each step takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

from jifen.programme.model import (
    NO_GRACE,
    Consuming,
    Grace,
    Paid,
    Tier,
    TierPeriod,
    Tiers,
    TierWindow,
)
from jifen.programme.requirement import (
    NOTHING,
    UNREACHABLE,
    AllReached,
    AnyReached,
    AtLeast,
    Measure,
    Requirement,
)
from jifen.programme.rules import Multiply, Rule
from jifen.programme.saying.naming import Name

DOWNS: tuple[Literal["never", "highest_kept", "one_level"], ...] = (
    "never",
    "highest_kept",
    "one_level",
)
MEASURES: tuple[tuple[Measure, int], ...] = (  # with what is a step of it
    (Measure("earned", "growth"), 20),
    (Measure("earned", "points"), 30),
    (Measure("amount", "purchase", scale=2), 2000),
    (Measure("count", "purchase"), 2),
    (Measure("count", "visit"), 1),
    (Measure("days", "purchase"), 2),
    (Measure("field", "survey", "rating"), 3),
    (Measure("field", "purchase", "tax", 2), 300),
)
BALANCE = Measure("balance", "points"), 40
MONTHS = Measure("months", "purchase", least=2500, written="months with amount >= 25"), 1
_NAME = Name("名", "name")


class RandomLadders:
    """Writes ladders. `multiplier`: a multiplier of some of the rules, or none."""

    def __init__(
        self,
        random: Random,
        constructs: set[str],
        multiplier: Callable[[list[Rule]], Multiply | None],
    ) -> None:
        self.random, self.constructs, self.multiplier = random, constructs, multiplier

    def note(self, *constructs: object) -> None:
        self.constructs.add(" ".join(str(part) for part in constructs))

    def ladder(self, giving: list[Rule]) -> Tiers:
        random = self.random
        window, period = self._window()
        whole = window.months > 0
        if window.kind == "period" and period is not None:
            whole = period.start == "calendar"
        consume = self._consume(window)
        measures = (*MEASURES, MONTHS, MONTHS) if whole and not consume else MEASURES
        up = self._up(period)
        if whole and window.kind == "period" and up == "period_end" and not consume:
            measures = (*measures, BALANCE, BALANCE, BALANCE)
        several = random.sample(measures, random.choice((1, 1, 2, 3)))
        summed = several[0] in MEASURES and window.kind == "period"
        if rolls_over := summed and random.random() < 0.35:
            self.note("tiers roll over", period.start if period else "")
            several, consume = several[:1], ()
        falls = window.kind != "lifetime" or consume
        down = random.choice(DOWNS) if falls and period is not None else "never"
        if down == "never":
            consume = tuple(way for way in consume if way != "keep")
        one_step = random.random() < 0.2
        self.note("tiers", window.kind, "days" if window.days else "", down)
        self.note("tiers", period.start if period else "no", "period")
        if period and period.days:
            self.note("tiers period in days")
        self.note("tiers up", up, "by one step" if one_step else "")
        for measure, _ in several:
            self.note("tiers by", measure.kind)
        ladder = [Tier("t0", _NAME, NOTHING, NOTHING, self.multiplier(giving))]
        height = 0
        for rank in range(1, random.randrange(2, 5)):
            height += random.randrange(1, 4)
            lower = max(1, height * random.choice((2, 3, 4)) // 4)
            reach = self._requirement(several, height, 2 if rolls_over else 0)
            keep = self._requirement(several, lower)
            keep = reach if random.random() < 0.4 else keep
            paid = self._paid()
            if paid and random.random() < 0.3:
                self.note("tier only bought")
                reach = keep = UNREACHABLE
            tier = Tier(f"t{rank}", _NAME, reach, keep, self.multiplier(giving), paid=paid)
            ladder.append(tier)
        grace = NO_GRACE if up == "period_end" else self._grace(period)
        times = (window, period, up, one_step, down, grace)
        given_by = tuple(word for word in ("set_tier", "tier_upgrade") if random.random() < 0.3)
        for word in given_by:
            self.note("tiers by", word)
        most = several[0][1] if rolls_over and random.random() < 0.4 else None
        if most is not None:
            self.note("tiers roll over a bounded surplus")
        return Tiers(several[0][0], *times, tuple(ladder), given_by, consume, rolls_over, most)

    def _consume(self, window: TierWindow) -> tuple[Consuming, ...]:
        if self.random.random() < (0.2 if window.kind == "lifetime" else 0.5):
            return ()
        ways: tuple[tuple[Consuming, ...], ...] = (("reach",), ("keep",), ("reach", "keep"))
        chosen = self.random.choice(ways)
        self.note("tiers consume", *chosen)
        self.note("tiers consume", window.kind, "days" if window.days else "")
        return chosen

    def _grace(self, period: TierPeriod | None) -> Grace:
        graces = [NO_GRACE, NO_GRACE, Grace(days=10), Grace(days=45)]
        if period is None or not (period.start == "joining" and period.days):
            graces += [Grace(1), Grace(3)]
        grace = self.random.choice(graces)
        self.note("tiers grace in", "months" if grace.months else "days" if grace else "nothing")
        return grace

    def _paid(self) -> Paid | None:
        if self.random.random() < 0.7:
            return None
        event = self.random.choice(("membership_fee", "membership_fee", "purchase"))
        self.note("tier paid by", event)
        return Paid(event, self.random.choice((0, 1000, 2000)), self.random.choice((1, 3, 12)))

    def _window(self) -> tuple[TierWindow, TierPeriod | None]:
        random = self.random
        months = random.choice((1, 2, 3, 6, 12))
        start: Literal["calendar", "joining"] = random.choice(("calendar", "joining"))
        match random.choice(("lifetime", "period", "period", "rolling", "previous")):
            case "lifetime":
                period = TierPeriod(start, months) if random.random() < 0.5 else None
                return TierWindow("lifetime"), period
            case "period":
                if start == "joining" and random.random() < 0.5:
                    return TierWindow("period"), TierPeriod(
                        start, 0, random.choice((1, 10, 90, 366))
                    )
                return TierWindow("period"), TierPeriod(start, months)
            case kind:
                any_start: Literal["calendar", "joining", "tier"] = random.choice((start, "tier"))
                window = TierWindow("rolling" if kind == "rolling" else "previous", months)
                if random.random() < 0.5:
                    window = TierWindow(window.kind, days=random.choice((1, 7, 30, 90, 366)))
                period = TierPeriod(any_start, random.choice((months, 1, 4)))
                if any_start != "calendar" and random.random() < 0.5:
                    period = TierPeriod(any_start, 0, random.choice((1, 30, window.days or 45)))
                return window, period

    def _up(self, period: TierPeriod | None) -> Literal["once", "period_end"]:
        if period is None or period.start == "tier" or self.random.random() < 0.5:
            return "once"
        return "period_end"

    def _requirement(
        self, measures: Sequence[tuple[Measure, int]], height: int, level: int = 0
    ) -> Requirement:
        if level == 2 or self.random.random() < 0.5:
            measure, step = self.random.choice(measures)
            return AtLeast(measure, height * step)
        parts = tuple(
            self._requirement(measures, max(1, height + self.random.randrange(-1, 2)), level + 1)
            for _ in range(self.random.randrange(1, 4))
        )
        join = self.random.choice((AllReached, AnyReached))
        self.note("tiers", join.__name__, "inside" if level else "outside")
        return join(parts)
