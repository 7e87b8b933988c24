"""The operations of orders that only look, or say where to send them."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from jifen.api.described.answers import Answer, OrderState
from jifen.api.described.commands import OF_KINDS
from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.reads import LIMIT
from jifen.api.described.shapes import Moment, told
from jifen.wording import Said

_Text = Annotated[str, told("Text.", "文字。", min_length=1, max_length=500)]


class AddressBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    recipient: Annotated[_Text, told("Whom to send it.", "收件人。")]
    address: Annotated[_Text, told("Where to send it.", "地址。")]
    phone: Annotated[_Text | None, told("For the carrier.", "联系电话。")] = None
    postcode: _Text | None = None
    country: _Text | None = None


class AddressTold(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    order: str
    recipient: str
    address: str
    phone: str = ""
    postcode: str = ""
    country: str = ""


class CodeBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    shop: Annotated[_Text | None, told("Where alone it is good.", "只在这家门店有效。")] = None
    anew: Annotated[bool, told("Another one; the former opens nothing.", "换新码，旧码作废。")] = (
        False
    )


class CodeTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    order: str
    code: str
    shop: Annotated[
        str, told("Where alone it is good; empty: anywhere.", "只在此店有效；空：不限。")
    ]
    text: Annotated[str, told("For a QR code.", "供生成二维码。")]


class PickupBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    id: _Text
    order: _Text
    code: Annotated[_Text, told("However it is written.", "提货码，大小写和分隔不限。")]
    shop: Annotated[_Text | None, told("Where it happens.", "所在门店。")] = None


class OrderTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: Annotated[str, told("Of the redemption that placed it.", "产生它的那笔兑换的编号。")]
    member: str
    reward: str
    quantity: int
    left: Annotated[int, told("Neither cancelled nor returned.", "未取消、未退回的数量。")]
    fulfilled_by: Literal["shipping", "pick_up"]
    state: OrderState
    addressed: Annotated[bool, told("It is known where to send it.", "已填写收货地址。")]
    placed_at: Moment
    ready_at: Annotated[
        Moment | None,
        told(
            "From when on it is sent, or picked up; null: it need not wait.",
            "从何时起寄出或可自提；null：不必等货。",
        ),
    ]
    due_at: Annotated[
        Moment | None,
        told("When time cancels or closes it.", "到时自动取消或完成；null：没有期限。"),
    ]
    closed_at: Annotated[Moment | None, told("null: it is under way.", "null：尚未结束。")]


class StepTold(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    asked: Annotated[str, told("The kind of command.", "命令的种类。")]
    at: Moment
    actor: str
    state: Annotated[OrderState, told("Behind it.", "之后的状态。")]
    carrier: str = ""
    tracking: str = ""
    shop: str = ""
    reason: str = ""
    quantity: int | None = None
    ready_at: Annotated[
        Moment | None, told("From when on it is there since.", "更改后的到货时间。")
    ] = None


class WholeOrderTold(OrderTold, kw_only=True, forbid_unknown_fields=True):
    history: Annotated[list[StepTold], told("From its placing on.", "从下单开始。")]


class OrdersTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    orders: list[OrderTold]
    next: Annotated[
        str | None,
        told("The `after` of the next page, if any.", "下一页的 `after`；没有则为 null。"),
    ]


ORDER: Final = named("order", "The id of the order.", "订单编号。")
_STATUS: Final = Parameter(
    name="status",
    where="query",
    type=OrderState,
    said=Said("Only those in this state.", "只列处于这一状态的。"),
)
_MEMBER: Final = Parameter(
    name="member",
    where="query",
    type=_Text,
    said=Said("Only those of a member.", "只列一位会员的。"),
)
AFTER: Final = Parameter(
    name="after",
    where="query",
    type=Annotated[str, told("The id of an order.", "订单编号。", max_length=500)],
    said=Said("The `next` of the page before.", "上一页的 `next`。"),
)
OPERATIONS: Final = (
    Operation(
        name="orders.list",
        topic="orders",
        method="GET",
        path="/v1/orders",
        summary=Said("Orders, oldest first", "订单，按下单先后"),
        scope="read",
        parameters=(_STATUS, _MEMBER, AFTER, LIMIT),
        answers={200: (OrdersTold,)},
        problems=("malformed", "unknown_member"),
    ),
    Operation(
        name="orders.get",
        topic="orders",
        method="GET",
        path="/v1/orders/{order}",
        summary=Said("An order, and what was done about it", "一个订单及其经过"),
        scope="read",
        parameters=(ORDER,),
        answers={200: (WholeOrderTold,)},
        problems=("unknown_order",),
    ),
    Operation(
        name="orders.code",
        topic="orders",
        method="POST",
        path="/v1/orders/{order}/code",
        summary=Said("The code by which an order is picked up", "提货码"),
        scope="use",
        parameters=(ORDER,),
        body=CodeBody,
        answers={200: (CodeTold,)},
        problems=("unknown_order", "out_of_turn", "order_closed"),
    ),
    Operation(
        name="pickups.create",
        topic="orders",
        method="POST",
        path="/v1/pickups",
        summary=Said("A member picks up an order with its code", "凭码提货"),
        scope="counter",
        body=PickupBody,
        answers={200: (Answer,)},
        problems=(
            "pick_up_code_wrong",
            "pick_up_code_other_shop",
            *OF_KINDS["pick_up"].refusals,
            "conflict",
            "key_spent",
            "busy",
            "stopping",
        ),
    ),
    Operation(
        name="orders.address",
        topic="orders",
        method="GET",
        path="/v1/orders/{order}/address",
        summary=Said("Where an order is to be sent", "订单的收货地址"),
        scope="addresses",
        parameters=(ORDER,),
        answers={200: (AddressTold,)},
        problems=("unknown_order", "address_missing"),
    ),
    Operation(
        name="orders.put_address",
        topic="orders",
        method="PUT",
        path="/v1/orders/{order}/address",
        summary=Said("Where to send an order", "填写收货地址"),
        scope="use",
        parameters=(ORDER,),
        body=AddressBody,
        answers={200: (OrderTold,)},
        problems=("unknown_order", "out_of_turn", "order_closed"),
    ),
)
