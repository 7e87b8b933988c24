"""Reading a mapping of the document key by key: what is wrong is noted and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

from jifen.programme.meant import meant_key
from jifen.programme.problems import Problems, Wrong, which_key
from jifen.programme.reading.nodes import Listing, Mapping, Node, Scalar
from jifen.wording import Said

EMPTY = Said("must not be empty", "不能为空")
NO_MAPPING = Said("must be a mapping of keys to values", "须是键和值组成的映射")

T = TypeVar("T")
D = TypeVar("D")


WITHOUT_COMMAS = Said("numbers are written without commas: 1000", "数字中间不写逗号：1000")


class Section:
    """One mapping. Keys that nobody knows are noted at once; `planned` keys are named as such, and of those that
    stand `elsewhere` it is said where."""

    def __init__(
        self,
        node: Node,
        problems: Problems,
        known: Collection[str] | None,
        planned: Collection[str] = (),
        elsewhere: dict[str, Said] | None = None,
    ) -> None:
        self.node = node
        self.problems = problems
        self.values: dict[str, Node] = {}
        if not isinstance(node, Mapping):
            problems.add(node, NO_MAPPING, which_key("", tuple(known or ())))
            return
        for name, key in node.keys.items():
            if known is None or name in known:
                self.values[name] = node.values[name]
            elif name in planned:
                problems.add(key, planned_only(name))
            elif elsewhere and name in elsewhere:
                problems.add(key, misplaced(name), elsewhere[name])
            else:
                unknown = Said(f"unknown key '{name}'", f"没有“{name}”这个键")
                hint = WITHOUT_COMMAS if name.isdigit() else meant_key(name, known)
                problems.add(key, unknown, hint or which_key(name, tuple(known)))

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def place(self, key: str) -> Node:
        """Where the value stands; the section itself if it is absent."""
        return self.values.get(key, self.node)

    def read(self, key: str, reader: Callable[[Node], T], default: D) -> T | D:
        """What `reader` makes of the value; `default` if it is absent or (noted) wrong."""
        if key not in self.values:
            return default
        return noting(self.problems, self.values[key], reader, default)

    def need(self, key: str, reader: Callable[[Node], T], default: D) -> T | D:
        """As `read`, and absence is a problem."""
        if key not in self.values and isinstance(self.node, Mapping):
            self.problems.add(self.node, missing(key))
        return self.read(key, reader, default)


def missing(key: str) -> Said:
    return Said(f"'{key}' is missing", f"缺少“{key}”")


def more_than(most: int, things: Said) -> Said:
    return Said(f"more than {most} {things.en}", f"超过 {most} {things.zh}")


def stands_twice(what: str) -> Said:
    return Said(f"'{what}' stands twice", f"“{what}”出现了两次")


def own_meaning(word: str) -> Said:
    return Said(f"'{word}' has a meaning of its own", f"“{word}”另有含义，不能用作名称")


def planned_only(what: str) -> Said:
    """Of a word that is kept for later."""
    return Said(f"'{what}' is not supported yet", f"暂不支持“{what}”")


def misplaced(what: str) -> Said:
    """Of a key that stands somewhere else in a document."""
    return Said(f"'{what}' does not stand here", f"“{what}”不写在这里")


def noting(problems: Problems, node: Node, reader: Callable[[Node], T], default: D) -> T | D:
    """What `reader` makes of the node; `default`, with the problem noted, if it says Wrong."""
    try:
        return reader(node)
    except Wrong as wrong:
        problems.add(node, wrong.message, wrong.suggestion)
        return default


def text(node: Node) -> str:
    """The text of a scalar."""
    if not isinstance(node, Scalar):
        raise Wrong(Said("must be a single value", "须是单个值"))
    return node.text.strip()


def items(node: Node) -> tuple[Node, ...]:
    """The items of a list."""
    if not isinstance(node, Listing):
        raise Wrong(Said("must be a list", "须是列表"))
    return node.items


def some_items(node: Node) -> tuple[Node, ...]:
    """The items of a list that must hold some."""
    if not (found := items(node)):
        raise Wrong(EMPTY)
    return found


def one_or_many(node: Node) -> tuple[Node, ...]:
    """The items of a list, or the one thing that stands there instead."""
    return node.items if isinstance(node, Listing) else (node,)


def distinct(words: Sequence[str]) -> tuple[str, ...]:
    """Words of which there is one and none stands twice; else Wrong."""
    if not words:
        raise Wrong(EMPTY)
    for place, word in enumerate(words):
        if word in words[:place]:
            raise Wrong(stands_twice(word))
    return tuple(words)


def entries(node: Node) -> Iterator[tuple[Scalar, Node]]:
    """Keys and values of a mapping whose keys the document chooses."""
    if not isinstance(node, Mapping):
        raise Wrong(Said("must be a mapping of names to values", "须是名称和值组成的映射"))
    for name, key in node.keys.items():
        yield key, node.values[name]


def by_name(node: Node) -> dict[str, Node]:
    """The values of such a mapping by their keys."""
    return {text(key): value for key, value in entries(node)}
