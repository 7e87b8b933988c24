"""The operations about what a member wishes for."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from jifen.api.described.catalogue import OfferTold
from jifen.api.described.operation import Operation, named
from jifen.api.described.reads import MEMBER
from jifen.api.described.shapes import Moment, told
from jifen.wording import Said


class WishTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    reward: str
    since: Moment
    offer: Annotated[
        OfferTold | None,
        told(
            "As the catalogue shows it to the member; null: it is not shown to them now.",
            "目录中向该会员展示的样子；null：目前不向其展示。",
        ),
    ]


class WishesTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    wishes: Annotated[list[WishTold], told("The oldest wish first.", "最早的在前。")]


_REWARD: Final = named("reward", "The id of a reward.", "礼品的 id。")
_PATH: Final = "/v1/members/{member}/wishes"
OPERATIONS: Final = (
    Operation(
        name="members.wishes",
        topic="using",
        method="GET",
        path=_PATH,
        summary=Said("What a member wishes for", "会员的心愿单"),
        scope="read",
        parameters=(MEMBER,),
        answers={200: (WishesTold,)},
        problems=("unknown_member",),
    ),
    Operation(
        name="members.wish",
        topic="using",
        method="PUT",
        path=f"{_PATH}/{{reward}}",
        summary=Said(
            "A wish: others are told when the reward can be had", "加入心愿单：可以兑换时发出消息"
        ),
        scope="use",
        parameters=(MEMBER, _REWARD),
        answers={200: (WishTold,)},
        problems=("unknown_member", "not_found", "limit_reached"),
    ),
    Operation(
        name="members.drop_wish",
        topic="using",
        method="DELETE",
        path=f"{_PATH}/{{reward}}",
        summary=Said("A wish is over", "移出心愿单"),
        scope="use",
        parameters=(MEMBER, _REWARD),
        answers={204: ()},
        problems=("not_found",),
    ),
)
