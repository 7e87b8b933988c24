"""The operations of what others are told."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from jifen.api.described.operation import Operation, Parameter
from jifen.api.described.shapes import told
from jifen.wording import Said


class StreamTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    messages: Annotated[list[dict[str, Any]], told("In their order.", "按顺序。")]
    next: Annotated[int, told("The `after` of the next page.", "下一页的 `after`。")]


def _bounded(name: str, least: int, most: int, en: str, zh: str) -> Parameter:
    return Parameter(
        name=name,
        where="query",
        type=Annotated[int, told(en, zh, ge=least, le=most)],
        said=Said(en, zh),
    )


OPERATIONS: Final = (
    Operation(
        name="stream.read",
        topic="stream",
        method="GET",
        path="/v1/stream",
        summary=Said("Everything that others are told, in order", "按顺序给出每一条对外消息"),
        scope="read",
        parameters=(
            _bounded(
                "after", 0, 2**62, "The position behind which to begin.", "从此位置之后开始。"
            ),
            _bounded(
                "limit", 1, 1_000, "At most so many; 100 unless said.", "最多多少条，默认 100。"
            ),
            _bounded("wait", 0, 30, "Seconds to wait for the first.", "等待第一条消息的秒数。"),
        ),
        answers={200: (StreamTold,)},
        problems=("malformed",),
    ),
)
