"""What goes with a ladder whose surplus rolls over into the next period: numbers of one measure, over a period."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.model import Tiers
from jifen.programme.reading.nodes import Mapping
from jifen.programme.reading.scalars import choice, units
from jifen.programme.reading.sections import Section, text
from jifen.programme.requirement import NOTHING, UNREACHABLE, AtLeast, Measure
from jifen.wording import Said

_THE_MEASURE = Said("the measure", "指标")
_NOTHING_ROLLS = Said(
    "lets nothing roll over: leave `roll_over` out", "什么也不转入：去掉 `roll_over` 即可"
)
_NO_END = Said(
    "only what is counted anew every period can roll over: write such as `window: calendar year`",
    "只有每个周期重新计数的，才谈得上转入下一期：请写 `window: calendar year` 之类",
)
_NO_SUM = Said(
    "months and balances do not roll over: count points, the amount, days or something that is summed up",
    "达标月数和余额不能转入下一期：请按积分、金额、天数等可以累加的指标计",
)
_CONSUMES = Said(
    "with `consume` what is left counts on anyway, within the period: write one of the two",
    "写了 `consume`，余下的在本期内本来就继续计：两者只能写一个",
)
_SEVERAL = Said(
    "the surplus is what is above a number of `measure`: let every `reach` be such a number",
    "超出部分是相对 `measure` 的数而言：每个 `reach` 都须是这样一个数",
)


def read_surplus(section: Section, measure: Measure | None) -> tuple[bool, int | None]:
    """Whether a surplus rolls over, `roll_over: surplus`, and at most how much of it, `{most: 20}`."""
    node = section.place("roll_over")
    if "roll_over" not in section:
        return False, None
    if not isinstance(node, Mapping):
        return section.read("roll_over", choice(("surplus",)), None) is not None, None
    scale = measure.scale if measure is not None else 0
    parts = Section(node, section.problems, ("most",))
    most = parts.need("most", lambda node: units(text(node), scale, _THE_MEASURE), None)
    if most == 0:
        section.problems.add(parts.place("most"), _NOTHING_ROLLS)
    return True, most


def against_rolling_over(tiers: Tiers) -> Iterator[tuple[str, Said]]:
    """What contradicts a surplus that rolls over, and why."""
    if not tiers.rolls_over:
        return
    if tiers.window.kind != "period":
        yield "roll_over", _NO_END
    if tiers.consume:
        yield "roll_over", _CONSUMES
    measure = tiers.measure
    if measure is not None and measure.kind in ("months", "balance"):
        yield "roll_over", _NO_SUM
    reached = [tier.reach for tier in tiers.ladder if tier.reach not in (NOTHING, UNREACHABLE)]
    if not reached or not all(
        isinstance(reach, AtLeast) and reach.measure == measure for reach in reached
    ):
        yield "ladder", _SEVERAL
