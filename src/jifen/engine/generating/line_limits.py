"""Limits for each value of a field of lines: a rule that gives line by line gives each line what they leave it."""

from __future__ import annotations

from jifen.engine.generating.calendars import period_of
from jifen.engine.generating.limits import RuleLimits, at_most
from jifen.engine.generating.lines import LineLook
from jifen.engine.generating.source import indented
from jifen.engine.layout import Counter
from jifen.engine.needs import limit_subject, rule_limit_counter
from jifen.engine.plan import LIMIT_USED_UP
from jifen.programme.rules import Give, Rule


class LineLimits:
    """The statements that let rules of one event type give again, line by line, and use up such limits."""

    def __init__(self, look: LineLook, limits: RuleLimits) -> None:
        self.look, self.limits = look, limits
        self.block = limits.block
        self._tables: dict[str, list[tuple[Counter, str]]] = {}  # by rule, with what each counts
        for rule in self.block.giving:
            if rule.per_line and rule.group is None:
                self._tables[rule.id] = list(self._tables_of(rule))
                for counter, _ in self._tables[rule.id]:
                    look.fields.value_of(counter.of.rpartition(" ")[2])

    def _tables_of(self, rule: Rule) -> list[tuple[Counter, str]]:
        """The tables that a rule feeds, in whichever version its limits stand."""
        assert isinstance(rule.action, Give)
        subjects = {
            what: f"{limit_subject(rule, what, rule.action.currency)} by "
            for what in ("times", "points")
        }
        return [
            (counter, what)
            for counter in self.look.block.source.layout.counters
            for what, subject in subjects.items()
            if counter.kind == "limit by line" and counter.of.startswith(subject)
        ]

    def concern(self, rule: Rule) -> bool:
        """Whether a rule has such limits, or uses some up that it has in another version."""
        return bool(self._tables.get(rule.id))

    def lines(self, rule: Rule, given: str) -> list[str]:
        """Give line by line, together no more than `given`, which the other limits have left."""
        tables = self._tables.get(rule.id)
        if not tables:
            return []
        inner: list[str] = []
        for limit in rule.limits:
            if not limit.of_lines:
                continue
            used = f"table_used({self._entry(rule_limit_counter(rule, limit))})"
            inner.append(at_most(limit))
            if limit.what == "times":
                inner += [f"if {used} >= {limit.value}:", "    more = 0"]
            else:
                inner += [f"room = {limit.value} - {used}", "if more > room:"]
                inner.append("    more = room if room > 0 else 0")
        inner += ["if more > left:", "    more = left", "if more > 0:"]
        inner += indented([f"{given} += more", "left -= more"])
        inner += indented(
            [
                f"feed_table({self._entry(counter)}, {'1' if what == 'times' else 'more'})"
                for counter, what in tables
            ]
        )
        loop = self.look.line_by_line(rule, ["if more > 0:", *indented(inner)])
        again = [f"left = {given}", f"{given} = 0", *loop]
        again += [f"if {given} == 0:", f"    {self.block.source.reason(rule)} = {LIMIT_USED_UP}"]
        return ["# Line by line", f"if {given} > 0:", *indented(again)]

    def _entry(self, counter: Counter) -> str:
        """The table of a counter and the value of the line looked at."""
        period = "0"
        if counter.window != "lifetime":
            period = period_of(counter)
            self.block.source.use_period(period)
        value = self.look.fields.value_of(counter.of.rpartition(" ")[2])
        return f"state, {self.block.source.layout.place(counter)}, {period}, {value}"
