"""Fields of lines by which conditions leave out, without saying so, the lines that do not have them."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.condition import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    LineField,
    Missing,
    OneOf,
    Past,
    leaves,
    operands,
)
from jifen.programme.lints.finding import Finding, of_rule
from jifen.programme.model import Programme
from jifen.programme.rules import Rule
from jifen.wording import Said


def left_out_unknown(programme: Programme) -> Iterator[Finding]:
    """The base, and rules, with conditions such as `category != 'fee'` on a field that lines may lack.

    A condition that says what becomes of lines without the field is none of them.
    """
    for field in dict.fromkeys(_excluding(programme.base.lines)):
        yield Finding("leaves-out-unknown", "base", 0, _leaves_out(field))
    for rule in programme.rules:
        if rule.part_of is not None:
            continue
        found = (name for condition in _about_lines(rule) for name in _excluding(condition))
        for said in map(_leaves_out, dict.fromkeys(found)):
            yield of_rule("leaves-out-unknown", rule, said.en, said.zh)


def _leaves_out(field: str) -> Said:
    return Said(
        f"leaves out lines without {field} as well: write `or missing({field})` if they count",
        f"把没有注明 {field} 的商品行也排除在外；若应计入，请加写 `or missing({field})`",
    )


def _about_lines(rule: Rule) -> Iterator[Condition]:
    if rule.lines is not None:
        yield rule.lines
    asked = [leaf for condition in rule.when for leaf in operands(condition)]
    for past in (*asked, *([rule.milestone.of] if rule.milestone else ())):
        if isinstance(past, Past):
            yield from (past.where,) if past.where else ()
            yield from (past.summed.where,) if past.summed and past.summed.where else ()


def _excluding(condition: Condition | None) -> list[str]:
    """The fields of lines of which a condition only says what they may not be."""
    atoms = list(_atoms(condition)) if condition else []
    said = {atom.operand for atom in atoms if isinstance(atom, Missing)}
    negative = [
        leaf
        for atom in atoms
        if (isinstance(atom, OneOf) and atom.negated)
        or (isinstance(atom, Compare) and atom.operator == "!=")
        for operand in operands(atom)
        for leaf in leaves(operand)
    ]
    return [leaf.name for leaf in negative if isinstance(leaf, LineField) and leaf not in said]


def _atoms(condition: Condition) -> Iterator[Compare | OneOf | Missing]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _atoms(part)
    else:
        yield condition
