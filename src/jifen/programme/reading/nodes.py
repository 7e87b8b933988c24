"""From YAML or JSON text to a tree in which every scalar is still text and everything knows its place.

The YAML is the plain part of the language: no anchors, aliases or tags, and no key twice. JSON is a
subset of that, so one reader serves both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import yaml

from jifen.programme.problems import Problem, Problems, ProgrammeError
from jifen.wording import Said

MOST_CHARACTERS = 500_000
DEEPEST_LEVEL = 20

_TWO_HALVES = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_FULL_WIDTH = {"：": ":", "，": ",", "｛": "{", "｝": "}", "［": "[", "］": "]"}
_NO_YAML = Said("not readable as YAML", "不是有效的 YAML")
_YAML_SAYS = {
    "mapping values are not allowed in this context": "这里不能出现冒号",
    "did not find expected key": "这里应是一个键，请检查缩进",
    "could not find expected ':'": "缺少冒号",
    "did not find expected '-' indicator": "这里应是以 - 开头的列表项，请检查缩进",
    "did not find expected ',' or ']'": "列表缺少逗号或右方括号",
    "did not find expected ',' or '}'": "映射缺少逗号或右花括号",
    "did not find expected node content": "这里缺少内容",
    "found character that cannot start any token": "这里的字符须放在引号中，或者是用了制表符",
    "found unexpected end of stream": "文档在引号内就结束了",
    "found unexpected document indicator": "文档在引号内就结束了",
    "block sequence entries are not allowed in this context": "这里不能出现列表项",
    "control characters are not allowed": "含有控制字符",
    "found a tab character that violates indentation": "缩进用了制表符",
}
"""What the parser says, in Chinese; the rest of its words are quoted."""
_ONE_COLUMN = Said(
    "what belongs together begins in one column", "同属一处的内容须左对齐，从同一列开始"
)
_YAML_HINTS = {
    "did not find expected key": _ONE_COLUMN,
    "did not find expected '-' indicator": _ONE_COLUMN,
    "mapping values are not allowed in this context": Said(
        "put a value that holds a colon in quotes", "含冒号的值请加引号"
    ),
    "could not find expected ':'": Said("write it as `key: value`", "请写成 `键: 值`"),
}
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML has it


class Scalar(msgspec.Struct, frozen=True):
    text: str
    line: int
    column: int
    path: str
    quoted: bool = False


class Listing(msgspec.Struct, frozen=True):
    items: tuple[Node, ...]
    line: int
    column: int
    path: str


class Mapping(msgspec.Struct, frozen=True):
    """`keys` are the scalars that stand as keys, for their places."""

    keys: dict[str, Scalar]
    values: dict[str, Node]
    line: int
    column: int
    path: str


Node = Scalar | Listing | Mapping


def read_nodes(text: str, problems: Problems) -> Node:
    """The tree of one document; small faults are noted, and ProgrammeError is raised if there is no tree."""
    if len(text) > MOST_CHARACTERS:
        raise _no_document(
            problems,
            Said(
                f"the document is longer than {MOST_CHARACTERS} characters",
                f"文档超过 {MOST_CHARACTERS} 个字符",
            ),
        )
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        text = _json_as_yaml(text)
    try:
        text.encode()
        events = yaml.parse(text, Loader=_Loader)
        return _Builder(events, problems).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        marks = [mark for mark in (error.context_mark, error.problem_mark) if mark]
        said = error.problem or ""
        why = Said(said, _YAML_SAYS.get(said, f"解析器提示“{said}”"))
        message = Said(f"{_NO_YAML.en}: {why.en}", f"{_NO_YAML.zh}：{why.zh}") if said else _NO_YAML
        raise _no_document(problems, message, line, column, _hint(text, marks, said)) from None
    except (yaml.YAMLError, UnicodeError):
        message = Said("holds characters that no text holds", "含有非文字字符")
        raise _no_document(problems, message) from None


_NOT_CLOSED = {"did not find expected ',' or ']'": "[", "did not find expected ',' or '}'": "{"}


def _hint(text: str, marks: Sequence[yaml.Mark], said: str) -> Said | None:
    """What to write instead, where that can be told."""
    if "tab character" in said:
        return Said("indent with spaces", "请用空格缩进")
    if hint := _full_width(text, marks):
        return hint
    if said in _NOT_CLOSED and len(marks) > 1:
        line = marks[0].line + 1
        return Said(
            f"what begins with {_NOT_CLOSED[said]} in line {line} has no end",
            f"第 {line} 行的 {_NOT_CLOSED[said]} 没有收尾",
        )
    return _YAML_HINTS.get(said)


def _full_width(text: str, marks: Iterable[yaml.Mark]) -> Said | None:
    """What to write, where a line that the parser stumbled over holds signs of a Chinese keyboard."""
    lines = text.splitlines()
    found = {sign for mark in marks for line in lines[mark.line : mark.line + 1] for sign in line}
    meant = [(wide, narrow) for wide, narrow in _FULL_WIDTH.items() if wide in found]
    if not meant:
        return None
    return Said(
        "write " + ", ".join(f"{narrow} instead of {wide}" for wide, narrow in meant),
        "请把" + "、".join(f" {wide} 改为 {narrow}" for wide, narrow in meant),
    )


def _no_document(
    problems: Problems,
    message: Said,
    line: int = 1,
    column: int = 1,
    suggestion: Said | None = None,
) -> ProgrammeError:
    problem = Problem(problems.file, line, column, "", message, suggestion)
    return ProgrammeError([*problems.found, problem])


def _json_as_yaml(text: str) -> str:
    """JSON may indent with tabs, and writes characters beyond 16 bits as two; YAML knows neither."""
    return _TWO_HALVES.sub(lambda found: json.loads(f'"{found[0]}"'), text.replace("\t", " "))


class _Builder:
    """Builds the tree from the parser's events, so that depth is bounded before anything recurses."""

    def __init__(self, events: Iterator[yaml.Event], problems: Problems) -> None:
        self.events = events
        self.problems = problems

    def document(self) -> Node:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise _no_document(self.problems, Said("the document is empty", "文档是空的"))
        root = self.node(next(self.events), "", 0)
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            message = Said("a second document begins here", "从这里起又是一份文档")
            raise _no_document(self.problems, message, *_place(after))
        return root

    def node(self, event: yaml.Event, path: str, level: int) -> Node:
        line, column = _place(event)
        here = Scalar("", line, column, path)
        if level > DEEPEST_LEVEL:
            message = Said(
                f"nested more than {DEEPEST_LEVEL} levels deep", f"嵌套超过 {DEEPEST_LEVEL} 层"
            )
            raise _no_document(self.problems, message, line, column)
        if isinstance(event, yaml.AliasEvent):
            message = Said(
                f"alias '*{event.anchor}': write the value out",
                f"不支持别名 *{event.anchor}：请直接写出内容",
            )
            raise _no_document(self.problems, message, line, column)
        if not isinstance(event, yaml.NodeEvent):
            raise _no_document(self.problems, _NO_YAML, line, column)
        if event.anchor is not None:
            self.problems.add(
                here,
                Said(
                    f"anchor '&{event.anchor}': write the value out where it is used",
                    f"不支持锚点 &{event.anchor}：请在用到的地方直接写出内容",
                ),
            )
        if (tag := getattr(event, "tag", None)) is not None:
            self.problems.add(
                here, Said(f"tag '{tag}': values need no tag", f"标签 {tag} 是多余的：值不用加标签")
            )
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, line, column, path, bool(event.style))
        if isinstance(event, yaml.SequenceStartEvent):
            return Listing(tuple(self.items(path, level)), line, column, path)
        return self.mapping(here, level)

    def items(self, path: str, level: int) -> Iterator[Node]:
        count = 0
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            count += 1
            yield self.node(event, f"{path}[{count}]", level + 1)

    def mapping(self, here: Scalar, level: int) -> Mapping:
        keys: dict[str, Scalar] = {}
        values: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, here.path, level + 1)
            name = key.text if isinstance(key, Scalar) else ""
            path = f"{here.path}.{name}" if here.path else name
            value = self.node(next(self.events), path, level + 1)
            if not isinstance(key, Scalar):
                self.problems.add(key, Said("a key must be a word", "键须是一个词"))
            elif name in keys:
                line = keys[name].line
                before = Said(f"the first is in line {line}", f"第一次在第 {line} 行")
                place = Scalar(name, key.line, key.column, here.path)
                twice = Said(f"'{name}' is written twice", f"“{name}”写了两次")
                self.problems.add(place, twice, before)
            else:
                keys[name] = Scalar(name, key.line, key.column, path)
                values[name] = value
        return Mapping(keys, values, here.line, here.column, here.path)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
