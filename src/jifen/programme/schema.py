"""The JSON Schema of the document, for editors: shapes and spellings, not what names mean."""

from __future__ import annotations

from jifen.money import DECIMALS
from jifen.programme.conditions.comparing import WEEKDAYS
from jifen.programme.reading.actions import VERBS
from jifen.programme.reading.expiries import ENDS
from jifen.programme.reading.header import COMBINATIONS, KEPT
from jifen.programme.reading.returning import BOOKS, POLICIES
from jifen.programme.schema_parts import (
    DAYS,
    FIELD,
    ID,
    LIMIT,
    MULTIPLY,
    NUMBER,
    Schema,
    boolean,
    described,
    entries,
    mapping,
    number,
    one_of,
    one_or_many,
    scalar,
    text,
    whole,
)
from jifen.programme.schema_tiers import requirement, tiers
from jifen.programme.schema_ways_out import code_pool, exchange, paying, reward, transfers, way

_POINTS = rf"(?:{NUMBER}|table\[[a-z][a-z0-9_-]*\]) [a-z][a-z0-9_-]*"
_COUNTED = rf"[a-z][a-z0-9_]*(?:\(.*\))?(?: over {NUMBER})?"
_GIVE = rf"^{_POINTS}(?: per {NUMBER} of {_COUNTED}(?:, proportional)?)?$"
_TAKE = rf"^(?:up_to )?{_GIVE[1:-1]}$|^\d{{1,3}} ?% of [a-z][a-z0-9_-]*$"
_REPEAT = r"^(?:each_time|as_often_as_it_fits|once(?: per .+)?)$"
_ISSUE = rf"^(?:{NUMBER} )?[a-z][a-z0-9_-]*(?: per {NUMBER} of {_COUNTED})?$"
_CHANCE = r"^\d{1,3}(?:\.\d+)? ?%$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?$"
_SPAN = r"^\d+ (?:day|month)s?$"
_KIND = r"^(?:money|integer|number(?: ?\([0-6]\))?|text|boolean|date)$"
_KIND_OF_FACT = _KIND.replace("text|", "texts?|member|")
_PASS_ON = rf"^{NUMBER}(?: ?% of)? [a-z][a-z0-9_-]*$"


def json_schema() -> Schema:
    """The schema (draft 2020-12) that every valid document meets, read as YAML or JSON."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jifen programme",
        **mapping(
            {
                "programme": text(ID, "The id of the programme."),
                "name": {"$ref": "#/$defs/name"},
                "timezone": text(
                    None, "An IANA time zone; days, weeks and months are counted in it."
                ),
                "week_starts": one_of(WEEKDAYS, "Monday unless said; never changes."),
                "money": one_of(sorted(DECIMALS), "ISO 4217; never changes."),
                "currencies": entries(ID, {"$ref": "#/$defs/currency"}, least=1),
                "codes": entries(ID, code_pool()),
                "rewards": entries(ID, {"$ref": "#/$defs/reward"}),
                "events": entries(FIELD, {"$ref": "#/$defs/event"}),
                "facts": entries(FIELD, text(_KIND_OF_FACT)),
                "words": {"type": "object", "additionalProperties": _word()},
                "base": {"$ref": "#/$defs/base"},
                "tables": entries(ID, {"$ref": "#/$defs/table"}),
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
                "groups": entries(ID, one_of(KEPT)),
                "combine": one_of(COMBINATIONS, "How several multipliers combine."),
                "limits": one_or_many(text(LIMIT, "Such as `2000 points per day`.")),
                "households": _households(),
                "raise_notice": text(
                    DAYS, "How long before a reward becomes dearer that is known."
                ),
                "look_back": text(DAYS, "How long before joining events are taken in."),
                "returns": _returns(),
                "tiers": {"$ref": "#/$defs/tiers"},
            },
            required=("programme", "timezone", "money", "currencies", "earn"),
        ),
        "$defs": _definitions(),
    }


def _definitions() -> Schema:
    return {
        "name": {
            "oneOf": [
                scalar(),
                mapping({"zh": scalar(), "en": scalar()}, required=("zh", "en")),
            ]
        },
        "noun": {
            "oneOf": [
                scalar(),
                mapping(
                    {
                        "zh": scalar(),
                        "en": scalar(),
                        "en_one": text(
                            None, "One of it in English, where that is not `en` without its s."
                        ),
                    },
                    required=("zh", "en"),
                ),
            ]
        },
        "currency": _currency(),
        "reward": reward(),
        "expiry": _expiry({}),
        "pending": _pending(),
        "event": _event(),
        "base": mapping(
            {
                "leave_out": {"type": "array", "items": text(FIELD)},
                "lines": text(None, "A condition on lines: only these count."),
            }
        ),
        "table": mapping(
            {
                "by": one_or_many(text(None, "A name that a condition may use.")),
                "rows": {"type": "object", "minProperties": 1},
                "else": number("Where no row fits."),
            },
            required=("by", "rows"),
        ),
        "rule": _rule(),
        "give": _give(_GIVE),
        "take": _give(_TAKE),
        "referral": _referral(),
        "tiers": tiers(),
        "requirement": requirement(),
    }


def _currency() -> Schema:
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
    schema = _expiry({"by_tier": entries(ID, {"$ref": "#/$defs/expiry"}, least=1)})
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


def _expiry(also: Schema) -> Schema:
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


def _pending() -> Schema:
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


def _households() -> Schema:
    return mapping(
        {
            "share": one_or_many(text(ID, "A currency that is used together.")),
            "spend": one_of(("all", "owner"), "Who may use the points of all."),
            "most_members": number("How many belong to a household at most."),
            "limit": one_or_many(
                text(LIMIT, "What each may take from the others: `500 points per month`.")
            ),
        },
        required=("share",),
    )


def _returns() -> Schema:
    policy = one_of(POLICIES, "What becomes of points when things come back.")
    within = described(
        {"oneOf": [text(DAYS), one_of(("never",))]}, "How long returns are accepted."
    )
    books = one_of(BOOKS, "With `carry`: until when the period of a purchase is open.")
    return {"oneOf": [policy, mapping({"policy": policy, "books": books, "within": within})]}


def _event() -> Schema:
    return mapping(
        {
            "name": {"$ref": "#/$defs/name"},
            "fields": entries(FIELD, text(_KIND)),
            "lines": entries(FIELD, text(_KIND)),
            "costs_money": boolean(),
        }
    )


def _word() -> Schema:
    names: Schema = {"zh": scalar(), "en": scalar(), "unit": {"$ref": "#/$defs/noun"}}
    return mapping(names, required=("zh", "en"))


def _rule() -> Schema:
    properties: Schema = {
        "id": text(ID),
        "name": {"$ref": "#/$defs/name"},
        "on": text(FIELD, "The event type."),
        "when": text(None, "A condition on the event, the member and the past."),
        "between": {"type": "array", "minItems": 2, "maxItems": 2, "items": scalar(null=True)},
        "lines": text(None, "A condition on lines, or `all`."),
        "per": one_of(("line", "event")),
        "give": {"$ref": "#/$defs/give"},
        "issue": one_or_many(text(_ISSUE, "A reward, such as `free-coffee` or `2 free-coffee`.")),
        "take": {"$ref": "#/$defs/take"},
        "multiply": text(MULTIPLY, "Such as `base by 2`."),
        "pass_on": text(_PASS_ON, "Of an award, such as `30% of points` or `100 points`."),
        "to": text(
            FIELD, "A relation who gets the points instead: `referrer`, `household`, or a fact."
        ),
        "rounding": one_of(("down", "up", "half_up", "half_even")),
        "limit": one_or_many(text(LIMIT, "Such as `1 per month`.")),
        "repeat": text(_REPEAT, "Such as `once per year`."),
        "group": text(ID),
        "last": boolean(),
        "expires": {"$ref": "#/$defs/expiry"},
        "pending": {"$ref": "#/$defs/pending"},
        "funder": text(ID, "Who pays for these points."),
        "milestone": _milestone(),
        "chance": text(_CHANCE, "Such as `10%`."),
        "surprise": _surprise(),
        "notify": mapping({"zh": scalar(), "en": scalar()}, required=("zh", "en")),
        "cooldown": text(r"^\d+ (?:minute|hour|day)s?$", "Such as `4 hours`."),
        "budget": one_or_many(
            text(r"^\S+ \S+$", "Of all members together, such as `2000000 points` or `20000 CNY`.")
        ),
    }
    either = [{"required": [key]} for key in VERBS]
    return {**mapping(properties, required=("id", "on")), "oneOf": either}


def _milestone() -> Schema:
    threshold = number("In the unit of what is counted.")
    properties = {
        "of": text(None, "Such as `count('purchase')` or `total('purchase', 'year')`."),
        "every": threshold,
        "at": one_or_many(threshold),
    }
    either = [{"required": ["every"]}, {"required": ["at"]}]
    return {**mapping(properties, required=("of",)), "oneOf": either}


def _surprise() -> Schema:
    prize = mapping(
        {
            "chance": text(_CHANCE),
            "give": one_or_many(text(_GIVE)),
            "issue": one_or_many(text(_ISSUE)),
        },
        required=("chance",),
    )
    prize["anyOf"] = [{"required": ["give"]}, {"required": ["issue"]}]
    return {"type": "array", "minItems": 1, "maxItems": 50, "items": prize}


def _referral() -> Schema:
    properties: Schema = {
        "id": text(ID),
        "name": {"$ref": "#/$defs/name"},
        "on": text(FIELD, "The friend's deed; a purchase unless said."),
        "when": text(None, "A condition on the friend's deed."),
        "give": _of_sides(text(rf"^{_POINTS}$", "Such as `500 points`.")),
        "issue": _of_sides(text(_ISSUE, "A reward, such as `free-coffee`.")),
        "budget": _of_sides(text(r"^\S+ \S+$", "Of all members together, such as `10000 points`.")),
        "limit": one_or_many(text(LIMIT, "Of the referrer, such as `10 per month`.")),
        "within": text(DAYS, "Of joining."),
        "each": boolean(),
        "expires": {"$ref": "#/$defs/expiry"},
        "pending": {"$ref": "#/$defs/pending"},
        "funder": text(ID, "Who pays for these points."),
    }
    either = [{"required": ["give"]}, {"required": ["issue"]}]
    return {**mapping(properties, required=("id",)), "anyOf": either}


def _of_sides(one: Schema) -> Schema:
    sides = mapping({"referrer": one_or_many(one), "friend": one_or_many(one)})
    return {**sides, "minProperties": 1}


def _give(award: str) -> Schema:
    fixed = text(award, "Such as `20 points` or `1 points per 1 of amount`.")
    step = mapping({"from": number(), "give": fixed}, required=("from", "give"))
    steps = {"type": "array", "minItems": 1, "maxItems": 50, "items": step}
    by = text(
        r"^\w+(\(.*\))?$", "A number of the event, or of the past: `amount`, `streak('check_in')`."
    )
    stepped = mapping({"by": by, "steps": steps}, required=("by", "steps"))
    several = {"type": "array", "minItems": 1, "items": {"oneOf": [fixed, stepped]}}
    return {"oneOf": [fixed, stepped, several]}
