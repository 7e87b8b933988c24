"""The operations that show what can be redeemed: a member's catalogue, and what a reward has cost."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from jifen.api.described.answers import NameTold
from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.reads import LIMIT, MEMBER
from jifen.api.described.shapes import Moment, Money, Points, PointsByCurrency, told
from jifen.enquiry.catalogue import Sort
from jifen.enquiry.offers import State
from jifen.programme.displays import Kind
from jifen.wording import Said


class OfferStepTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    least: Annotated[int, told("So many redeemed together, or more.", "一次兑换的份数，从此起。")]
    points: Annotated[Points, told("What each then costs.", "此时每份的价格。")]


class OfferPriceTold(
    msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"at_least": "from"}
):
    currency: str
    listed: Annotated[Points, told("By the list.", "标价。")]
    points: Annotated[Points, told("Less what the tier takes off.", "扣除等级折扣之后。")]
    at_least: Annotated[
        bool, told("At least: it goes by what is asked for.", "起价：按兑换时所说明的内容而定。")
    ]
    missing: Annotated[Points, told("So many more are needed.", "还差多少。")]
    money: Annotated[Money, told("What it costs in money besides.", "另付的金额。")]
    several: Annotated[
        list[OfferStepTold],
        told(
            "What each costs of several; none: the same.", "多份一起兑换时每份的价格；没有：不变。"
        ),
    ]


class OfferPartTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    reward: str
    name: NameTold
    points: Annotated[
        Points, told("What of the set's price is for it.", "组合价格中属于这一件的部分。")
    ]


class OfferTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    name: NameTold
    kind: Kind | None
    category: str | None
    category_name: NameTold | None
    picture: Annotated[
        NameTold | None, told("A path or address, by language.", "路径或地址，按语言。")
    ]
    description: NameTold | None
    prices: Annotated[list[OfferPriceTold], told("Each alone buys one.", "用其中任一种都能兑换。")]
    parts: Annotated[
        list[OfferPartTold],
        told("What a set consists of; none: it is no set.", "组合包含哪些礼品；没有：不是组合。"),
    ]
    state: Annotated[
        State, told("Whether it can be had now, or why not.", "现在能否兑换，或为何不能。")
    ]
    left: Annotated[
        int | None,
        told("How many more the limits allow; null: any.", "上限内还能兑换几份；null：不限。"),
    ]
    in_stock: Annotated[
        int | None,
        told(
            "How many there are, at all places; null: not counted.",
            "各处合计的库存；null：不计数。",
        ),
    ]
    opens_at: Annotated[Moment | None, told("null: it is open.", "null：已开放。")]
    ready_at: Annotated[
        Moment | None,
        told(
            "From when on orders are sent, or picked up; null: at once.",
            "订单从何时起寄出或可自提；null：不必等货。",
        ),
    ]
    offered_since: Annotated[Moment | None, told("null: from the beginning.", "null：自始即有。")]


class CatalogueTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    at: Moment
    can_use: Annotated[
        bool,
        told("Whether the member can use points at all now.", "会员目前是否能使用积分。"),
    ]
    points: Annotated[PointsByCurrency, told("What can be spent.", "可用积分。")]
    found: Annotated[int, told("How many were found in all.", "共找到多少件。")]
    offers: list[OfferTold]
    next: Annotated[
        str | None,
        told("The `after` of the next page, if any.", "下一页的 `after`；没有则为 null。"),
    ]


class PriceThenTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    currency: str
    said: Annotated[NameTold, told("The price in words.", "用话说出的价格。")]
    points: Annotated[Points | None, told("null: it goes by something.", "null：按具体情况而定。")]
    money: Annotated[Money, told("What it costs in money besides.", "另付的金额。")]
    tiers: Annotated[
        PointsByCurrency,
        told("What it costs tiers that take something off.", "享有折扣的等级各要多少。"),
    ]


class PricesThenTold(
    msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}
):
    since: Annotated[Moment | None, told("null: from the beginning.", "null：自始。")]
    until: Annotated[Moment | None, told("null: until further notice.", "null：直至另行公布。")]
    revision: int
    published_at: Moment
    prices: Annotated[list[PriceThenTold], told("None: it could not be had.", "没有：不能兑换。")]


class PriceHistoryTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    reward: str
    name: NameTold
    raise_notice_days: Annotated[
        int, told("Full days of notice before a raise.", "涨价须提前公布的整日数。")
    ]
    prices: list[PricesThenTold]


def _asked(name: str, type: Any, en: str, zh: str) -> Parameter:
    return Parameter(name=name, where="query", type=type, said=Said(en, zh))


_WORD: Final = Annotated[str, told("Text.", "文字。", min_length=1, max_length=100)]
_WHOLE: Final = Annotated[int, told("Whole points.", "整数积分。", ge=0, le=10**12)]
OPERATIONS: Final = (
    Operation(
        name="members.catalogue",
        topic="using",
        method="GET",
        path="/v1/members/{member}/catalogue",
        summary=Said("The catalogue as a member sees it", "会员看到的礼品目录"),
        scope="read",
        parameters=(
            MEMBER,
            _asked("kind", Kind, "Only of this kind.", "只列这一类。"),
            _asked("category", _WORD, "Only of this category.", "只列这一分类。"),
            _asked("state", State, "Only in this state.", "只列这一状态。"),
            _asked(
                "find",
                _WORD,
                "Only with these words, in either language.",
                "只列含有这些字的，中英文均可。",
            ),
            _asked(
                "most_points",
                _WHOLE,
                "Only for so many points at most.",
                "只列不超过这么多积分的。",
            ),
            _asked(
                "channel",
                _WORD,
                "Where the member looks: what a redemption would say as its field `channel`.",
                "会员所在的渠道，即兑换时字段 `channel` 的值。",
            ),
            _asked(
                "sort",
                Sort,
                "`affordable`: what can be had, then what least is missing for; else by price, new ones first, or what "
                "most members of the same tier have chosen in the last 30 days.",
                "`affordable`：先列换得起的，再按差得少的排；也可按价格，新品在前，"
                "或最近 30 天同等级会员兑换得多的在前。",
            ),
            _asked("after", _WORD, "The `next` of the page before.", "上一页的 `next`。"),
            LIMIT,
        ),
        answers={200: (CatalogueTold,)},
        problems=("unknown_member", "malformed"),
    ),
    Operation(
        name="programme.prices",
        topic="programme",
        method="GET",
        path="/v1/programme/rewards/{reward}/prices",
        summary=Said("What a reward has cost since when", "礼品的价格历史"),
        scope="read",
        parameters=(named("reward", "The id of a reward.", "礼品的 id。"),),
        answers={200: (PriceHistoryTold,)},
        problems=("not_found",),
    ),
)
