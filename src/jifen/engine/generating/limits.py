"""A rule's own limits and its cooldown: what they leave, and how what it gave uses them up."""

from __future__ import annotations

from jifen.engine.generating.block import Block
from jifen.engine.generating.calendars import embedded, period_of, reading
from jifen.engine.layout import Counter
from jifen.engine.needs import cooldown_counter, limit_subject, rule_limit_counter
from jifen.programme.rules import Rule
from jifen.programme.ways_out import Limit


class RuleLimits:
    """The expressions and statements about the limits of rules of one event type."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.layout = block.source.layout

    def left(self, rule: Rule, limit: Limit) -> str:
        """An expression for what a limit leaves."""
        if limit.period == "event":
            return str(limit.value)
        return f"{limit.value} - {self.used(rule, limit)}"

    def used(self, rule: Rule, limit: Limit) -> str:
        """An expression for what of a limit over time is used up."""
        counter = rule_limit_counter(rule, limit)
        if limit.by is not None:
            return f"table_used({self._entry(counter)})"
        self.block.source.use_period(period_of(counter))
        return embedded(reading(counter, self.layout))

    def cooling_down(self, rule: Rule) -> str:
        """A condition: the rule gave too short a time ago."""
        self.block.source.use_period("instant")
        last = self.layout.place(cooldown_counter(rule))
        return f"state[{last}] > instant - {rule.cooldown}"

    def use_up(self, rule: Rule, what: str, value: str, currency: str | None = None) -> list[str]:
        """Statements that add to the counters of such limits, in whichever version they stand."""
        subject = limit_subject(rule, what, currency)
        lines: list[str] = []
        for counter in self.layout.fed_by("limit", subject):
            lines += self.block.feed(counter, value)
        for counter in self.layout.counters:
            if counter.kind == "limit by" and counter.of.startswith(f"{subject} by "):
                lines.append(f"feed_table({self._entry(counter)}, {value})")
        return lines

    def gave(self, rule: Rule) -> list[str]:
        """Statements for a rule that gave once more."""
        lines = self.use_up(rule, "times", "1")
        counter = cooldown_counter(rule)
        if counter in self.layout:
            self.block.source.use_period("instant")
            lines.append(f"state[{self.layout.place(counter)}] = instant")
        return lines

    def _entry(self, counter: Counter) -> str:
        """The table of a counter and the value that it is asked about."""
        period = "0"
        if counter.window != "lifetime":
            period = period_of(counter)
            self.block.source.use_period(period)
        column = self.block.source.columns.place("value", counter.of.rpartition(" ")[2])
        return f"state, {self.layout.place(counter)}, {period}, event[{column}]"


def at_most(limit: Limit) -> str:
    """A limit as a comment."""
    by = " for each value of a field" if limit.by else ""
    return f"# At most {limit.value} {limit.what} per {limit.span}{by}"
