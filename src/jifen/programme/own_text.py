"""What two documents themselves say at a place: for what no sentence tells."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.patching import Plain, plain
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import read_nodes
from jifen.programme.saying.key_words import flow, said_of_key
from jifen.wording import Said, verbatim

_TOLD_APART = ("ladder", "id")


class OwnTexts:
    """Two documents, place by place."""

    def __init__(self, old: str, new: str) -> None:
        self.roots = [plain(read_nodes(text, Problems(""))) for text in (old, new)]

    def at(self, section: str, id: str) -> tuple[Said, Said]:
        """What stands there, key by key where only some keys differ, in words as far as there are some. Alike in both,
        nothing."""
        was, now = (_at(root, section, id) for root in self.roots)
        if was == now:
            return verbatim(""), verbatim("")
        if not isinstance(was, dict) or not isinstance(now, dict):
            return verbatim(flow(was)), verbatim(flow(now))
        keys = [
            key
            for key in dict.fromkeys([*was, *now])
            if was.get(key) != now.get(key) and key not in _TOLD_APART
        ]
        return _told(was, keys), _told(now, keys)


def _told(side: dict[str, Plain], keys: list[str]) -> Said:
    said = [said_of_key(key, side.get(key)) for key in keys]
    return Said("; ".join(one.en for one in said), "；".join(one.zh for one in said))


def _at(root: Plain, section: str, id: str) -> Plain | None:
    """The entry of a section by its key or `id`; the whole section for what has neither, such as a limit."""
    whole = root.get(section) if isinstance(root, dict) else None
    if not id or whole is None:
        return whole
    if section == "tiers" and isinstance(whole, dict):
        whole = whole.get("ladder")
    if isinstance(whole, dict):
        return whole.get(id)
    entries = list(_entries(whole))
    named = next((entry for entry in entries if entry.get("id") == id), None)
    return named if any("id" in entry for entry in entries) else whole


def _entries(listing: Plain | None) -> Iterator[dict[str, Plain]]:
    if isinstance(listing, list):
        yield from (entry for entry in listing if isinstance(entry, dict))
