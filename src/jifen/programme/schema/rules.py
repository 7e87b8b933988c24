"""Schemas of rules: what they give, and when; and of what brings friends."""

from __future__ import annotations

from jifen.programme.reading.actions import VERBS
from jifen.programme.schema.parts import (
    DAYS,
    FIELD,
    ID,
    LIMIT,
    MULTIPLY,
    NUMBER,
    Schema,
    boolean,
    mapping,
    number,
    one_of,
    one_or_many,
    scalar,
    text,
)

_POINTS = rf"(?:{NUMBER}|table\[[a-z][a-z0-9_-]*\]) [a-z][a-z0-9_-]*"
_COUNTED = rf"[a-z][a-z0-9_]*(?:\(.*\))?(?: over {NUMBER})?"
_GIVE = rf"^{_POINTS}(?: per {NUMBER} of {_COUNTED}(?:, proportional)?)?$"
_TAKE = rf"^(?:up_to )?{_GIVE[1:-1]}$|^\d{{1,3}} ?% of [a-z][a-z0-9_-]*$"
_REPEAT = r"^(?:each_time|as_often_as_it_fits|once(?: per .+)?)$"
_ISSUE = rf"^(?:{NUMBER} )?[a-z][a-z0-9_-]*(?: per {NUMBER} of {_COUNTED})?$"
_CHANCE = r"^\d{1,3}(?:\.\d+)? ?%$"
_PASS_ON = rf"^{NUMBER}(?: ?% of)? [a-z][a-z0-9_-]*$"


def rule() -> Schema:
    """A rule of `earn`."""
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


def referral() -> Schema:
    """A promise to those who bring friends."""
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


def give() -> Schema:
    """What a rule gives."""
    return _award(_GIVE)


def take() -> Schema:
    """What a rule takes."""
    return _award(_TAKE)


def _award(award: str) -> Schema:
    fixed = text(award, "Such as `20 points` or `1 points per 1 of amount`.")
    step = mapping({"from": number(), "give": fixed}, required=("from", "give"))
    steps = {"type": "array", "minItems": 1, "maxItems": 50, "items": step}
    by = text(
        r"^\w+(\(.*\))?$", "A number of the event, or of the past: `amount`, `streak('check_in')`."
    )
    stepped = mapping({"by": by, "steps": steps}, required=("by", "steps"))
    several = {"type": "array", "minItems": 1, "items": {"oneOf": [fixed, stepped]}}
    return {"oneOf": [fixed, stepped, several]}
