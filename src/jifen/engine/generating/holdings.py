"""What is held of currencies that members keep, where rules of one event type take no more than there is."""

from __future__ import annotations

from jifen.engine.generating.block import Block
from jifen.engine.plan import NOTHING_HELD
from jifen.programme.rules import Give, Rule
from jifen.programme.ways import held_of


class Holdings:
    """The locals that hold what the rules read so far have left of each such currency."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._left: dict[str, str] = {}
        self._held: dict[str, str] = {}
        for rule in block.giving:
            assert isinstance(rule.action, Give)
            currency = rule.action.currency
            if rule.action.up_to and currency not in self._left:
                name = f"{block.source.currency_name(currency)}_held"
                self._left[currency] = block.names.take(name)

    def first_lines(self) -> list[str]:
        """What must be set before the rules are read; known once they are written."""
        return [f"{left} = {held}" for left, held in self._held.items()]

    def at_most(self, rule: Rule, given: str) -> list[str]:
        """Let a rule take no more than there is."""
        assert isinstance(rule.action, Give)
        if not rule.action.up_to:
            return []
        left = self._left[rule.action.currency]
        self._held[left] = self.block.name(held_of(rule.action.currency))
        return [
            "# No more than is held",
            f"if {given} > 0 and {given} > {left}:",
            f"    {given} = {left} if {left} > 0 else 0",
            f"    if {given} == 0:",
            f"        {self.block.source.reason(rule)} = {NOTHING_HELD}",
        ]

    def taken(self, rule: Rule, given: str) -> list[str]:
        """What a rule takes is there no more for those behind it."""
        assert isinstance(rule.action, Give)
        left = self._left.get(rule.action.currency)
        return [f"{left} -= {given}"] if left and rule.takes else []
