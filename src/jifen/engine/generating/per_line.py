"""Rules that give line by line for what lines cost, where all lines together may count only so much."""

from __future__ import annotations

from typing import NamedTuple

from jifen.engine.generating.giving import give
from jifen.engine.generating.source import indented
from jifen.programme.rules import Rule


class PerLine(NamedTuple):
    """A rule that gives line by line for what lines cost: the locals of what it gave, and of what its lines cost above
    and below zero."""

    rule: Rule
    total: str
    cost: str
    off: str

    def most(self) -> list[str]:
        """What lines that give one by one may count together."""
        return [
            f"most = {self.cost} + {self.off}",
            "if amount != MISSING and most > amount:",
            "    most = amount",
        ]

    def part(self, value: str) -> list[str]:
        """Set `more` to what a line that costs something gives for its part of `most`."""
        return [
            f"if {value} > 0:",
            f"    so_far += {value}",
            f"    part = part_of(most, so_far, {self.cost}) - parts_so_far",
            "    parts_so_far += part",
            *indented(give(self.rule, "more", lambda field, of_lines: "part")),
        ]
