"""The operation that says what it takes until a member can have a reward."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from jifen.api.described.operation import Operation
from jifen.api.described.reads import MEMBER
from jifen.api.described.shapes import Moment, Money, Points, PointsByCurrency, told
from jifen.enquiry.calculator import MOST_DAYS, MOST_TIMES
from jifen.wording import Said


class CalculatorBody(msgspec.Struct, kw_only=True, omit_defaults=True):
    redeem: Annotated[
        dict[str, Any],
        told("What the member wants, as a redemption says it.", "会员想要的礼品，写法与兑换相同。"),
    ]
    event: Annotated[
        dict[str, Any], told("What they do for it, as an event.", "为此要做的事，写法与事件相同。")
    ]
    every_days: Annotated[
        int,
        told(
            "So many days between two deeds; 0 unless said: all at once.",
            "两次之间相隔的天数；不写为 0，即一次接一次。",
            ge=0,
            le=MOST_DAYS,
        ),
    ] = 0


class ReckonedTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    times: Annotated[
        int | None,
        told(
            f"So many deeds; 0: none is needed; null: {MOST_TIMES} do not do.",
            f"要做几次；0：现在就可兑换；null：{MOST_TIMES} 次也不够。",
        ),
    ]
    at: Annotated[Moment | None, told("When it can be had.", "何时可以兑换。")]
    amount: Annotated[
        Money | None,
        told(
            "The least amount with which one such deed of today does; null: none, or it has no amount.",
            "今天做一次时，至少多少金额才够；null：没有这样的金额，或此事不涉及金额。",
        ),
    ]
    given: Annotated[PointsByCurrency, told("What all of them give.", "这些次合计所得。")]
    taken: Annotated[Points | None, told("What the reward then costs.", "届时礼品所需积分。")]
    refusal: Annotated[
        str | None,
        told("Why it cannot be had even then.", "仍不能兑换的原因。"),
    ]


OPERATIONS: Final = (
    Operation(
        name="members.calculator",
        topic="using",
        method="POST",
        path="/v1/members/{member}/calculator",
        summary=Said(
            "What it takes until a member can have a reward; nothing is written",
            "会员还要做多少才能兑换：只算不记",
        ),
        scope="read",
        parameters=(MEMBER,),
        body=CalculatorBody,
        answers={200: (ReckonedTold,)},
        problems=("unknown_member", "malformed"),
    ),
)
