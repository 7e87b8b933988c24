"""The syntax of conditions: Python's expressions, and of these only comparisons, and/or/not, + - *,
plain names, literals, lists and calls by name. What names mean is the business of `typing_conditions`."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from jifen.programme.meant import write
from jifen.programme.problems import Wrong
from jifen.wording import Said

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
    ast.Subscript,
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
_COMPARE = Said("write == to compare", "比较请用 ==")
_NOT_HERE: dict[type[ast.AST], Said] = {
    ast.Div: Said(
        "division is not part of conditions: multiply the other side",
        "条件中没有除法：请改为在另一边相乘",
    ),
    ast.Is: Said("write == instead of is", "请把 is 改为 =="),
    ast.IsNot: Said("write != instead of is not", "请把 is not 改为 !="),
    ast.keyword: _COMPARE,
}
_UNREADABLE = {
    "unexpected EOF while parsing": "条件不完整",
    "invalid decimal literal": "数字写法不对",
}
"""What Python says of conditions that people write, in Chinese; of the rest its own words are quoted."""
_FULL_WIDTH = str.maketrans(
    "‘’“”，（）［］＝＜＞！＋－＊：０１２３４５６７８９", "''\"\",()[]=<>!+-*:0123456789"
)
_OTHER_SIGNS = {
    "=>": ">=", "=<": "<=", "≥": ">=", "≤": "<=", "≠": "!=", "&&": "and", "||": "or", "<>": "!=",
    "并且": "and", "而且": "and", "或者": "or", " 且 ": " and ", " 和 ": " and ", " 或 ": " or ",
}  # fmt: skip
_OF_LANGUAGE = frozenset({"and", "or", "not", "in", "is", "if", "else", "for"})
_NUMBER_WITH_UNIT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*([^\W\d_]\w*|%)")
_TWO_WORDS = re.compile(r"\b([^\W\d]\w*) +([^\W\d]\w*)\b")


def parse(source: str) -> ast.expr:
    """The tree of a condition, made of allowed parts only and bounded in length and depth."""
    if not source:
        raise Wrong(Said("the condition is empty", "条件是空的"))
    if len(source) > MOST_CHARACTERS:
        raise Wrong(
            Said(
                f"the condition is longer than {MOST_CHARACTERS} characters",
                f"条件超过 {MOST_CHARACTERS} 个字符",
            )
        )
    if "\\" in source:
        raise Wrong(Said("a backslash has no place in a condition", "条件中不能有反斜杠"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # such as `50and`, which Python only warns of
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        message = Said(f"cannot read the condition `{source}`", f"无法读懂条件 `{source}`")
        raise Wrong(message, _hint(source, error)) from None
    _refuse_none(tree, source)
    for count, (node, level) in enumerate(_walk(tree)):
        if level > DEEPEST_LEVEL or count > MOST_NODES:
            raise Wrong(
                Said(
                    "the condition is too deeply nested or too long: split it into rules",
                    "条件嵌套太深或太长：请拆成几条规则",
                )
            )
        if not isinstance(node, _ALLOWED):
            said = next((text for kind, text in _NOT_HERE.items() if isinstance(node, kind)), None)
            kind = type(node).__name__
            unknown = Said(f"conditions know no {kind}", f"条件不支持 {kind}")
            hint = said or unknown
            if isinstance(node, ast.Attribute):
                hint = Said(f"names have no dots: {node.attr}", f"名称中没有点号：{node.attr}")
            raise Wrong(Said(f"cannot use `{source}`", f"不能使用 `{source}`"), hint)
    if isinstance(tree, ast.Tuple):
        parts = " and ".join(segment(source, part) for part in tree.elts)
        raise Wrong(Said(f"cannot use `{source}`", f"不能使用 `{source}`"), write(parts))
    return tree


def _refuse_none(tree: ast.expr, source: str) -> None:
    """`channel is None` or `channel == None`, as people write it who know Python."""
    for node in ast.walk(tree):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        named = next((side.id for side in sides if isinstance(side, ast.Name)), None)
        if named and any(isinstance(side, ast.Constant) and side.value is None for side in sides):
            raise Wrong(
                Said(f"cannot use `{source}`", f"不能使用 `{source}`"),
                Said(
                    f"write missing({named}) or not missing({named})",
                    f"请写 missing({named}) 或 not missing({named})",
                ),
            )


def segment(source: str, node: ast.expr) -> str:
    """The text of a part as it was written."""
    return ast.get_source_segment(source, node) or source


def _walk(tree: ast.AST) -> Iterator[tuple[ast.AST, int]]:
    waiting = [(tree, 0)]
    while waiting:
        node, level = waiting.pop()
        yield node, level
        waiting.extend((child, level + 1) for child in ast.iter_child_nodes(node))


def _hint(source: str, error: Exception) -> Said | None:
    plain = source.translate(_FULL_WIDTH)
    if plain != source:
        return Said(f"with plain punctuation: {plain}", f"请用半角标点：{plain}")
    outside = re.sub(r"'[^']*'|\"[^\"]*\"", "", source)
    for wrong, right in _OTHER_SIGNS.items():
        if wrong in outside:
            old, new = wrong.strip(), right.strip()
            if old.isalpha():
                return Said(f"write {new} instead of '{old}'", f"请把“{old}”改为 {new}")
            return Said(f"write {new} instead of {old}", f"请把 {old} 改为 {new}")
    if re.search(r"(?<![<>=!])=(?!=)", outside):
        return _COMPARE
    if found := re.search(r"\b\d{4}-\d\d-\d\d\b", outside):
        return Said(f"dates stand in quotes: '{found[0]}'", f"日期要加引号：'{found[0]}'")
    if found := re.search(r"(\w+) between (\S+) and (\S+)", outside):
        return write(f"{found[2]} <= {found[1]} <= {found[3]}")
    if re.search(r"\b(and|or|not)$", outside):
        return Said("something is missing at its end", "末尾缺了内容")
    if re.search(r"\bper (day|week|month|quarter|year)\b", outside):
        return Said(
            "the period stands in the question: count('purchase', 'month')",
            "周期写在函数里：count('purchase', 'month')",
        )
    if re.search(r"\bcontains\b", outside):
        return Said(
            "write 'vip' in tags instead of tags contains 'vip'",
            "请把 tags contains 'vip' 改为 'vip' in tags",
        )
    if found := re.search(r"\b(AND|OR|NOT|IN)\b", outside):
        word = found[1].lower()
        return Said(f"write {word} in small letters", f"请用小写的 {word}")
    for number, unit in _NUMBER_WITH_UNIT.findall(outside):
        if unit not in _OF_LANGUAGE:
            said = f"{number}{'' if unit == '%' else ' '}{unit}"
            return Said(
                f"numbers have no unit: {number} instead of {said}",
                f"数字不带单位：请把 {said} 改为 {number}",
            )
    for one, other in _TWO_WORDS.findall(outside):
        if not {one, other} & _OF_LANGUAGE:
            joined = f"{one}_{other}"
            return Said(
                f"names have no spaces: {joined}, or text in quotes",
                f"名称中没有空格：{joined}；文字要加引号",
            )
    if outside.count("'") % 2 or outside.count('"') % 2:
        return Said("a quotation mark is missing", "缺少一个引号")
    if isinstance(error, SyntaxError) and error.msg != "invalid syntax":
        return Said(error.msg, _UNREADABLE.get(error.msg, f"解析器提示：{error.msg}"))
    return None
