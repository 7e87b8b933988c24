"""The part of the JSON Schema about ways of using points."""

from __future__ import annotations

from functools import partial
from typing import Final

from jifen.programme.displays import KINDS
from jifen.programme.reading import fulfilment, money_off
from jifen.programme.reading.paying import RETURNED
from jifen.programme.reading.sets import MOST_PARTS
from jifen.programme.reading.stocks import COUNTED
from jifen.programme.rounding import ROUNDINGS
from jifen.programme.schema.parts import (
    DAYS,
    FIELD,
    ID,
    LIMIT,
    NUMBER,
    Schema,
    entries,
    mapping,
    number,
    one_of,
    one_or_many,
    scalar,
    text,
)


def bounds(counted: str = "points") -> Schema:
    """What all ways of using points share."""
    return {
        "when": text(None, "What the member must be, such as `tier >= 'silver'`."),
        "min": number(f"The least that is used at a time, in {counted}."),
        "max": number(f"The most that is used at a time, in {counted}."),
        "step": number(f"Only whole steps are used, in {counted}."),
        "limit": one_or_many(text(LIMIT, "Such as `1000 points per day` or `3 per month`.")),
    }


def way() -> Schema:
    """What all ways of using points share; a reward has no fee of its own."""
    return {**bounds(), "fee": number("What a use costs besides, in points.")}


def paying() -> Schema:
    return mapping(
        {
            "rate": number("Money a point."),
            **way(),
            "max_share": text(r"^\d{1,3} ?%$", "The most of a bill."),
            "returned": one_of(RETURNED, "What comes back with a return."),
            "rounding": one_of(
                ROUNDINGS, "How what points are worth is rounded to the smallest coin."
            ),
        }
    )


def transfers() -> Schema:
    return mapping(
        {
            **way(),
            "expiry": one_of(("keep", "fresh")),
        }
    )


def exchange() -> Schema:
    days = {"type": "array", "minItems": 2, "maxItems": 2, "items": scalar(null=True)}
    rate = rf"^{NUMBER} [a-z][a-z0-9_-]* per {NUMBER} [a-z][a-z0-9_-]*$"
    return mapping(
        {
            "give": text(rate, "Such as `1 miles per 3 points`."),
            **way(),
            "between": days,
            "rounding": one_of(
                ROUNDINGS, "How what comes is rounded; without it only whole units come."
            ),
        },
        required=("give",),
    )


_MONEY_OR_SHARE: Final = text(
    rf"^(?:{NUMBER}|\d{{1,3}} ?%)$", "What it takes off an order on which it is used."
)


def _money_off() -> Schema:
    return mapping(
        {
            "amount": number("Money."),
            "share": text(r"^\d{1,3} ?%$", "A part of what it is taken off."),
            "lines": text(
                None, "Of goods of which this is true, or of `all` goods; else of the bill."
            ),
            "min": number("Only where these cost so much."),
            "max": number("The most that a share comes to."),
            "returned": one_of(money_off.RETURNED, "When the reward comes back with a return."),
        }
    )


_PICTURE: Final = text("^(?:/|https://)", "Such as `/pictures/coffee.webp`.")


def _fulfilment() -> Schema:
    some_days = partial(text, DAYS)
    return mapping(
        {
            "by": one_of(fulfilment.WAYS, "How it comes to its member."),
            "approve": some_days("An order is approved within so long, or cancelled."),
            "within": some_days("It is sent, or picked up, within so long, or cancelled."),
            "close": some_days(
                "So long after it was sent an order is closed; 14 days unless said."
            ),
            "forget": some_days("So long after the end the address goes; 30 days unless said."),
        },
        required=("by",),
    )


def _low() -> Schema:
    return mapping(
        {"low": number("Others are told once no more than so many are left.")}, required=("low",)
    )


def reward() -> Schema:
    """What stands under the id of a reward."""
    price = text(
        rf"^(?:{NUMBER}|table\[[a-z][a-z0-9_-]*\]) [a-z][a-z0-9_-]*"
        rf"(?: per started {NUMBER} of [a-z]\w*)?(?: \+ {NUMBER})?$",
        "Such as `9 points + 10.00` or `20 points per started 60 of minutes`; any of several buys one.",
    )
    return mapping(
        {
            "name": {"$ref": "#/$defs/name"},
            "kind": one_of(KINDS, "What kind of thing it is."),
            "category": text(ID, "Where it belongs; `words` say what people read."),
            "picture": {
                "anyOf": [_PICTURE, mapping({"zh": _PICTURE, "en": _PICTURE}, ("zh", "en"))]
            },
            "description": mapping({"zh": text(), "en": text()}, ("zh", "en")),
            "shown": text(None, "Who is shown it, such as `tier >= 'gold'`, and may redeem it."),
            "balance": text(
                rf"^{NUMBER} [a-z][a-z0-9_-]*$", "From how many points on it can be had for them."
            ),
            "raise_notice": text(DAYS, "The same as of the programme, for this reward."),
            "fields": entries(FIELD, text(None, "What a redemption says, such as `integer`.")),
            "price": one_or_many(price),
            "several": {
                **entries(r"^[1-9]\d*$", one_or_many(text(rf"^{NUMBER} [a-z][a-z0-9_-]*$"))),
                "description": "From how many on that are redeemed together each costs less.",
            },
            "set": {
                **entries(ID, text(rf"^{NUMBER} [a-z][a-z0-9_-]*$"), 2),
                "maxProperties": MOST_PARTS,
                "description": "A set: the rewards of which it consists, and what of its price is for each.",
            },
            "valid": {"$ref": "#/$defs/expiry"},
            "worth": number("Money, of one; else the amount that it takes off an order."),
            "off": {"anyOf": [_MONEY_OR_SHARE, _money_off()]},
            "codes": text(ID, "The pool from which each comes with a code."),
            "fulfil": {"anyOf": [one_of(fulfilment.WAYS), _fulfilment()]},
            "ready": text(
                r"^\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?$",
                "From when on orders of it are sent, or picked up; until then they wait.",
            ),
            "notice": one_or_many(text(DAYS, "So long before it ends its member is told.")),
            "between": {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "items": scalar(null=True),
                "description": "Two days or moments within which it is redeemed.",
            },
            "stock": {"anyOf": [one_of((COUNTED,)), _low()]},
            "limit_for_all": one_or_many(
                text(None, "Of all members together, such as `100 per day` or `1000 ever`.")
            ),
            **bounds("rewards"),
        }
    )


def code_pool() -> Schema:
    """What stands under the id of a pool of codes."""
    return mapping(
        {
            "name": {"$ref": "#/$defs/name"},
            "until": text(r"^\d{4}-\d{2}-\d{2}$", "The last day of codes that name none."),
            "low": number("With so few left, others are told."),
        }
    )
