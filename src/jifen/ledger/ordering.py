"""An order: how a reward that was redeemed comes to its member, step by step.

A step is lawful or refused; it changes the order alone. Rewards and points are moved by whoever takes the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from zoneinfo import ZoneInfo

from jifen.instants import LAST_TOLD, MICROSECONDS_PER_DAY, NEVER, instant_of
from jifen.ledger.refusals import Refusal
from jifen.programme.fulfilment import Fulfilment
from jifen.programme.rewards import HandedOut


class OrderState(IntEnum):
    """`PLACED` waits for approval; what needs none is `APPROVED` from the beginning."""

    PLACED = 0
    APPROVED = 1
    SHIPPED = 2
    CLOSED = 3
    PICKED_UP = 4
    CANCELLED = 5
    RETURNED = 6
    TIMED_OUT = 7


UNDER_WAY: Final = frozenset({OrderState.PLACED, OrderState.APPROVED, OrderState.SHIPPED})
CANCELLABLE: Final = frozenset({OrderState.PLACED, OrderState.APPROVED})
TAKEN: Final = frozenset({OrderState.CLOSED, OrderState.PICKED_UP})
"""The member has it."""


@dataclass(slots=True)
class Order:
    """So many of a reward, of which `left` are neither cancelled nor returned. `order_id` is the id of the redemption
    that placed it, `member_id` and `member_seq` its number. `ready_at`: from when on the reward is there
    (None: it is). `due_at`: when time takes the next step (NEVER: it does not). `steps`: how many were taken.
    `addressed`: it is known where to send it."""

    order_id: str
    member_id: bytes
    member_seq: int
    reward: int
    quantity: int
    terms: Fulfilment
    placed_at: int
    ready_at: int | None
    state: OrderState
    left: int
    due_at: int
    closed_at: int
    steps: int = 0
    addressed: bool = False

    @property
    def under_way(self) -> bool:
        """Whether a step can still be taken."""
        return self.state in UNDER_WAY

    def approve(self, now: int) -> Refusal | None:
        """Let it be fulfilled."""
        refusal = self._refusal_before(OrderState.PLACED, now)
        if refusal is None:
            due_at = _handed_out_by(self.terms, self.ready_at, now)
            self._become(OrderState.APPROVED, due_at)
        return refusal

    def reschedule(self, ready_at: int, now: int) -> Refusal | None:
        """Let it wait for another instant than before: what is not there yet is not late."""
        refusal = self.refusal_of_cancelling()
        if refusal is None and now >= self.due_at:
            return Refusal.ORDER_CLOSED
        if refusal is None:
            approved = self.state == OrderState.APPROVED
            due_at = _handed_out_by(self.terms, ready_at, now) if approved else self.due_at
            self.ready_at = ready_at
            self._become(self.state, due_at)
        return refusal

    def ship(self, now: int) -> Refusal | None:
        """Let it go to the member's address; it closes by itself unless it comes back."""
        refusal = self._refusal_before(OrderState.APPROVED, now)
        if refusal is None and self.terms.by != "shipping":
            return Refusal.OUT_OF_TURN
        if refusal is None and self._waits(now):
            return Refusal.NOT_READY
        if refusal is None and not self.addressed:
            return Refusal.ADDRESS_MISSING
        if refusal is None:
            self._become(OrderState.SHIPPED, _after(self.terms.close_days, now))
        return refusal

    def close(self, now: int) -> Refusal | None:
        """The member has what was sent."""
        refusal = self._refusal_before(OrderState.SHIPPED, None)
        if refusal is None:
            self._end(OrderState.CLOSED, now)
        return refusal

    def pick_up(self, now: int) -> Refusal | None:
        """The member has fetched it."""
        if self.state == OrderState.PICKED_UP:
            return Refusal.PICK_UP_CODE_USED
        if self.state == OrderState.TIMED_OUT or (
            self.state == OrderState.APPROVED and now >= self.due_at
        ):
            return Refusal.PICK_UP_CODE_EXPIRED
        refusal = self._refusal_before(OrderState.APPROVED, now)
        if refusal is None and self.terms.by != "pick_up":
            return Refusal.OUT_OF_TURN
        if refusal is None and self._waits(now):
            return Refusal.NOT_READY
        if refusal is None:
            self._end(OrderState.PICKED_UP, now)
        return refusal

    def refusal_of_cancelling(self) -> Refusal | None:
        """Why nothing of it can be cancelled."""
        if self.state in CANCELLABLE:
            return None
        return Refusal.OUT_OF_TURN if self.under_way else Refusal.ORDER_CLOSED

    def refusal_of_taking_back(self) -> Refusal | None:
        """Why nothing of it can have come back."""
        return self._refusal_before(OrderState.SHIPPED, None)

    def lessen(self, quantity: int, now: int) -> None:
        """Cancel so many of it or, of what was sent, take them back."""
        self.left -= quantity
        if self.left:
            self.steps += 1
        elif self.state == OrderState.SHIPPED:
            self._end(OrderState.RETURNED, now)
        else:
            late = now >= self.due_at
            self._end(OrderState.TIMED_OUT if late else OrderState.CANCELLED, now)

    def _waits(self, now: int) -> bool:
        """Whether the reward is not there yet."""
        return self.ready_at is not None and now < self.ready_at

    def _refusal_before(self, state: OrderState, now: int | None) -> Refusal | None:
        """Why a step cannot be taken that follows on a state, by its deadline if `now` is said."""
        if not self.under_way:
            return Refusal.ORDER_CLOSED
        if self.state == OrderState.PLACED != state:
            return Refusal.NOT_APPROVED
        if self.state != state:
            return Refusal.OUT_OF_TURN
        return None if now is None or now < self.due_at else Refusal.ORDER_CLOSED

    def _become(self, state: OrderState, due_at: int) -> None:
        self.state, self.due_at, self.steps = state, due_at, self.steps + 1

    def _end(self, state: OrderState, now: int) -> None:
        self._become(state, NEVER)
        self.closed_at = now


def placed(
    order_id: str, member_id: bytes, member_seq: int, reward: int, quantity: int,
    terms: Fulfilment, ready_at: int | None, now: int,
) -> Order:  # fmt: skip
    """A new order: it waits for approval where the reward asks for that."""
    waits = terms.approve_days is not None
    state = OrderState.PLACED if waits else OrderState.APPROVED
    due_at = _after(terms.approve_days, now) if waits else _handed_out_by(terms, ready_at, now)
    return Order(
        order_id,
        member_id,
        member_seq,
        reward,
        quantity,
        terms,
        now,
        ready_at,
        state,
        quantity,
        due_at,
        NEVER,
    )


def ready_at(handed_out: HandedOut, zone: ZoneInfo) -> int | None:
    """From when on orders of a reward that are placed now are handed out; None: from the beginning."""
    ready = handed_out.ready
    return None if ready is None else instant_of(ready.replace(tzinfo=zone))


def _handed_out_by(terms: Fulfilment, ready_at: int | None, now: int) -> int:
    """By when an order that may be fulfilled has to be on its way, or picked up: what is not there yet is not late."""
    return _after(terms.within_days, max(now, ready_at or now))


def _after(days: int | None, now: int) -> int:
    due_at = NEVER if days is None else now + days * MICROSECONDS_PER_DAY
    return due_at if due_at <= LAST_TOLD else NEVER
