"""What of the bill counts: less the fields and the lines that the base leaves out."""

from __future__ import annotations

from jifen.engine.generating.block import Block
from jifen.engine.generating.source import indented
from jifen.programme.condition import EventField
from jifen.programme.event_types import EventType
from jifen.programme.model import Programme


def left_out(programme: Programme, event_type: EventType) -> list[str]:
    """The fields of an event type that the base leaves out of the bill."""
    known = {field.name for field in event_type.fields}
    return [name for name in programme.base.leave_out if name in known]


def amount_lines(block: Block, leaves_out_lines: bool) -> list[str]:
    """Statements that set the amount; what lines cost that do not count is known then."""
    less: list[str] = []
    for name in left_out(block.source.programme, block.type):
        value = block.name(EventField(name))
        less += [f"if {value} > 0:", f"    amount -= {value}"]
    if leaves_out_lines:
        less += ["if excluded > 0:", "    amount -= excluded"]
    lines = [f"gross = event[{block.source.columns.place('gross', 'gross')}]", "amount = gross"]
    if less:
        lines += ["if gross != MISSING:", *indented([*less, "if amount < 0:", "    amount = 0"])]
    return [*lines, "out[2] = amount"]
