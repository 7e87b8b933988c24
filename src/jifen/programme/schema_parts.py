"""The parts of a JSON Schema: mappings, lists, numbers and words as documents write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jifen.programme.reading.returning import BOOKS, POLICIES

Schema = dict[str, Any]
NUMBER = r"\d+(?:\.\d+)?"
_PERIOD = r"event|day|week|month|quarter|year|membership_year|lifetime|\d+ (?:day|month)s?"
LIMIT = (
    rf"^(?:once|(?:once|{NUMBER}(?: [a-z][a-z0-9_-]*)?)"
    rf"(?: per [a-z][a-z0-9_]*)?(?: ever| per (?:{_PERIOD})))$"
)


def mapping(properties: Schema, required: Iterable[str] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": [*required]} if required else found


def entries(names: str, values: Schema, least: int = 0) -> Schema:
    found: Schema = {
        "type": "object",
        "propertyNames": {"pattern": names},
        "additionalProperties": values,
    }
    return {**found, "minProperties": least} if least else found


def text(pattern: str | None = None, description: str | None = None) -> Schema:
    found: Schema = {"type": "string"}
    if pattern:
        found["pattern"] = pattern
    return described(found, description)


def number(description: str | None = None) -> Schema:
    return described({"type": ["number", "string"], "pattern": f"^{NUMBER}$"}, description)


def whole(least: int, greatest: int, description: str | None = None) -> Schema:
    values = list(range(least, greatest + 1))
    return described({"enum": [*values, *map(str, values)]}, description)


def boolean() -> Schema:
    return {"enum": [True, False, "true", "false"]}


def scalar(null: bool = False) -> Schema:
    kinds = ["string", "number", "boolean"]
    return {"type": [*kinds, "null"] if null else kinds}


def one_of(words: Iterable[str], description: str | None = None) -> Schema:
    return described({"enum": list(words)}, description)


def one_or_many(item: Schema) -> Schema:
    return {"oneOf": [item, {"type": "array", "items": item}]}


def described(schema: Schema, description: str | None) -> Schema:
    return {**schema, "description": description} if description else schema


def returns_schema(days: str) -> Schema:
    """What stands under `returns`; `days`: the pattern of a duration in days."""
    policy = one_of(POLICIES, "What becomes of points when things come back.")
    within = described(
        {"oneOf": [text(days), one_of(("never",))]}, "How long returns are accepted."
    )
    books = one_of(BOOKS, "With `carry`: until when the period of a purchase is open.")
    return {"oneOf": [policy, mapping({"policy": policy, "books": books, "within": within})]}
