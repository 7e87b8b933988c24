"""What a mall's order is in the bank: which command each step of it is, and under which id.

The id of all of them is made of the provider's own number of the order, so that asking twice is asking once, whoever
lost whose answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import quote

from jifen.mall_provider.callbacks import Addition, Deduction

Body = dict[str, Any]
State = Literal["open", "captured", "voided", "timed_out"]
Outcome = Literal["captured", "taken_late", "released", "never_held", "open"]
"""How the notice of an order ended: its points were captured, or spent anew because the hold had ended; or let go, or
there were none. `open`: neither yet, and somebody has to look."""
ACTOR: Final = "mall"
"""In whose name, with the provider's behind a slash, a mall's commands are asked: no key is called so."""
_MINUTES: Final = 60


class Command(NamedTuple):
    """A command as it is asked."""

    kind: str
    body: Body


class Held(NamedTuple):
    """What was set aside for an order, its points as people write them, what became of it, and what was attached."""

    member: str
    currency: str
    points: str
    state: State
    about: Mapping[str, str]


class Step(NamedTuple):
    """What a notice brings next: a command, and how it has ended once that is done; or how it has ended already."""

    outcome: Outcome
    command: Command | None = None
    refusal: str = ""


def id_of(provider: str, order: str) -> str:
    """Under which id an order stands in the bank, which is our number of it for the provider. No shop's till begins an
    id with a slash, and no member can."""
    return f"/mall/{provider}/{quote(order, safe='')}"


def deduction(provider: str, asked: Deduction, *, currency: str, hold_hours: int) -> Command:
    """Points set aside for an order."""
    body = _named(provider, asked.member, asked.order, asked.about) | {
        "points": asked.points,
        "currency": currency,
        "minutes": hold_hours * _MINUTES,
    }
    return Command("hold", body)


def addition(provider: str, asked: Addition, held: Held | None, *, currency: str) -> Command:
    """Points given: those of an order that was paid back to the lots that they came from, others as new ones."""
    body = _named(provider, asked.member, asked.order, asked.about) | {
        "points": asked.points,
        "currency": currency,
    }
    if asked.part:
        body["id"] += f"/{quote(asked.part, safe='')}"
    if asked.gives_back and held is not None and held.state == "captured":
        return Command("cancel", body | {"of": id_of(provider, asked.order)})
    return Command("adjust", body | {"reason": _reason(provider, asked)})


def next_step(provider: str, order: str, *, success: bool, held: Held | None, tries: int) -> Step:
    """What the notice of an order brings, by what stands in the bank. `tries` is how often its command was refused
    already: what is refused stays so under its id."""
    if held is None:
        return Step("open", refusal="unknown_hold") if success else Step("never_held")
    if held.state == "captured":
        return Step("captured") if success else Step("open", refusal="hold_closed")
    if held.state != "open" and not success:
        return Step("released")
    body: Body = {
        "id": id_of(provider, order) + (f"/again-{tries}" if tries else ""),
        "member": held.member,
        "metadata": held.about,
    }
    if held.state == "open":
        kind, outcome = _CLOSING[success]
        return Step(outcome, Command(kind, body | {"of": id_of(provider, order)}))
    taken = {"points": held.points, "currency": held.currency}
    return Step("taken_late", Command("spend", body | taken))


_CLOSING: Final[dict[bool, tuple[str, Outcome]]] = {
    True: ("capture", "captured"),
    False: ("void", "released"),
}


def _named(provider: str, member: str, order: str, about: Any) -> Body:
    return {
        "id": id_of(provider, order),
        "member": member,
        "metadata": {"mall": provider, "order": order, **about},
    }


def _reason(provider: str, asked: Addition) -> str:
    told = asked.about.get("description") or asked.about["type"]
    return f"{provider} {asked.order}: {told}"
