"""What a bill is settled with beside money: points, and rewards that take something off it."""

from __future__ import annotations

import msgspec


class Pay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Points with which an event is paid: so many, or as many as there are and may be, `up_to` so many if said;
    or all those of a `hold`, or so many of them. `to_pay` is the money that its sender expects to be left."""

    currency: str
    points: int | None = None
    up_to: int | None = None
    hold: str | None = None
    to_pay: int | None = None


class RewardOnOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reward that takes money off an order: of those of its lines that it is for, or only of `lines`, by their
    indexes from 0."""

    reward: str
    lines: tuple[int, ...] = ()
