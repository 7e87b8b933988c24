"""The parts of a JSON Schema: mappings, lists, numbers and words as documents write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]
NUMBER = r"\d+(?:\.\d+)?"
ID = "^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$"
FIELD = "^[a-z][a-z0-9_]*$"
MULTIPLY = rf"^[a-z][a-z0-9_, -]* by {NUMBER}$"
DAYS = r"^\d+ days?$"
_PERIOD = r"event|hour|day|week|month|quarter|year|membership_year|lifetime|\d+ (?:day|month)s?"
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


def count(least: int, greatest: int, description: str | None = None) -> Schema:
    """A whole number out of more than can be listed; of a text it is only known that it is one."""
    found = {
        "type": ["integer", "string"],
        "minimum": least,
        "maximum": greatest,
        "pattern": "^[0-9]+$",
    }
    return described(found, description)


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
