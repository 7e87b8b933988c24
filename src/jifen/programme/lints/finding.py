"""What is found to be odd about a document, and where."""

from __future__ import annotations

import msgspec

from jifen.programme.amounts import in_language
from jifen.programme.rules import Rule
from jifen.wording import Said

_WORTH_KNOWING = ("missing-translation", "leaves-out-unknown")


class Finding(msgspec.Struct, frozen=True):
    """`id` says of what kind it is, `place` where in the document, `line` on which line of it (0: not known)."""

    id: str
    place: str
    line: int
    said: Said

    @property
    def is_fault(self) -> bool:
        """Whether it is wrong whatever members do; the others are only worth knowing."""
        return self.id not in _WORTH_KNOWING


def of_rule(id: str, rule: Rule, en: str, zh: str) -> Finding:
    """A finding about one rule, of which it says so much."""
    name = f"“{in_language(rule.name, 'zh')}”" if rule.name else f"“{rule.whole}”"
    return Finding(id, f"earn.{rule.whole}", rule.line, Said(f"'{rule.whole}' {en}", f"{name}{zh}"))
