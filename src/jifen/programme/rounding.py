"""Rounding fractions of smallest units, as programmes say it."""

from __future__ import annotations

from typing import Literal

Rounding = Literal["down", "up", "half_up", "half_even"]
ROUNDINGS: tuple[Rounding, ...] = ("down", "up", "half_up", "half_even")


def rounded(value: int, per: int, rounding: Rounding) -> int:
    """value / per (value ≥ 0, per > 0) as a whole number."""
    match rounding:
        case "down":
            return value // per
        case "up":
            return -(-value // per)
        case "half_up":
            return (2 * value + per) // (2 * per)
        case "half_even":
            whole, rest = divmod(value, per)
            return whole + (2 * rest > per or (2 * rest == per and whole % 2 == 1))


def most_rounded_to(whole: int, per: int, rounding: Rounding) -> int:
    """The greatest value of which value / per is rounded to no more than `whole`."""
    match rounding:
        case "down":
            return (whole + 1) * per - 1
        case "up":
            return whole * per
        case "half_up":
            return ((2 * whole + 1) * per - 1) // 2
        case "half_even":
            return ((2 * whole + 1) * per - whole % 2) // 2
