"""A document with some of its places written otherwise: `{tiers.ladder.gold.reach: 4000}`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from jifen.programme.problems import Problems, Wrong, did_you_mean
from jifen.programme.reading.nodes import Listing, Node, Scalar, read_nodes
from jifen.wording import Said

Plain = str | list["Plain"] | dict[str, "Plain"]


def patched(document: str, changes: Mapping[str, Node]) -> str:
    """The document, as JSON, with each change made in turn.

    A path names keys, and of lists an `id` or a number from 1. An empty value takes the place away, a name
    that is not there yet is added. Raises Wrong for a path that leads nowhere.
    """
    root = plain(read_nodes(document, Problems("")))
    for path, node in changes.items():
        *way, last = path.split(".")
        place = root
        for name in way:
            place = _inside(place, name, path)
        _put(place, last, None if _is_nothing(node) else plain(node), path)
    return json.dumps(root, ensure_ascii=False, indent=2)


def plain(node: Node) -> Plain:
    """A tree without its places."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {name: plain(value) for name, value in node.values.items()}


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text in ("", "null", "~") and not node.quoted


def _inside(place: Plain, name: str, path: str) -> Plain:
    if isinstance(place, dict) and name in place:
        return place[name]
    if isinstance(place, list) and (number := _number(place, name)) is not None:
        return place[number]
    raise _nowhere(place, name, path)


def _put(place: Plain, name: str, value: Plain | None, path: str) -> None:
    if isinstance(place, dict):
        if value is not None:
            place[name] = value
        elif place.pop(name, None) is None:
            raise _nowhere(place, name, path)
        return
    number = _number(place, name) if isinstance(place, list) else None
    if not isinstance(place, list) or (number is None and not isinstance(value, dict)):
        raise _nowhere(place, name, path)
    if number is None:
        assert isinstance(value, dict)
        place.append({"id": name, **value})
    elif value is None:
        del place[number]
    else:
        place[number] = {"id": name, **value} if isinstance(value, dict) else value


def _number(items: list[Plain], name: str) -> int | None:
    """The place in a list of what has this id, or this number from 1."""
    for number, item in enumerate(items):
        if isinstance(item, dict) and item.get("id") == name:
            return number
    return int(name) - 1 if name.isdecimal() and 0 < int(name) <= len(items) else None


def _nowhere(place: Plain, name: str, path: str) -> Wrong:
    known: list[str] = []
    if isinstance(place, dict):
        known = list(place)
    elif isinstance(place, list):
        known = [str(item["id"]) for item in place if isinstance(item, dict) and "id" in item]
    message = Said(f"'{path}': there is no '{name}'", f"“{path}”中没有“{name}”")
    return Wrong(message, did_you_mean(name, known))
