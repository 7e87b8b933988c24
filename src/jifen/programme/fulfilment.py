"""How a reward that was redeemed comes to its member, and how long each step of an order of it may take."""

from __future__ import annotations

from typing import Literal

import msgspec

FulfilledBy = Literal["shipping", "pick_up"]


class Fulfilment(msgspec.Struct, frozen=True):
    """`approve_days`: somebody has to approve an order within so many days (None: nobody has to). `within_days`: so
    many days later it has to be on its way, or picked up (None: whenever). What was shipped is closed after
    `close_days`. The address is forgotten `forget_days` after the end."""

    by: FulfilledBy
    approve_days: int | None = None
    within_days: int | None = None
    close_days: int = 14
    forget_days: int = 30
