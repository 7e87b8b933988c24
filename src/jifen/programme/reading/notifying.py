"""`notify:` of a rule: words for the member instead of points."""

from __future__ import annotations

from jifen.programme.model import Name, Notify
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.sections import Section, text
from jifen.wording import Said

LONGEST_WORDS = 500
_OF_POINTS = ("per", "rounding", "group", "last", "expires", "pending", "funder", "budget")
"""Keys that say how points are given, of which there are none."""

_GRAMMAR = Said("write `notify: {zh: …, en: …}`", "请写成 `notify: {zh: …, en: …}`")


def read_notify(node: Node) -> Notify:
    """The words, in both languages: it is not known which one the member reads."""
    if not isinstance(node, Mapping) or set(node.keys) != {"zh", "en"}:
        raise Wrong(
            Said("a member is told in both languages", "给会员的话须写全两种语言"), _GRAMMAR
        )
    return Notify(Name(_words(node.values["zh"]), _words(node.values["en"])))


def _words(node: Node) -> str:
    words = text(node)
    if not 0 < len(words) <= LONGEST_WORDS:
        raise Wrong(
            Said(
                f"what a member is told has 1 to {LONGEST_WORDS} characters",
                f"给会员的话须为 1 至 {LONGEST_WORDS} 个字符",
            )
        )
    return words


def check_notify(section: Section) -> None:
    """Keys that say nothing where nothing is given are refused rather than ignored."""
    for key in _OF_POINTS:
        if key in section:
            message = Said(f"'{key}' belongs to rules that give", f"“{key}”只能用于给分的规则")
            section.problems.add(section.place(key), message)
    if section.read("lines", text, "") == "all":
        message = Said("says nothing for a rule that notifies", "对 notify 没有意义")
        section.problems.add(section.place("lines"), message)
