"""What a tier brings besides points, as data: `benefits:` of a tier."""

from __future__ import annotations

from jifen.programme.model import Benefit, Name
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Listing, Node
from jifen.programme.reading.scalars import boolean, free_identifier, identifier, name
from jifen.programme.reading.sections import entries
from jifen.wording import Said

MOST_BENEFITS = 30
SERVICE = "service"
_FLAGS = {"free_shipping": Name("免运费", "free shipping")}
_LED = {
    "birthday_gift": Name("生日礼", "birthday gift"),
    "monthly_coupon": Name("每月券", "monthly coupon"),
}


def benefits_of(node: Node) -> tuple[Benefit, ...]:
    """`{free_shipping: true, birthday_gift: {zh: …, en: …}, service: [lounge], anything: {zh: …, en: …}}`.

    Raises:
        Wrong: an id or a text that cannot be read.
    """
    found: list[Benefit] = []
    for key, value in entries(node):
        if key.text == SERVICE:
            found += _services(value)
        elif key.text in _FLAGS:
            found += [Benefit(key.text, _FLAGS[key.text])] if boolean(value) else []
        else:
            found.append(Benefit(identifier(key), _told(key.text, name(value))))
    if len(found) > MOST_BENEFITS:
        raise Wrong(Said(f"more than {MOST_BENEFITS} benefits", f"权益超过 {MOST_BENEFITS} 项"))
    return tuple(found)


def _told(id: str, text: Name) -> Name:
    """What people read: of the built-in kinds with the kind before it."""
    led = _LED.get(id)
    return Name(f"{led.zh}：{text.zh}", f"{led.en}: {text.en}") if led else text


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
