"""What counts: programme limits over the components of one event type, and the answer's places."""

from __future__ import annotations

from dataclasses import dataclass

from jifen.engine.block import Block
from jifen.engine.calendars import window_words
from jifen.engine.layout import Counter
from jifen.engine.multiplying import Multiplication
from jifen.engine.rules import RuleReading
from jifen.programme.model import Give, Limit


@dataclass
class _Counted:
    """A component on its way to the answer."""

    slot: int
    currency: str
    points: str
    counted: str
    takes_away: bool  # never above 0


def count(block: Block, reading: RuleReading, multiplication: Multiplication) -> list[str]:
    """Clip by the programme's limits, write before and after, and sum up `<currency>_earned`."""
    components = _components(block, reading, multiplication)
    lines: list[str] = []
    used: dict[str, str] = {}
    for limit in block.source.programme.limits:
        mine = [component for component in components if component.currency == limit.currency]
        if mine:
            lines += _clip(block, limit, mine, used)
    out = block.source.out
    answers = []
    sums: dict[str, list[str]] = {}
    for component in sorted(components, key=lambda component: component.slot):
        before, after = out.before(component.slot), out.after(component.slot)
        if component.points == component.counted:
            answers.append(f"out[{before}] = out[{after}] = {component.points}")
        else:
            answers.append(f"out[{before}] = {component.points}")
            answers.append(f"out[{after}] = {component.counted}")
        sums.setdefault(component.currency, []).append(component.counted)
    if answers:
        lines += ["", "# What counts", *answers]
    for currency, parts in sums.items():
        if block.source.layout.fed_by("earned", currency):
            lines.append(f"{earned_name(block, currency)} = {' + '.join(parts)}")
    return lines


def earned_name(block: Block, currency: str) -> str:
    """The local, common to all event types, with what the event gave in a currency."""
    return f"{block.source.currency_name(currency)}_earned"


def _components(
    block: Block, reading: RuleReading, multiplication: Multiplication
) -> list[_Counted]:
    source = block.source
    components = []
    for rule in block.giving:
        assert isinstance(rule.action, Give)
        currency = rule.action.currency
        points, given = reading.points[rule.id], reading.given[rule.id]
        slot = source.slot(rule.id, currency)
        components.append(_Counted(slot, currency, points, given, False))
    factors = {m.id: m.multiply for m in multiplication.multipliers}
    for (id, currency), component in multiplication.components.items():
        takes_away = factors[id].numerator < factors[id].denominator
        slot = source.slot(id, currency)
        components.append(_Counted(slot, currency, component.points, component.given, takes_away))
    return sorted(components, key=lambda component: component.slot)


def _clip(
    block: Block, limit: Limit, components: list[_Counted], used: dict[str, str]
) -> list[str]:
    """At most what the limit leaves, in slot order. What factors below 1 take away makes room."""
    currency = str(limit.currency)
    lines = ["", f"# At most {limit.value} {block.source.currency_name(currency)} {_per(limit)}"]
    for component in components:
        if component.counted == component.points and not component.takes_away:
            component.counted = block.names.take(f"{component.points}_counted")
            lines.append(f"{component.counted} = {component.points}")
    if limit.period == "event":
        lines.append(f"left = {limit.value}")
    else:
        counter = Counter("earned", currency, limit.period)
        name = used.get(counter.meaning)
        if name is None:
            window = window_words(limit.period, 0)
            name = block.names.take(f"{block.source.currency_name(currency)}_{window}")
            used[counter.meaning] = name
            lines.append(f"{name} = {block.value(counter)}")
        lines += [f"left = {limit.value} - {name}", "if left < 0:", "    left = 0"]
    lines += [f"left -= {c.counted}" for c in components if c.takes_away]
    for number, component in enumerate(rest := [c for c in components if not c.takes_away], 1):
        name = component.counted
        lines += [f"if {name} > left:", f"    {name} = left"]
        if number < len(rest):
            lines.append(f"left -= {name}")
    return lines


def _per(limit: Limit) -> str:
    return "at one event" if limit.period == "event" else f"per {limit.period}"
