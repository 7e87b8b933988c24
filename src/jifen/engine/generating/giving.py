"""How a rule gives, as statements."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from jifen.engine.errors import EngineError
from jifen.engine.generating.source import indented
from jifen.programme.condition import Condition, Past
from jifen.programme.rounding import Rounding
from jifen.programme.rules import Give, Rule
from jifen.programme.ways import Amount, Cases, Percentage, Prizes, Rate, Steps
from jifen.wording import Said

Value = Callable[[str | Past, bool], str]
"""The local of the value of a field, or of the past; True asks for the sum over the lines."""


def winning_draws(rule: Rule) -> int:
    """Below which draw a rule gives at all; 0 where it leaves nothing to chance."""
    if isinstance(rule.action, Give) and isinstance(rule.action.how, Prizes):
        return rule.action.how.bounds[-1]
    return rule.chance


def give(
    rule: Rule, target: str, value: Value, draw: str = "", test: Callable[[Condition], str] = str
) -> list[str]:
    """Statements that set `target`, which is 0 before, to what the rule gives.

    `draw` is an expression, `test` makes one of a condition; both only where a rule needs them.
    """
    assert isinstance(rule.action, Give)
    how = rule.action.how
    assert not isinstance(how, Percentage)
    if isinstance(how, Prizes):
        return _prizes(how, rule.rounding, target, value, draw)
    if isinstance(how, Cases):
        return _cases(how, rule.rounding, target, value, test)
    if isinstance(how, Steps):
        return _steps(how, rule.rounding, target, value)
    return _way(how, rule.rounding, target, value)


def take_percentage(how: Percentage, rounding: Rounding, target: str, held: str) -> list[str]:
    """Statements that set `target`, which is 0 before, to so many per cent of the local `held`."""
    part = Fraction(how.percent, 100)
    return [
        f"if {held} > 0:",
        f"    {target} = {scaled(held, part.numerator, part.denominator, rounding)}",
    ]


def _way(way: Amount | Rate, rounding: Rounding, target: str, value: Value) -> list[str]:
    if isinstance(way, Amount):
        return [f"{target} = {way.points}"]
    if way.per <= 0:
        raise EngineError(Said("A rate must be per a positive amount.", "积分比率的分母须大于零。"))
    name = value(way.past or way.field, way.of_lines)
    counted = f"({name} - {way.over})" if way.over else name
    if way.proportional:
        given = scaled(counted, way.points, way.per, rounding)
    else:
        steps = counted if way.per == 1 else f"{counted} // {way.per}"
        given = steps if way.points == 1 else f"{steps} * {way.points}"
    return [f"if {name} > {way.over}:", f"    {target} = {given}"]


def _steps(how: Steps, rounding: Rounding, target: str, value: Value) -> list[str]:
    name = value(how.past or how.field, False)
    lines: list[str] = []
    ladder = list(zip(how.thresholds, how.gives, strict=True))
    for number, (least, way) in enumerate(reversed(ladder)):
        asked = "elif" if number else "if"
        guard = f"{name} >= {least}" if least > -(10**12) else f"{name} != MISSING"
        lines += [f"{asked} {guard}:", *indented(_way(way, rounding, target, value))]
    return lines


def _cases(
    how: Cases, rounding: Rounding, target: str, value: Value, test: Callable[[Condition], str]
) -> list[str]:
    lines: list[str] = []
    for number, (when, way) in enumerate(zip(how.whens, how.gives, strict=True)):
        asked = f"{'elif' if number else 'if'} {test(when) or 'True'}:"
        lines += [asked, *indented(_way(way, rounding, target, value))]
    return lines


def _prizes(how: Prizes, rounding: Rounding, target: str, value: Value, draw: str) -> list[str]:
    lines: list[str] = []
    for number, (bound, way) in enumerate(zip(how.bounds, how.gives, strict=True)):
        asked = "elif" if number else "if"
        given = _way(way, rounding, target, value)
        lines += [f"{asked} {draw} < {bound}:", *indented(given)]
    return lines


def scaled(name: str, numerator: int, denominator: int, rounding: str) -> str:
    """An expression for name × numerator ÷ denominator, rounded."""
    product = name if numerator == 1 else f"{name} * {numerator}"
    if denominator == 1:
        return product
    match rounding:
        case "down":
            return f"{product} // {denominator}"
        case "up":
            return f"-(-{name} * {numerator} // {denominator})"
        case "half_up":
            return f"({name} * {2 * numerator} + {denominator}) // {2 * denominator}"
        case _:
            return f"half_even({product}, {denominator})"
