"""The operations of commands: one for every noun and every verb of the lean path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, NamedTuple

from jifen.api.commands import KINDS, OF_ONE, about_field
from jifen.api.described import bodies
from jifen.api.described.answers import Answer, Results
from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.shapes import told
from jifen.api.scopes import OF_KIND
from jifen.wording import Said


class Asking(NamedTuple):
    """A kind of command: its body, what it does, and what may be refused beside the always possible."""

    body: Any
    said: Said
    refusals: tuple[str, ...]


_USING = (
    "frozen", "guest", "invalid_amount", "not_a_step", "below_minimum", "above_maximum", "not_accepted",
    "not_entitled", "limit_reached", "insufficient_points",
)  # fmt: skip
_REDEEMING = (
    *_USING, "not_yet_open", "closed", "money_missing", "all_taken", "out_of_stock", "out_of_codes",
)  # fmt: skip
_OF_ORDERS: Final = ("unknown_order", "wrong_member", "out_of_turn", "order_closed")
_ALWAYS: Final = ("unknown_member", "conflict", "key_spent", "too_new", "too_old")
_QUEUED: Final = ("busy", "stopping")
OF_KINDS: Final = {
    "event": Asking(
        bodies.EventBody,
        Said("Something a member did", "会员做的一件事"),
        (
            *_USING,
            "unknown_event",
            "wrong_member",
            "exceeds_purchase",
            "not_returnable",
            "above_bill",
            "not_held",
            "price_differs",
            "unknown_hold",
            "hold_closed",
        ),
    ),
    "return": Asking(
        bodies.ReturnBody,
        Said("Something of an event came back", "退货"),
        (
            "unknown_event",
            "wrong_member",
            "not_returnable",
            "exceeds_purchase",
            "invalid_amount",
            "insufficient_points",
        ),
    ),
    "spend": Asking(bodies.SpendBody, Said("Use points at once", "使用积分"), _USING),
    "redeem": Asking(
        bodies.RedeemBody,
        Said("Points for a reward", "兑换礼品"),
        (*_REDEEMING, "price_differs"),
    ),
    "use": Asking(
        bodies.UseBody,
        Said("Hand out a reward that the member holds", "核销礼品"),
        ("frozen", "guest", "invalid_amount", "not_accepted", "not_held"),
    ),
    "spin": Asking(
        bodies.SpinBody,
        Said("Spin a lucky draw", "抽奖"),
        (*_REDEEMING, "not_held", "no_round_open", "out_of_budget"),
    ),
    "hold": Asking(bodies.HoldBody, Said("Set points aside", "预占积分"), _USING),
    "capture": Asking(
        bodies.CaptureBody,
        Said("Use what a hold set aside", "核销预占"),
        ("frozen", "unknown_hold", "invalid_amount", "above_maximum", "hold_closed"),
    ),
    "void": Asking(
        bodies.VoidBody, Said("Let a hold go", "释放预占"), ("unknown_hold", "hold_closed")
    ),
    "cancel": Asking(
        bodies.CancelBody,
        Said("Give back what was used", "取消使用，退还积分"),
        (
            "unknown_spend",
            "wrong_member",
            "invalid_amount",
            "not_a_step",
            "below_minimum",
            "above_maximum",
            "not_accepted",
            "insufficient_points",
            "already_used",
            "out_of_turn",
            "order_closed",
        ),
    ),
    "approve": Asking(
        bodies.ApproveBody, Said("An order may be fulfilled", "审核通过订单"), _OF_ORDERS
    ),
    "reschedule": Asking(
        bodies.RescheduleBody,
        Said("What an order waits for is there at another time", "更改订单的到货时间"),
        _OF_ORDERS,
    ),
    "ship": Asking(
        bodies.ShipBody,
        Said("An order is on its way", "订单寄出"),
        (*_OF_ORDERS, "not_approved", "not_ready", "address_missing"),
    ),
    "close": Asking(
        bodies.CloseBody,
        Said("What was sent has arrived", "确认送达，完成订单"),
        (*_OF_ORDERS, "not_approved"),
    ),
    "pick_up": Asking(
        bodies.PickUpBody,
        Said("The member has fetched an order", "会员已自提"),
        (
            *_OF_ORDERS,
            *("not_approved", "not_ready", "frozen", "pick_up_code_used", "pick_up_code_expired"),
        ),
    ),
    "cancel_order": Asking(
        bodies.PartOfOrderBody,
        Said("An order, or a part of it, goes no further", "取消订单（可部分取消）"),
        (*_OF_ORDERS, "invalid_amount", "already_used"),
    ),
    "take_back": Asking(
        bodies.PartOfOrderBody,
        Said("What was sent came back", "寄出的礼品退回"),
        (*_OF_ORDERS, "not_approved", "invalid_amount", "already_used"),
    ),
    "confirm": Asking(
        bodies.ConfirmBody,
        Said("The points of an event no longer wait", "确认，结束积分等待"),
        ("unknown_event", "wrong_member"),
    ),
    "transfer": Asking(
        bodies.TransferBody,
        Said("Give points to another member", "转赠积分"),
        (*_USING, "unknown_recipient"),
    ),
    "exchange": Asking(
        bodies.ExchangeBody,
        Said("Points become points of another currency", "转换积分种类"),
        _USING,
    ),
    "adjust": Asking(
        bodies.AdjustBody,
        Said("Give or take back points by hand", "人工调整"),
        ("invalid_amount", "insufficient_points"),
    ),
    "revive": Asking(
        bodies.ReviveBody,
        Said("Bring back expired points", "恢复已过期的积分"),
        ("invalid_amount", "insufficient_points"),
    ),
    "refer": Asking(
        bodies.ReferBody,
        Said("Another member has brought this one", "指明邀请人"),
        ("guest", "unknown_referrer", "own_referrer", "already_referred", "referred_too_late"),
    ),
    "merge": Asking(
        bodies.MergeBody,
        Said("Two members are one person", "合并会员"),
        ("frozen", "guest", "same_member", "tied", "unknown_recipient"),
    ),
    "claim": Asking(
        bodies.ClaimBody,
        Said("What a guest collected is a member's", "认领游客的积分"),
        ("frozen", "guest", "not_a_guest", "same_member", "tied", "unknown_recipient"),
    ),
    "unmerge": Asking(
        bodies.UnmergeBody,
        Said("They are two persons after all", "撤销合并"),
        ("not_merged", "tied"),
    ),
    "opening": Asking(
        bodies.OpeningBody,
        Said("What a member brings from a former system", "期初"),
        ("not_first", "invalid_amount"),
    ),
    "freeze": Asking(
        bodies.FreezeBody, Said("Let nothing of the member's be used", "冻结会员"), ()
    ),
    "unfreeze": Asking(bodies.FreezeBody, Said("Let it be used again", "解除冻结"), ()),
    "set_fact": Asking(
        bodies.FactBody,
        Said("From now on this is known of the member", "更新会员信息"),
        ("same_member", "unknown_recipient"),
    ),
    "set_tier": Asking(bodies.TierBody, Said("Give a tier by hand", "人工指定等级"), ()),
    "group": Asking(
        bodies.HouseholdBody,
        Said("Join a household, or leave it", "加入或离开家庭"),
        ("guest", "limit_reached", "not_accepted"),
    ),
}
_TOPICS: Final = {
    "spends": "using", "redemptions": "using", "uses": "using", "spins": "using", "holds": "using",
    "reversals": "using", "transfers": "using", "exchanges": "using", "events": "events", "returns": "events",
    "confirmations": "events", "adjustments": "events", "revivals": "events",
    "openings": "members", "referrals": "members", "merges": "members",
    "claims": "members", "members": "members", "orders": "orders",
}  # fmt: skip
_KEY = Parameter(
    name="Idempotency-Key",
    where="header",
    type=Annotated[str, told("The id, where the body does not say it.", "请求体未写 id 时的编号。", max_length=500)],
    said=Said("The id of the command, where the body does not say it.", "命令的编号，请求体未写时使用。"),
)  # fmt: skip
ACTOR: Final = Parameter(
    name="Jifen-Actor",
    where="header",
    type=Annotated[str, told("Who stands at the till.", "站在收银台前的是谁。", min_length=1, max_length=100)],
    said=Said(
        "Who stands at the till, journalled behind the name of the key, which needs the scope `actors`.",
        "站在收银台前的是谁，记在密钥名称之后；密钥须有权限 `actors`。",
    ),
)  # fmt: skip
_ABOUT = {
    "members": named("member", "The member, by any name that leads to them.", "会员编号。"),
    "events": named("event", "The id of the event.", "事件的编号。"),
}
_ID = named("id", "The id of what it is about.", "所针对的那一笔的编号。")


def _operations() -> Iterator[Operation]:
    for noun, kind in KINDS.items():
        yield _operation(f"{noun}.create", noun, kind, f"/v1/{noun}", ())
    for (noun, verb), kind in OF_ONE.items():
        about = _ABOUT.get(noun, _ID)
        path = f"/v1/{noun}/{{{about.name}}}/{verb}"
        yield _operation(f"{noun}.{verb}", noun, kind, path, (about,))


def _operation(
    name: str, noun: str, kind: str, path: str, about: tuple[Parameter, ...]
) -> Operation:
    asking = OF_KINDS[kind]
    return Operation(
        name=name,
        topic=_TOPICS[noun],
        method="POST",
        path=path,
        summary=asking.said,
        scope=OF_KIND[kind],
        parameters=(*about, _KEY, ACTOR),
        body=asking.body,
        several=True,
        said_by_path=about_field(noun, kind) if about else None,
        answers={200: (Answer, Results), 202: (Answer,)},
        problems=(*_ALWAYS, *asking.refusals, *_QUEUED),
    )


OPERATIONS: Final = tuple(_operations())
