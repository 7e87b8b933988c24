"""What rules would give for some lines alone: of that, a multiplier of lines makes more."""

from __future__ import annotations

from jifen.engine.errors import EngineError
from jifen.engine.generating.giving import give
from jifen.engine.generating.line_fields import LineFields
from jifen.engine.generating.per_line import more_of_line
from jifen.engine.generating.source import indented
from jifen.programme.reading.multiplying import gives_by_lines
from jifen.programme.rules import Give, Rule
from jifen.programme.ways import Amount, Rate
from jifen.wording import Said


def line_body(rule: Rule, total: str, fields: LineFields) -> list[str]:
    """Statements for one line: add its amount or field, or what a rule per line gives for it, to `total`."""
    assert isinstance(rule.action, Give)
    how = rule.action.how
    if not gives_by_lines(rule):
        raise EngineError(
            Said(
                f"Rule '{rule.id}' gives nothing that is a line's own.",
                f"规则“{rule.id}”给出的积分分不到商品行上。",
            )
        )
    if isinstance(how, Amount):
        return [f"{total} += {how.points}"]
    if rule.per_line:
        return [*more_of_line(rule, fields), f"{total} += more"]
    assert isinstance(how, Rate)
    name = fields.added(how.field, how.of_lines)
    return [f"if {name} != MISSING:", f"    {total} += {name}"]


def share_lines(rule: Rule, total: str, given: str) -> list[str]:
    """Statements that set `share` to what the gathered lines would have been given, at most what was given."""
    start = [f"share = {total}"]
    if not rule.per_line:
        start = ["share = 0", *give(rule, "share", lambda field, of_lines: total)]
    return [*start, f"if share > {given}:", *indented([f"share = {given}"])]
