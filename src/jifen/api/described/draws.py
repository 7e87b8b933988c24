"""The operations of lucky draws."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from jifen.api.described.answers import NameTold
from jifen.api.described.operation import Operation, named
from jifen.api.described.reads import MEMBER
from jifen.api.described.shapes import told
from jifen.wording import Said


class GiftTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    currency: Annotated[str, told("A currency, or a reward.", "积分种类或礼品。")]
    count: Annotated[int, told("So many, in its smallest unit.", "数量，以最小单位计。")]


class OddsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    name: NameTold
    weight: Annotated[int, told("Of the weights of all.", "在各奖项权重之和中的份额。")]
    chance: Annotated[str, told("Exactly: `1%`, or `1/3`.", "准确的概率：如 `1%`，或 `1/3`。")]
    gives: Annotated[GiftTold | None, told("null: thanks.", "null：谢谢参与。")]
    most: Annotated[int | None, told("Given so often in a round at most.", "一轮最多发多少份。")]


class PrizeTold(OddsTold, kw_only=True, forbid_unknown_fields=True):
    given: Annotated[int, told("Given so often so far.", "已发多少份。")]


class BudgetTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    of: Annotated[str, told("A currency, or the code of money.", "积分种类，或货币代码。")]
    amount: Annotated[str, told("What prizes may cost together.", "奖项合计最多用去多少。")]
    left: Annotated[str, told("What of that is left.", "还剩多少。")]


class RoundTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    draw: str
    round: Annotated[int, told("1, 2, 3, … of the draw.", "该抽奖的第几轮。")]
    commitment: Annotated[
        str, told("SHA-256 of the seed, in hexadecimal.", "种子的 SHA-256，十六进制。")
    ]
    seed: Annotated[str | None, told("null until the round is closed.", "本轮结束之前为 null。")]
    opened_at: str
    closed_at: str | None
    spins: Annotated[int, told("How many there were.", "已抽多少次。")]
    budget: Annotated[BudgetTold | None, told("null: nobody counts.", "null：没有预算。")]
    prizes: list[PrizeTold]


class FreeTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    count: Annotated[int, told("So many spins of a member.", "每位会员的次数。")]
    per: Literal["day", "week", "month"]


class SpinsLeftTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    draw: str
    round: Annotated[int | None, told("The one that is open.", "进行中的一轮。")]
    free: Annotated[
        int, told("Free spins left of the day, week or month.", "当日、当周或当月还剩的免费次数。")
    ]
    of_round: Annotated[
        int | None,
        told("What the limit of the round leaves; null: none.", "本轮限额还剩几次；null：不限。"),
    ]
    tickets: Annotated[int, told("Tickets that the member holds.", "会员持有的抽奖机会。")]


class MembersDrawsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    draws: list[SpinsLeftTold]


class DrawTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    name: NameTold
    ticket: Annotated[str, told("The reward of which a spin takes one.", "抽一次用去一份的礼品。")]
    free: Annotated[FreeTold | None, told("Spins that take no ticket.", "不用抽奖机会的免费次数。")]
    prizes: Annotated[
        list[OddsTold],
        told(
            "With the odds of the next round, as the document has them.",
            "下一轮的概率，以文档为准。",
        ),
    ]
    rounds: Annotated[list[RoundTold], told("The newest first.", "最近的在前。")]


class DrawsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    draws: list[DrawTold]


OPERATIONS: Final = (
    Operation(
        name="draws.list",
        topic="orders",
        method="GET",
        path="/v1/draws",
        summary=Said("Lucky draws, and their rounds", "抽奖及其各轮"),
        scope="read",
        answers={200: (DrawsTold,)},
    ),
    Operation(
        name="members.draws",
        topic="orders",
        method="GET",
        path="/v1/members/{member}/draws",
        summary=Said("What a member may still spin", "会员还能抽几次"),
        scope="read",
        parameters=(MEMBER,),
        answers={200: (MembersDrawsTold,)},
        problems=("unknown_member",),
    ),
    Operation(
        name="draws.open",
        topic="orders",
        method="POST",
        path="/v1/draws/{draw}/open",
        summary=Said("Open the next round of a draw", "开始新的一轮抽奖"),
        scope="write",
        parameters=(named("draw", "A draw of the document.", "文档中的抽奖。"),),
        answers={201: (RoundTold,)},
        problems=("round_open",),
    ),
    Operation(
        name="draws.close",
        topic="orders",
        method="POST",
        path="/v1/draws/{draw}/close",
        summary=Said("Close the open round of a draw, and show its seed", "结束当前一轮，公布种子"),
        scope="write",
        parameters=(named("draw", "A draw of the document.", "文档中的抽奖。"),),
        answers={200: (RoundTold,)},
        problems=("no_round_open",),
    ),
)
