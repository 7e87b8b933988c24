"""The syntax of conditions: Python's expressions, and of these only comparisons, and/or/not, + - *,
plain names, literals, lists and calls by name. What names mean is the business of `typing_conditions`."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from jifen.programme.problems import Wrong

MOST_CHARACTERS = 1000
DEEPEST_LEVEL = 12
MOST_NODES = 500

_ALLOWED: tuple[type[ast.AST], ...] = (
    ast.BoolOp,
    ast.UnaryOp,
    ast.Compare,
    ast.BinOp,
    ast.Call,
    ast.Name,
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.boolop,
    ast.Not,
    ast.USub,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.expr_context,
)
_NOT_HERE: dict[type[ast.AST], str] = {
    ast.Div: "division is not part of conditions: multiply the other side",
    ast.Is: "write == instead of is",
    ast.IsNot: "write != instead of is not",
    ast.Attribute: "names have no dots",
    ast.Subscript: "tables are not supported yet",
}
_FULL_WIDTH = str.maketrans("‘’“”，（）［］＝＜＞！＋－＊：", "''\"\",()[]=<>!+-*:")


def parse(source: str) -> ast.expr:
    """The tree of a condition, made of allowed parts only and bounded in length and depth."""
    if not source:
        raise Wrong("the condition is empty")
    if len(source) > MOST_CHARACTERS:
        raise Wrong(f"the condition is longer than {MOST_CHARACTERS} characters")
    if "\\" in source:
        raise Wrong("a backslash has no place in a condition")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # such as `50and`, which Python only warns of
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Wrong(f"cannot read the condition `{source}`", _hint(source, error)) from None
    for count, (node, level) in enumerate(_walk(tree)):
        if level > DEEPEST_LEVEL or count > MOST_NODES:
            raise Wrong("the condition is too deeply nested or too long: split it into rules")
        if not isinstance(node, _ALLOWED):
            said = next((text for kind, text in _NOT_HERE.items() if isinstance(node, kind)), None)
            unknown = f"conditions know no {type(node).__name__}"
            raise Wrong(f"cannot use `{source}`", said or unknown)
    return tree


def segment(source: str, node: ast.expr) -> str:
    """The text of a part as it was written."""
    return ast.get_source_segment(source, node) or source


def _walk(tree: ast.AST) -> Iterator[tuple[ast.AST, int]]:
    waiting = [(tree, 0)]
    while waiting:
        node, level = waiting.pop()
        yield node, level
        waiting.extend((child, level + 1) for child in ast.iter_child_nodes(node))


def _hint(source: str, error: Exception) -> str | None:
    plain = source.translate(_FULL_WIDTH)
    if plain != source:
        return f"with plain punctuation: {plain}"
    outside = re.sub(r"'[^']*'|\"[^\"]*\"", "", source)
    if re.search(r"(?<![<>=!])=(?!=)", outside):
        return "write == to compare"
    for wrong, right in (("&&", "and"), ("||", "or"), ("<>", "!=")):
        if wrong in outside:
            return f"write {right} instead of {wrong}"
    if found := re.search(r"\b(AND|OR|NOT|IN)\b", outside):
        return f"write {found[1].lower()} in small letters"
    if outside.count("'") % 2 or outside.count('"') % 2:
        return "a quotation mark is missing"
    if isinstance(error, SyntaxError) and error.msg != "invalid syntax":
        return error.msg
    return None
