"""What may be asked of a programme, as checked structs: points and money already in smallest units.

`occurred_at` is an Instant, or None where the sender did not state it (then it is the time of recording).
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from jifen.engine.events import Known as Known
from jifen.engine.events import Value as Value
from jifen.instants import LONG_AGO, MICROSECONDS_PER_DAY
from jifen.intake.asking.asked import Asked
from jifen.intake.asking.member_commands import (
    Claim,
    Freeze,
    Group,
    Merge,
    Opening,
    Refer,
    SetFact,
    TellCode,
    TellWish,
    Unmerge,
)
from jifen.intake.asking.order_commands import OrderStep
from jifen.intake.asking.placing import order_of_spin, placing_key
from jifen.intake.asking.tenders import Pay, RewardOnOrder


class LinePart(NamedTuple):
    """What came back of a line, by its index from 0: a quantity in the field's unit, an amount of its money, or, where
    neither is said, all that is left of it."""

    line: int
    quantity: int | None = None
    amount: int | None = None


def id_of_part(id: str, reward: str) -> str:
    """The id of what is done with a part, by the id of what is done with its set."""
    return f"{id}~{reward}"


class Given(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What comes back in exchange for what is bought: of an event all, an amount, or parts of lines."""

    of: str
    amount: int | None = None
    lines: list[LinePart] = []
    full: bool = False


class Event(Asked, frozen=True, kw_only=True):
    """Something a member did. Fields and lines are integers, text or booleans by the programme's event type.

    `lines` is columnar: {"sku": [...], "quantity": [...], "amount": [...]}; None where a line lacks the field.
    The bill is fields["amount"].
    `guest`: whoever is not known by `member` yet is a guest from now on.
    """

    id: str
    member: str
    type: str
    occurred_at: int | None = None
    sequence: int = 0
    fields: dict[str, Value] = msgspec.field(default_factory=dict)
    lines: dict[str, list[Value | None]] = msgspec.field(default_factory=dict)
    pay: Pay | None = None
    guest: bool = False
    in_exchange: Given | None = None
    use: tuple[RewardOnOrder, ...] = ()  # in the order in which they take something off


class BlindReturn(Event, frozen=True, kw_only=True):
    """Something came back, and nobody says of which purchase: what it would be as an event, `type` behind RETURNED."""


class Return(Asked, frozen=True, kw_only=True):
    """Something of an event was returned: all of it, an amount, or parts of lines.

    `member` may be empty: it is then whoever did the event.
    """

    id: str
    member: str = ""
    of: str
    occurred_at: int | None = None
    amount: int | None = None
    lines: list[LinePart] = msgspec.field(default_factory=list)
    full: bool = False


class Spend(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """Points to use at once: so many, or what is there up to so many."""

    id: str
    member: str
    points: int | None = None
    up_to: int | None = None
    currency: str
    occurred_at: int | None = None


class Redeem(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """So many of a reward for points of a currency (empty: it has no price). All of them cost so much by the list, as
    its sender expects, and so much money `to_pay`, by such `fields`, of the stock of `place` (empty: any). What is
    redeemed as a part says `of_set` which reward that is of."""

    id: str
    member: str
    reward: str
    quantity: int = 1
    currency: str
    fields: dict[str, Value] = msgspec.field(default_factory=dict)
    price: int | None = None
    to_pay: int | None = None
    place: str = ""
    of_set: str = ""
    occurred_at: int | None = None

    def part_id(self, reward: str) -> str:
        """The id of the redemption of a part, where the reward is a set."""
        return id_of_part(self.id, reward)

    @property
    def set_id(self) -> str:
        """The id of the redemption of the set, where this is one of a part."""
        return self.id.removesuffix(id_of_part("", self.reward))


class UseReward(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """The member is given so many of a reward that was redeemed or issued."""

    id: str
    member: str
    reward: str
    quantity: int = 1
    occurred_at: int | None = None


class Spin(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """The member spins a lucky draw once."""

    id: str
    member: str
    draw: str
    occurred_at: int | None = None

    @property
    def ticket_id(self) -> str:
        """The id of the redemption of its ticket, where none is held."""
        return f"spin/{self.id}"

    @property
    def ticket_key(self) -> str:
        """The key of that redemption."""
        return f"redeem/{self.ticket_id}"

    @property
    def order_id(self) -> str:
        """The id of the order that it places, where its prize is sent or picked up."""
        return order_of_spin(self.id)


class Hold(Asked, frozen=True, kw_only=True):
    id: str
    member: str
    points: int
    currency: str
    occurred_at: int | None = None
    minutes: int = 15


class Capture(Asked, frozen=True, kw_only=True):
    id: str
    member: str
    of: str
    occurred_at: int | None = None
    points: int | None = None


class Void(Asked, frozen=True, kw_only=True):
    id: str
    member: str
    of: str
    occurred_at: int | None = None


class Cancel(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """Give back what a spend or captured hold used, an exchange or redemption took, or a transfer moved (None: all
    left); of a redemption, or the use of a reward, so many of the reward. `member` may be empty: whoever spent."""

    id: str
    member: str = ""
    of: str
    occurred_at: int | None = None
    points: int | None = None
    quantity: int | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of what may have used points or rewards, in the order in which they are tried."""
        return f"spend/{self.of}", f"hold/{self.of}", f"use/{self.of}"

    @property
    def placing_key(self) -> str:
        """The key of what may have placed an order of that id, or redeemed: a redemption, or the spin that won it."""
        return placing_key(self.of)

    @property
    def exchange_key(self) -> str:
        """The key of the exchange that it may be of."""
        return f"exchange/{self.of}"

    @property
    def transfer_key(self) -> str:
        """The key of the transfer that it may be of."""
        return f"transfer/{self.of}"


class CancelOrder(Cancel, frozen=True, kw_only=True, omit_defaults=True):
    """So many of an order (None: all that are left) go no further, and nothing else that has its id; `reason` is for
    people."""

    reason: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """None: what places an order is no use of points."""
        return ()


class TakeBack(CancelOrder, frozen=True, kw_only=True, omit_defaults=True):
    """So many of what an order sent came back (None: all that are left)."""


class Transfer(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """Points that `member` gives to another member: so many, or what is there and may be given up to so many."""

    id: str
    member: str
    to: str
    points: int | None = None
    up_to: int | None = None
    currency: str
    occurred_at: int | None = None


class Exchange(Asked, frozen=True, kw_only=True, omit_defaults=True, rename={"currency": "from"}):
    """Points that become points of another currency: an amount, or what is there up to so many."""

    id: str
    member: str
    currency: str
    to: str
    amount: int | None = None
    up_to: int | None = None
    occurred_at: int | None = None


class Confirm(Asked, frozen=True, kw_only=True):
    """The points of an event no longer wait. `member` may be empty: it is then whoever did the event."""

    id: str
    member: str = ""
    of: str
    occurred_at: int | None = None


class Adjust(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """Give or take back points by hand. What is given waits for so many full days, and ends at `expires_at`, or by
    the currency's terms; `batch` is a name for what was adjusted together."""

    id: str
    member: str
    points: int
    currency: str
    reason: str
    occurred_at: int | None = None
    expires_at: int | None = None
    pending_days: int = 0
    batch: str | None = None


class Revive(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """Bring back points (None: all) that ended within so many days (None: whenever), until `expires_at`."""

    id: str
    member: str
    points: int | None = None
    currency: str
    within_days: int | None = None
    expires_at: int
    reason: str
    occurred_at: int | None = None

    def since(self, now: int) -> int:
        """The instant from which on what ended comes back."""
        days = self.within_days
        return LONG_AGO if days is None else now - days * MICROSECONDS_PER_DAY


Command = (
    Event
    | BlindReturn
    | Return
    | Spend
    | Redeem
    | UseReward
    | Spin
    | Hold
    | Capture
    | Void
    | Cancel
    | CancelOrder
    | TakeBack
    | OrderStep
    | Confirm
    | Adjust
    | Revive
    | Freeze
    | SetFact
    | Opening
    | Transfer
    | Exchange
    | Group
    | Refer
    | Merge
    | Claim
    | Unmerge
    | TellWish
    | TellCode
)


def returned_event(command: Command) -> str | None:
    """The event of which something comes back with a command; None for others."""
    if isinstance(command, Return):
        return command.of
    return command.in_exchange.of if isinstance(command, Event) and command.in_exchange else None
