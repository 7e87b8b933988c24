"""The JSON Schema of the document, for editors: shapes and spellings, not what names mean."""

from __future__ import annotations

from jifen.money import DECIMALS
from jifen.programme.conditions.comparing import WEEKDAYS
from jifen.programme.reading.header import COMBINATIONS, KEPT
from jifen.programme.reading.returning import BOOKS, POLICIES
from jifen.programme.schema.currencies import currency, expiry, pending
from jifen.programme.schema.draws import draw
from jifen.programme.schema.parts import (
    DAYS,
    FIELD,
    ID,
    LIMIT,
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
)
from jifen.programme.schema.rules import give, referral, rule, take
from jifen.programme.schema.tiers import requirement, tiers
from jifen.programme.schema.ways_out import code_pool, reward

_KIND = r"^(?:money|integer|number(?: ?\([0-6]\))?|text|boolean|date)$"
_KIND_OF_FACT = _KIND.replace("text|", "texts?|member|")


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
                "draws": entries(ID, draw()),
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
        "currency": currency(),
        "reward": reward(),
        "expiry": expiry({}),
        "pending": pending(),
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
        "rule": rule(),
        "give": give(),
        "take": take(),
        "referral": referral(),
        "tiers": tiers(),
        "requirement": requirement(),
    }


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
