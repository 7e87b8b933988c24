"""What rules give for one line, and for what lines cost where all of them together may count only so much."""

from __future__ import annotations

from typing import NamedTuple

from jifen.engine.generating.conditions import holds
from jifen.engine.generating.giving import Value, give
from jifen.engine.generating.line_fields import LineFields
from jifen.engine.generating.source import indented
from jifen.programme.rules import Give, Rule
from jifen.programme.ways import Amount


def more_of_line(rule: Rule, fields: LineFields) -> list[str]:
    """Set `more` to what a rule gives for the line looked at."""
    assert isinstance(rule.action, Give)
    how = rule.action.how
    if isinstance(how, Amount):
        return [f"more = {how.points}"]
    return ["more = 0", *_given(rule, fields, fields.added)]


def _given(rule: Rule, fields: LineFields, value: Value) -> list[str]:
    return give(rule, "more", value, test=lambda condition: holds(condition, fields))


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

    def part(self, fields: LineFields) -> list[str]:
        """Set `more` to what a line that costs something gives for its part of `most`."""
        value = fields.added("amount")
        return [
            f"if {value} > 0:",
            f"    so_far += {value}",
            f"    part = part_of(most, so_far, {self.cost}) - parts_so_far",
            "    parts_so_far += part",
            *indented(_given(self.rule, fields, lambda field, of_lines: "part")),
        ]
