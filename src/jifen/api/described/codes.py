"""The operations that look at codes."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from jifen.api.described.operation import Operation, Parameter
from jifen.api.described.reads import LIMIT, MEMBER
from jifen.api.described.shapes import Moment, told
from jifen.wording import Said


class PoolTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    pool: str
    name: dict[str, str]
    low: Annotated[int, told("Of so few left, others are told.", "剩到这么少时向外通知。")]
    left: Annotated[int, told("Codes that can be had.", "可发的券码。")]
    issued: Annotated[int, told("Codes that are somebody's.", "已发的券码。")]
    ended: Annotated[int, told("Codes that ended as nobody's.", "未发出就过期的券码。")]
    waiting: Annotated[int, told("Rewards that wait for a code.", "在等券码的礼品。")]
    next_end: Annotated[
        Moment | None, told("When the first of those left ends.", "剩余券码中最早的到期时刻。")
    ]


class PoolsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    pools: Annotated[list[PoolTold], told("In the order of the programme.", "按计划所写的先后。")]


class CodeTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    number: Annotated[int, told("As the redemption names it.", "兑换回复中的编号。")]
    code: Annotated[str, told("The code itself.", "券码本身。")]
    reward: str
    pool: str
    of: Annotated[
        str,
        told("The command that brought it, such as `redeem/r1`.", "带来它的命令，如 `redeem/r1`。"),
    ]
    state: Annotated[
        Literal["issued", "withdrawn"],
        told("`withdrawn`: its reward was taken back.", "`withdrawn`：礼品已被收回。"),
    ]
    issued_at: Moment
    expires_at: Annotated[Moment | None, told("null: never.", "null：永久。")]


class CodesTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    codes: Annotated[list[CodeTold], told("The newest first.", "由新到旧。")]
    next: Annotated[
        int | None,
        told("The `after` of the next page, if any.", "下一页的 `after`；没有则为 null。"),
    ]


_AFTER: Final = Parameter(
    name="after",
    where="query",
    type=Annotated[int, told("A number.", "编号。", ge=1, le=2**62)],
    said=Said("The `next` of the page before.", "上一页的 `next`。"),
)
OPERATIONS: Final = (
    Operation(
        name="members.codes",
        topic="members",
        method="GET",
        path="/v1/members/{member}/codes",
        summary=Said("The codes of a member, opened", "会员的券码（明文）"),
        scope="codes",
        parameters=(MEMBER, _AFTER, LIMIT),
        answers={200: (CodesTold,)},
        problems=("unknown_member", "malformed"),
    ),
    Operation(
        name="programme.code_pools",
        topic="orders",
        method="GET",
        path="/v1/code-pools",
        summary=Said("How many codes pools have", "各券码池的数量"),
        scope="codes",
        answers={200: (PoolsTold,)},
    ),
)
