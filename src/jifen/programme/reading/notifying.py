"""`notify:` of a rule: words for the member instead of points."""

from __future__ import annotations

from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.sections import text
from jifen.programme.rules import Notify
from jifen.programme.saying.naming import Name
from jifen.wording import Said

LONGEST_WORDS = 500
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
