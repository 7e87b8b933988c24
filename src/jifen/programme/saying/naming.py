"""What things are called, in both languages."""

from __future__ import annotations

import msgspec


class Name(msgspec.Struct, frozen=True):
    """What people read, in both languages."""

    zh: str
    en: str


class Noun(Name, frozen=True):
    """A name of what is counted, where English has another word for one of it: `leaves`, `en_one` `leaf`."""

    en_one: str


class Called(msgspec.Struct, frozen=True):
    """What people read for a code: a field, a fact, a value, a funder. `unit`: what a number of it counts."""

    code: str
    name: Name
    unit: Name | None = None
