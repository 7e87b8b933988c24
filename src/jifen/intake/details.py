"""What exactly a refusal is about: kept as a code with values, and said in the language of whoever reads it."""

from __future__ import annotations

from typing import Final

import msgspec

from jifen.wording import Said

MALFORMED: Final = "malformed"
SENTENCES: Final = {
    "differs": Said("it differs in {field}", "{field} 与之前不同"),
    "all_returned": Said(
        "everything of it has already been returned", "此前已全部退回，没有可退的了"
    ),
    "more_than_left": Said("{returned} is returned of {left} left", "退回 {returned}，只剩 {left}"),
    "no_such_line": Said("there is no line {line} with an amount", "没有带金额的第 {line} 行"),
    "line_not_countable": Said(
        "line {line} has no quantity and amount", "第 {line} 行没有数量和金额"
    ),
    "line_more_than_left": Said(
        "line {line} has {left} left, {returned} is returned",
        "第 {line} 行只剩 {left}，退回 {returned}",
    ),
}


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key of SENTENCES, with numbers as people write them, and names of fields; or `malformed` with the sentences
    themselves, as that is not kept."""

    code: str
    values: dict[str, str] = {}

    def said(self) -> Said:
        """The sentence in both languages."""
        if self.code == MALFORMED:
            return Said(self.values["en"], self.values["zh"])
        sentence = SENTENCES[self.code]
        return Said(sentence.en.format(**self.values), sentence.zh.format(**self.values))


def not_understood(said: Said) -> Detail:
    """Why something could not be understood."""
    return Detail(MALFORMED, said.for_machines())


def differs_in(field: str) -> Detail:
    """Which field of a resent command is not as it was."""
    return Detail("differs", {"field": field})
