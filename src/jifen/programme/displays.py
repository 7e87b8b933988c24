"""How a reward is shown to people: what kind of thing it is, where it belongs, its picture and description."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal

import msgspec

from jifen.programme.saying.naming import Name

Kind = Literal[
    "goods",
    "coupon",
    "membership",
    "virtual",
    "service",
    "experience",
    "money_off",
    "tier_upgrade",
    "draw",
    "donation",
    "partner_goods",
    "collectible",
]
KINDS: Final = MappingProxyType[Kind, Name](
    {
        "goods": Name("实物", "goods"),
        "coupon": Name("优惠券", "coupon"),
        "membership": Name("会员卡", "membership"),
        "virtual": Name("虚拟商品", "virtual goods"),
        "service": Name("服务", "service"),
        "experience": Name("体验", "experience"),
        "money_off": Name("抵扣", "money off"),
        "tier_upgrade": Name("升级券", "tier upgrade"),
        "draw": Name("抽奖", "draw"),
        "donation": Name("公益捐赠", "donation"),
        "partner_goods": Name("合作商家商品", "partner goods"),
        "collectible": Name("数字藏品", "digital collectible"),
    }
)
"""What a reward may be, and what people call it."""
TAKING_OFF: Final[tuple[Kind, ...]] = ("money_off", "coupon")
"""Kinds that may take money off an order."""


class Display(msgspec.Struct, frozen=True):
    """`category`: a code, which `words` of the document name. `picture`: a path or an address, of each language its
    own. What is None is not said."""

    kind: Kind | None = None
    category: str | None = None
    picture: Name | None = None
    description: Name | None = None
