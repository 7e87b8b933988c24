"""On which line of a document a place stands: `tiers.gold`, `currencies.points.exchange`, `base`."""

from __future__ import annotations

from jifen.programme.reading.nodes import Listing, Mapping, Node, Scalar

_LADDER = "ladder"


def line_of(place: str, document: Node) -> int:
    """The line on which a place begins, or what of it there is; 0 if there is nothing."""
    node, line = document, 0
    for word in place.split("."):
        found = _within(node, word)
        if found is None:
            break
        node, line = found
    return line


def _within(node: Node, word: str) -> tuple[Node, int] | None:
    """What stands under a key, or what bears an id in a list or on the ladder, and its line."""
    if isinstance(node, Mapping):
        if word in node.values:
            return node.values[word], node.keys[word].line
        return _within(node.values[_LADDER], word) if _LADDER in node.values else None
    if isinstance(node, Listing):
        return next(((one, one.line) for one in node.items if _id(one) == word), None)
    return None


def _id(node: Node) -> str | None:
    id = node.values.get("id") if isinstance(node, Mapping) else None
    return id.text if isinstance(id, Scalar) else None
