"""`milestone:` of a rule: `{of: "count('purchase')", every: 10}` or `{of: …, at: [10, 50, 100]}`."""

from __future__ import annotations

from jifen.programme.condition import PREVIOUS, Past
from jifen.programme.conditions.scope import Scope, Typed
from jifen.programme.conditions.typing_conditions import read_operand
from jifen.programme.events import BALANCE_REACHED
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import Section, more_than, one_or_many, text
from jifen.programme.rules import Milestone
from jifen.wording import Said, quoted

MOST_THRESHOLDS = 50
_PERIODS = ("lifetime", "day", "week", "month", "quarter", "year", "membership_year")
_KINDS = ("count", "total", "days", "streak")
_BESIDE = {"repeat": Said("write it beside `milestone`", "请写在 `milestone` 旁边")}


def read_milestone(node: Node, problems: Problems, scope: Scope) -> Milestone | None:
    """The milestone; None, with the problems noted, if it cannot be read."""
    section = Section(node, problems, ("of", "every", "at"), elsewhere=_BESIDE)
    of = section.need("of", lambda node: _operand(text(node), scope), None)
    if ("every" in section) == ("at" in section):
        message = Said("write either `every` or `at`", "须且只能写 `every` 或 `at` 之一")
        problems.add(section.node, message)
    if of is None:
        return None
    past, scale = of
    every = section.read("every", lambda node: _threshold(node, scale), 0)
    at = section.read("at", lambda node: _ascending(node, scale), ())
    return Milestone(past, every, at) if every or at else None


def _operand(written: str, scope: Scope) -> tuple[Past, int]:
    """What is counted, and its decimals."""
    operand = read_operand(written, scope)
    if not isinstance(operand, Typed) or not isinstance(operand.operand, Past):
        raise Wrong(_what_counts(written))
    past = operand.operand
    if scope.on.id == BALANCE_REACHED:
        if past.kind != "earned" or past.window not in _PERIODS:
            raise Wrong(
                Said(
                    f"`{written}`: points reach a milestone of what is earned of a currency, "
                    "in all, or in a period of the calendar or of membership",
                    f"`{written}`：积分达标只看一种积分的所得，累计的，或某个日历周期、会员年度内的",
                ),
                Said(
                    "write `of: earned('points')` or `of: earned('points', 'year')`",
                    "请写 `of: earned('points')` 或 `of: earned('points', 'year')`",
                ),
            )
        return past, operand.scale
    if past.kind == "earned":
        raise Wrong(_what_counts(written), _ON_POINTS)
    if past.kind not in _KINDS or past.window.startswith(PREVIOUS):
        raise Wrong(_what_counts(written))
    if past.of != scope.on.id:
        raise Wrong(
            Said(
                f"`{written}` does not grow with a '{scope.on.id}'",
                f"`{written}` 不会随“{scope.on.id}”增长",
            )
        )
    return past, operand.scale


_ON_POINTS = Said(
    "what an event earns is known only behind it: write `on: balance_reached`",
    "一个事件得多少分，事后才知道：请写 `on: balance_reached`",
)


def _what_counts(written: str) -> Said:
    return Said(
        f"`{written}`: a milestone is one of count, total, days or streak, the present event included",
        f"`{written}`：里程碑只能用 count、total、days 或 streak，且包含本次事件",
    )


def _threshold(node: Node, scale: int) -> int:
    value = units(text(node), scale, Said("what it is of", "所数的内容"))
    if value == 0:
        raise Wrong(Said("a milestone is above 0", "里程碑须大于 0"))
    return value


def _ascending(node: Node, scale: int) -> tuple[int, ...]:
    values = tuple(_threshold(item, scale) for item in one_or_many(node))
    if list(values) != sorted(set(values)):
        raise Wrong(Said("milestones must ascend", "各里程碑须由低到高"))
    if len(values) > MOST_THRESHOLDS:
        raise Wrong(more_than(MOST_THRESHOLDS, quoted("at")))
    return values
