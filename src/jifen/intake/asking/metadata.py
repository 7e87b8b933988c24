"""`metadata`: texts by name that senders attach for themselves; kept and told again, and asked by no rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from jifen.intake.asking import scalars
from jifen.intake.asking.scalars import Malformed, Raw

MOST_ENTRIES = 50
LONGEST_NAME = 40
FACT = "metadata"
"""The fact of a member under which the same is kept of whoever it is."""

Metadata = dict[str, str] | msgspec.UnsetType
"""Unset where nothing is attached, so that what was written before it could be says the same."""


class Noted(NamedTuple):
    """One entry of metadata, by which something is looked for."""

    name: str
    text: str


def noted_of(raw: str, pointer: str) -> Noted:
    """An entry written as name=text. Raises Malformed."""
    name, equals, text = raw.partition("=")
    if not equals:
        raise Malformed(pointer, "expected name=text", "应写成 名称=文字")
    return Noted(scalars.text(name, pointer), scalars.text(text, pointer))


def metadata_of(raw: Raw, pointer: str) -> Metadata:
    """What is attached, as texts; an empty object attaches nothing."""
    return msgspec.UNSET if raw is None else texts_by_name(raw, pointer) or msgspec.UNSET


def texts_by_name(raw: Raw, pointer: str) -> dict[str, str]:
    """An object of texts, within bounds."""
    if not isinstance(raw, Mapping):
        raise Malformed(pointer, "expected an object of texts", "应为由文字组成的对象")
    if len(raw) > MOST_ENTRIES:
        said = f"more than {MOST_ENTRIES} entries", f"超过 {MOST_ENTRIES} 项"
        raise Malformed(pointer, *said)
    for name in raw:
        if not 0 < len(name) <= LONGEST_NAME:
            en = f"names have 1 to {LONGEST_NAME} characters"
            raise Malformed(pointer, en, f"名称须为 1 到 {LONGEST_NAME} 个字符")
        scalars.text(name, pointer)
    return {name: scalars.text(value, f"{pointer}/{name}") for name, value in raw.items()}


def attached(written: bytes | str | None) -> dict[str, str]:
    """What was attached to a command, as the journal has it."""
    return {} if written is None else msgspec.json.decode(written, type=dict[str, str])
