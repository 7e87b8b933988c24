"""One look at every line of an event: what the base leaves out, and what line rules gather.

Where the base leaves money out of the bill, a line counts for its part of what is left: then there is a look before.
No rule counts more of its lines than counts of the bill, as it might where a discount stands on no line, or on one of
its own; a rule that gives line by line looks again then.
"""

from __future__ import annotations

from jifen.engine.errors import EngineError
from jifen.engine.generating.block import Block
from jifen.engine.generating.conditions import beside, fails, holds
from jifen.engine.generating.line_fields import LineFields
from jifen.engine.generating.names import clean
from jifen.engine.generating.per_line import PerLine, more_of_line
from jifen.engine.generating.shares import line_body
from jifen.engine.generating.source import indented
from jifen.engine.layout import Counter
from jifen.programme.condition import (
    LineCondition,
    LineField,
    is_about_lines,
    operands,
)
from jifen.programme.rules import Give, Multiply, Rule
from jifen.programme.ways import Amount, Cases, Percentage, Rate
from jifen.wording import Said


class LineLook:
    """The loop over lines of one event type. Rules read what it gathered by `sums` and `counts`."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.fields = LineFields(block)
        self.starts: list[str] = []
        self.body: list[str] = []
        self._sums_of_money: list[str] = []
        self._per_line: list[PerLine] = []
        self.sums: dict[tuple[str, str], str] = {}  # (rule id, field) -> local
        self.counts: dict[str, str] = {}  # rule id -> local
        self.given: dict[str, str] = {}  # rule id -> local with the points of a rule per line
        self.shares: dict[tuple[str, str], str] = {}  # (multiplier, rule it names) -> local
        self._totals: dict[tuple[str, LineCondition | None], str] = {}  # (field, of which lines)
        self.leaves_out = block.source.programme.base.lines is not None and bool(
            block.type.line_fields
        )
        for rule in block.rules:
            if looks_at_lines(rule):
                self._gather(rule)
        self.totals = {
            counter.meaning: self._total(counter)
            for field in block.type.line_fields
            for counter in block.source.layout.fed_by("line field", f"{block.type.id} {field.name}")
        }

        self.fits = self._fitting()  # whether a line fits, by the condition's source

    def _fitting(self) -> dict[str, str]:
        """Whether some line is one for which an event counts."""
        found: dict[str, str] = {}
        for counter in self.block.source.layout.counters:
            where = counter.where
            mine = counter.event == self.block.type.id and counter.kind != "line field"
            if mine and where and where.source not in found and is_about_lines(where):
                name = found[where.source] = self._start("line_fits")
                self.body += [f"if {holds(where, self.fields)}:", f"    {name} = 1"]
        return found

    def _start(self, wanted: str) -> str:
        name = self.block.names.take(wanted)
        self.starts.append(f"{name} = 0")
        return name

    def _gather(self, rule: Rule) -> None:
        base = self.block.source.rule_name(rule.id)
        count = self._start(f"{base}_lines")
        self.counts[rule.id] = count
        body = [f"{count} += 1"]
        if isinstance(rule.action, Multiply):
            body += self._gather_shares(rule, rule.action)
        elif rule.per_line:
            body += self._give_per_line(rule, base)
        else:
            for field in _line_rates(rule):
                total = self._start(f"{base}_{clean(field, 'field')}_sum")
                self.sums[rule.id, field] = total
                self._sums_of_money += [total] if field == "amount" else []
                value = self.fields.added(field)
                body += [f"if {value} != MISSING:", f"    {total} += {value}"]
        self.body += self._of_rule(rule, body)

    def _of_rule(self, rule: Rule, body: list[str]) -> list[str]:
        """Statements for those lines only that a rule is about."""
        if rule.lines is None:
            return body
        return [f"if {holds(rule.lines, self.fields)}:", *indented(body)]

    def _total(self, counter: Counter) -> str:
        """The local with the sum of a field over the lines that a counter is about, whatever its window."""
        field = counter.of.partition(" ")[2]
        if (field, counter.where) not in self._totals:
            total = self._start(f"{clean(field, 'field')}_of_lines")
            self._totals[field, counter.where] = total
            self._sums_of_money += [total] if field == "amount" else []
            value = self.fields.added(field)
            asked = f"{value} != MISSING"
            if counter.where is not None:
                asked = f"{beside(counter.where, self.fields)} and {asked}"
            self.body += [f"if {asked}:", f"    {total} += {value}"]
        return self._totals[field, counter.where]

    def _gather_shares(self, multiplier: Rule, multiply: Multiply) -> list[str]:
        base = self.block.source.rule_name(multiplier.id)
        body: list[str] = []
        for rule in self.block.giving:
            if rule.id not in multiply.rules:
                continue
            total = self._start(f"{base}_of_{self.block.source.rule_name(rule.id)}")
            self.shares[multiplier.id, rule.id] = total
            body += self._of_rule(rule, line_body(rule, total, self.fields))
        return body

    def _give_per_line(self, rule: Rule, base: str) -> list[str]:
        assert isinstance(rule.action, Give)
        total = self._start(f"{base}_by_line")
        self.given[rule.id] = total
        how = rule.action.how
        if isinstance(how, Amount):
            return [f"{total} += {how.points}"]
        one = how.one if isinstance(how, Cases) else how
        if not isinstance(one, Amount) and not (isinstance(one, Rate) and one.of_lines):
            raise EngineError(
                Said(
                    f"Rule '{rule.id}' gives per line, but not by a field of lines.",
                    f"规则“{rule.id}”按商品行给分，但没有用商品行的字段。",
                )
            )
        body = [*more_of_line(rule, self.fields), f"{total} += more"]
        if isinstance(one, Rate) and one.field == "amount":
            bound = PerLine(rule, total, self._start(f"{base}_cost"), self._start(f"{base}_off"))
            self._per_line.append(bound)
            value = self.fields.added("amount")
            body += [f"if {value} > 0:", f"    {bound.cost} += {value}"]
            body += [f"elif {value} != MISSING:", f"    {bound.off} += {value}"]
        return body

    def lines(self, amount: list[str]) -> list[str]:
        """The statements, the loop included, with those that set the amount; only these if nobody looks at lines."""
        kept: list[str] = []
        if self.leaves_out:
            self.starts.insert(0, "excluded = 0")
            condition = self.block.source.programme.base.lines
            assert condition is not None
            price = self.fields.name(LineField("amount"))
            out = [f"if {price} != MISSING:", f"    excluded += {price}", "continue"]
            kept = [f"if {fails(condition, self.fields)}:", *indented(out)]
        if not kept and not self.body:
            return amount
        if not self.block.source.line_columns.columns:  # the number of lines must be known
            self.block.source.line_columns.place("line", self.block.type.line_fields[0].name)
        start = [*self.starts, *self.fields.columns]
        if self.fields.in_parts:
            return [*start, *self._cost(kept), *amount, *self._look(self.body), *self._bounds()]
        loop = indented([*self.fields.loads.values(), *kept, *self.body])
        return [*start, _FOR_EVERY_LINE, *loop, *amount, *self._bounds()]

    def _cost(self, kept: list[str]) -> list[str]:
        """A look before: what the lines that count cost together, and what the others do."""
        asked = self.block.source.programme.base.lines if self.leaves_out else None
        looked = {"amount"} | _fields_of(asked)
        loads = [load for field, load in self.fields.loads.items() if field in looked]
        price = self.fields.name(LineField("amount"))
        added = [f"if {price} != MISSING:", f"    cost += {price}"]
        return ["cost = 0", _FOR_EVERY_LINE, *indented([*loads, *kept, *added])]

    def _look(self, body: list[str]) -> list[str]:
        """The loop once the amount is known; where they count in parts, it is spread over the lines in proportion, to
        the last unit."""
        condition = self.block.source.programme.base.lines
        kept = (
            [f"if {fails(condition, self.fields)}:", "    continue"]
            if self.leaves_out and condition
            else []
        )
        start, part = list[str](), list[str]()
        if self.fields.in_parts:
            price = self.fields.name(LineField("amount"))
            start = ["cost_so_far = counted_so_far = 0"]
            part = [
                f"counted = {price}",
                f"if 0 <= amount < cost and {price} != MISSING:",
                f"    cost_so_far += {price}",
                "    counted = part_of(amount, cost_so_far, cost) - counted_so_far",
                "    counted_so_far += counted",
            ]
        loop = indented([*self.fields.loads.values(), *kept, *part, *body])
        return [*start, _FOR_EVERY_LINE, *loop]

    def _bounds(self) -> list[str]:
        """What lines count together is bounded by what counts of the bill, and by what they cost together."""
        lines: list[str] = []
        if self._sums_of_money:
            lines.append("if amount != MISSING:")
        for total in self._sums_of_money:
            lines += indented([f"if {total} > amount:", f"    {total} = amount"])
        for one in self._per_line:
            lines += [
                *one.most(),
                f"if most < {one.cost}:",
                *indented(self._given_in_parts(one)),
            ]
        return lines

    def line_by_line(self, rule: Rule, then: list[str]) -> list[str]:
        """Once more through the lines of a rule that gives line by line: `then`, where a line gives `more`."""
        start, body = list[str](), more_of_line(rule, self.fields)
        one = next((one for one in self._per_line if one.rule is rule), None)
        if one is not None:
            start = [*one.most(), f"if most > {one.cost}:", f"    most = {one.cost}"]
            start.append("so_far = parts_so_far = 0")
            body = ["more = 0", *one.part(self.fields)]
        return [*start, *self._look(self._of_rule(rule, [*body, *then]))]

    def _given_in_parts(self, one: PerLine) -> list[str]:
        """Give line by line again, for its part of the most that the lines may count."""
        body = ["more = 0", *one.part(self.fields), f"{one.total} += more"]
        start = f"{one.total} = so_far = parts_so_far = 0"
        return [start, *self._look(self._of_rule(one.rule, body))]


_FOR_EVERY_LINE = "for line in range(first, last):"


def _fields_of(condition: LineCondition | None) -> set[str]:
    if condition is None:
        return set()
    return {leaf.name for leaf in operands(condition) if isinstance(leaf, LineField)}


def looks_at_lines(rule: Rule) -> bool:
    """Whether a rule reads lines at all."""
    return rule.lines is not None or rule.per_line or bool(_line_rates(rule))


def _line_rates(rule: Rule) -> list[str]:
    if not isinstance(rule.action, Give):
        return []
    how = rule.action.how
    if isinstance(how, Percentage):
        return []
    ways = [how] if isinstance(how, Amount | Rate) else list(how.gives)
    fields = (way.field for way in ways if isinstance(way, Rate) and way.of_lines)
    return list(dict.fromkeys(fields))
