"""Schemas of currencies: from when and until when points can be used, and what becomes of a debt."""

from __future__ import annotations

from jifen.programme.reading.expiries import ENDS
from jifen.programme.schema.parts import (
    DAYS,
    FIELD,
    ID,
    LIMIT,
    Schema,
    boolean,
    entries,
    mapping,
    number,
    one_of,
    one_or_many,
    scalar,
    text,
    whole,
)
from jifen.programme.schema.ways_out import exchange, paying, transfers, way

_MOMENT = r"^\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?$"
_SPAN = r"^\d+ (?:day|month)s?$"


def currency() -> Schema:
    """A currency, with all that may be said of its points."""
    return mapping(
        {
            "name": {"$ref": "#/$defs/noun"},
            "scale": whole(0, 6, "Decimals kept."),
            "shown": whole(0, 6, "Decimals shown."),
            "spendable": boolean(),
            "expiry": _expiry_of_currency(),
            "pending": {"$ref": "#/$defs/pending"},
            "min_life": text(DAYS),
            "unit_price": number("Money a point, up to six decimals."),
            "unit_price_of": entries(ID, number("What a point costs this funder."), least=1),
            "spending_order": one_of(("soonest_expiry", "oldest_earned")),
            "spending": mapping(way()),
            "transfers": transfers(),
            "pay": paying(),
            "exchange": one_or_many(exchange()),
            "overdraft": _overdraft(),
            "give_back": mapping({"grace": text(DAYS)}, required=("grace",)),
            "notice": one_or_many(text(DAYS, "So long before points end their member is told.")),
        }
    )


def _expiry_of_currency() -> Schema:
    schema = expiry({"by_tier": entries(ID, {"$ref": "#/$defs/expiry"}, least=1)})
    events = one_or_many(text(FIELD))
    extend = mapping({"on": events, "most": text(_SPAN)})
    ending = {"until": _until_when()}
    extended = {"rolling": text(_SPAN), **ending, "extend": extend}
    idle = {
        "idle": text(_SPAN, "Without an event of `on`."),
        **ending,
        "on": events,
        "by_tier": entries(ID, {"const": "never"}, least=1),
    }
    schema["oneOf"] += [
        mapping(extended, required=("rolling", "extend")),
        mapping(idle, required=("idle",)),
    ]
    return schema


def expiry(also: Schema) -> Schema:
    """When points end; `also` are keys that may stand beside."""
    rolling = {
        "rolling": text(_SPAN),
        "until": _until_when(),
    }
    yearly = {
        "yearly": one_or_many(text(r"^\d\d-\d\d$", "A last usable day of every year: `12-31`.")),
        "of": one_of(("this_year", "last_year"), "What is cleared on it."),
    }
    ways = (rolling, yearly, {"fixed": scalar()})
    objects = [mapping({**way, **also}, required=(next(iter(way)),)) for way in ways]
    return {"oneOf": [{"const": "never"}, text(_SPAN), *objects]}


def _until_when() -> Schema:
    days = one_or_many(text(r"^\d\d-\d\d$", "The next such day of the year: `03-31`."))
    return {"anyOf": [one_of(ENDS), days]}


def pending() -> Schema:
    """Until when points wait."""
    until = {
        "until": text(FIELD, "An event type with a field `of`, or `confirm`."),
        "at_most": text(DAYS),
    }
    starts = {"from": text(_MOMENT, "Available from `2026-08-01`, or `2026-08-01 10:00`, on.")}
    days = text(DAYS, "Full days until points are available.")
    return {
        "oneOf": [days, mapping(until, required=("until",)), mapping(starts, required=("from",))]
    }


def _overdraft() -> Schema:
    clip = {"clip": text(LIMIT, "Such as `500 points per year`.")}
    return {"oneOf": [one_of(("debt", "refuse")), mapping(clip, required=("clip",))]}
