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


_ENGLISH = Wording(
    "step", "line", "look", "expected: ", "got:      ", "·", "the proof at the end fails"
)
_CHINESE = Wording("步骤", "行", "查看", "应为：", "实为：", "·", "结尾的校验未通过")


def wording(language: str) -> Wording:
    """The words of a language, `zh` or `en`."""
    return _CHINESE if language == "zh" else _ENGLISH
