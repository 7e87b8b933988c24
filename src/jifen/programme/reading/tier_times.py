"""When tiers are looked at: `window:`, `period:`, `up:` and `down:` of a ladder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from jifen.programme.conditions.asking_the_past import LONGEST_DAYS, LONGEST_MONTHS
from jifen.programme.meant import write
from jifen.programme.model import NO_GRACE, Consuming, Grace, TierPeriod, Tiers, TierWindow
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import choice, duration
from jifen.programme.reading.sections import Section, distinct, one_or_many, text
from jifen.programme.reading.slips import duration_meant
from jifen.programme.reading.tier_balances import against_balances
from jifen.programme.reading.tier_surplus import against_rolling_over
from jifen.wording import Said

TIMES = ("window", "period", "up", "down")

Up = Literal["once", "period_end"]
Down = Literal["never", "highest_kept", "one_level"]
_MOMENTS: tuple[Up, ...] = ("once", "period_end")
_WAYS_DOWN: tuple[Down, ...] = ("highest_kept", "one_level")
_CONSUMED_BY: tuple[Consuming, ...] = ("reach", "keep")
_LONGEST_GRACE = Grace(12, 366)
_CALENDAR = {"calendar month": 1, "calendar quarter": 3, "calendar year": 12}
_WINDOW = re.compile(
    r"(?P<kind>rolling|previous) (?:(?P<months>\d{1,4}) months?|month|(?P<days>\d{1,4}) days?)",
    re.ASCII,
)
_PERIOD = re.compile(
    r"(?P<calendar>\d{1,4}) calendar months?|(?P<months>\d{1,4}) months? from (?P<start>joining|tier)"
    r"|(?P<days>\d{1,4}) days? from (?P<first>joining|tier)",
    re.ASCII,
)


class Times(NamedTuple):
    """In the order in which `Tiers` takes them."""

    window: TierWindow
    period: TierPeriod | None
    up: Up
    one_step: bool
    down: Down
    grace: Grace


def read_times(section: Section) -> Times:
    """Windows that name a period have it; a period that is not said follows from the window."""
    window, period = section.need("window", _window, (TierWindow("lifetime"), None))
    said = section.read("period", _period, None)
    if said is not None and window.kind == "period" and period is not None:
        message = Said(
            "the window has a period already: write `window: period`",
            "窗口本身已定了周期：请写 `window: period`",
        )
        section.problems.add(section.place("period"), message)
    up, one_step = _read_up(section)
    down, grace = _read_down(section)
    return Times(window, said or period, up, one_step, down, grace)


def check_times(section: Section, tiers: Tiers) -> None:
    """Note what does not go together."""
    for key, message in _contradictions(tiers):
        section.problems.add(section.place(key), message)


def _contradictions(tiers: Tiers) -> list[tuple[str, Said]]:
    found = [*_against_consuming(tiers), *against_balances(tiers), *against_rolling_over(tiers)]
    window, period = tiers.window, tiers.period
    if window.kind == "lifetime" and tiers.down != "never" and not tiers.consume:
        message = Said(
            "a measure over the lifetime never falls: write `down: never`",
            "终身累计的指标不会下降：请写 `down: never`",
        )
        found.append(("down", message))
    if window.kind == "period" and (period is None or period.start == "tier"):
        message = Said(
            "needs a period that is the same before and after a step, such as "
            "`period: calendar year` or `period: 12 months from joining`",
            "需要一个不随升级改变的周期，例如 `period: calendar year` 或 `period: 12 months from joining`",
        )
        found.append(("window", message))
    if tiers.up == "period_end" and (period is None or period.start == "tier"):
        message = Said(
            "a step up at the end of a period needs `period`, of the calendar or from joining",
            "期末升级需要写明 `period`，按自然周期或自入会日起算",
        )
        found.append(("up", message))
    if tiers.up == "period_end" and tiers.grace:
        message = Said(
            "no grace where steps up wait for the end of the period", "期末升级时不能再有宽限期"
        )
        found.append(("down", message))
    if tiers.grace.months and period is not None and period.start == "joining" and period.days:
        message = Said(
            "days from joining take a grace of days, such as `grace: 30 days`",
            "按天计的周期，宽限期也须按天写，例如 `grace: 30 days`",
        )
        found.append(("down", message))
    counts_months = any(measure.kind == "months" for measure in tiers.measures)
    whole = window.months > 0 or (
        window.kind == "period" and period is not None and period.start == "calendar"
    )
    if counts_months and not whole:
        message = Said(
            "months can be counted over whole calendar months only",
            "按月计数时，窗口须由完整的自然月组成",
        )
        found.append(("window", message))
    return found


def consuming(node: Node) -> tuple[Consuming, ...]:
    """`reach`, `keep`, or both."""
    words = [choice(_CONSUMED_BY)(item) for item in one_or_many(node)]
    distinct(words)
    return tuple(way for way in _CONSUMED_BY if way in words)


def _against_consuming(tiers: Tiers) -> Iterator[tuple[str, Said]]:
    """What a step uses up must be something that is looked at again, and that can be used up in part."""
    if not tiers.consume:
        return
    if any(measure.kind == "months" for measure in tiers.measures):
        yield (
            "consume",
            Said(
                "months with so much spend cannot be used up; count the amount itself",
                "达标月数不能扣除；请改按金额计",
            ),
        )
    if "keep" in tiers.consume and tiers.down == "never":
        yield (
            "consume",
            Said(
                "where no tier is lost, keeping it uses up nothing: write `down`",
                "不降级就没有保级，也就没有可扣除的：请写 `down`",
            ),
        )
    elif tiers.window.kind == "period" and "keep" in tiers.consume:
        yield (
            "consume",
            Said(
                "a period that is over is not looked at again, so keeping uses up nothing: "
                "write `consume: reach`, or a lifetime or rolling window",
                "结束了的周期不会再看，保级扣除也就没有意义：请写 `consume: reach`，或改用 lifetime、rolling 窗口",
            ),
        )
    elif tiers.window.kind == "period" and tiers.up == "period_end":
        yield (
            "consume",
            Said(
                "a period that is over is not looked at again, so a step at its end uses up nothing: "
                "write `up: once`, or a lifetime or rolling window",
                "结束了的周期不会再看，期末升级扣除也就没有意义：请写 `up: once`，或改用 lifetime、rolling 窗口",
            ),
        )


def _window_meant(word: str) -> str | None:
    if word in ("year", "yearly", "annual", "this year"):
        return "calendar year"
    if word in ("month", "quarter"):
        return f"calendar {word}"
    if word in ("forever", "all", "all time", "ever"):
        return "lifetime"
    length = duration_meant(word)
    return f"rolling {length}" if length else None


def _window(node: Node) -> tuple[TierWindow, TierPeriod | None]:
    word = " ".join(text(node).split())
    if word in ("lifetime", "period"):
        return TierWindow("lifetime" if word == "lifetime" else "period"), None
    if word in _CALENDAR:
        return TierWindow("period"), TierPeriod("calendar", _CALENDAR[word])
    found = _WINDOW.fullmatch(word)
    if not found:
        known = Said(
            "lifetime, calendar year, period, rolling 12 months, rolling 90 days, previous month "
            "or previous 30 days",
            "可用 lifetime、calendar year、period、rolling 12 months、rolling 90 days、previous month "
            "或 previous 30 days",
        )
        meant = _window_meant(word)
        unknown = Said(f"unknown window '{word}'", f"没有“{word}”这种窗口期")
        raise Wrong(unknown, write(meant) if meant else known)
    if found["days"]:
        days = _some_days(found["days"])
        return TierWindow(_kind(found), days=days), TierPeriod("tier", 0, days)
    months = _some_months(found["months"] or "1")
    if found["kind"] == "rolling":
        return TierWindow("rolling", months), TierPeriod("tier", months)
    return TierWindow("previous", months), TierPeriod("calendar", months)


def _kind(found: re.Match[str]) -> Literal["rolling", "previous"]:
    return "rolling" if found["kind"] == "rolling" else "previous"


def _period(node: Node) -> TierPeriod:
    word = " ".join(text(node).split())
    if word in _CALENDAR:
        return TierPeriod("calendar", _CALENDAR[word])
    found = _PERIOD.fullmatch(word)
    if not found:
        raise Wrong(
            Said(f"unknown period '{word}'", f"没有“{word}”这种周期"),
            Said(
                "calendar year, 6 calendar months, 12 months from joining, 90 days from joining, "
                "12 months from tier or 90 days from tier",
                "可用 calendar year、6 calendar months、12 months from joining、90 days from joining、"
                "12 months from tier 或 90 days from tier",
            ),
        )
    if found["calendar"]:
        return TierPeriod("calendar", _some_months(found["calendar"]))
    if found["days"]:
        return TierPeriod(_start(found["first"]), 0, _some_days(found["days"]))
    return TierPeriod(_start(found["start"]), _some_months(found["months"]))


def _start(word: str) -> Literal["joining", "tier"]:
    return "joining" if word == "joining" else "tier"


def _some_months(written: str) -> int:
    months = int(written)
    if not 1 <= months <= LONGEST_MONTHS:
        raise Wrong(
            Said(
                f"a window or period is 1 to {LONGEST_MONTHS} months",
                f"窗口期和周期须为 1 至 {LONGEST_MONTHS} 个月",
            )
        )
    return months


def _some_days(written: str) -> int:
    count = int(written)
    if not 1 <= count <= LONGEST_DAYS:
        message = Said(
            f"a window or period is 1 to {LONGEST_DAYS} days, or up to {LONGEST_MONTHS} months",
            f"窗口期和周期按天须为 1 至 {LONGEST_DAYS} 天，更长的请按月写，至多 {LONGEST_MONTHS} 个月",
        )
        raise Wrong(message, Said("such as `rolling 12 months`", "例如 `rolling 12 months`"))
    return count


def _read_up(section: Section) -> tuple[Up, bool]:
    node = section.place("up")
    if "up" not in section:
        return "once", False
    if not isinstance(node, Mapping):
        section.read("up", choice(("once",)), None)
        return "once", False
    parts = Section(node, section.problems, ("at", "steps"))
    at: Up = parts.read("at", choice(_MOMENTS), "once")
    return at, parts.read("steps", choice(("one", "several")), "several") == "one"


def _read_down(section: Section) -> tuple[Down, Grace]:
    if "down" not in section:
        return "never", NO_GRACE
    node = section.place("down")
    if not isinstance(node, Mapping):
        section.read("down", _never, None)
        return "never", NO_GRACE
    parts = Section(node, section.problems, ("at", "to", "grace"))
    parts.need("at", choice(("period_end",)), None)
    return parts.need("to", choice(_WAYS_DOWN), "highest_kept"), parts.read(
        "grace", _grace, NO_GRACE
    )


def _grace(node: Node) -> Grace:
    months, days = duration(node)
    if months > _LONGEST_GRACE.months or days > _LONGEST_GRACE.days:
        message = Said("must be at most 12 months or 366 days", "至多 12 个月或 366 天")
        raise Wrong(message, Said("write `30 days` or `2 months`", "请写成 30 days 或 2 months"))
    return Grace(months, days)


def _never(node: Node) -> None:
    written = text(node)
    if written != "never":
        level = written.replace("_", " ") in ("one level", "one step", "level")
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            write("{at: period_end, to: one_level}")
            if level
            else Said(
                "write never, or {at: period_end, to: highest_kept}",
                "请写成 never 或 {at: period_end, to: highest_kept}",
            ),
        )
