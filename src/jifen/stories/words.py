"""The few words around a story's outcome, in both languages, aligned."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    step: str
    line: str
    look: str
    expected: str
    got: str
    why: str
    proof: str
    following: str
    comma: str


_ENGLISH = Wording(
    "step",
    "line",
    "look",
    "expected: ",
    "got:      ",
    "·",
    "the proof at the end fails",
    "what follows differs as well, of the same members: steps",
    ", ",
)
_CHINESE = Wording(
    "步骤",
    "行",
    "查看",
    "应为：",
    "实为：",
    "·",
    "结尾的校验未通过",
    "同一会员随后的步骤也因此不符：步骤",
    "、",
)


def wording(language: str) -> Wording:
    """The words of a language, `zh` or `en`."""
    return _CHINESE if language == "zh" else _ENGLISH
