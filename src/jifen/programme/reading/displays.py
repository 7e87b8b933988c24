"""`kind`, `category`, `picture` and `description` of a reward."""

from __future__ import annotations

import re
from typing import Final

from jifen.programme.displays import KINDS, TAKING_OFF, Display
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.notifying import words_told
from jifen.programme.reading.scalars import choice, identifier
from jifen.programme.reading.sections import Section, text
from jifen.programme.saying.naming import Name
from jifen.wording import Said

DISPLAY: Final = ("kind", "category", "picture", "description")
_PICTURE = re.compile(r"(?:/|https://)[\x21-\x7e]{1,500}", re.ASCII)
_GRAMMAR = Said(
    "write a path such as `/pictures/coffee.webp`, or an address that begins with `https://`",
    "请写路径，如 `/pictures/coffee.webp`，或以 `https://` 开头的地址",
)


def read_display(section: Section) -> Display:
    """How a reward is shown; every problem is noted."""
    kind = section.read("kind", choice(tuple(KINDS)), None)
    takes_off = "off" in section
    if kind is not None and kind not in TAKING_OFF and takes_off:
        message = Said(
            f"is '{kind}', and takes money off an order", f"是“{kind}”，而它用于减免订单"
        )
        wanted = [f"`{kind}`" for kind in TAKING_OFF]
        write = Said(f"write {' or '.join(wanted)}", f"请写 {' 或 '.join(wanted)}")
        section.problems.add(section.place("kind"), message, write)
    if kind == "money_off" and not takes_off:
        message = Said("takes nothing off: write `off`", "没有写减免多少：请写 off")
        section.problems.add(section.place("kind"), message)
    return Display(
        kind="money_off" if kind is None and takes_off else kind,
        category=section.read("category", identifier, None),
        picture=section.read("picture", _picture, None),
        description=section.read("description", words_told("description"), None),
    )


def _picture(node: Node) -> Name:
    """One picture for both languages, or of each its own."""
    if not isinstance(node, Mapping):
        place = _place(node)
        return Name(place, place)
    if set(node.keys) != {"zh", "en"}:
        raise Wrong(
            Said("is one picture, or one for each language", "须是一张图片，或两种语言各一张"),
            Said("write `picture: {zh: …, en: …}`", "请写成 `picture: {zh: …, en: …}`"),
        )
    return Name(_place(node.values["zh"]), _place(node.values["en"]))


def _place(node: Node) -> str:
    place = text(node)
    if not _PICTURE.fullmatch(place) or "//" in place.removeprefix("https://"):
        raise Wrong(Said("is no place of a picture", "不是图片的地址"), _GRAMMAR)
    return place
