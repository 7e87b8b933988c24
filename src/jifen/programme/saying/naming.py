"""What things are called, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """What people read, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Noun(Name):
    """A name of what is counted, where English has another word for one of it: `leaves`, `en_one` `leaf`."""

    en_one: str


@dataclass(frozen=True, slots=True)
class Called:
    """What people read for a code: a field, a fact, a value, a funder. `unit`: what a number of it counts."""

    code: str
    name: Name
    unit: Name | None = None
