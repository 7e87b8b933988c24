"""Whether a message is told in both languages: what is quoted in it may be anything."""

from __future__ import annotations

import re

from jifen.wording import Said

_QUOTED = re.compile(r"“[^”]*”|'[^']*'|`[^`]*`|\{[^}]*\}|\[[^\]]*\]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){3,}")
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")
_TIGHT = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")


def told_in_both(said: Said) -> None:
    """Assert that the Chinese is Chinese, well spaced and with its own punctuation, and the English English."""
    english, chinese = _QUOTED.sub("''", said.en), _QUOTED.sub("“”", said.zh)
    assert not _CHINESE.search(english), said
    assert _CHINESE.search(chinese), said
    assert not _SENTENCE.search(chinese), said
    assert not _HALF_WIDTH.search(chinese), said
    assert not _TIGHT.search(chinese), said
