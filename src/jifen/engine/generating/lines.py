"""One look at every line of an event: what the base leaves out, and what line rules gather.

Where the base leaves money out of the bill, a line counts for its part of what is left: then there is a look before.
No rule counts more of its lines than counts of the bill, as it might where a discount stands on no line, or on one of
its own; a rule that gives line by line looks again then.
"""

from __future__ import annotations

from typing import NamedTuple

from jifen.engine.errors import EngineError
from jifen.engine.generating.amounts import left_out
from jifen.engine.generating.block import Block
from jifen.engine.generating.conditions import beside, fails, holds
from jifen.engine.generating.giving import give
from jifen.engine.generating.names import clean
from jifen.engine.generating.shares import line_body
from jifen.engine.generating.source import indented
from jifen.engine.layout import Counter
from jifen.programme.condition import (
    LineCondition,
    LineField,
    Operand,
    Past,
    is_about_lines,
    operands,
)
from jifen.programme.model import Give, Multiply, Rule
from jifen.programme.ways import Amount, Percentage, Rate
from jifen.wording import Said


class PerLine(NamedTuple):
    """A rule that gives line by line for what lines cost: the locals of what it gave, and of what its lines cost above
    and below zero."""

    rule: Rule
    total: str
    cost: str
    off: str


class LineLook:
    """The loop over lines of one event type. Rules read what it gathered by `sums` and `counts`."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.starts: list[str] = []
        self.columns: list[str] = []
        self.loads: dict[str, str] = {}  # by field
        self.body: list[str] = []
        self._in_parts = False  # whether a line may count for a part of what it costs
        self._sums_of_money: list[str] = []
        self._per_line: list[PerLine] = []
        self._locals: dict[str, str] = {}
        self._values: dict[str, str] = {}  # by field, the column of what its values are known by
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
                self.body += [f"if {holds(where, self)}:", f"    {name} = 1"]
        return found

    def name(self, operand: Operand) -> str:
        """The local that holds a field of the line looked at."""
        assert isinstance(operand, LineField)
        if operand.name not in self._locals:
            place = self.block.source.line_columns.place("line", operand.name)
            column = self.block.names.take(f"{clean(operand.name, 'field')}_of")
            name = self.block.names.take(f"line_{clean(operand.name, 'field')}")
            self.columns.append(f"{column} = lines[{place}]")
            self.loads[operand.name] = f"{name} = {column}[line]"
            self._locals[operand.name] = name
        return self._locals[operand.name]

    def word(self, operand: Operand, text: str) -> int:
        """The code of a text compared with a line field."""
        assert isinstance(operand, LineField)
        return self.block.source.line_columns.word("line", operand.name, text)

    def _added(self, field: str | Past, of_lines: bool = True) -> str:
        """The local that holds what a line adds to a sum. To a rate on the bill it adds what it costs."""
        assert isinstance(field, str)
        price = self.name(LineField(field if of_lines else "amount"))
        counts = field == "amount" and left_out(self.block.source.programme, self.block.type)
        if not counts:
            return price
        self._in_parts = True
        return "counted"

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
                value = self._added(field)
                body += [f"if {value} != MISSING:", f"    {total} += {value}"]
        self.body += self._of_rule(rule, body)

    def _of_rule(self, rule: Rule, body: list[str]) -> list[str]:
        """Statements for those lines only that a rule is about."""
        if rule.lines is None:
            return body
        return [f"if {holds(rule.lines, self)}:", *indented(body)]

    def _total(self, counter: Counter) -> str:
        """The local with the sum of a field over the lines that a counter is about, whatever its window."""
        field = counter.of.partition(" ")[2]
        if (field, counter.where) not in self._totals:
            total = self._start(f"{clean(field, 'field')}_of_lines")
            self._totals[field, counter.where] = total
            self._sums_of_money += [total] if field == "amount" else []
            value = self._added(field)
            asked = f"{value} != MISSING"
            if counter.where is not None:
                asked = f"{beside(counter.where, self)} and {asked}"
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
            body += self._of_rule(rule, line_body(rule, total, self._added))
        return body

    def _give_per_line(self, rule: Rule, base: str) -> list[str]:
        assert isinstance(rule.action, Give)
        total = self._start(f"{base}_by_line")
        self.given[rule.id] = total
        how = rule.action.how
        if isinstance(how, Amount):
            return [f"{total} += {how.points}"]
        if not isinstance(how, Rate) or not how.of_lines:
            raise EngineError(
                Said(
                    f"Rule '{rule.id}' gives per line, but not by a field of lines.",
                    f"规则“{rule.id}”按商品行给分，但没有用商品行的字段。",
                )
            )
        body = ["more = 0", *give(rule, "more", self._added), f"{total} += more"]
        if how.field == "amount":
            one = PerLine(rule, total, self._start(f"{base}_cost"), self._start(f"{base}_off"))
            self._per_line.append(one)
            value = self._added("amount")
            body += [f"if {value} > 0:", f"    {one.cost} += {value}"]
            body += [f"elif {value} != MISSING:", f"    {one.off} += {value}"]
        return body

    def lines(self, amount: list[str]) -> list[str]:
        """The statements, the loop included, with those that set the amount; only these if nobody looks at lines."""
        kept: list[str] = []
        if self.leaves_out:
            self.starts.insert(0, "excluded = 0")
            condition = self.block.source.programme.base.lines
            assert condition is not None
            price = self.name(LineField("amount"))
            out = [f"if {price} != MISSING:", f"    excluded += {price}", "continue"]
            kept = [f"if {fails(condition, self)}:", *indented(out)]
        if not kept and not self.body:
            return amount
        if not self.block.source.line_columns.columns:  # the number of lines must be known
            self.block.source.line_columns.place("line", self.block.type.line_fields[0].name)
        start = [*self.starts, *self.columns]
        if self._in_parts:
            return [*start, *self._cost(kept), *amount, *self._look(self.body), *self._bounds()]
        loop = indented([*self.loads.values(), *kept, *self.body])
        return [*start, _FOR_EVERY_LINE, *loop, *amount, *self._bounds()]

    def _cost(self, kept: list[str]) -> list[str]:
        """A look before: what the lines that count cost together, and what the others do."""
        asked = self.block.source.programme.base.lines if self.leaves_out else None
        looked = {"amount"} | _fields_of(asked)
        loads = [load for field, load in self.loads.items() if field in looked]
        price = self.name(LineField("amount"))
        added = [f"if {price} != MISSING:", f"    cost += {price}"]
        return ["cost = 0", _FOR_EVERY_LINE, *indented([*loads, *kept, *added])]

    def _look(self, body: list[str]) -> list[str]:
        """The loop once the amount is known; where they count in parts, it is spread over the lines in proportion, to
        the last unit."""
        condition = self.block.source.programme.base.lines
        kept = (
            [f"if {fails(condition, self)}:", "    continue"]
            if self.leaves_out and condition
            else []
        )
        start, part = list[str](), list[str]()
        if self._in_parts:
            price = self.name(LineField("amount"))
            start = ["cost_so_far = counted_so_far = 0"]
            part = [
                f"counted = {price}",
                f"if 0 <= amount < cost and {price} != MISSING:",
                f"    cost_so_far += {price}",
                "    counted = part_of(amount, cost_so_far, cost) - counted_so_far",
                "    counted_so_far += counted",
            ]
        loop = indented([*self.loads.values(), *kept, *part, *body])
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
                *self._most_of(one),
                f"if most < {one.cost}:",
                *indented(self._given_in_parts(one)),
            ]
        return lines

    def value_of(self, field: str) -> str:
        """An expression for what the value of a field of the line looked at is known by, in `line_by_line`."""
        if field not in self._values:
            place = self.block.source.line_columns.place("line value", field)
            column = self.block.names.take(f"{clean(field, 'field')}_values")
            self.columns.append(f"{column} = lines[{place}]")
            self._values[field] = column
        return f"{self._values[field]}[line]"

    def line_by_line(self, rule: Rule, then: list[str]) -> list[str]:
        """Once more through the lines of a rule that gives line by line: `then`, where a line gives `more`."""
        assert isinstance(rule.action, Give)
        how, start = rule.action.how, list[str]()
        body = ["more = 0", *give(rule, "more", self._added)]
        if isinstance(how, Amount):
            body = [f"more = {how.points}"]
        elif isinstance(how, Rate) and how.field == "amount":
            one = next(one for one in self._per_line if one.rule is rule)
            start = [*self._most_of(one), f"if most > {one.cost}:", f"    most = {one.cost}"]
            start.append("so_far = parts_so_far = 0")
            body = ["more = 0", *self._part_of_line(one)]
        return [*start, *self._look(self._of_rule(rule, [*body, *then]))]

    def _most_of(self, one: PerLine) -> list[str]:
        """What lines that give one by one may count together."""
        return [
            f"most = {one.cost} + {one.off}",
            "if amount != MISSING and most > amount:",
            "    most = amount",
        ]

    def _part_of_line(self, one: PerLine) -> list[str]:
        """Set `more` to what a line that costs something gives for its part of `most`."""
        value = self._added("amount")
        return [
            f"if {value} > 0:",
            f"    so_far += {value}",
            f"    part = part_of(most, so_far, {one.cost}) - parts_so_far",
            "    parts_so_far += part",
            *indented(give(one.rule, "more", lambda field, of_lines: "part")),
        ]

    def _given_in_parts(self, one: PerLine) -> list[str]:
        """Give line by line again, for its part of the most that the lines may count."""
        body = ["more = 0", *self._part_of_line(one), f"{one.total} += more"]
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
