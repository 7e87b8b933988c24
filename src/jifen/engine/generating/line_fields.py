"""The fields of the line looked at, as locals of the loop; conditions find their operands here."""

from __future__ import annotations

from jifen.engine.generating.amounts import left_out
from jifen.engine.generating.block import Block
from jifen.engine.generating.names import clean
from jifen.programme.condition import LineField, Operand, Past


class LineFields:
    """What the loop over lines of one event type reads of a line (`conditions.Scope`)."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.columns: list[str] = []
        self.loads: dict[str, str] = {}  # by field
        self.in_parts = False  # whether a line may count for a part of what it costs
        self._locals: dict[str, str] = {}
        self._values: dict[str, str] = {}  # by field, the column of what its values are known by

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

    def added(self, field: str | Past, of_lines: bool = True) -> str:
        """The local that holds what a line adds to a sum. To a rate on the bill it adds what it costs."""
        assert isinstance(field, str)
        price = self.name(LineField(field if of_lines else "amount"))
        counts = field == "amount" and left_out(self.block.source.programme, self.block.type)
        if not counts:
            return price
        self.in_parts = True
        return "counted"

    def value_of(self, field: str) -> str:
        """An expression for what the value of a field of the line looked at is known by, in `line_by_line`."""
        if field not in self._values:
            place = self.block.source.line_columns.place("line value", field)
            column = self.block.names.take(f"{clean(field, 'field')}_values")
            self.columns.append(f"{column} = lines[{place}]")
            self._values[field] = column
        return f"{self._values[field]}[line]"
