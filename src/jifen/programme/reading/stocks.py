"""`stock: counted`, `stock: {low: 10}` of a reward: that it can run out."""

from __future__ import annotations

from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import units
from jifen.programme.reading.sections import Section, text
from jifen.programme.rewards import Stock
from jifen.wording import Said

COUNTED = "counted"


def read_stock(node: Node, problems: Problems) -> Stock | None:
    """That redemptions take a reward from stock; every problem is noted."""
    if isinstance(node, Mapping):
        return Stock(Section(node, problems, ("low",)).need("low", _few, None))
    try:
        if text(node) == COUNTED:
            return Stock()
        raise Wrong(
            Said(f"cannot read '{text(node)}'", f"看不懂“{text(node)}”"),
            Said(
                "write `counted`, or `{low: 10}` to be told when 10 are left; `jifen stock` says how many there are",
                "请写 `counted`；要在剩 10 份时得到通知，写 `{low: 10}`。实际数量用 `jifen stock` 登记",
            ),
        )
    except Wrong as wrong:
        problems.add(node, wrong.message, wrong.suggestion)
        return None


def _few(node: Node) -> int:
    return units(text(node), 0, Said("stock", "库存"))
