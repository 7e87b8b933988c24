"""The operation of what is to be sent."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from jifen.api.described.answers import NameTold
from jifen.api.described.operation import Operation
from jifen.api.described.orders import AFTER
from jifen.api.described.reads import LIMIT
from jifen.api.described.shapes import Moment, told
from jifen.wording import Said


class SentTo(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    recipient: str
    address: str
    phone: str = ""
    postcode: str = ""
    country: str = ""


class ShipmentTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    order: Annotated[str, told("Ship the order of this id.", "按此编号登记发货。")]
    reward: str
    name: NameTold
    quantity: Annotated[int, told("Neither cancelled nor returned.", "未取消、未退回的数量。")]
    placed_at: Moment
    address: SentTo


class ShipmentsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    shipments: list[ShipmentTold]
    next: Annotated[
        str | None,
        told("The `after` of the next page, if any.", "下一页的 `after`；没有则为 null。"),
    ]


OPERATIONS: Final = (
    Operation(
        name="shipments.list",
        topic="orders",
        method="GET",
        path="/v1/shipments",
        summary=Said(
            "What is to be sent and where to, oldest first; the audit notes who saw it",
            "待寄出的订单及收件地址，按下单先后；审计会记下谁看过",
        ),
        scope="addresses",
        parameters=(AFTER, LIMIT),
        answers={200: (ShipmentsTold,)},
        problems=("malformed",),
    ),
)
