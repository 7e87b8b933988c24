"""What a book holds and what is asked of it: balances, lots, holds, grants and differences."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from jifen.instants import NEVER

ISSUED: Final = 1
REDEEMED: Final = 2
EXPIRED: Final = 3
WRITTEN_OFF: Final = 4
TRANSIT: Final = 5

SPEND: Final = "spend"
PAY: Final = "pay"
TRANSFER: Final = "transfer"
REDEEM: Final = "redeem"
SHARE: Final = "share"
"""The ways in which points are used, as limits count them; an exchange is `exchange/` and the currency it is for."""
SPIN: Final = "spin"
"""With what the keys of spins begin: what came of one was won, for nothing."""


class HoldState(IntEnum):
    OPEN = 0
    CAPTURED = 1
    VOIDED = 2
    TIMED_OUT = 3


class Balance:
    """The sums of one member in one currency.

    points = lifetime − spent − expired + what was written off + what other members gave, less what they got.
    """

    __slots__ = ("changed", "debt", "expired", "held", "lifetime", "points", "reversed", "spent")

    def __init__(
        self,
        points: int = 0,
        held: int = 0,
        debt: int = 0,
        lifetime: int = 0,
        spent: int = 0,
        expired: int = 0,
        reversed: int = 0,
    ) -> None:
        self.points = points
        self.held = held
        self.debt = debt
        self.lifetime = lifetime
        self.spent = spent
        self.expired = expired
        self.reversed = reversed
        self.changed = False


class Lot:
    """A grant that can be spent; (seq, row_no) is its number.

    `expired` is how much of it was posted as expired in this book, `expired_before` how much before that (known
    once its event's lots were loaded, else 0). `packed` is the row as granted, None if the lot was loaded.
    """

    __slots__ = (
        "available_at",
        "changed",
        "currency",
        "earned_at",
        "event_seq",
        "expired",
        "expired_before",
        "expires_at",
        "funder",
        "granted",
        "held",
        "packed",
        "remaining",
        "row_no",
        "seq",
        "unit_price_micros",
    )

    def __init__(
        self,
        seq: int,
        row_no: int,
        currency: int,
        funder: int,
        event_seq: int,
        granted: int,
        unit_price_micros: int,
        earned_at: int,
        available_at: int,
        expires_at: int,
        remaining: int,
        held: int,
        packed: bytes | None = None,
    ) -> None:
        self.seq = seq
        self.row_no = row_no
        self.currency = currency
        self.funder = funder
        self.event_seq = event_seq
        self.granted = granted
        self.unit_price_micros = unit_price_micros
        self.earned_at = earned_at
        self.available_at = available_at
        self.expires_at = expires_at
        self.remaining = remaining
        self.held = held
        self.packed = packed
        self.expired = 0
        self.expired_before = 0
        self.changed = False


class Hold:
    """Points set aside until a deadline; `lots` are (lot, points), in the order in which they were reserved.

    `fee`: what using them costs besides, which is reserved behind them. `closed_at`: when it ended, NEVER while open.
    `packed` is the row as it was opened, None if the hold was loaded. A closed hold keeps no lots.
    """

    __slots__ = (
        "captured",
        "changed",
        "closed_at",
        "currency",
        "deadline",
        "fee",
        "hold_id",
        "lots",
        "packed",
        "points",
        "seq",
        "state",
    )

    def __init__(
        self,
        seq: int,
        hold_id: str,
        currency: int,
        points: int,
        fee: int,
        deadline: int,
        state: HoldState = HoldState.OPEN,
        captured: int = 0,
        closed_at: int = NEVER,
        packed: bytes | None = None,
    ) -> None:
        self.seq = seq
        self.hold_id = hold_id
        self.currency = currency
        self.points = points
        self.fee = fee
        self.deadline = deadline
        self.state = state
        self.captured = captured
        self.closed_at = closed_at
        self.packed = packed
        self.lots: list[tuple[Lot, int]] = []
        self.changed = False


class Use:
    """Points that were used in a way (a spend or captured hold, a payment, a gift), less what was given back, and when.

    `taken` is what it took from each lot, first to last, less what was given back; known where it was asked for.
    """

    __slots__ = ("points", "taken", "used_at", "way")

    def __init__(self, way: str, used_at: int) -> None:
        self.way = way
        self.used_at = used_at
        self.points = 0
        self.taken: list[tuple[Lot, int]] = []


class WriteOff:
    """Points forgiven by the command of number `seq`, less what was collected since."""

    __slots__ = ("points", "recorded_at", "seq")

    def __init__(self, seq: int, recorded_at: int, points: int) -> None:
        self.seq = seq
        self.recorded_at = recorded_at
        self.points = points


class Grant(NamedTuple):
    """Points (> 0) for a member, to become one lot."""

    currency: int
    points: int
    funder: int
    earned_at: int
    available_at: int
    expires_at: int
    unit_price_micros: int


class Notice(NamedTuple):
    """So many points of a currency end at an instant: what their member was promised to be told so many days before.
    Where that came too late, they would have ended at `due_at`; else it is NEVER."""

    currency: int
    days: int
    ends_at: int
    due_at: int
    points: int = 0


class Difference(NamedTuple):
    """What an event's award gives more (points > 0) or less (< 0) than was posted; the dates are of the award.
    `expires_at` is with a least life that begins now; without it, they end at `ends_at` if that is earlier."""

    event_seq: int
    currency: int
    points: int
    funder: int
    earned_at: int
    available_at: int
    expires_at: int
    unit_price_micros: int
    ends_at: int = NEVER


class Outcome(NamedTuple):
    """What an act did: points it was about (always ≥ 0, except of an adjustment), and what it cost besides."""

    points: int
    fee: int = 0
