"""What an event of a member's own says of points that expired, or were exchanged or redeemed, where a rule asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from jifen.engine.events import Value, within_bounds
from jifen.intake.following.own_events import Brought
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import EXCHANGED, EXPIRED, REDEEMED, points_events_of

EVENT_OF_USE: Final[Mapping[str, str]] = {"exchange": EXCHANGED, "redeem": REDEEMED}
"""The event that a kind of command brings about."""


class Use(NamedTuple):
    """An exchange or a redemption, as far as it was not undone: the command's kind and id, when it was, what was taken
    of which currency, what came of which other one, and the fields of a redemption."""

    kind: str
    id: str
    at: int
    currency: int
    points: int
    came: int
    received: int
    fields: Mapping[str, Value] = {}


def brought_by_use(programme: OpenProgramme, use: Use) -> list[Brought]:
    """What is to stand because of an exchange or redemption, as far as it was not undone."""
    kind = EVENT_OF_USE[use.kind]
    fields = (_exchanged if kind == EXCHANGED else _redeemed)(programme, use)
    return list(_where_a_rule_asks(programme, Brought(kind, use.at, 0, fields))) if fields else []


def brought_by_expiry(
    programme: OpenProgramme, at: int, currency: int, points: int
) -> Iterator[Brought]:
    """What is to stand because so many points (in smallest units) of a currency expired at an instant."""
    if whole := _whole(programme, currency, points):
        fields: dict[str, Value] = {
            "of_currency": programme.engine.currencies[currency],
            "points": whole,
        }
        yield from _where_a_rule_asks(programme, Brought(EXPIRED, at, 0, fields))


def _exchanged(programme: OpenProgramme, use: Use) -> dict[str, Value]:
    """What the event of an exchange says; nothing where no whole point of it is left."""
    whole, names = _whole(programme, use.currency, use.points), programme.engine.currencies
    if not whole:
        return {}
    return {
        "from_currency": names[use.currency],
        "to_currency": names[use.came],
        "points": whole,
        "received": _whole(programme, use.came, use.received),
        "exchange": use.id,
    }


def _redeemed(programme: OpenProgramme, use: Use) -> dict[str, Value]:
    """What the event of a redemption says; nothing where all of it was undone."""
    names = programme.engine.currencies
    if not use.received:
        return {}
    return {
        "reward": names[use.came],
        "quantity": use.received,
        "of_currency": names[use.currency],
        "points": _whole(programme, use.currency, use.points),
        "redemption": use.id,
        **use.fields,
    }


def _where_a_rule_asks(programme: OpenProgramme, brought: Brought) -> Iterator[Brought]:
    document = programme.engine.plan_at(brought.occurred_at).programme
    if brought.kind in points_events_of(document):
        yield brought


def _whole(programme: OpenProgramme, currency: int, points: int) -> int:
    """Whole points, which an event counts: parts of one are left out, and rewards, which are none."""
    name = programme.engine.currencies[currency]
    scales = {one.id: one.scale for one in programme.programme.points}
    return within_bounds(points // int(10 ** scales[name])) if name in scales else 0
