"""The bounds of a way to use points: `{min: 100, max: 5000, step: 100, limit: 10000 points per month}`."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from jifen.programme.model import Currency
from jifen.programme.problems import Problems, Wrong, one_of
from jifen.programme.reading.limiting import limit_from
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import Section, noting, one_or_many, text
from jifen.programme.ways_out import Limit, Period, WayOut
from jifen.wording import Said, quoted

BOUNDS = ("when", "min", "max", "step", "limit")
"""The keys that all ways out share, redeeming as well; `when` is read once tiers and facts are known."""
WAY = (*BOUNDS, "fee")
OF_MONEY = {
    "max_share": Said("only a payment has a bill: see `pay`", "只有抵现才有账单，请写在 pay 里"),
    "rounding": Said(
        "nothing is rounded here: see `pay` and `exchange`",
        "这里没有要取整的数，请写在 pay 或 exchange 里",
    ),
}
"""Keys of ways in which points become something else, and where they belong."""
PERIODS: tuple[Period, ...] = ("day", "week", "month", "quarter", "year", "lifetime")
_OF_CALENDAR = Said(f"counts over {one_of(PERIODS).en}", f"周期只能是 {one_of(PERIODS).zh}")


def read_way_out(node: Node, problems: Problems, currency: Currency) -> WayOut:
    """The bounds within which points of a currency are spent; every problem is noted."""
    section = Section(node, problems, WAY, elsewhere=OF_MONEY)
    return read_bounds(section, currency)


def read_bounds(section: Section, currency: Currency, step: int = 1) -> WayOut:
    """`min`, `max`, `step` (which is `step` unless said), `limit` and `fee` of a section; every problem is noted."""
    problems = section.problems

    def points(node: Node) -> int:
        value = units(text(node), currency.scale, quoted(currency.id))
        if value == 0:
            raise Wrong(Said("must be more than zero", "须大于零"))
        return value

    step = section.read("step", points, step)
    least = section.read("min", points, step)
    most = section.read("max", points, None)
    for key, value in (("min", least), ("max", most)):
        if value is not None and value % step:
            message = Said("is no whole number of steps", "不是 step 的整数倍")
            problems.add(section.place(key), message)
    if most is not None and most < least:
        problems.add(section.place("max"), Said("is less than 'min'", "小于 min"))
    fee = section.read(
        "fee", lambda node: units(text(node), currency.scale, quoted(currency.id)), 0
    )
    return WayOut(least, most, step, limits_of_use(section, (currency,), least), fee)


def limits_of_use(
    section: Section, currencies: tuple[Currency, ...], least: int = 1, *, has_max: bool = True
) -> tuple[Limit, ...]:
    """The `limit` of a section, of calendar periods, one or several; every problem is noted. `has_max`: `max` may stand
    beside it."""

    def limit(node: Node) -> Limit:
        found = limit_from(text(node), currencies, 0, None)
        if found.what == "amount":
            raise Wrong(
                Said("counts points or times, not money", "只能限制积分或次数，不能限制金额")
            )
        if found.period == "event" and has_max:
            raise Wrong(Said("write max for what is used at a time", "单次上限请用 max"))
        if found.size or found.period == "membership_year":
            raise Wrong(Said("goes by calendar periods here", "这里只能用日历周期"))
        if found.period not in PERIODS or found.by:
            raise Wrong(_OF_CALENDAR)
        if found.what == "points" and found.value < least:
            raise Wrong(Said("is less than 'min'", "小于 min"))
        return found

    return _each(section, "limit", limit)


def limits_for_all(section: Section, reward: Currency, least: int) -> tuple[Limit, ...]:
    """The `limit_for_all` of a reward, `100 per day` or `1000 ever`, in rewards; every problem is noted."""

    def limit(node: Node) -> Limit:
        found = limit_from(text(node), (reward,), 0, None)
        if found.what == "amount":
            raise Wrong(Said("counts rewards, not money", "只能限制份数，不能限制金额"))
        if found.size or found.period not in PERIODS:
            raise Wrong(_OF_CALENDAR)
        if found.value < least:
            raise Wrong(Said("is less than 'min'", "小于 min"))
        return replace(found, what="points", currency=reward.id)

    return _each(section, "limit_for_all", limit)


def _each(section: Section, key: str, read: Callable[[Node], Limit]) -> tuple[Limit, ...]:
    if key not in section:
        return ()
    found = [noting(section.problems, one, read, None) for one in one_or_many(section.place(key))]
    return tuple(one for one in found if one is not None)
