"""Conditions on the hour that together mean a span of the day, as people say it: from 11:00 to 14:00."""

from __future__ import annotations

from jifen.programme.condition import Calendar, Compare, Condition, Number


def hours_together(parts: tuple[Condition, ...]) -> list[Condition | tuple[int, int]]:
    """The parts, a first and a last bound of the hour as one span where the first of them stands."""
    bounds = [(place, bound) for place, part in enumerate(parts) if (bound := _bound(part))]
    if sorted(kind for _, (kind, _) in bounds) != ["from", "until"]:
        return list(parts)
    hours = {kind: hour for _, (kind, hour) in bounds}
    (first, _), (second, _) = bounds
    said: list[Condition | tuple[int, int]] = list(parts)
    said[first] = (hours["from"], hours["until"])
    del said[second]
    return said


def _bound(condition: Condition) -> tuple[str, int] | None:
    """`until` which full hour or `from` which on; None if it says neither."""
    match condition:
        case Compare(left=Calendar(part="hour"), operator=sign, right=Number(value=hour)):
            bounds = {">=": ("from", hour), ">": ("from", hour + 1)}
            return {**bounds, "<": ("until", hour), "<=": ("until", hour + 1)}.get(sign)
        case _:
            return None
