"""The bodies of commands as JSON: what `intake.asking` reads, field by field; a test asks the readers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from jifen.api.described.shapes import (
    Currency,
    Day,
    Days,
    Id,
    Member,
    Metadata,
    MoneySaid,
    Name,
    Of,
    PointsSaid,
    Reason,
    When,
    Whole,
    told,
)


class _Asked(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    id: Id | None = None
    metadata: Metadata | None = None


class _OfMember(_Asked, kw_only=True):
    member: Member
    occurred_at: When | None = None


class _OfSomething(_Asked, kw_only=True):
    of: Of
    member: Member | None = None
    occurred_at: When | None = None


class Pay(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Points for a part of the bill: one of points, up_to, all; or of a hold, all of them or so many points."""

    points: PointsSaid = None
    up_to: PointsSaid = None
    all: bool | None = None
    hold: Annotated[str | None, told("The points of a hold.", "用某笔预占的积分。")] = None
    currency: Currency | None = None
    to_pay: MoneySaid = None


class RewardUsed(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Of those lines alone, if some are said."""

    reward: str
    lines: Annotated[list[int] | None, told("Which lines, from 1.", "哪些行，从 1 数起。")] = None


class ReturnedLine(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """All that is left of a line, unless a quantity or an amount is said."""

    line: Annotated[Any, told("Which line, from 1.", "第几行，从 1 数起。")]
    quantity: Whole = None
    amount: MoneySaid = None


class Given(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    of: Of
    full: bool | None = None
    amount: MoneySaid = None
    lines: list[ReturnedLine] | None = None


Lines = Annotated[
    list[dict[str, Any]],
    told(
        "The articles, with the fields that the programme declares of lines: sku, quantity, amount …",
        "商品行，字段由计划声明，如 sku、quantity、amount。",
    ),
]


class EventBody(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Beside these an event has the fields that the programme declares for its type."""

    id: Id | None = None
    member: Member | None = None
    guest: (
        Annotated[
            str, told("Instead of member: a card or device.", "代替 member：卡或设备的编号。")
        ]
        | None
    ) = None
    type: Annotated[str, told("A type of event of the programme.", "计划声明的事件类型。")]
    occurred_at: When | None = None
    sequence: Whole = None
    amount: MoneySaid = None
    lines: Lines | None = None
    pay: (
        Pay
        | Annotated[Literal["all"], told("`all`: as much as may be.", "`all`：能抵多少抵多少。")]
        | None
    ) = None
    use: Annotated[
        list[str | RewardUsed] | None,
        told("Rewards that take money off it, in this order.", "用于减免的礼品，按此顺序。"),
    ] = None
    in_exchange: Given | None = None
    metadata: Metadata | None = None


class ReturnBody(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Of a purchase: one of full, amount, lines. Without `of`, what came back as an event would say it."""

    id: Id | None = None
    of: Of | None = None
    member: Member | None = None
    occurred_at: When | None = None
    full: bool | None = None
    amount: MoneySaid = None
    lines: list[dict[str, Any]] | None = None
    metadata: Metadata | None = None


class SpendBody(_OfMember, kw_only=True):
    points: PointsSaid = None
    up_to: PointsSaid = None
    currency: Currency | None = None


class RedeemBody(_OfMember, kw_only=True):
    reward: Name
    quantity: Whole = None
    currency: Currency | None = None
    fields: Annotated[
        dict[str, Any] | None,
        told(
            "What the price goes by, as the reward declares it.", "定价所依据的内容，由礼品声明。"
        ),
    ] = None
    price: PointsSaid = None
    to_pay: Annotated[
        MoneySaid, told("The money taken besides points.", "积分之外所收的金额。")
    ] = None
    place: (
        Annotated[
            str,
            told(
                "Whose stock they are taken from, such as a shop.",
                "从哪一处的库存扣，如门店。",
                max_length=500,
            ),
        ]
        | None
    ) = None


class UseBody(_OfMember, kw_only=True):
    reward: Name
    quantity: Whole = None


class SpinBody(_OfMember, kw_only=True):
    draw: Name


class HoldBody(_OfMember, kw_only=True):
    points: PointsSaid
    currency: Currency | None = None
    minutes: Annotated[Any, told("How long; 15 unless said.", "预占多久，默认 15 分钟。")] = None


class CaptureBody(_OfMember, kw_only=True):
    of: Of
    points: PointsSaid = None
    currency: Currency | None = None


class VoidBody(_OfMember, kw_only=True):
    of: Of


OrderReason = (
    Annotated[str, told("For people.", "说明，供人阅读。", min_length=1, max_length=500)] | None
)


class CancelBody(_OfSomething, kw_only=True):
    points: PointsSaid = None
    quantity: Whole = None
    currency: Currency | None = None


class ApproveBody(_OfSomething, kw_only=True):
    reason: OrderReason = None


class RescheduleBody(_OfSomething, kw_only=True):
    ready: Annotated[
        str,
        told(
            "From when on it is sent, or picked up: a date or a time.",
            "自何时起寄出或可自提：日期或时刻。",
        ),
    ]
    reason: OrderReason = None


class ShipBody(_OfSomething, kw_only=True):
    carrier: Annotated[str, told("With whom it is sent.", "承运方。", min_length=1, max_length=500)]
    tracking: (
        Annotated[str, told("Under which number.", "运单号。", min_length=1, max_length=500)] | None
    ) = None


class CloseBody(_OfSomething, kw_only=True):
    reason: OrderReason = None


class PickUpBody(_OfSomething, kw_only=True):
    shop: (
        Annotated[str, told("In which shop.", "在哪家门店。", min_length=1, max_length=500)] | None
    ) = None


class PartOfOrderBody(_OfSomething, kw_only=True):
    quantity: Whole = None
    reason: OrderReason = None


class ConfirmBody(_OfSomething, kw_only=True):
    pass


class TransferBody(_OfMember, kw_only=True):
    to: Member
    points: PointsSaid = None
    up_to: PointsSaid = None
    currency: Currency | None = None


class ExchangeBody(_OfMember, kw_only=True, rename={"currency": "from"}):
    currency: Currency | None = None
    to: Currency
    amount: PointsSaid = None
    up_to: PointsSaid = None


class AdjustBody(_OfMember, kw_only=True):
    points: PointsSaid
    currency: Currency | None = None
    reason: Reason
    expires: When | None = None
    pending: Days | None = None
    batch: Name | None = None


class ReviveBody(_OfMember, kw_only=True):
    points: Annotated[Any, told("So many, or `all`.", "数量，或 `all`。")] = None
    currency: Currency | None = None
    within: Days | None = None
    expires: When
    reason: Reason


class FreezeBody(_OfMember, kw_only=True):
    reason: Reason


class FactBody(_OfMember, kw_only=True):
    name: Name
    value: Annotated[Any, told("As the programme declares the fact.", "按计划对该信息的声明。")] = (
        None
    )


class TierBody(_Asked, kw_only=True, rename={"since": "from"}):
    member: Member
    tier: Name
    since: When | None = None
    until: Day | None = None
    reason: Reason


class HouseholdBody(_OfMember, kw_only=True):
    join: Name | None = None
    leave: Name | None = None
    role: Literal["owner", "member"] | None = None


class ReferBody(_OfMember, kw_only=True):
    referrer: Member | None = None
    code: Name | None = None


class MergeBody(_Asked, kw_only=True, rename={"merged": "from"}):
    merged: Member
    into: Member
    reason: Reason
    occurred_at: When | None = None


class ClaimBody(_Asked, kw_only=True):
    guest: Name
    member: Member
    occurred_at: When | None = None


class UnmergeBody(_Asked, kw_only=True, rename={"merged": "from"}):
    merged: Member
    reason: Reason
    occurred_at: When | None = None


class OpenedLot(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    currency: Currency | None = None
    points: PointsSaid
    earned: When | None = None
    expires: Annotated[str, told("A date, or `never`.", "日期，或 `never`。")] | None = None


class OpeningBody(_OfMember, kw_only=True):
    lots: list[OpenedLot] | None = None
    counters: Annotated[
        list[dict[str, Any]] | None,
        told("Such as {count: purchase, value: 12}.", "如 {count: purchase, value: 12}。"),
    ] = None
    tier: Annotated[Any, told("A tier, or {id, until}.", "等级，或 {id, until}。")] = None
    joined: When | None = None


class NewMemberBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    id: Name
    joined_at: When | None = None
    facts: Annotated[
        dict[str, Any] | None,
        told("What is known of them, as the programme declares it.", "会员信息，由计划声明。"),
    ] = None
