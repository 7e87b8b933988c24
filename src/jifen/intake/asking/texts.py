"""Text that no database holds: refused before anything of a batch is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from jifen.intake.asking.commands import Command
from jifen.intake.asking.scalars import LONGEST_TEXT
from jifen.wording import Said

_NUL = b"\\u0000"
_TOO_LONG = Said(
    f"an id is longer than {LONGEST_TEXT} characters", f"编号超过 {LONGEST_TEXT} 个字符"
)


def unwritable(commands: Sequence[Command]) -> dict[int, Said]:
    """What is wrong with the text of commands, by their place; most batches need but one look."""
    if _written_at_once(commands):
        return {}
    return {place: said for place, command in enumerate(commands) if (said := _fault(command))}


def _written_at_once(commands: Sequence[Command]) -> bool:
    try:
        written = msgspec.json.encode(commands)
    except UnicodeEncodeError:
        return False
    return _NUL not in written and not any(map(_is_long, commands))


def _is_long(command: Command) -> bool:
    return len(command.id) > LONGEST_TEXT or len(command.member) > LONGEST_TEXT


def _fault(command: Command) -> Said | None:
    for text in _texts(msgspec.to_builtins(command)):
        if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
            return Said("it holds characters that are no text", "含有不是文字的字符")
    return _TOO_LONG if _is_long(command) else None


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, inner in value.items():
                yield from (name, *_texts(inner))
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
