"""Which of the two languages this process speaks to people."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from jifen.wording import Said

Language = Literal["zh", "en"]


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """`--lang zh|en` wherever it stands, else LC_ALL, LC_MESSAGES, LANG, else English."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return _language(argument.removeprefix("--lang="))
        if argument == "--lang" and place + 1 < len(arguments):
            return _language(arguments[place + 1])
        if argument == "--":
            break
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return _language(environment[variable])
    return "en"


def _language(written: str) -> Language:
    return "zh" if written.lower().startswith("zh") else "en"


_spoken: Language = "en"


def speak(language: Language) -> None:
    """Set the language of this process, before any command is looked up."""
    global _spoken
    _spoken = language


def spoken() -> Language:
    """The language of this process."""
    return _spoken


def say(en: str, zh: str) -> str:
    """The one of two wordings that is spoken."""
    return zh if _spoken == "zh" else en


def told(said: Said) -> str:
    """A pair, as it is spoken."""
    return said.told_in(_spoken)


def listed(words: Iterable[str]) -> str:
    """Names side by side: `a, b`, `a、b`."""
    return say(", ", "、").join(words)


def counted(number: int, noun: str) -> str:
    """`1 row`, `2,000 rows`: English, whose nouns change with their number."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def from_environment(arguments: Sequence[str]) -> Language:
    """The language of a process started with these arguments."""
    return language_of(arguments, os.environ)
