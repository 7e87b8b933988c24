"""What operands and lines were at one event, by their own values rather than codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from jifen.engine.events import EventInput, Value, holds_text
from jifen.engine.explaining.truth import arithmetic, holds
from jifen.engine.plan import Plan
from jifen.instants import MISSING, date_of, moment_of
from jifen.programme.condition import (
    AllOf,
    Among,
    Arithmetic,
    Calendar,
    Compare,
    Condition,
    EventField,
    Fact,
    LineField,
    Number,
    Operand,
    Past,
    TierRank,
    Word,
)

Line = Mapping[str, Value | None]


class EventValues:
    """The operands of one event after `step` wrote its answer."""

    def __init__(self, plan: Plan, event: EventInput, out: Sequence[int]) -> None:
        self._event = event
        self._zone = ZoneInfo(plan.programme.timezone)
        self._amount = plan.base(out)
        self._seen = dict(zip(plan.seen, plan.seen_values(out), strict=True))

    def value(self, operand: Operand) -> Value | None:
        """What the operand was; None if it was missing."""
        event = self._event
        match operand:
            case Number(value=number):
                return number
            case Word(value=text):
                return text
            case EventField(name="amount"):
                return self._amount
            case EventField(name="gross"):
                return None if event.gross == MISSING else event.gross
            case EventField(name=name):
                return event.fields.get(name)
            case Fact(name=name) | Calendar(part="days_since_joining" as name):
                known = event.facts.get(name)
                return None if isinstance(known, tuple | list | dict) else known
            case Among(fact=fact, text=text):
                return holds_text(event.facts.get(fact), text)
            case Calendar(part=part):
                return self._calendar(part)
            case Past() | TierRank():
                seen = self._seen[operand]
                return None if seen == MISSING else seen
            case Arithmetic():
                return arithmetic(operand, self.value)
            case LineField():
                return None

    def fits(self, key: Condition) -> bool:
        """Whether the event has the values that the key of a table's row names."""
        parts = key.parts if isinstance(key, AllOf) else (key,)
        return all(
            isinstance(part, Compare) and self.value(part.left) == self.value(part.right)
            for part in parts
        )

    def _calendar(self, part: str) -> int:
        date = date_of(self._event.day)
        match part:
            case "hour":
                return moment_of(self._event.occurred_at, self._zone).hour
            case "weekday":
                return date.isoweekday()
            case "day_of_month":
                return date.day
            case "month":
                return date.month
            case "year":
                return date.year
            case _:
                return self._event.day


def lines_of(event: EventInput) -> Iterator[Line]:
    """The lines of an event one by one."""
    columns = event.lines
    count = max((len(values) for values in columns.values()), default=0)
    for place in range(count):
        yield {name: values[place] for name, values in columns.items()}


def line_holds(condition: Condition | None, line: Line) -> bool:
    """Whether a condition over lines is true of one; unknown is not."""
    return condition is None or holds(condition, lambda operand: _line_value(operand, line))


def _line_value(operand: Operand, line: Line) -> Value | None:
    match operand:
        case LineField(name=name):
            return line.get(name)
        case Number(value=number):
            return number
        case Word(value=text):
            return text
        case Arithmetic():
            return arithmetic(operand, lambda part: _line_value(part, line))
        case _:
            return None
