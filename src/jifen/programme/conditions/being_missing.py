"""`missing(category)`: that nothing is known of a field of the event, of a line, or of the member."""

from __future__ import annotations

import ast

from jifen.programme.condition import EventField, Fact, LineField, Missing
from jifen.programme.conditions.expressions import segment
from jifen.programme.conditions.scope import Scope, Typed
from jifen.programme.problems import Wrong
from jifen.wording import Said

MISSING_WORD = "missing"
_ALWAYS_KNOWN = (EventField("amount"), EventField("gross"), Fact("referred"))


def asks_what_is_missing(node: ast.expr) -> bool:
    """Whether it is a call of `missing`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == MISSING_WORD
    )


def missing_of(node: ast.Call, source: str, written: str, scope: Scope, negated: bool) -> Missing:
    """That a field or fact is (negated: is not) missing; `written` is what a person wrote for it.

    Raises:
        Wrong: what it asks about is no field or fact, or is always known.
    """
    call = segment(source, node)
    if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.Name):
        raise Wrong(
            Said(
                f"`{call}` names no field or fact",
                f"`{call}` 没有写明是哪个字段或会员信息",
            ),
            Said("write such as missing(channel)", "请写成 missing(channel) 这样"),
        )
    asked = scope.find(node.args[0].id)
    if asked.kind == "texts":
        raise Wrong(_always_known(asked), _among(asked))
    operand = asked.operand
    if not isinstance(operand, EventField | LineField | Fact) or operand in _ALWAYS_KNOWN:
        raise Wrong(_always_known(asked))
    return Missing(operand, negated, written)


def not_compared(node: ast.expr, source: str) -> Wrong:
    """Why a call of `missing` is no side of a comparison."""
    call = segment(source, node)
    return Wrong(
        Said(f"`{call}` is a condition by itself", f"`{call}` 本身就是条件"),
        Said(f"write {call} or not {call}", f"请写 {call} 或 not {call}"),
    )


def _always_known(asked: Typed) -> Said:
    return Said(f"'{asked.name}' is never missing", f"“{asked.name}”不会缺失")


def _among(asked: Typed) -> Said:
    name = asked.name
    return Said(
        f"who has none has no text: not 'vip' in {name}",
        f"没有就是没有其中任何一项：not 'vip' in {name}",
    )
