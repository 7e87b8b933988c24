"""Milestones in the generated source: how many thresholds something of the past passes with an event."""

from __future__ import annotations

from jifen.engine.generating.block import Block
from jifen.engine.generating.calendars import embedded, period_of, reading, reading_streak
from jifen.engine.needs import past_counters
from jifen.programme.condition import Past
from jifen.programme.rules import Milestone, Rule


class Milestones:
    """The locals that hold how many milestones each rule of one event type passed."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.before: list[str] = []  # before history takes the event in
        self.passed: dict[str, str] = {}
        self._befores: dict[Past, str] = {}
        for rule in block.rules:
            if rule.milestone is not None and rule.milestone.of not in self._befores:
                self._remember(rule.milestone.of)

    def _remember(self, past: Past) -> None:
        counters = past_counters(past)
        self.block.source.use_period(period_of(counters[0]))
        layout = self.block.source.layout
        streak = past.kind == "streak"
        value = reading_streak(counters, layout) if streak else reading(counters[0], layout)
        name = self._befores[past] = self.block.names.take(f"{past.kind}_before")
        self.before.append(f"{name} = {value}")

    def lines(self) -> list[str]:
        """Statements that count what was passed, once the history holds the event."""
        lines: list[str] = []
        for rule in self.block.rules:
            if rule.milestone is not None:
                name = self.passed[rule.id] = self.block.names.take(f"{self._name(rule)}_passed")
                lines += self._count(rule.milestone, name)
        return lines

    def _name(self, rule: Rule) -> str:
        return self.block.source.rule_name(rule.id)

    def _count(self, milestone: Milestone, name: str) -> list[str]:
        before, now = self._befores[milestone.of], self.block.name(milestone.of)
        if milestone.every:
            lines = [f"{name} = {now} // {milestone.every} - {before} // {milestone.every}"]
        else:
            passed = (embedded(f"1 if {before} < {at} <= {now} else 0") for at in milestone.at)
            lines = [f"{name} = {' + '.join(passed)}"]
        if milestone.together:
            lines += [f"if {name} > 1:", f"    {name} = 1"]
        return lines
