"""The operations that read what was asked by its id, and a member's holds, lots, expiries and friends."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from jifen.api.deeds import READ_BY_ID
from jifen.api.described.answers import Answer, LotTold
from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.reads import LIMIT, MEMBER
from jifen.api.described.shapes import Metadata, Moment, Points, PointsByCurrency, told
from jifen.wording import Said


class SinceTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    asked: Annotated[str, told("The later command, kind/id.", "后来的命令：种类/编号。")]
    recorded_at: Moment
    actor: str
    points: Annotated[
        PointsByCurrency, told("Above zero: the member got them back.", "大于零：退还会员。")
    ]


class HoldTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    currency: str
    points: Points
    fee: Points
    held_at: Moment
    deadline: Moment
    state: Literal["open", "captured", "voided", "timed_out"]
    captured: Points
    closed_at: Annotated[Moment | None, told("null: it is open.", "null：尚未了结。")]


class DeedTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    member: str
    recorded_at: Moment
    occurred_at: Moment
    actor: Annotated[str, told("Who asked.", "由谁提出。")]
    metadata: Metadata
    answer: Annotated[Answer, told("As it was answered then.", "当时的回复。")]
    since: Annotated[list[SinceTold], told("What later commands did about it.", "后来的变动。")]


class HoldDeedTold(DeedTold, kw_only=True, forbid_unknown_fields=True):
    hold: HoldTold


class OpenHoldTold(HoldTold, kw_only=True, forbid_unknown_fields=True):
    id: str


_NEXT: Final = told("The `after` of the next page, if any.", "下一页的 `after`；没有则为 null。")


class HoldsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    holds: list[OpenHoldTold]
    next: Annotated[int | None, _NEXT]


class LotOfTold(LotTold, kw_only=True, forbid_unknown_fields=True):
    currency: str


class LotsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    lots: Annotated[list[LotOfTold], told("In the order in which they came.", "按获得先后。")]
    next: Annotated[str | None, _NEXT]


class ExpiryOfTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    at: Moment
    points: PointsByCurrency


class ExpiriesTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    expiries: Annotated[list[ExpiryOfTold], told("Soonest first.", "按到期先后。")]
    next: Annotated[int | None, _NEXT]


class FriendTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    friend: str
    occurred_at: Moment
    state: Literal["completed", "undone"]


class FriendsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    code: Annotated[
        str | None,
        told(
            "By which others are brought; null: nobody is rewarded.",
            "邀请码；null：计划没有邀请奖励。",
        ),
    ]
    referrer: Annotated[str | None, told("Who brought the member.", "由谁邀请。")]
    friends: Annotated[
        list[FriendTold],
        told("The deeds of friends that were rewarded.", "得到奖励的好友行为。"),
    ]
    next: Annotated[int | None, _NEXT]


class BroughtTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    friend: str
    joined_at: Moment
    deeds: Annotated[
        int,
        told(
            "How many of their deeds were rewarded and stand; 0: they only joined.",
            "得到奖励且仍有效的行为有几次；0：只是入了会。",
        ),
    ]


class AllBroughtTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    friends: Annotated[list[BroughtTold], told("By name.", "按编号排列。")]
    next: Annotated[str | None, _NEXT]


def _behind(type: object) -> Parameter:
    return Parameter(
        name="after",
        where="query",
        type=type,
        said=Said("The `next` of the page before.", "上一页的 `next`。"),
    )


_AFTER: Final = _behind(Annotated[int, told("A place.", "位置。", ge=0, le=2**62)])
_AFTER_LOT: Final = _behind(
    Annotated[str, told("The id of a lot.", "批次的编号。", pattern=r"^\d{1,18}-\d{1,9}$")]
)
_AFTER_FRIEND: Final = _behind(Annotated[str, told("A name.", "编号。", max_length=500)])
_CURRENCY: Final = Parameter(
    name="currency",
    where="query",
    type=Annotated[str, told("A currency.", "积分种类。")],
    said=Said("Only of this currency.", "只列这一种积分。"),
)
_SUMMARIES: Final = {
    "holds": Said("A hold: its state, and what became of it", "一笔预占：状态和后续"),
    "spends": Said("A spend, and what was given back of it", "一笔使用，以及退还了多少"),
    "redemptions": Said("A redemption, and what became of it", "一笔兑换及其后续"),
    "spins": Said("A spin, and what became of its prize", "一次抽奖，以及奖品的后续"),
    "transfers": Said("A transfer, and what came back of it", "一笔转赠，以及退回了多少"),
    "exchanges": Said("An exchange, and what became of it", "一笔转换及其后续"),
}


def _list_of(
    name: str, summary: Said, parameters: tuple[Parameter, ...], shape: object
) -> Operation:
    return Operation(
        name=f"members.{name}",
        topic="members",
        method="GET",
        path=f"/v1/members/{{member}}/{name}",
        summary=summary,
        scope="read",
        parameters=(MEMBER, *parameters, LIMIT),
        answers={200: (shape,)},
        problems=("unknown_member", "malformed"),
    )


OPERATIONS: Final = (
    *(
        Operation(
            name=f"{noun}.get",
            topic="using",
            method="GET",
            path=f"/v1/{noun}/{{id}}",
            summary=_SUMMARIES[noun],
            scope="read",
            parameters=(named("id", "The id under which it was asked.", "请求时的编号。"),),
            answers={200: (HoldDeedTold if noun == "holds" else DeedTold,)},
            problems=(unknown,),
        )
        for noun, (_, unknown) in READ_BY_ID.items()
    ),
    _list_of(
        "holds", Said("What a member has set aside", "会员未了结的预占"), (_AFTER,), HoldsTold
    ),
    _list_of("lots", Said("The lots of a member", "会员的批次"), (_CURRENCY, _AFTER_LOT), LotsTold),
    _list_of(
        "expiries", Said("What ends when", "将要到期的积分"), (_CURRENCY, _AFTER), ExpiriesTold
    ),
    _list_of(
        "referrals",
        Said("Whom a member brought, and the code to bring others with", "邀请了谁，以及邀请码"),
        (_AFTER,),
        FriendsTold,
    ),
    _list_of(
        "friends",
        Said("Everybody whom a member brought", "由会员邀请来的每一位好友"),
        (_AFTER_FRIEND,),
        AllBroughtTold,
    ),
)
