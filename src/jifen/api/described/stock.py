"""The operations of stock."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from jifen.api.described.operation import Operation
from jifen.api.described.shapes import Id, Name, Reason, Whole, told
from jifen.wording import Said


class StockBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    id: Id
    reward: Name
    place: (
        Annotated[
            str,
            told(
                "A shop, say; only redemptions that name it take from there. Left out: anywhere.",
                "如门店；只有写明此处的兑换才从这里扣。不写：不分地点。",
                max_length=500,
            ),
        ]
        | None
    ) = None
    add: Annotated[Whole, told("So many came.", "入库多少份。")] = None
    take: Annotated[Whole, told("So many went.", "出库多少份。")] = None
    set: Annotated[Whole, told("So many were counted.", "盘点后实有多少份。")] = None
    reason: Reason | None = None


class StockChangedTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    units: Annotated[int, told("What changed.", "增减了多少份。")]
    left: Annotated[int, told("How many were left then.", "当时还剩多少份。")]


class ShelfTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    reward: str
    place: Annotated[str | None, told("null: anywhere.", "null：不分地点。")]
    left: Annotated[int, told("How many can still be redeemed.", "还可兑换多少份。")]
    taken: Annotated[
        int,
        told("How many redemptions took, less what came back.", "兑换扣了多少份，已减去退回的。"),
    ]


class StockTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    stock: list[ShelfTold]


OPERATIONS: Final = (
    Operation(
        name="stock.list",
        topic="orders",
        method="GET",
        path="/v1/stock",
        summary=Said("How many rewards are left where", "礼品库存：各处还剩多少"),
        scope="read",
        answers={200: (StockTold,)},
    ),
    Operation(
        name="stock.change",
        topic="orders",
        method="POST",
        path="/v1/stock",
        summary=Said(
            "Put rewards into stock, take them out, or set what was counted",
            "礼品入库、出库，或按盘点结果登记",
        ),
        scope="write",
        body=StockBody,
        answers={201: (StockChangedTold,)},
        problems=("not_accepted", "invalid_amount", "above_maximum", "out_of_stock", "conflict"),
    ),
)
