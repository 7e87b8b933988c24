"""Groups of which several rules may meet at an event of one type: of these only the best, or the first, goes on."""

from __future__ import annotations

from collections.abc import Mapping

from jifen.engine.errors import EngineError
from jifen.engine.generating.block import Block
from jifen.engine.generating.source import indented
from jifen.engine.plan import LOST_IN_GROUP
from jifen.programme.rules import Give, Group, Multiply, Rule
from jifen.programme.worth import members_of, weights_of
from jifen.wording import Said


class Contests:
    """The statements that let rules of groups compete. `given`: the locals of what rules give, by id."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._contests: list[tuple[Group, list[list[Rule]]]] = []
        for group in block.source.programme.groups:
            if any(isinstance(r.action, Multiply) for r in block.rules if r.group == group.id):
                raise EngineError(
                    Said(
                        f"Group '{group.id}' holds a multiplier: 'combine' is for those.",
                        f"组“{group.id}”中有倍数：倍数之间请用 combine。",
                    )
                )
            members = members_of(block.rules, group)
            if group.keep != "all" and len(members) > 1:
                self._contests.append((group, members))

    def hold(self, rule: Rule) -> bool:
        """Whether a rule competes."""
        return any(rule in parts for _, members in self._contests for parts in members)

    def lines(self, given: Mapping[str, str]) -> list[str]:
        """Of each group only the best, or the first that gives, goes on: with all that it gives."""
        lines: list[str] = []
        for group, members in self._contests:
            kept = "best" if group.keep == "best" else "first"
            lines += ["", f"# Only the {kept} of these counts.", "winner = 0"]
            lines += (
                self._best(group, members, given)
                if group.keep == "best"
                else self._first(members, given)
            )
            lines += self._losers(members, given)
        return lines

    def _best(self, group: Group, members: list[list[Rule]], given: Mapping[str, str]) -> list[str]:
        weights = weights_of(self.block.source.programme, group)
        lines = ["most = 0"]
        for number, parts in enumerate(members, start=1):
            worth = " + ".join(
                given[part.id]
                if (weight := weights[_currency(part)]) == 1
                else f"{given[part.id]} * {weight}"
                for part in parts
            )
            better = [f"    winner = {number}", f"    most = {worth}"]
            lines += [f"if {worth} > most:", *better]
        return lines

    def _first(self, members: list[list[Rule]], given: Mapping[str, str]) -> list[str]:
        lines: list[str] = []
        for number, parts in enumerate(members, start=1):
            gave = " or ".join(f"{given[part.id]} > 0" for part in parts)
            gave = f"({gave})" if len(parts) > 1 else gave
            lines += [f"if winner == 0 and {gave}:", f"    winner = {number}"]
        return lines

    def _losers(self, members: list[list[Rule]], given: Mapping[str, str]) -> list[str]:
        lines: list[str] = []
        for number, parts in enumerate(members, start=1):
            for part in parts:
                points = given[part.id]
                lost = [f"{points} = 0", f"{self.block.source.reason(part)} = {LOST_IN_GROUP}"]
                lines += [f"if winner != {number} and {points} > 0:", *indented(lost)]
        return lines


def _currency(rule: Rule) -> str:
    assert isinstance(rule.action, Give)
    return rule.action.currency
