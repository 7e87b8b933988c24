"""What two documents themselves say at a place: for what no sentence tells."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.patching import Plain, plain
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import read_nodes

NOTHING = "—"
_TOLD_APART = ("ladder", "id")


class OwnTexts:
    """Two documents, place by place."""

    def __init__(self, old: str, new: str) -> None:
        self.roots = [plain(read_nodes(text, Problems(""))) for text in (old, new)]

    def at(self, section: str, id: str) -> tuple[str, str]:
        """What stands there, key by key where only some keys differ: `min_life: 5 days`. Alike in both, nothing."""
        was, now = (_at(root, section, id) for root in self.roots)
        if was == now:
            return "", ""
        if not isinstance(was, dict) or not isinstance(now, dict):
            return _flow(was), _flow(now)
        keys = [
            key
            for key in dict.fromkeys([*was, *now])
            if was.get(key) != now.get(key) and key not in _TOLD_APART
        ]
        before, after = (
            "; ".join(f"{k}: {_flow(side.get(k))}" for k in keys) for side in (was, now)
        )
        return before, after


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


def _flow(value: Plain | None) -> str:
    """A value on one line, as one may write it in a document."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(inner) for inner in value)}]"
    return NOTHING if value is None else value
