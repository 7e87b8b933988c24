"""The shapes of what is answered. A test holds every recorded answer of a real server against them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from jifen.api.described.shapes import Metadata, Moment, Money, Points, PointsByCurrency, told


class _Told(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


OrderState = Literal[
    "placed", "approved", "shipped", "closed", "picked_up", "cancelled", "returned", "timed_out"
]


class RuleTold(_Told, kw_only=True):
    before: Annotated[Points, told("Before limits.", "上限之前。")]
    after: Annotated[Points, told("After limits.", "上限之后。")]


class PartTold(_Told, kw_only=True):
    id: Annotated[str, told("Of its own redemption, or cancel.", "这一件自己的兑换或取消编号。")]
    reward: str
    currency: str
    points: Annotated[Points, told("Taken for it, or given back.", "为这一件所用或退还的积分。")]
    codes: Annotated[list[int] | None, told("The numbers of its codes.", "随附券码的编号。")] = None
    order: Annotated[OrderState | None, told("How its order stands then.", "此后订单的状态。")] = (
        None
    )


class SpunTold(_Told, kw_only=True):
    draw: str
    round: Annotated[int, told("Which round of the draw it was.", "该抽奖的第几轮。")]
    spin: Annotated[int, told("Which spin of the member's in the round.", "会员在这一轮的第几次。")]
    ticket: Annotated[
        str | None,
        told(
            "The reward of which it took one; null: it was free.", "所用去的一份礼品；null：免费。"
        ),
    ]
    drawn: Annotated[str, told("The prize on which it fell.", "抽中的奖项。")]
    prize: Annotated[
        str,
        told(
            "The prize that was given: another where the one drawn has run out.",
            "所得的奖项；抽中的已发完时与之不同。",
        ),
    ]
    order: Annotated[
        str | None,
        told(
            "The order of a prize that is sent or picked up.", "须寄送或自提的奖品，其订单的编号。"
        ),
    ] = None


class Answer(_Told, kw_only=True):
    id: Annotated[str, told("The id under which it was asked.", "请求时的编号。")]
    member: Annotated[
        str,
        told(
            "Whose it is; empty where what it is about has not come, or is only quoted without a member.",
            "属于哪位会员；所指的事件尚未到达，或试算时没有写会员，则为空。",
        ),
    ]
    state: Annotated[
        Literal["applied", "waiting"],
        told(
            "`waiting`: a return that came before its purchase.", "`waiting`：先于消费到达的退货。"
        ),
    ]
    points: Annotated[
        PointsByCurrency | None, told("What changed, by currency.", "各种积分的变动。")
    ] = None
    balance: Annotated[
        PointsByCurrency | None, told("Afterwards, net of debt.", "之后的余额，已扣除欠分。")
    ] = None
    base: Annotated[Money | None, told("What of the bill counted.", "计入积分的金额。")] = None
    rules: Annotated[dict[str, RuleTold] | None, told("What each rule gave.", "各条规则所给。")] = (
        None
    )
    tier: Annotated[str | None, told("The tier afterwards.", "之后的等级。")] = None
    paid: Annotated[
        PointsByCurrency | None,
        told(
            "Paid with points: a bill, or the ticket of a spin.",
            "所付的积分：付账，或换取抽奖机会。",
        ),
    ] = None
    to_pay: Annotated[Money | None, told("Left to pay in money.", "还须支付的金额。")] = None
    to_refund: Annotated[
        Money | None, told("Money that goes back with a redemption.", "随兑换退还的金额。")
    ] = None
    used: Annotated[PointsByCurrency | None, told("Rewards used on it.", "所用的礼品。")] = None
    money_off: Annotated[
        dict[str, Money] | None, told("What each took off.", "每种礼品减免的金额。")
    ] = None
    total: Annotated[Money | None, told("The bill behind it.", "减免后的账单。")] = None
    taken: Annotated[Points | None, told("What was used.", "用去的积分。")] = None
    fee: Points | None = None
    price: Annotated[Points | None, told("By the list.", "标价。")] = None
    off: Annotated[Points | None, told("What the tier takes off it.", "等级折扣。")] = None
    left_for_all: Annotated[
        int | None, told("Left of it for all members.", "全体会员还可兑换的份数。")
    ] = None
    given_back: Points | None = None
    rewards_back: Annotated[
        PointsByCurrency | None, told("Rewards that came back.", "退还的礼品。")
    ] = None
    collected: PointsByCurrency | None = None
    confirmed: Annotated[
        PointsByCurrency | None, told("What no longer waits.", "不再等待生效的积分。")
    ] = None
    moved: Annotated[Points | None, told("What the other member received.", "对方收到的积分。")] = (
        None
    )
    received: Annotated[
        PointsByCurrency | None, told("What came of an exchange.", "转换所得。")
    ] = None
    reversed: Annotated[PointsByCurrency | None, told("What was taken back.", "追回的积分。")] = (
        None
    )
    shortfall: Annotated[PointsByCurrency | None, told("What became debt.", "成为欠分的部分。")] = (
        None
    )
    written_off: Annotated[PointsByCurrency | None, told("What was forgiven.", "免除的部分。")] = (
        None
    )
    deadline: Annotated[
        Moment | None, told("When the hold ends by itself.", "预占超时的时刻。")
    ] = None
    released: Annotated[
        PointsByCurrency | None, told("What is free again.", "重新可用的积分。")
    ] = None
    order: Annotated[
        OrderState | None, told("The state in which its order is then.", "此后订单的状态。")
    ] = None
    referrer: str | None = None
    counts_from: Moment | None = None
    usable: Annotated[
        PointsByCurrency | None,
        told("Of a quote: the most that could be used.", "试算：最多可用。"),
    ] = None
    codes: Annotated[
        list[int] | None,
        told("The numbers of the codes that came along.", "随附券码的编号。"),
    ] = None
    parts: Annotated[
        list[PartTold] | None, told("What became of each part of a set.", "组合中各件的结果。")
    ] = None
    spun: Annotated[SpunTold | None, told("What a lucky draw brought.", "抽奖的结果。")] = None
    replayed: Annotated[
        bool | None, told("In a list: it had been answered before.", "列表中：此前已回复过。")
    ] = None


class ToMendTold(_Told, kw_only=True):
    line: int
    column: int
    path: Annotated[str, told("Where, as `earn[3].when`.", "位置，如 `earn[3].when`。")]
    message: str
    suggestion: str | None


class ProblemTold(_Told, kw_only=True):
    type: str
    title: Annotated[str, told("What it is, for people.", "简要说明，供人阅读。")]
    status: int
    code: Annotated[
        str, told("What it is, for programs; it never changes.", "供程序判断，永不更改。")
    ]
    detail: Annotated[str, told("What to do, for people.", "详细说明，供人阅读。")]
    request_id: str
    pointer: Annotated[str | None, told("The field of what was malformed.", "出错的字段。")] = None
    figures: Annotated[
        dict[str, str] | None, told("The numbers of a refusal.", "拒绝中的数字。")
    ] = None
    usable: Annotated[
        PointsByCurrency | None,
        told("Of a refused quote: the most that could be used.", "试算被拒绝时：最多可用。"),
    ] = None
    problems: Annotated[
        list[ToMendTold] | None,
        told("What of a programme's document is to be mended.", "计划文档中要改的地方。"),
    ] = None
    replayed: Annotated[
        bool | None, told("In a list: it had been refused before.", "列表中：此前已被拒绝过。")
    ] = None


class Results(_Told, kw_only=True):
    results: Annotated[
        list[dict[str, Any]],
        msgspec.Meta(
            extra_json_schema={
                "description": {
                    "en": "In the order of what was asked.",
                    "zh": "与请求的顺序一致。",
                },
                "items": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/Answer"},
                        {"$ref": "#/components/schemas/ProblemTold"},
                    ]
                },
            }
        ),
    ]


class FreezeTold(_Told, kw_only=True):
    since: Moment
    reason: str
    by: Annotated[str, told("Who asked for it.", "由谁提出。")]


class HouseholdTold(_Told, kw_only=True):
    id: str
    role: Literal["owner", "member"]
    members: list[str]


class OccasionTold(_Told, kw_only=True):
    kind: str
    year: int
    month: int | None


class LotTold(_Told, kw_only=True):
    id: Annotated[str, told("Its number among the member's.", "批次编号，在该会员内不重复。")]
    of: Annotated[str | None, told("The event that gave it.", "给出它的事件。")]
    made_by: Annotated[str, told("The kind of command that made it.", "产生它的命令种类。")]
    friend: str | None
    doer: str | None
    occasion: OccasionTold | None
    granted: Points
    remaining: Points
    held: Points
    funder: Annotated[str | None, told("Who pays for it.", "出资方。")]
    earned_at: Moment
    available_at: Annotated[Moment | None, told("null: once it is confirmed.", "null：确认之后。")]
    expires_at: Annotated[Moment | None, told("null: never.", "null：永不。")]


class ExpiryTold(_Told, kw_only=True):
    at: Moment
    points: Points


class CurrencyTold(_Told, kw_only=True):
    points: Annotated[Points, told("What can be spent, net of debt.", "可用积分，已扣除欠分。")]
    available: Points
    pending: Points
    next_pending_at: Moment | None
    held: Points
    debt: Points
    lifetime: Points
    spent: Points
    expired: Points
    reversed: Points
    lots: list[LotTold]
    expiries: Annotated[list[ExpiryTold], told("Soonest first.", "按到期先后。")]


class RewardTold(_Told, kw_only=True):
    reward: str
    state: Literal["issued", "pending", "owed", "used", "expired", "withdrawn"]
    count: int
    from_at: Moment | None
    expires_at: Moment | None


class MemberTold(_Told, kw_only=True):
    id: str
    at: Annotated[Moment, told("As of when.", "截至时刻。")]
    joined_at: Moment
    frozen: FreezeTold | None
    household: HouseholdTold | None
    merged: Annotated[list[str], told("Who was merged into the member.", "并入该会员的会员。")]
    facts: dict[str, Any]
    currencies: dict[str, CurrencyTold]
    rewards: list[RewardTold]
    tier: Annotated[
        dict[str, Any] | None,
        told("Where the member stands, and what is missing.", "当前等级，以及还差多少。"),
    ]
    referrals: int


class PastBalanceTold(_Told, kw_only=True):
    balance: Annotated[Points, told("Net of debt.", "已扣除欠分。")]
    lifetime: Points
    spent: Points
    expired: Points
    reversed: Points
    transferred: Annotated[Points, told("Received less given.", "收到减去转出。")]
    exchanged: Annotated[Points, told("Came less went.", "换入减去换出。")]


class PastBalancesTold(_Told, kw_only=True):
    id: str
    at: Moment
    currencies: dict[str, PastBalanceTold]


class MovementTold(_Told, kw_only=True):
    recorded_at: Annotated[Moment | None, told("null: not posted yet.", "null：尚未入账。")]
    effective_at: Moment
    currency: str
    account: Literal["issued", "redeemed", "expired", "written_off", "transit"]
    points: Points
    balance: Points
    asked: Annotated[str | None, told("The command, kind/id.", "命令：种类/编号。")]
    about: str | None
    about_kind: str | None
    friend: str | None
    doer: str | None
    occasion: OccasionTold | None
    actor: str | None
    reason: str | None
    metadata: Metadata


class MemberNameTold(_Told, kw_only=True):
    id: str
    joined_at: Moment
    frozen: bool
    guest: Annotated[bool, told("Somebody whom nobody knows yet.", "尚未入会的顾客。")]


class MemberNamesTold(_Told, kw_only=True):
    members: list[MemberNameTold]
    next: Annotated[
        str | None,
        told("The `after` of the next page, if any.", "下一页的 `after`；没有则为 null。"),
    ]


class StatementTold(_Told, kw_only=True):
    member: str
    movements: list[MovementTold]
    earlier: Annotated[str | None, told("The `before` of the page before.", "上一页的 `before`。")]


class WhyTold(_Told, kw_only=True):
    event: str
    friend: str | None
    doer: str | None
    occasion: OccasionTold | None
    member: str
    type: str
    occurred_at: Moment
    revision: int
    sentences: list[str]
    metadata: Metadata


class NameTold(_Told, kw_only=True):
    zh: str
    en: str


class ProgrammeTold(_Told, kw_only=True):
    id: str
    name: NameTold
    revision: int
    timezone: str
    money: str
    sentences: list[str]


class StateTold(_Told, kw_only=True):
    state: Literal["up", "ready"]
