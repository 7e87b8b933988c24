"""The part of the JSON Schema about tiers: the ladder, what it asks for, and what it brings."""

from __future__ import annotations

from jifen.programme.schema.parts import (
    FIELD,
    ID,
    MULTIPLY,
    NUMBER,
    Schema,
    boolean,
    entries,
    mapping,
    number,
    one_of,
    one_or_many,
    scalar,
    text,
)

_OF_EVENT = "of [a-z][a-z0-9_]*"
_MEASURE = (
    rf"^(?:[a-z][a-z0-9_-]*(?: {_OF_EVENT})?|months with amount (?:{_OF_EVENT} )?>= {NUMBER})$"
)


def tiers() -> Schema:
    down = mapping(
        {
            "at": {"const": "period_end"},
            "to": one_of(("highest_kept", "one_level")),
            "grace": text(r"^\d+ (?:days?|months?)$"),
        },
        required=("at", "to"),
    )
    up = mapping(
        {"at": one_of(("once", "period_end")), "steps": one_of(("one", "several"))},
    )
    tier = mapping(
        {
            "id": text(ID),
            "name": {"$ref": "#/$defs/name"},
            "reach": {"$ref": "#/$defs/requirement"},
            "keep": {"$ref": "#/$defs/requirement"},
            "paid": mapping(
                {
                    "on": text(FIELD, "The event type; a membership fee unless said."),
                    "price": number("The least amount that counts."),
                    "for": text(r"^\d+ months?$"),
                },
                required=("for",),
            ),
            "multiply": text(MULTIPLY),
            "reward_discount": text(r"^\d{1,3} ?%$"),
            "benefits": _benefits(),
        },
        required=("id",),
    )
    return mapping(
        {
            "measure": text(_MEASURE, "A currency, `amount`, `purchases`, `nights of stay` …"),
            "window": text(
                r"^(?:lifetime|period|calendar (?:month|quarter|year)|"
                r"(?:rolling|previous) (?:\d+ months?|month|\d+ days?))$"
            ),
            "period": text(
                r"^(?:calendar (?:month|quarter|year)|\d+ calendar months?|"
                r"\d+ (?:months?|days?) from (?:joining|tier))$"
            ),
            "up": {"oneOf": [{"const": "once"}, up]},
            "down": {"oneOf": [{"const": "never"}, down]},
            "given_by": one_or_many(one_of(("set_tier", "tier_upgrade"))),
            "roll_over": {
                "oneOf": [
                    {"const": "surplus"},
                    mapping(
                        {"most": number("At most so much of the measure.")}, required=("most",)
                    ),
                ]
            },
            "consume": one_or_many(one_of(("reach", "keep"))),
            "ladder": {"type": "array", "minItems": 1, "maxItems": 50, "items": tier},
        },
        required=("window", "ladder"),
    )


def _benefits() -> Schema:
    name = {"$ref": "#/$defs/name"}
    ids = {"type": "array", "items": text(ID)}
    known = {"free_shipping": boolean(), "service": {"oneOf": [ids, entries(ID, name)]}}
    granted: Schema = {
        "zh": scalar(),
        "en": scalar(),
        "each": one_of(("month", "quarter", "year", "birthday")),
        "times": number("How many each time."),
        "worth": number("Money, of one of them."),
    }
    told = {"anyOf": [name, mapping(granted, required=("zh", "en"))]}
    return {
        "type": "object",
        "propertyNames": {"pattern": ID},
        "properties": known,
        "additionalProperties": told,
    }


def requirement() -> Schema:
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
        "additionalProperties": number(),
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"oneOf": [number("What `measure` counts."), one]}
