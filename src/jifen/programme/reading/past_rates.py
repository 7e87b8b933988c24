"""What was done before, counted by a rate, `1 points per 100 of total('purchase', 'month')` at the end of the month, or
deciding which step holds, `by: streak('check_in')`."""

from __future__ import annotations

from jifen.programme.condition import Past
from jifen.programme.conditions.scope import Scope, Typed
from jifen.programme.conditions.typing_conditions import read_operand
from jifen.programme.events import CLOCK_MADE
from jifen.programme.meant import write
from jifen.programme.problems import Wrong
from jifen.wording import Said

_KINDS = ("count", "total", "days", "earned")
_OFTEN = Said(
    "what was done before is counted where time brings a day: every deed would be paid for all before it",
    "按以往所做的计分，只能在到来的日子：否则每做一次，之前的就又算一遍",
)
_ON_A_DAY = Said(
    "write `on: month_end`, `year_end`, `birthday` or another day that comes by itself",
    "请写 `on: month_end`、`year_end`、`birthday` 等到来的日子",
)


_PERIODS = {"month_end": "month", "quarter_end": "quarter"}


def spent_by_then(event: str) -> Said | None:
    """What to count instead of the money of an event that time brings, which has none."""
    if event not in CLOCK_MADE:
        return None
    return write(f"total('purchase', '{_PERIODS.get(event, 'year')}')")


def counted_past(written: str, scope: Scope) -> tuple[Past, int]:
    """What a rate counts of the past, and its decimals.

    Raises:
        Wrong: it cannot be read, is no sum, or the event of the rule is none that time brings.
    """
    operand = read_operand(written, scope)
    past = operand.operand if isinstance(operand, Typed) else None
    if not isinstance(operand, Typed) or not isinstance(past, Past) or past.kind not in _KINDS:
        raise Wrong(
            Said(
                f"`{written}`: a rate counts a number of the event, or one of count, total, days and earned",
                f"`{written}`：按比例计分，数的是事件的某个数，或 count、total、days、earned 之一",
            )
        )
    if scope.on.id not in CLOCK_MADE:
        raise Wrong(_OFTEN, _ON_A_DAY)
    return past, operand.scale


def past_of_steps(written: str, scope: Scope) -> tuple[Past, int]:
    """What steps look at of the past, and its decimals: a number of any kind, on any event.

    Raises:
        Wrong: it cannot be read, or is no number of the past.
    """
    operand = read_operand(written, scope)
    past = operand.operand if isinstance(operand, Typed) else None
    if not isinstance(operand, Typed) or not isinstance(past, Past) or past.kind == "first":
        raise Wrong(
            Said(
                f"`{written}`: steps go by a number of the event, or by count, total, days, streak, earned or "
                "days_since",
                f"`{written}`：分档可按事件的某个数，或按 count、total、days、streak、earned、days_since",
            )
        )
    return past, operand.scale
