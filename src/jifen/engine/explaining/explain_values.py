"""What operands and lines were at one event, by their own values rather than codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from jifen.engine.events import EventInput, Value
from jifen.engine.plan import Plan
from jifen.instants import MISSING, date_of, moment_of
from jifen.programme.condition import (
    AllOf,
    AnyOf,
    Arithmetic,
    Calendar,
    Compare,
    Condition,
    EventField,
    Fact,
    LineField,
    Number,
    OneOf,
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
                return event.facts.get(name)
            case Calendar(part=part):
                return self._calendar(part)
            case Past() | TierRank():
                seen = self._seen[operand]
                return None if seen == MISSING else seen
            case Arithmetic():
                return self._arithmetic(operand)
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

    def _arithmetic(self, operand: Arithmetic) -> int | None:
        left, right = self.value(operand.left), self.value(operand.right)
        if not isinstance(left, int) or not isinstance(right, int):
            return None
        if operand.operator == "*":
            return left * right
        return left + right if operand.operator == "+" else left - right


def lines_of(event: EventInput) -> Iterator[Line]:
    """The lines of an event one by one."""
    columns = event.lines
    count = max((len(values) for values in columns.values()), default=0)
    for place in range(count):
        yield {name: values[place] for name, values in columns.items()}


def line_holds(condition: Condition | None, line: Line) -> bool:
    """Whether a condition over lines is true of one; unknown is not."""
    match condition:
        case None:
            return True
        case AllOf(parts=parts):
            return all(line_holds(part, line) for part in parts)
        case AnyOf(parts=parts):
            return any(line_holds(part, line) for part in parts)
        case OneOf(operand=operand, values=values, negated=negated):
            found = _line_value(operand, line)
            return found is not None and (found in [x.value for x in values]) != negated
        case Compare():
            return _line_compares(condition, line)


def _line_compares(compare: Compare, line: Line) -> bool:
    left, right = _line_value(compare.left, line), _line_value(compare.right, line)
    if left is None or right is None:
        return False
    if compare.operator in ("==", "!="):
        return (left == right) == (compare.operator == "==")
    if isinstance(left, str) or isinstance(right, str):
        return False
    below, equal = left < right, left == right
    return {"<": below, "<=": below or equal, ">": not below and not equal, ">=": not below}[
        compare.operator
    ]


def _line_value(operand: Operand, line: Line) -> Value | None:
    match operand:
        case LineField(name=name):
            return line.get(name)
        case Number(value=number):
            return number
        case Word(value=text):
            return text
        case Arithmetic(operator=operator, left=left, right=right):
            a, b = _line_value(left, line), _line_value(right, line)
            if not isinstance(a, int) or not isinstance(b, int):
                return None
            return a + b if operator == "+" else a - b if operator == "-" else a * b
        case _:
            return None
