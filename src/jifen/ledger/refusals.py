"""The closed, ordered list of refusals: the first that applies is the one given."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple


class Refusal(Enum):
    """A named business "no": its code, and a sentence in Chinese and in English."""

    MALFORMED = (
        "malformed",
        "请求内容不完整或格式不对。",
        "The request is incomplete or malformed.",
    )
    UNKNOWN_MEMBER = ("unknown_member", "没有这个会员。", "There is no such member.")
    FROZEN = (
        "frozen",
        "会员已被冻结，积分暂不能使用。",
        "The member is frozen: nothing can be spent.",
    )
    GUEST = (
        "guest",
        "还是游客，由会员认领之后才能使用积分。",
        "A guest uses no points: a member has to claim them first.",
    )
    NOT_A_GUEST = (
        "not_a_guest",
        "这不是游客，或者已被认领。",
        "This is no guest, or was claimed already.",
    )
    SAME_MEMBER = ("same_member", "两者已是同一位会员。", "They are one member already.")
    NOT_MERGED = (
        "not_merged",
        "没有并入任何会员，无从撤销。",
        "It is merged into nobody, so that there is nothing to undo.",
    )
    TIED = (
        "tied",
        "还有牵连：预占着积分、属于家庭，或另有一次合并未撤销。",
        "Something is tied to it: points held aside, a household, or a later merge.",
    )
    TOO_OLD = (
        "too_old",
        "发生时间早于会员加入，且不在追溯期内。",
        "It happened before the member joined, and longer ago than is looked back on.",
    )
    TOO_NEW = ("too_new", "发生时间在未来。", "It lies in the future.")
    NOT_FIRST = (
        "not_first",
        "会员已有记录，期初余额只能在此之前建立。",
        "The member has a history already: an opening comes before everything else.",
    )
    UNKNOWN_EVENT = ("unknown_event", "没有这笔事件。", "There is no such event.")
    UNKNOWN_HOLD = ("unknown_hold", "没有这笔预占。", "There is no such hold.")
    UNKNOWN_RECIPIENT = (
        "unknown_recipient",
        "没有所写的另一位会员。",
        "The other member whom it names does not exist.",
    )
    UNKNOWN_REFERRER = (
        "unknown_referrer",
        "没有这位邀请人，也没有这个邀请码。",
        "There is no such referrer, and no such code.",
    )
    UNKNOWN_ORDER = ("unknown_order", "没有这个订单。", "There is no such order.")
    UNKNOWN_SPEND = ("unknown_spend", "没有这笔使用。", "There is no such spend.")
    WRONG_MEMBER = ("wrong_member", "它属于另一位会员。", "It belongs to another member.")
    OWN_REFERRER = (
        "own_referrer",
        "不能邀请自己，也不能绕一圈互相邀请。",
        "Nobody brings oneself, nor anybody by whom one was brought, directly or through others.",
    )
    ALREADY_REFERRED = (
        "already_referred",
        "会员已有邀请人，不能更改。",
        "Another member has brought this one already, for ever.",
    )
    REFERRED_TOO_LATE = (
        "referred_too_late",
        "会员已有可获奖励的行为，邀请人须在此之前指明。",
        "Who brought a member is said before the first deed that could be rewarded.",
    )
    NOT_RETURNABLE = (
        "not_returnable",
        "这一笔不接受退货，或已过退货期限。",
        "It cannot be returned, or not any more.",
    )
    EXCEEDS_PURCHASE = (
        "exceeds_purchase",
        "退回的超过了当时购买的。",
        "More would be returned than was bought.",
    )
    INVALID_AMOUNT = ("invalid_amount", "数量必须大于零且合理。", "The amount is not a valid one.")
    NOT_A_STEP = (
        "not_a_step",
        "须是起用单位的整数倍。",
        "It is not a whole number of steps.",
    )
    BELOW_MINIMUM = ("below_minimum", "低于最少使用量。", "It is less than the least allowed.")
    ABOVE_MAXIMUM = ("above_maximum", "超过了允许的上限。", "It is more than is allowed.")
    ABOVE_BILL = (
        "above_bill",
        "超过了账单中可以用积分支付的部分。",
        "It is more than may be paid of the bill with points.",
    )
    NOT_ACCEPTED = (
        "not_accepted",
        "计划没有规定这种用法。",
        "The programme does not provide for this.",
    )
    NOT_YET_OPEN = ("not_yet_open", "还没有开始兑换。", "It cannot be redeemed yet.")
    CLOSED = ("closed", "兑换已经结束。", "It can no longer be redeemed.")
    NOT_ENTITLED = (
        "not_entitled",
        "会员目前不符合这种使用方式的条件。",
        "The member does not meet what this use asks for.",
    )
    LIMIT_REACHED = (
        "limit_reached",
        "已达到本周期的使用上限。",
        "The limit of the period is reached.",
    )
    PRICE_DIFFERS = (
        "price_differs",
        "与所写的价格或应付金额不符。",
        "The price, or what is left to pay, is not what was stated.",
    )
    MONEY_MISSING = (
        "money_missing",
        "除积分外还须付钱：请写明收取的金额。",
        "It costs money besides points: say how much of it is taken.",
    )
    INSUFFICIENT_POINTS = ("insufficient_points", "可用积分不足。", "There are not enough points.")
    ROUND_OPEN = (
        "round_open",
        "已有一轮正在进行。",
        "A round of the draw is open already.",
    )
    NO_ROUND_OPEN = (
        "no_round_open",
        "抽奖目前没有开放。",
        "No round of the draw is open.",
    )
    OUT_OF_BUDGET = (
        "out_of_budget",
        "本轮抽奖的预算不足以再抽一次。",
        "What is left of the draw's budget does not pay for another spin.",
    )
    ALL_TAKEN = (
        "all_taken",
        "全体会员在本周期的名额已经兑完。",
        "All members together have had what there is of it for the period.",
    )
    OUT_OF_STOCK = ("out_of_stock", "库存不足。", "There are not enough left in stock.")
    OUT_OF_CODES = (
        "out_of_codes",
        "券码已发完。",
        "There are not enough codes left that come with the reward.",
    )
    NOT_HELD = (
        "not_held",
        "会员没有这么多可用的礼品。",
        "The member does not have that many of the reward to use.",
    )
    ALREADY_USED = (
        "already_used",
        "礼品已经使用或失效。",
        "The reward has been used, or has ended.",
    )
    HOLD_CLOSED = ("hold_closed", "这笔预占已经结束。", "The hold is closed.")
    NOT_APPROVED = (
        "not_approved",
        "订单还未审核通过。",
        "The order has not been approved yet.",
    )
    NOT_READY = ("not_ready", "礼品还没有到货。", "The reward is not there yet.")
    OUT_OF_TURN = (
        "out_of_turn",
        "订单目前的状态不能这样处理。",
        "In the state in which the order is, this cannot be done.",
    )
    ORDER_CLOSED = (
        "order_closed",
        "订单已经结束，或已超过期限。",
        "The order is over, or its time is.",
    )
    PICK_UP_CODE_WRONG = (
        "pick_up_code_wrong",
        "提货码不对，或试错太多次，须换新码。",
        "That is not the code of the order, or too many were tried: ask for a new one.",
    )
    PICK_UP_CODE_OTHER_SHOP = (
        "pick_up_code_other_shop",
        "提货码只在另一家门店有效。",
        "The code is good in another shop alone.",
    )
    PICK_UP_CODE_USED = (
        "pick_up_code_used",
        "订单已经提走。",
        "The order was picked up already.",
    )
    PICK_UP_CODE_EXPIRED = (
        "pick_up_code_expired",
        "已过提货期限。",
        "The time is over within which it could be picked up.",
    )
    ADDRESS_MISSING = (
        "address_missing",
        "还不知道寄往哪里：请先填写收货地址。",
        "It is not known where to send it: say the address first.",
    )
    CONFLICT = (
        "conflict",
        "同一编号已用于内容不同的请求。",
        "The same id was already used for something else.",
    )
    KEY_SPENT = (
        "key_spent",
        "使用这个编号的请求七天前已被拒绝；请换一个新编号。",
        "A request with this id was refused more than seven days ago: ask again under a new id.",
    )

    def __init__(self, code: str, zh: str, en: str) -> None:
        self.code = code
        self.zh = zh
        self.en = en


REFUSALS: Final = MappingProxyType({refusal.code: refusal for refusal in Refusal})
"""By their codes."""


class Refused(NamedTuple):
    """What an act was refused for, and the figures of it, where it has any.

    `about`: which sentence says them. `figures`: its numbers, in the smallest unit of `currency`, or of money where
    they are of what is `to_pay`, or in whole ones where that is None; `period`: over which they count; `since`: from
    what instant on it has been so.
    """

    refusal: Refusal
    about: str = ""
    figures: Mapping[str, int] = MappingProxyType({})
    currency: int | None = None
    period: str = ""
    since: int | None = None
