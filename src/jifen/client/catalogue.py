"""What can be redeemed: the catalogue as a member sees it, and what a reward has cost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from jifen.client.answers import Points, Text

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
State = Literal[
    "affordable",
    "short",
    "not_yet_open",
    "limit_reached",
    "all_taken",
    "out_of_stock",
    "not_entitled",
]
Sort = Literal["affordable", "price", "new", "popular"]


class OfferStep(msgspec.Struct, frozen=True, kw_only=True):
    """What each of so many costs that are redeemed together, or of more."""

    least: int
    points: Points


class OfferPrice(msgspec.Struct, frozen=True, kw_only=True, rename={"at_least": "from"}):
    """What one costs the member in a currency. `at_least`: it goes by what a redemption says; `missing`: so many more
    points are needed; `money`: what it costs besides; `several`: what each costs of more that are redeemed together."""

    currency: str
    listed: Points
    points: Points
    at_least: bool
    missing: Points
    money: Decimal
    several: list[OfferStep]


class OfferPart(msgspec.Struct, frozen=True, kw_only=True):
    """One reward of a set, and what of the set's price is for it."""

    reward: str
    name: Text
    points: Points


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A reward as a member sees it; each of `prices` alone buys one, of a set all `parts`. No `left`: no limits; no
    `in_stock`: not counted; no `opens_at`: it is open; no `ready_at`: its orders need not wait; no `offered_since`:
    from the beginning."""

    id: str
    name: Text
    kind: str | None
    category: str | None
    category_name: Text | None
    picture: Text | None
    description: Text | None
    prices: list[OfferPrice]
    parts: list[OfferPart]
    state: str
    left: int | None
    in_stock: int | None
    opens_at: dt.datetime | None
    ready_at: dt.datetime | None
    offered_since: dt.datetime | None


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """A page of what is shown to a member."""

    member: str
    at: dt.datetime
    can_use: bool
    points: dict[str, Points]
    found: int
    offers: list[Offer]
    next: str | None


class PriceThen(msgspec.Struct, frozen=True, kw_only=True):
    """A price in one currency, in words. No `points`: it goes by something; `tiers`: what is left of it for those that
    take something off."""

    currency: str
    said: Text
    points: Points | None
    money: Decimal
    tiers: dict[str, Points]


class PricesThen(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from"}):
    """The prices `since` a moment (None: the beginning) `until` another (None: further notice); none where it could not
    be had."""

    since: dt.datetime | None
    until: dt.datetime | None
    revision: int
    published_at: dt.datetime
    prices: list[PriceThen]


class PriceHistory(msgspec.Struct, frozen=True, kw_only=True):
    """What a reward has cost, oldest first, with what is published for later; and how many full days of notice a raise
    takes."""

    reward: str
    name: Text
    raise_notice_days: int
    prices: list[PricesThen]


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes until a member can have a reward: so many `times` (0: it can be had now; None: too many), and
    `at` which moment; or one such deed of today of this `amount`. `given` is what all of them give, `taken` what the
    reward costs then, `refusal` why it cannot be had."""

    member: str
    times: int | None
    at: dt.datetime | None
    amount: Decimal | None
    given: dict[str, Points]
    taken: Points | None
    refusal: str | None


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a member wishes for, since when. No `offer`: it is not shown to them now."""

    reward: str
    since: dt.datetime
    offer: Offer | None


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """A member's wish list, the oldest wish first."""

    member: str
    wishes: list[Wish]
