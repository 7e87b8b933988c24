"""The steps that take an order further, as checked structs."""

from __future__ import annotations

import msgspec

from jifen.intake.asking.metadata import Metadata
from jifen.intake.asking.placing import placing_key


class OrderStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The next step of an order, which is called like the redemption that placed it, or after the spin. `member` may be
    empty: it is then whoever redeemed, or spun."""

    id: str
    member: str = ""
    of: str
    occurred_at: int | None = None
    metadata: Metadata = msgspec.UNSET

    @property
    def placing_key(self) -> str:
        """The key of what placed it."""
        return placing_key(self.of)


class Approve(OrderStep, frozen=True, kw_only=True, omit_defaults=True):
    """It may be fulfilled; `reason` is for people."""

    reason: str = ""


class Reschedule(OrderStep, frozen=True, kw_only=True, omit_defaults=True):
    """It is there from another instant on, `ready`, than was said before; `reason` is for people."""

    ready: int
    reason: str = ""


class Ship(OrderStep, frozen=True, kw_only=True, omit_defaults=True):
    """It is on its way: with whom, and under which number."""

    carrier: str
    tracking: str = ""


class Close(OrderStep, frozen=True, kw_only=True, omit_defaults=True):
    """What was sent has arrived; `reason` is for people."""

    reason: str = ""


class PickUp(OrderStep, frozen=True, kw_only=True, omit_defaults=True):
    """The member has fetched it, in a shop if that is said."""

    shop: str = ""
