"""How a number is rounded, in words."""

from __future__ import annotations

from jifen.programme.rounding import Rounding

ROUNDED_EN: dict[Rounding, str] = {
    "down": "rounded down",
    "up": "rounded up",
    "half_up": "rounded half up",
    "half_even": "rounded half to even",
}
ROUNDED_ZH: dict[Rounding, str] = {
    "down": "舍去零头",
    "up": "零头进一",
    "half_up": "四舍五入",
    "half_even": "四舍六入五成双",
}
