"""`use` in an event: the rewards that take money off it, in the order in which they do: `[ten-off, {reward: coffee-off,
lines: [1, 3]}]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jifen.engine.events import Value
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only, positive, reward_named
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.asking.tenders import RewardOnOrder
from jifen.programme.event_types import EventType
from jifen.programme.model import Programme

MOST_REWARDS = 20


def lines_in(columns: Mapping[str, Sequence[Value | None]]) -> int:
    """How many lines columns have."""
    return max((len(column) for column in columns.values()), default=0)


def rewards_on_order(
    raw: Raw, event_type: EventType, line_count: int, programme: Programme
) -> tuple[RewardOnOrder, ...]:
    """The rewards used on an order of so many lines."""
    if raw is None:
        return ()
    if not event_type.costs_money:
        en = f"a '{event_type.id}' costs nothing that a reward could take something off"
        raise Malformed("/use", en, f"“{event_type.id}”不涉及金额，无从减免")
    named = [raw] if isinstance(raw, str | Mapping) else raw
    if not isinstance(named, Sequence):
        raise Malformed("/use", "expected a list of rewards", "应为礼品列表")
    if len(named) > MOST_REWARDS:
        raise Malformed("/use", f"more than {MOST_REWARDS} rewards", f"超过 {MOST_REWARDS} 份礼品")
    return tuple(
        _on_order(one, f"/use/{place}", line_count, programme) for place, one in enumerate(named)
    )


def _on_order(raw: Raw, pointer: str, line_count: int, programme: Programme) -> RewardOnOrder:
    if not isinstance(raw, Mapping):
        return RewardOnOrder(reward=reward_named(raw, pointer, programme).id)
    only(raw, {"reward", "lines"}, pointer)
    reward = reward_named(raw.get("reward"), f"{pointer}/reward", programme).id
    lines = raw.get("lines")
    if lines is None:
        return RewardOnOrder(reward=reward)
    if not isinstance(lines, Sequence) or isinstance(lines, str) or not lines:
        raise Malformed(f"{pointer}/lines", "expected numbers of lines", "应为行号列表")
    numbers = [
        _line(one, f"{pointer}/lines/{place}", line_count) for place, one in enumerate(lines)
    ]
    return RewardOnOrder(reward=reward, lines=tuple(sorted(set(numbers))))


def _line(raw: Raw, pointer: str, line_count: int) -> int:
    """The index of a line, from 0; it is written from 1."""
    number = positive(scalars.decimal(raw, 0, pointer), pointer)
    if number > line_count:
        raise Malformed(pointer, f"there is no line {number}", f"没有第 {number} 行")
    return number - 1
