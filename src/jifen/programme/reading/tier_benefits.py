"""What a tier brings besides points, as data: `benefits:` of a tier."""

from __future__ import annotations

from msgspec.structs import replace

from jifen.programme.model import Benefit, Each
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Listing, Mapping, Node
from jifen.programme.reading.scalars import (
    boolean,
    choice,
    free_identifier,
    identifier,
    integer,
    name,
    units,
)
from jifen.programme.reading.sections import entries, text
from jifen.programme.saying.naming import Name
from jifen.wording import Said

MOST_BENEFITS, MOST_TIMES = 30, 1000
SERVICE = "service"
_FLAGS = {"free_shipping": Name("免运费", "free shipping")}
_LED: dict[str, tuple[Name, Each]] = {
    "birthday_gift": (Name("生日礼", "birthday gift"), "birthday"),
    "monthly_coupon": (Name("每月券", "monthly coupon"), "month"),
}
_EACH: tuple[Each, ...] = ("month", "quarter", "year", "birthday")
_MORE = ("each", "times", "worth")


def benefits_of(node: Node, money_scale: int) -> tuple[Benefit, ...]:
    """`{free_shipping: true, birthday_gift: {zh: …, en: …}, service: [lounge], anything: {zh: …, en: …}}`.

    What is granted again and again has `each`, `times` and `worth` beside its words.

    Raises:
        Wrong: an id, a text or a number that cannot be read.
    """
    found: list[Benefit] = []
    for key, value in entries(node):
        if key.text == SERVICE:
            found += _services(value)
        elif key.text in _FLAGS:
            found += [Benefit(key.text, _FLAGS[key.text])] if boolean(value) else []
        else:
            found.append(_granted(identifier(key), value, money_scale))
    if len(found) > MOST_BENEFITS:
        raise Wrong(Said(f"more than {MOST_BENEFITS} benefits", f"权益超过 {MOST_BENEFITS} 项"))
    return tuple(found)


def _granted(id: str, node: Node, money_scale: int) -> Benefit:
    """A gift, a coupon or anything else: its words and, if it has them, how often and what it is worth."""
    more: dict[str, Node] = {}
    if isinstance(node, Mapping):
        more = {key: value for key, value in node.values.items() if key in _MORE}
        kept = {key: value for key, value in node.values.items() if key not in more}
        node = replace(node, values=kept, keys={key: node.keys[key] for key in kept})
    words, each = name(node), choice(_EACH)(more["each"]) if "each" in more else None
    if id in _LED:
        led, own = _LED[id]
        if each not in (None, own):
            raise Wrong(
                Said(f"'{id}' is granted each {own}", f"“{id}”的 each 固定为 {own}"),
                Said("give another benefit an id of its own", "其他权益请另取 id"),
            )
        words = Name(f"{led.zh}：{words.zh}", f"{led.en}: {words.en}")
        each = own
    if "times" in more and each is None:
        raise Wrong(Said(f"'{id}' has `times` without `each`", f"“{id}”写了 times，却没有 each"))
    times = integer(1, MOST_TIMES)(more["times"]) if "times" in more else 1
    worth = None
    if "worth" in more:
        worth = units(text(more["worth"]), money_scale, Said("the money", "货币"))
    return Benefit(id, words, each=each, times=times, worth=worth)


def _services(node: Node) -> list[Benefit]:
    """Flags of service: a list of ids, or a mapping of ids to what people read."""
    if isinstance(node, Listing):
        ids = [_service_id(item) for item in node.items]
        return [Benefit(id, Name(_words(id), _words(id)), service=True) for id in ids]
    return [Benefit(_service_id(key), name(text), service=True) for key, text in entries(node)]


def _service_id(node: Node) -> str:
    return free_identifier((*_FLAGS, *_LED, SERVICE))(node)


def _words(id: str) -> str:
    return id.replace("-", " ").replace("_", " ")
