"""Words for a member to read: `notify:` of a rule, `description:` of a reward."""

from __future__ import annotations

from collections.abc import Callable

from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.sections import text
from jifen.programme.rules import Notify
from jifen.programme.saying.naming import Name
from jifen.wording import Said

LONGEST_WORDS = 500


def read_notify(node: Node) -> Notify:
    """The words that a rule tells instead of giving points."""
    return Notify(words_told("notify")(node))


def words_told(key: str) -> Callable[[Node], Name]:
    """A reader of what stands under a key, in both languages: it is not known which one the member reads."""

    def read(node: Node) -> Name:
        if not isinstance(node, Mapping) or set(node.keys) != {"zh", "en"}:
            grammar = f"`{key}: {{zh: …, en: …}}`"
            raise Wrong(
                Said("a member is told in both languages", "给会员的话须写全两种语言"),
                Said(f"write {grammar}", f"请写成 {grammar}"),
            )
        return Name(_words(node.values["zh"]), _words(node.values["en"]))

    return read


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
