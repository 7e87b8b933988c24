"""The JSON Schema of the document, for editors: shapes and spellings, not what names mean."""

from __future__ import annotations

from jifen.money import DECIMALS
from jifen.programme.reading.expiries import ENDS
from jifen.programme.reading.header import COMBINATIONS, KEPT
from jifen.programme.schema_parts import LIMIT as _LIMIT
from jifen.programme.schema_parts import NUMBER as _NUMBER
from jifen.programme.schema_parts import Schema, returns_schema
from jifen.programme.schema_parts import boolean as _boolean
from jifen.programme.schema_parts import entries as _map
from jifen.programme.schema_parts import mapping as _object
from jifen.programme.schema_parts import number as _number
from jifen.programme.schema_parts import one_of as _one_of
from jifen.programme.schema_parts import one_or_many as _one_or_many
from jifen.programme.schema_parts import scalar as _scalar
from jifen.programme.schema_parts import text as _text
from jifen.programme.schema_parts import whole as _whole
from jifen.programme.schema_ways_out import bounds, exchange, paying, transfers

_ID = "^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$"
_FIELD = "^[a-z][a-z0-9_]*$"
_POINTS = rf"(?:{_NUMBER}|table\[[a-z][a-z0-9_-]*\]) [a-z][a-z0-9_-]*"
_GIVE = rf"^{_POINTS}(?: per {_NUMBER} of [a-z][a-z0-9_]*(?:, proportional)?)?$"
_MULTIPLY = rf"^[a-z][a-z0-9_, -]* by {_NUMBER}$"
_OF_EVENT = "of [a-z][a-z0-9_]*"
_MEASURE = (
    rf"^(?:[a-z][a-z0-9_-]*(?: {_OF_EVENT})?|months with amount (?:{_OF_EVENT} )?>= {_NUMBER})$"
)
_CHANCE = r"^\d{1,3}(?:\.\d+)? ?%$"
_DAYS = r"^\d+ days?$"
_SPAN = r"^\d+ (?:day|month)s?$"
_KIND = r"^(?:money|integer|number(?: ?\([0-6]\))?|text|boolean|date)$"


def json_schema() -> Schema:
    """The schema (draft 2020-12) that every valid document meets, read as YAML or JSON."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jifen programme",
        **_object(
            {
                "programme": _text(_ID, "The id of the programme."),
                "name": {"$ref": "#/$defs/name"},
                "timezone": _text(
                    None, "An IANA time zone; days, weeks and months are counted in it."
                ),
                "money": _one_of(sorted(DECIMALS), "ISO 4217; never changes."),
                "currencies": _map(_ID, {"$ref": "#/$defs/currency"}, least=1),
                "events": _map(_FIELD, {"$ref": "#/$defs/event"}),
                "facts": _map(_FIELD, _text(_KIND)),
                "words": {"type": "object", "additionalProperties": _word()},
                "base": {"$ref": "#/$defs/base"},
                "tables": _map(_ID, {"$ref": "#/$defs/table"}),
                "earn": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 200,
                    "items": {"$ref": "#/$defs/rule"},
                },
                "referral": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 20,
                    "items": {"$ref": "#/$defs/referral"},
                },
                "groups": _map(_ID, _one_of(KEPT)),
                "combine": _one_of(COMBINATIONS, "How several multipliers combine."),
                "limits": _one_or_many(_text(_LIMIT, "Such as `2000 points per day`.")),
                "households": _households(),
                "look_back": _text(_DAYS, "How long before joining events are taken in."),
                "returns": returns_schema(_DAYS),
                "tiers": {"$ref": "#/$defs/tiers"},
            },
            required=("programme", "timezone", "money", "currencies", "earn"),
        ),
        "$defs": {
            "name": {
                "oneOf": [
                    _scalar(),
                    _object({"zh": _scalar(), "en": _scalar()}, required=("zh", "en")),
                ]
            },
            "currency": _currency(),
            "expiry": _expiry({}),
            "pending": _pending(),
            "event": _event(),
            "base": _object(
                {
                    "leave_out": {"type": "array", "items": _text(_FIELD)},
                    "lines": _text(None, "A condition on lines: only these count."),
                }
            ),
            "table": _object(
                {
                    "by": _one_or_many(_text(None, "A name that a condition may use.")),
                    "rows": {"type": "object", "minProperties": 1},
                    "else": _number("Where no row fits."),
                },
                required=("by", "rows"),
            ),
            "rule": _rule(),
            "give": _give(),
            "referral": _referral(),
            "tiers": _tiers(),
            "requirement": _requirement(),
        },
    }


def _currency() -> Schema:
    return _object(
        {
            "name": {"$ref": "#/$defs/name"},
            "scale": _whole(0, 6, "Decimals kept."),
            "shown": _whole(0, 6, "Decimals shown."),
            "spendable": _boolean(),
            "expiry": _expiry_of_currency(),
            "pending": {"$ref": "#/$defs/pending"},
            "min_life": _text(_DAYS),
            "unit_price": _number("Money a point, up to six decimals."),
            "spending_order": _one_of(("soonest_expiry", "oldest_earned")),
            "spending": _object(bounds()),
            "transfers": transfers(),
            "pay": paying(),
            "exchange": _one_or_many(exchange()),
            "overdraft": _overdraft(),
            "give_back": _object({"grace": _text(_DAYS)}, required=("grace",)),
            "notice": _one_or_many(_text(_DAYS, "So long before points end their member is told.")),
        }
    )


def _expiry_of_currency() -> Schema:
    schema = _expiry({"by_tier": _map(_ID, {"$ref": "#/$defs/expiry"}, least=1)})
    events = _one_or_many(_text(_FIELD))
    extend = _object({"on": events, "most": _text(_SPAN)})
    ending = {"until": _one_of(ENDS)}
    extended = {"rolling": _text(_SPAN), **ending, "extend": extend}
    idle = {"idle": _text(_SPAN, "Without an event of `on`."), **ending, "on": events}
    schema["oneOf"] += [
        _object(extended, required=("rolling", "extend")),
        _object(idle, required=("idle",)),
    ]
    return schema


def _expiry(also: Schema) -> Schema:
    rolling = {
        "rolling": _text(_SPAN),
        "until": _one_of(ENDS),
    }
    yearly = {
        "yearly": _text(r"^\d\d-\d\d$", "The last usable day of every year, such as `12-31`."),
        "of": _one_of(("this_year", "last_year"), "What is cleared on it."),
    }
    ways = (rolling, yearly, {"fixed": _scalar()})
    objects = [_object({**way, **also}, required=(next(iter(way)),)) for way in ways]
    return {"oneOf": [{"const": "never"}, _text(_SPAN), *objects]}


def _pending() -> Schema:
    until = {
        "until": _text(_FIELD, "An event type with a field `of`, or `confirm`."),
        "at_most": _text(_DAYS),
    }
    days = _text(_DAYS, "Full days until points are available.")
    return {"oneOf": [days, _object(until, required=("until",))]}


def _overdraft() -> Schema:
    clip = {"clip": _text(_LIMIT, "Such as `500 points per year`.")}
    return {"oneOf": [_one_of(("debt", "refuse")), _object(clip, required=("clip",))]}


def _households() -> Schema:
    return _object(
        {
            "share": _one_or_many(_text(_ID, "A currency that is used together.")),
            "spend": _one_of(("all", "owner"), "Who may use the points of all."),
            "most_members": _number("How many belong to a household at most."),
        },
        required=("share",),
    )


def _event() -> Schema:
    return _object(
        {
            "name": {"$ref": "#/$defs/name"},
            "fields": _map(_FIELD, _text(_KIND)),
            "lines": _map(_FIELD, _text(_KIND)),
            "costs_money": _boolean(),
        }
    )


def _word() -> Schema:
    names: Schema = {"zh": _scalar(), "en": _scalar(), "unit": {"$ref": "#/$defs/name"}}
    return _object(names, required=("zh", "en"))


def _rule() -> Schema:
    properties: Schema = {
        "id": _text(_ID),
        "name": {"$ref": "#/$defs/name"},
        "on": _text(_FIELD, "The event type."),
        "when": _text(None, "A condition on the event, the member and the past."),
        "between": {"type": "array", "minItems": 2, "maxItems": 2, "items": _scalar(null=True)},
        "lines": _text(None, "A condition on lines, or `all`."),
        "per": _one_of(("line", "event")),
        "give": {"$ref": "#/$defs/give"},
        "multiply": _text(_MULTIPLY, "Such as `base by 2`."),
        "rounding": _one_of(("down", "up", "half_up", "half_even")),
        "limit": _one_or_many(_text(_LIMIT, "Such as `1 per month`.")),
        "group": _text(_ID),
        "last": _boolean(),
        "expires": {"$ref": "#/$defs/expiry"},
        "pending": {"$ref": "#/$defs/pending"},
        "funder": _text(_ID, "Who pays for these points."),
        "milestone": _milestone(),
        "chance": _text(_CHANCE, "Such as `10%`."),
        "surprise": _surprise(),
        "cooldown": _text(r"^\d+ (?:minute|hour|day)s?$", "Such as `4 hours`."),
        "budget": _text(
            r"^\S+ \S+$", "Of all members together, such as `2000000 points` or `20000 CNY`."
        ),
    }
    either = [{"required": [key]} for key in ("give", "multiply", "surprise")]
    return {**_object(properties, required=("id", "on")), "oneOf": either}


def _milestone() -> Schema:
    threshold = _number("In the unit of what is counted.")
    properties = {
        "of": _text(None, "Such as `count('purchase')` or `total('purchase', 'year')`."),
        "every": threshold,
        "at": _one_or_many(threshold),
        "repeat": _one_of(("as_often_as_it_fits", "once")),
    }
    either = [{"required": ["every"]}, {"required": ["at"]}]
    return {**_object(properties, required=("of",)), "oneOf": either}


def _surprise() -> Schema:
    prize = _object({"chance": _text(_CHANCE), "give": _text(_GIVE)}, required=("chance", "give"))
    return {"type": "array", "minItems": 1, "maxItems": 50, "items": prize}


def _referral() -> Schema:
    fixed = _text(rf"^{_POINTS}$", "Such as `500 points`.")
    properties: Schema = {
        "id": _text(_ID),
        "name": {"$ref": "#/$defs/name"},
        "on": _text(_FIELD, "The friend's deed; a purchase unless said."),
        "when": _text(None, "A condition on the friend's deed."),
        "give": {**_object({"referrer": fixed, "friend": fixed}), "minProperties": 1},
        "limit": _one_or_many(_text(_LIMIT, "Of the referrer, such as `10 per month`.")),
        "within": _text(_DAYS, "Of joining."),
        "each": _boolean(),
        "expires": {"$ref": "#/$defs/expiry"},
        "pending": {"$ref": "#/$defs/pending"},
        "funder": _text(_ID, "Who pays for these points."),
    }
    return _object(properties, required=("id", "give"))


def _give() -> Schema:
    fixed = _text(_GIVE, "Such as `20 points` or `1 points per 1 of amount`.")
    step = _object({"from": _number(), "give": fixed}, required=("from", "give"))
    steps = {"type": "array", "minItems": 1, "maxItems": 50, "items": step}
    stepped = _object({"by": _text(_FIELD), "steps": steps}, required=("by", "steps"))
    several = {"type": "array", "minItems": 1, "items": {"oneOf": [fixed, stepped]}}
    return {"oneOf": [fixed, stepped, several]}


def _tiers() -> Schema:
    down = _object(
        {
            "at": {"const": "period_end"},
            "to": _one_of(("highest_kept", "one_level")),
            "grace": _text(_DAYS),
        },
        required=("at", "to"),
    )
    up = _object(
        {"at": _one_of(("once", "period_end")), "steps": _one_of(("one", "several"))},
    )
    tier = _object(
        {
            "id": _text(_ID),
            "name": {"$ref": "#/$defs/name"},
            "reach": {"$ref": "#/$defs/requirement"},
            "keep": {"$ref": "#/$defs/requirement"},
            "paid": _object(
                {
                    "on": _text(_FIELD, "The event type; a membership fee unless said."),
                    "price": _number("The least amount that counts."),
                    "for": _text(r"^\d+ months?$"),
                },
                required=("for",),
            ),
            "multiply": _text(_MULTIPLY),
            "reward_discount": _text(r"^\d{1,3} ?%$"),
            "benefits": _benefits(),
        },
        required=("id",),
    )
    return _object(
        {
            "measure": _text(_MEASURE, "A currency, `amount`, `purchases`, `nights of stay` …"),
            "window": _text(
                r"^(?:lifetime|period|calendar (?:month|quarter|year)|"
                r"(?:rolling|previous) (?:\d+ months?|month))$"
            ),
            "period": _text(
                r"^(?:calendar (?:month|quarter|year)|\d+ calendar months?|"
                r"\d+ months? from (?:joining|tier))$"
            ),
            "up": {"oneOf": [{"const": "once"}, up]},
            "down": {"oneOf": [{"const": "never"}, down]},
            "given_by": _one_or_many(_one_of(("set_tier", "tier_upgrade"))),
            "consume": _one_or_many(_one_of(("reach", "keep"))),
            "ladder": {"type": "array", "minItems": 1, "maxItems": 50, "items": tier},
        },
        required=("window", "ladder"),
    )


def _benefits() -> Schema:
    name = {"$ref": "#/$defs/name"}
    ids = {"type": "array", "items": _text(_ID)}
    known = {"free_shipping": _boolean(), "service": {"oneOf": [ids, _map(_ID, name)]}}
    granted: Schema = {
        "zh": _scalar(),
        "en": _scalar(),
        "each": _one_of(("month", "quarter", "year", "birthday")),
        "times": _number("How many each time."),
        "worth": _number("Money, of one of them."),
    }
    told = {"anyOf": [name, _object(granted, required=("zh", "en"))]}
    return {
        "type": "object",
        "propertyNames": {"pattern": _ID},
        "properties": known,
        "additionalProperties": told,
    }


def _requirement() -> Schema:
    """A number of what `measure` counts, so much of a measure, or several joined."""
    parts = {
        "type": "array",
        "minItems": 1,
        "maxItems": 8,
        "items": {"$ref": "#/$defs/requirement"},
    }
    joined = {"all": parts, "any": parts}
    one = {
        "type": "object",
        "properties": joined,
        "propertyNames": {"pattern": f"{_MEASURE}|^(?:all|any)$"},
        "additionalProperties": _number(),
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"oneOf": [_number("What `measure` counts."), one]}
